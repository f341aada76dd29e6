//! What a person's word makes of a delivery in doubt, or of one that failed.

use jiff::Timestamp;

use crate::ledger::Resolution;
use crate::model::DeliveryState;

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) enum Resolved {
    /// It counts as accepted, since then.
    Accepted {
        /// Since when.
        at: Timestamp,
    },
    /// It is due at once, with its whole time before it is given up.
    Due {
        /// Whether it had failed: then another letter may have its address by now.
        again: bool,
    },
}

impl Resolved {
    /// The state that it is in from now on.
    pub(in crate::ledger) fn state(self) -> DeliveryState {
        match self {
            Self::Accepted { .. } => DeliveryState::Accepted,
            Self::Due { .. } => DeliveryState::Deferred,
        }
    }

    /// Why it is, for the log.
    pub(in crate::ledger) fn reason(self) -> &'static str {
        match self {
            Self::Accepted { .. } => "a person said that it arrived",
            Self::Due { again: false } => "a person said that it never left",
            Self::Due { again: true } => "a person had it tried again",
        }
    }
}

/// What becomes of a delivery in a state, last attempted at some time, by a word that is said at `at`; `None` where
/// nobody is in doubt of it.
pub(in crate::ledger) fn resolve(
    state: DeliveryState,
    last_attempt_at: Option<Timestamp>,
    resolution: Resolution,
    at: Timestamp,
) -> Option<Resolved> {
    match (state, resolution) {
        (DeliveryState::InDoubt, Resolution::Accepted) => {
            Some(Resolved::Accepted { at: last_attempt_at.unwrap_or(at) })
        }
        (DeliveryState::InDoubt, Resolution::NotSent) => Some(Resolved::Due { again: false }),
        (DeliveryState::Failed, Resolution::NotSent) => Some(Resolved::Due { again: true }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_resolves_what_is_in_doubt_and_has_tried_again_what_failed() {
        let at = |second| Timestamp::from_second(second).unwrap();
        for state in DeliveryState::ALL {
            for word in [Resolution::Accepted, Resolution::NotSent] {
                let resolved = resolve(state, Some(at(3)), word, at(9));
                let may =
                    state == DeliveryState::InDoubt || (state == DeliveryState::Failed && word == Resolution::NotSent);
                assert_eq!(resolved.is_some(), may, "{state} {word:?}");
                assert!(resolved.is_none_or(|resolved| state.may_become(resolved.state())), "{state} {word:?}");
            }
        }
        let arrived = |last| resolve(DeliveryState::InDoubt, last, Resolution::Accepted, at(9));
        assert_eq!(arrived(Some(at(3))), Some(Resolved::Accepted { at: at(3) }));
        assert_eq!(arrived(None), Some(Resolved::Accepted { at: at(9) }));
    }
}
