//! Refusals of one kind, many among the last letters: they say something about the run, and nothing about the
//! recipients.

use std::collections::VecDeque;
use std::fmt;

use super::ramp::Incident;
use crate::config::StopAfter;
use crate::model::DeliveryState;
use crate::transport::Strain;

/// What letters have in common that ended alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The server strained at them.
    Strained(Strain),
    /// They left whole, and the server's answer was never seen.
    InDoubt,
}

impl Trouble {
    /// The trouble of an attempt that ended in this state.
    pub(super) fn of(state: DeliveryState, strain: Option<Strain>) -> Option<Self> {
        if state == DeliveryState::InDoubt { Some(Self::InDoubt) } else { strain.map(Self::Strained) }
    }
}

/// So many letters ended alike that going on would only do harm. Its text says what the server said and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streak {
    /// What they have in common.
    pub trouble: Trouble,
    /// How many ended so.
    pub count: u32,
    /// Among how many, the last ones of the run.
    pub among: u32,
    /// What was said of the last of them.
    pub last: String,
}

impl fmt::Display for Streak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trouble, count, among, last } = self;
        let (what, advice) = match trouble {
            Trouble::Strained(Strain::Policy) => (
                "were refused for a rule of the server's",
                "look at the letter, ask the provider, lower `[pace]`, and wait; nobody is marked, and the next run tries again",
            ),
            Trouble::Strained(Strain::Unclear) => (
                "were refused alike",
                "the server holds it against your account and not against the recipients, so nobody is marked: it may not relay for you, \
                 or you have sent as much as you may. Check `[smtp]`, ask the provider, and go on later. Where you know that the addresses are \
                 wrong, raise `stop_after_refusals` in `[pace]`",
            ),
            // A run goes slower for it, and does not stop.
            Trouble::Strained(Strain::Rate) => {
                ("came faster than the server takes them", "lower `[pace]`, and go on later")
            }
            Trouble::Strained(Strain::Quota) => (
                "were put off for want of room",
                "a quota of the account or the server's storage is used up: ask the provider how much it takes and when, and lower `[pace]`",
            ),
            Trouble::Strained(Strain::Sender) => (
                "were put off for their sender",
                "check `from` and `bounce_to` in `[sender]`, that their domains can be found, and what this account may send as",
            ),
            Trouble::Strained(Strain::Content) => (
                "were refused after the server had read them",
                "what it refuses to these it refuses to all, so nobody is marked: look at the letter, its links and attachments, and ask \
                 the provider; the next run tries again",
            ),
            Trouble::Strained(Strain::Connection) => (
                "were cut off",
                "check the network and what stands between (a firewall, a virus scanner), and try one connection in `[pace]`",
            ),
            Trouble::InDoubt => (
                "are in doubt",
                "they left whole, and no answer came: ask the server's operator what became of them, `undersigned resolve` each \
                 (`undersigned log --state in-doubt` lists them), and raise `timeout` in `[smtp]` if the server is slow",
            ),
        };
        write!(f, "{count} of the last {among} letters {what} (`{last}`): {advice}")
    }
}

/// How the last letters of a run ended.
#[derive(Debug)]
pub(super) struct Endings {
    limits: StopAfter,
    last: VecDeque<Option<Trouble>>,
}

impl Endings {
    /// Nothing has ended yet.
    pub(super) fn new(limits: StopAfter) -> Self {
        Self { limits, last: VecDeque::new() }
    }

    /// Takes in the end of an attempt; `said` is called for what was said of it where it makes a streak: too many alike
    /// among twice as many letters. A filter that lets a letter through now and then is no better than one that takes
    /// none.
    ///
    /// Letters that are cut off, or refused in unclear words, at the same time count once. They will be sent again;
    /// what else is refused or in doubt may not be, so of that each one counts.
    pub(super) fn take_in(
        &mut self,
        trouble: Option<Trouble>,
        incident: Incident,
        said: impl FnOnce() -> String,
    ) -> Option<Streak> {
        let goes_again = matches!(trouble, Some(Trouble::Strained(Strain::Connection | Strain::Unclear)));
        if goes_again && incident == Incident::Same {
            return None;
        }
        // What comes too fast is sent more slowly, and says nothing of the letters between.
        if trouble == Some(Trouble::Strained(Strain::Rate)) {
            return None;
        }
        let longest = self.limits.refusals.max(self.limits.in_doubt) as usize * 2;
        self.last.push_back(trouble);
        if self.last.len() > longest {
            self.last.pop_front();
        }
        let trouble = trouble?;
        let limit = if trouble == Trouble::InDoubt { self.limits.in_doubt } else { self.limits.refusals };
        let window = self.last.iter().rev().take(limit as usize * 2);
        let (mut count, mut among) = (0, 0);
        for (place, _) in (1..).zip(window).filter(|(_, ended)| **ended == Some(trouble)) {
            (count, among) = (count + 1, place);
        }
        (count >= limit).then(|| Streak { trouble, count, among, last: said() })
    }

    /// So many refusals in unclear words are known to be their recipients' by now: they speak against nobody.
    pub(super) fn are_explained(&mut self, refusals: usize) {
        let unclear = Some(Trouble::Strained(Strain::Unclear));
        for ended in self.last.iter_mut().filter(|ended| **ended == unclear).take(refusals) {
            *ended = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Option<Trouble> = Some(Trouble::Strained(Strain::Policy));
    const QUOTA: Option<Trouble> = Some(Trouble::Strained(Strain::Quota));
    const DOUBT: Option<Trouble> = Some(Trouble::InDoubt);

    /// At which of these ends the run stops, counted from 1, and with how many alike among how many.
    fn stops(ends: impl IntoIterator<Item = Option<Trouble>>) -> Option<(usize, u32, u32)> {
        let mut endings = Endings::new(StopAfter { refusals: 5, in_doubt: 3, unreachable: 6 });
        let told = |ended| endings.take_in(ended, Incident::New, || "no".to_owned());
        let told: Vec<Option<Streak>> = ends.into_iter().map(told).collect();
        let place = told.iter().position(Option::is_some)?;
        told[place].as_ref().map(|streak| (place + 1, streak.count, streak.among))
    }

    #[test]
    fn five_alike_one_after_another_are_a_streak() {
        assert_eq!(stops([POLICY; 4]), None);
        assert_eq!(stops([POLICY; 9]), Some((5, 5, 5)));
        assert_eq!(stops([DOUBT; 9]), Some((3, 3, 3)));
    }

    #[test]
    fn a_letter_that_goes_through_now_and_then_does_not_break_it() {
        assert_eq!(stops([POLICY, POLICY, None, POLICY, POLICY, POLICY]), Some((6, 5, 6)));
        assert_eq!(stops([POLICY, None].repeat(50)), Some((9, 5, 9)));
        assert_eq!(stops([DOUBT, None].repeat(50)), Some((5, 3, 5)));
    }

    #[test]
    fn fewer_than_half_are_no_streak() {
        assert_eq!(stops([POLICY, None, None].repeat(50)), None);
        assert_eq!(stops([DOUBT, None, None].repeat(50)), None);
    }

    #[test]
    fn only_what_is_alike_counts_together() {
        assert_eq!(stops([POLICY, QUOTA, None].repeat(50)), None);
        assert_eq!(stops([POLICY, QUOTA].repeat(50)), Some((9, 5, 9)));
    }

    #[test]
    fn connections_that_break_together_count_once() {
        let mut endings = Endings::new(StopAfter { refusals: 2, in_doubt: 2, unreachable: 6 });
        let mut ends = |trouble, incident| endings.take_in(Some(trouble), incident, String::new).is_some();
        let cut_off = Trouble::Strained(Strain::Connection);
        assert!(!ends(cut_off, Incident::New));
        for _ in 0..31 {
            assert!(!ends(cut_off, Incident::Same));
        }
        assert!(ends(cut_off, Incident::New));
        assert!(!ends(Trouble::InDoubt, Incident::New));
        assert!(ends(Trouble::InDoubt, Incident::Same), "each of these needs a person");
    }

    #[test]
    fn refusals_that_are_explained_do_not_count_any_more() {
        let mut endings = Endings::new(StopAfter { refusals: 3, in_doubt: 3, unreachable: 6 });
        let unclear = Some(Trouble::Strained(Strain::Unclear));
        let mut refused = |explained, incident| {
            endings.are_explained(explained);
            endings.take_in(unclear, incident, String::new).is_some()
        };
        assert_eq!([refused(0, Incident::New), refused(0, Incident::Same), refused(0, Incident::New)], [false; 3]);
        assert!(!refused(1, Incident::New));
        assert!(refused(0, Incident::New));
    }

    #[test]
    fn a_streak_says_what_was_said_and_what_to_do() {
        let kinds =
            [Strain::Quota, Strain::Policy, Strain::Sender, Strain::Unclear, Strain::Content, Strain::Connection];
        let troubles = kinds.into_iter().map(Trouble::Strained).chain([Trouble::InDoubt]);
        let texts: Vec<String> = troubles
            .map(|trouble| Streak { trouble, count: 5, among: 7, last: "550 5.7.1 no".to_owned() }.to_string())
            .collect();
        for text in &texts {
            assert!(text.starts_with("5 of the last 7 letters") && text.contains("(`550 5.7.1 no`): "), "{text}");
        }
        assert_eq!(texts.iter().collect::<std::collections::HashSet<_>>().len(), 7);
    }
}
