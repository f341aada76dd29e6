//! How fast a server takes letters, where it says that they are too many: found out by pausing, and by trying one.
//!
//! After each refusal nothing goes for a while, twice as long each time, and then one letter alone. Once it is taken,
//! what the server took before, in the time until then, says how far apart letters have to be. From there the run
//! grows faster again, a little after each number of letters that went well, and never as fast as was too much.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::{later, until};

/// The first pause, where no time between letters is known yet.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// The shortest pause.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// For how long nothing may be taken, before the run ends: a day's quota has passed by then.
const LONGEST_STANDSTILL: Duration = Duration::from_hours(26);
/// The shortest time between letters that is worth keeping.
const SHORTEST: Duration = Duration::from_millis(10);
/// So many letters must go well before they go a little faster.
const LETTERS_TO_GROW: u32 = 20;
/// So many letters must have been taken for the time between them to say how fast the server takes them.
const LETTERS_TO_MEASURE: u32 = 8;
/// The most that it can become.
const MOST_LETTERS_TO_GROW: u32 = 320;

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slowing {
    /// Nothing goes for so long.
    Paused(Duration),
    /// The letter was on the wire with one that was refused: the same pause holds.
    Same,
    /// Nothing was taken for so long that waiting is no use.
    Standstill,
}

/// Whether the next letter may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pulled {
    /// Not before this time: the server has had enough.
    Pause(Timestamp),
    /// Not before this time: so far apart letters go.
    Spacing(Timestamp),
    /// Not before the one that tries it has come back.
    Trying,
}

/// Keeps a run as slow as the server wants it.
#[derive(Debug, Default)]
pub(super) struct Brake {
    /// The time between letters, once it is known.
    interval: Option<Duration>,
    /// What was too fast.
    too_fast: Duration,
    /// Nothing goes before this time.
    until: Option<Timestamp>,
    /// How many refusals came one after another.
    refusals: u32,
    /// Whether a letter is out to try whether the server takes it.
    is_trying: bool,
    /// How many letters had been handed out when the last refusal came.
    known_up_to: u64,
    /// When the first letter went since the server last took one after a pause, and how many it took since.
    begun: Option<Timestamp>,
    taken: u32,
    /// How many letters went well since the interval changed, and how many must.
    well: u32,
    needed: u32,
    /// When something was last taken, or else when the first letter was refused.
    last_taken: Option<Timestamp>,
}

impl Brake {
    /// What holds the next letter back.
    pub(super) fn pulled(&self, now: Timestamp) -> Option<Pulled> {
        if self.refusals > 0 && self.is_trying {
            return Some(Pulled::Trying);
        }
        let until = self.until.filter(|until| *until > now)?;
        Some(if self.refusals > 0 { Pulled::Pause(until) } else { Pulled::Spacing(until) })
    }

    /// A letter has gone.
    pub(super) fn handed_out(&mut self, now: Timestamp) {
        self.begun.get_or_insert(now);
        self.is_trying = self.refusals > 0;
        if let Some(interval) = self.interval {
            self.until = Some(later(now, interval));
        }
    }

    /// A letter was not sent after all, or nothing is known of it: another one tries.
    pub(super) fn knows_nothing(&mut self) {
        self.is_trying = false;
    }

    /// The server took a letter, which was handed out as that of this number, or refused it for reasons of its own.
    pub(super) fn took(&mut self, number: u64, now: Timestamp) {
        self.last_taken = Some(now);
        if self.refusals == 0 {
            self.taken += 1;
            self.grow();
        } else if number <= self.known_up_to {
            self.taken += 1;
        } else {
            self.recover(now);
        }
    }

    /// The server takes letters again: how far apart they have to be is known.
    fn recover(&mut self, now: Timestamp) {
        let needed = self.needed.max(LETTERS_TO_GROW);
        let measured = self.begun.filter(|_| self.taken > 0).map(|begun| until(begun, now) / self.taken);
        self.interval = match self.interval {
            None => measured,
            Some(interval) => {
                self.too_fast = interval;
                self.needed = (needed * 2).min(MOST_LETTERS_TO_GROW);
                let slower = interval * 5 / 4;
                // What was measured over few letters says more of the pause than of the server.
                let measured = measured.filter(|_| self.refusals > 1 && self.taken >= LETTERS_TO_MEASURE);
                Some(measured.map_or(slower, |it| it.clamp(slower, interval * 2)))
            }
        };
        self.interval = self.interval.map(|interval| interval.clamp(SHORTEST, LONGEST_PAUSE));
        (self.refusals, self.is_trying, self.well, self.taken) = (0, false, 0, 1);
        self.begun = Some(now);
        self.until = self.interval.map(|interval| later(now, interval));
    }

    fn grow(&mut self) {
        let Some(interval) = self.interval else { return };
        self.well += 1;
        if self.well < self.needed.max(LETTERS_TO_GROW) {
            return;
        }
        self.well = 0;
        let faster = (interval * 9 / 10).max(self.too_fast * 21 / 20).min(interval);
        self.interval = (faster > SHORTEST).then_some(faster);
    }

    /// The server refused a letter, which was handed out as that of this number, since there are too many; `handed_out`
    /// were so far. It may have said how long to wait.
    pub(super) fn refused(&mut self, number: u64, handed_out: u64, said: Option<Duration>, now: Timestamp) -> Slowing {
        if number <= self.known_up_to {
            return Slowing::Same;
        }
        self.known_up_to = handed_out;
        self.is_trying = false;
        let since = *self.last_taken.get_or_insert(now);
        if until(since, now) > LONGEST_STANDSTILL {
            return Slowing::Standstill;
        }
        let first = self.interval.unwrap_or(FIRST_PAUSE).max(SHORTEST_PAUSE);
        let doubled = first.saturating_mul(1 << self.refusals.min(20));
        self.refusals += 1;
        // A server may say a minute and mean an hour.
        let pause = said.map_or(doubled, |said| if self.refusals > 2 { said.max(doubled) } else { said });
        let pause = pause.min(LONGEST_PAUSE.max(said.unwrap_or_default()));
        self.until = Some(later(now, pause));
        Slowing::Paused(pause)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    const WINDOW: Duration = Duration::from_mins(1);

    /// How a server counts.
    #[derive(Clone, Copy)]
    enum Counts {
        /// In any minute.
        Rolling,
        /// From each full minute on, as many do.
        Fixed,
        /// In any minute, and what it refused too.
        Strict,
    }

    /// A server that takes so many letters a minute.
    struct Server {
        counts: Counts,
        limit: usize,
        seen: VecDeque<Timestamp>,
    }

    impl Server {
        fn takes(&mut self, now: Timestamp) -> bool {
            let since = |at: &Timestamp| match self.counts {
                Counts::Fixed => at.as_second() / 60 == now.as_second() / 60,
                Counts::Rolling | Counts::Strict => until(*at, now) < WINDOW,
            };
            self.seen.retain(since);
            let takes = self.seen.len() < self.limit;
            if takes || matches!(self.counts, Counts::Strict) {
                self.seen.push_back(now);
            }
            takes
        }
    }

    /// Sends letters, one after another, and gives how many minutes it took and how many attempts were wasted.
    fn send(letters: u32, mut server: Server) -> (u64, u32) {
        let begun = Timestamp::from_second(1_700_000_007).unwrap();
        let (mut now, mut brake, mut number, mut taken, mut wasted) = (begun, Brake::default(), 0, 0, 0);
        while taken < letters {
            match brake.pulled(now) {
                Some(Pulled::Pause(until) | Pulled::Spacing(until)) => now = until,
                Some(Pulled::Trying) => panic!("it has come back"),
                None => {
                    number += 1;
                    brake.handed_out(now);
                    now = later(now, Duration::from_millis(20));
                    if server.takes(now) {
                        taken += 1;
                        brake.took(number, now);
                    } else {
                        wasted += 1;
                        let slowing = brake.refused(number, number, None, now);
                        assert!(matches!(slowing, Slowing::Paused(_)));
                    }
                }
            }
        }
        (until(begun, now).as_secs() / 60, wasted)
    }

    #[test]
    fn whatever_a_server_counts_a_run_ends_in_not_much_more_than_the_time_it_takes() {
        for counts in [Counts::Rolling, Counts::Fixed, Counts::Strict] {
            for limit in [1, 10, 60, 300] {
                let at_best = 600 / limit as u64;
                let (minutes, wasted) = send(600, Server { counts, limit, seen: VecDeque::new() });
                println!("{limit} a minute: {minutes} minutes and not {at_best}, {wasted} wasted");
                assert!(minutes <= at_best * 7 / 4 + 3, "{limit} a minute: {minutes} minutes");
                assert!(wasted <= 30, "{limit} a minute: {wasted} wasted");
            }
        }
    }

    #[test]
    fn letters_that_were_on_the_wire_together_make_one_pause() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let mut brake = Brake::default();
        assert_eq!(brake.refused(1, 8, None, now), Slowing::Paused(FIRST_PAUSE));
        for number in 2..=8 {
            assert_eq!(brake.refused(number, 8, None, now), Slowing::Same);
        }
        let after = later(now, FIRST_PAUSE);
        assert_eq!(brake.pulled(after), None);
        brake.handed_out(after);
        assert_eq!(brake.pulled(after), Some(Pulled::Trying));
        assert_eq!(brake.refused(9, 9, None, after), Slowing::Paused(FIRST_PAUSE * 2));
    }

    #[test]
    fn what_the_server_says_of_waiting_is_done() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let said = Duration::from_secs(92);
        assert_eq!(Brake::default().refused(1, 1, Some(said), now), Slowing::Paused(said));
    }

    #[test]
    fn a_day_in_which_nothing_is_taken_ends_it() {
        let mut now = Timestamp::from_second(1_700_000_000).unwrap();
        let begun = now;
        let mut brake = Brake::default();
        let mut tries = 0;
        while let Slowing::Paused(pause) = brake.refused(tries + 1, tries + 1, None, now) {
            now = later(now, pause);
            tries += 1;
        }
        assert!(until(begun, now) > LONGEST_STANDSTILL && tries < 50, "{tries}");
    }
}
