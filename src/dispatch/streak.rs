//! Refusals of one kind, one after another: they say something about the run, and nothing about the recipients.

use crate::model::DeliveryState;
use crate::transport::Strain;

/// How many alike stop the run.
const LIMIT: u32 = 5;

/// What follows one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Strained(Strain),
    InDoubt,
}

/// The refusals of one kind that came last, without another end between them.
#[derive(Debug, Default)]
pub(super) struct Streak(Option<(Kind, u32)>);

impl Streak {
    /// Takes in the end of an attempt; gives the length of a streak that has become too long.
    pub(super) fn count(&mut self, state: DeliveryState, strain: Option<Strain>) -> Option<u32> {
        let kind = match (state, strain) {
            (DeliveryState::InDoubt, _) => Some(Kind::InDoubt),
            (_, strain) => strain.map(Kind::Strained),
        };
        self.0 = kind.map(|kind| match self.0 {
            Some((known, count)) if known == kind => (kind, count + 1),
            _ => (kind, 1),
        });
        self.0.map(|(_, count)| count).filter(|count| *count >= LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_alike_and_unbroken_is_a_streak() {
        let mut streak = Streak::default();
        let policy = Some(Strain::Policy);
        for _ in 0..4 {
            assert_eq!(streak.count(DeliveryState::Deferred, policy), None);
        }
        assert_eq!(streak.count(DeliveryState::Accepted, None), None, "an accepted letter breaks it");
        for _ in 0..4 {
            assert_eq!(streak.count(DeliveryState::Deferred, policy), None);
        }
        assert_eq!(streak.count(DeliveryState::Deferred, Some(Strain::Quota)), None, "another kind begins anew");
        for length in 2..=4 {
            assert_eq!(streak.count(DeliveryState::Deferred, Some(Strain::Quota)), None, "{length}");
        }
        assert_eq!(streak.count(DeliveryState::Deferred, Some(Strain::Quota)), Some(5));
    }
}
