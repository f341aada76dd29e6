//! What a person's word makes of a delivery in doubt, of one that failed, or of one that the account's quota kept back.

use jiff::Timestamp;

use crate::ledger::Resolution;
use crate::model::DeliveryState;
use crate::model::refusal::is_about_quota;

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

/// What becomes of a delivery in a state and for a reason, last attempted at some time, by a word that is said at `at`;
/// `None` where nobody is in doubt of it.
///
/// What bounced for the account's quota never went further than the sender's own system: it may be sent again. Any
/// other report may be wrong, and its letter have arrived.
pub(in crate::ledger) fn resolve(
    (state, reason): (DeliveryState, Option<&str>),
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
        (DeliveryState::Bounced, Resolution::NotSent) if reason.is_some_and(is_about_quota) => {
            Some(Resolved::Due { again: true })
        }
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
                for reason in [None, Some("userunknown, 5.1.1"), Some("550 5.7.1 sending limit exceeded")] {
                    let resolved = resolve((state, reason), Some(at(3)), word, at(9));
                    let is_quota = reason.is_some_and(|reason| reason.contains("limit"));
                    let again = state == DeliveryState::Failed || (state == DeliveryState::Bounced && is_quota);
                    let may = state == DeliveryState::InDoubt || (again && word == Resolution::NotSent);
                    assert_eq!(resolved.is_some(), may, "{state} {word:?} {reason:?}");
                    assert!(resolved.is_none_or(|resolved| state.may_become(resolved.state())), "{state} {word:?}");
                }
            }
        }
        let arrived = |last| resolve((DeliveryState::InDoubt, None), last, Resolution::Accepted, at(9));
        assert_eq!(arrived(Some(at(3))), Some(Resolved::Accepted { at: at(3) }));
        assert_eq!(arrived(None), Some(Resolved::Accepted { at: at(9) }));
    }
}
