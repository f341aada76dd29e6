//! Plays schedule after schedule, and stops at the first that goes wrong.

use std::collections::BTreeSet;
use std::ops::Range;

use super::flawed::Flaw;
use super::judge::Wrong;
use super::schedule::{Blow, Finds, Kind, RECIPIENTS, Refuses, Run, Schedule, Trouble};
use super::world::{Played, play};
use crate::model::DeliveryState;

/// Plays schedules, and counts them.
pub(super) struct Explorer {
    flaw: Option<Flaw>,
    /// What is looked for; anything, where it is not given.
    sought: Option<fn(&Wrong) -> bool>,
    found: Option<(Wrong, Schedule)>,
    played: u32,
    /// The states in which deliveries ended.
    ends: BTreeSet<DeliveryState>,
}

impl Explorer {
    /// Of the protocol as it is.
    pub(super) fn new() -> Self {
        Self { flaw: None, sought: None, found: None, played: 0, ends: BTreeSet::new() }
    }

    /// Of a protocol with a flaw; looks for what the flaw does.
    pub(super) fn of(flaw: Flaw, sought: fn(&Wrong) -> bool) -> Self {
        Self { flaw: Some(flaw), sought: Some(sought), ..Self::new() }
    }

    /// Plays a schedule; gives nothing more once something was found.
    fn play(&mut self, schedule: &Schedule) -> Option<Played> {
        if self.found.is_some() {
            return None;
        }
        let played = play(schedule, self.flaw);
        self.played += 1;
        self.ends.extend(&played.ends);
        let is_sought = |wrong: &&Wrong| self.sought.is_none_or(|is_sought| is_sought(wrong));
        let found = played.wrong.iter().find(is_sought);
        self.found = found.map(|wrong| (wrong.clone(), schedule.clone()));
        self.found.is_none().then_some(played)
    }

    /// Plays what `make` makes without a blow, then with one at each seam to which the run of that number comes, from
    /// the last to the first.
    fn play_at_every_seam(&mut self, run: usize, kind: Kind, make: impl Fn(Option<Blow>) -> Schedule) {
        let Some(whole) = self.play(&make(None)) else { return };
        assert!(whole.first_had_its_troubles, "nothing is explored with a trouble that never comes");
        for at in (1..=whole.seams[run]).rev() {
            let Some(played) = self.play(&make(Some(Blow { at, kind }))) else { return };
            assert!(played.every_blow_fell, "the same schedule was played in another way");
            if kind == Kind::Crash && !played.first_had_its_troubles {
                // From here on, every crash comes before the trouble: that is another schedule.
                return;
            }
        }
    }

    /// Fails where something was found, or where deliveries did not end in each of the usual states.
    pub(super) fn finish(self) {
        self.finish_in(&[DeliveryState::Accepted, DeliveryState::InDoubt]);
    }

    /// Fails where something was found, or where deliveries did not end in each of these states.
    pub(super) fn finish_in(self, ends: &[DeliveryState]) {
        if let Some((wrong, schedule)) = self.found {
            panic!("{wrong:?} after {schedule:#?}");
        }
        println!("{} schedules", self.played);
        assert!(ends.iter().all(|end| self.ends.contains(end)), "{:?}", self.ends);
    }

    /// Fails where nothing was found.
    pub(super) fn expect(self) {
        let flaw = self.flaw;
        let Some((wrong, schedule)) = self.found else { panic!("{flaw:?} does no harm in {} schedules", self.played) };
        println!("{flaw:?}: {wrong:?} after {schedule:?}, found in {} schedules", self.played);
    }

    /// A crash at every seam of the first run, while one letter has any trouble there is.
    pub(super) fn crash_in_any_trouble(&mut self) {
        self.blow_in_trouble(Kind::Crash, &Trouble::ALL);
    }

    /// A blow at every seam of the first run, while one letter has one of these troubles.
    pub(super) fn blow_in_trouble(&mut self, kind: Kind, troubles: &[Trouble]) {
        for troubles in one_trouble(troubles) {
            self.play_at_every_seam(0, kind, |blow| Schedule {
                runs: vec![first(&troubles, blow)],
                ..Schedule::default()
            });
        }
    }

    /// A crash at every seam of the first run, while each letter has one of these troubles or none.
    pub(super) fn crash_in_every_mix(&mut self, troubles: &[Trouble]) {
        let choices: Vec<Option<Trouble>> = std::iter::once(None).chain(troubles.iter().copied().map(Some)).collect();
        for n in 0..choices.len().pow(3) {
            let chosen = |recipient: u32| choices[n / choices.len().pow(recipient) % choices.len()];
            let troubles: Vec<_> =
                (0..3).filter_map(|recipient| Some((recipient as usize, chosen(recipient)?))).collect();
            self.play_at_every_seam(0, Kind::Crash, |blow| Schedule {
                runs: vec![first(&troubles, blow)],
                ..Schedule::default()
            });
        }
    }

    /// A crash at every seam of the first run, in which the second letter has trouble; then another run, in which it or
    /// the third has.
    pub(super) fn crash_between_troubles(&mut self, troubles: &[Trouble]) {
        let of = |recipients: Range<usize>| {
            let concerns =
                move |troubles: &Vec<(usize, Trouble)>| troubles.iter().all(|(who, _)| recipients.contains(who));
            one_trouble(troubles).into_iter().filter(concerns)
        };
        for before in of(1..2) {
            for after in of(1..3) {
                let second = Run { troubles: after, ..Run::default() };
                self.play_at_every_seam(0, Kind::Crash, |blow| Schedule {
                    runs: vec![first(&before, blow), second.clone()],
                    ..Schedule::default()
                });
            }
        }
    }

    /// A crash at every seam of the first run, and one at every seam of the second.
    pub(super) fn crash_twice(&mut self) {
        let Some(whole) = self.play(&Schedule { runs: vec![Run::default()], ..Schedule::default() }) else { return };
        for at in 1..=whole.seams[0] {
            let fallen = first(&[], Some(Blow { at, kind: Kind::Crash }));
            self.play_at_every_seam(1, Kind::Crash, |blow| Schedule {
                runs: vec![fallen.clone(), first(&[], blow)],
                ..Schedule::default()
            });
        }
    }

    /// A crash at every seam of a run with several connections, whose letters overtake one another, and whose commits
    /// take their time.
    pub(super) fn crash_of_many_connections(&mut self, troubles: &[Trouble]) {
        for troubles in one_trouble(troubles) {
            for pauses in [&[][..], &[0, 7, 0, 3], &[5, 0, 0, 11, 2]] {
                self.play_at_every_seam(0, Kind::Crash, |blow| {
                    let run = Run { connections: 2, lag: 4, pauses: pauses.to_vec(), ..first(&troubles, blow) };
                    Schedule { runs: vec![run], ..Schedule::default() }
                });
            }
        }
    }

    /// A blow at every seam of the first run, while a copy is put off, and then has this trouble of its own.
    pub(super) fn blow_at_a_copy(&mut self, kind: Kind) {
        for first_trouble in [Trouble::CopyTooMany, Trouble::CopyPutOff] {
            for then in [None, Some(Trouble::CopyReplyLost), Some(Trouble::CopyDotDeferred), Some(Trouble::CopyFailed)]
            {
                let troubles: Vec<_> = std::iter::once(first_trouble).chain(then).map(|trouble| (0, trouble)).collect();
                self.play_at_every_seam(0, kind, |blow| Schedule {
                    runs: vec![first(&troubles, blow)],
                    ..Schedule::default()
                });
            }
        }
    }

    /// A robbery at every seam of a run that takes its time at its seams, so that the two runs do their work side by
    /// side.
    pub(super) fn rob_a_slow_run(&mut self, troubles: &[Trouble]) {
        for troubles in one_trouble(troubles) {
            self.play_at_every_seam(0, Kind::RobbedInPassing, |blow| {
                let run = Run { pauses: vec![1], ..first(&troubles, blow) };
                Schedule { runs: vec![run], ..Schedule::default() }
            });
        }
    }

    /// A crash at every seam of the first run, and then one that finds something else than what was left.
    pub(super) fn crash_before_a_loss(&mut self, finds: Finds, troubles: &[Trouble]) {
        for troubles in one_trouble(troubles) {
            let second = Run { finds: Some(finds), ..Run::default() };
            self.play_at_every_seam(0, Kind::Crash, |blow| Schedule {
                runs: vec![first(&troubles, blow), second.clone()],
                ..Schedule::default()
            });
        }
    }

    /// A blow at every seam of one of two runs that share the campaign, while one letter has one of these troubles. The
    /// other run's clock is off by so many seconds.
    pub(super) fn blow_to_one_of_two(&mut self, kind: Kind, troubles: &[Trouble], clock_is_off_by: i64) {
        for troubles in one_trouble(troubles) {
            for pauses in [&[][..], &[3, 0, 1]] {
                self.play_at_every_seam(0, kind, |blow| {
                    let run = Run { pauses: pauses.to_vec(), ..first(&troubles, blow) };
                    let other = Run { clock_is_off_by, pauses: vec![0, 2], ..Run::default() };
                    Schedule { runs: vec![run, other], shares: true, ..Schedule::default() }
                });
            }
        }
    }

    /// Two runs that share the campaign, with these pauses at their seams; the other one's clock is off.
    pub(super) fn two_beside_each_other(&mut self, clock_is_off_by: i64) {
        for pauses in [&[][..], &[1], &[3, 0, 1], &[0, 0, 7]] {
            for other in [&[][..], &[2], &[0, 5]] {
                for slow in [&[][..], &[(0, Trouble::ReplySlow)], &[(1, Trouble::ReplySlow)]] {
                    let run = Run { pauses: pauses.to_vec(), ..first(slow, None) };
                    let other = Run { clock_is_off_by, pauses: other.to_vec(), ..Run::default() };
                    self.play(&Schedule { runs: vec![run, other], shares: true, ..Schedule::default() });
                }
            }
        }
    }

    /// A crash at every seam of the first run, and then one whose clock is behind or ahead.
    pub(super) fn crash_before_a_wrong_clock(&mut self, troubles: &[Trouble]) {
        for troubles in one_trouble(troubles) {
            for clock_is_off_by in [-90, 90] {
                let second = Run { clock_is_off_by, ..Run::default() };
                self.play_at_every_seam(0, Kind::Crash, |blow| Schedule {
                    runs: vec![first(&troubles, blow), second.clone()],
                    ..Schedule::default()
                });
            }
        }
    }
}

impl Explorer {
    /// A crash at every seam of a run whose account is refused from each letter on, and then another such run.
    pub(super) fn crash_of_a_refused_account(&mut self) {
        for from in 1..=RECIPIENTS.len() {
            for connections in [1, 2] {
                self.play_at_every_seam(0, Kind::Crash, |blow| Schedule {
                    runs: vec![Run { connections, ..first(&[], blow) }],
                    refuses: Some(Refuses::Account(from)),
                    ..Schedule::default()
                });
            }
        }
    }

    /// One recipient is refused, while others are taken after it.
    pub(super) fn refuse_one(&mut self) {
        for recipient in 0..RECIPIENTS.len() - 1 {
            for pauses in [&[][..], &[0, 7, 0, 3], &[5, 0, 0, 11, 2]] {
                let run = Run { pauses: pauses.to_vec(), ..Run::default() };
                self.play(&Schedule {
                    runs: vec![run],
                    refuses: Some(Refuses::Recipient(recipient)),
                    ..Schedule::default()
                });
            }
        }
    }
}

/// A run with these troubles and this blow.
fn first(troubles: &[(usize, Trouble)], blow: Option<Blow>) -> Run {
    Run { troubles: troubles.to_vec(), blow, ..Run::default() }
}

/// No trouble; then each one, for each recipient.
fn one_trouble(troubles: &[Trouble]) -> Vec<Vec<(usize, Trouble)>> {
    let mut all = vec![Vec::new()];
    for trouble in troubles {
        let recipients = if trouble.is_for_anybody() || trouble.is_for_a_copy() { 1 } else { RECIPIENTS.len() };
        all.extend((0..recipients).map(|recipient| vec![(recipient, *trouble)]));
    }
    all
}
