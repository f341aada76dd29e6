//! What is decided of copies that are sent by themselves.

use jiff::Timestamp;

use super::obstacle::is_due;
use crate::ledger::Resolution;
use crate::model::{DeliveryState, Suppression};

/// Whether a copy may be sent at a time: it waits for its letter to be accepted.
pub(in crate::ledger) fn copy_is_due(
    state: DeliveryState,
    next_attempt_at: Option<Timestamp>,
    letter: DeliveryState,
    at: Timestamp,
) -> bool {
    has_gone(letter) && is_due(state, next_attempt_at, at)
}

/// Whether a letter in this state is one of which copies are sent.
pub(in crate::ledger) fn has_gone(letter: DeliveryState) -> bool {
    matches!(letter, DeliveryState::Accepted | DeliveryState::Bounced)
}

/// What is known of the address of a copy that is about to leave.
#[derive(Debug, Clone, Default)]
pub(in crate::ledger) struct CopyFacts {
    /// That the ledger suppresses it, or its domain.
    pub(in crate::ledger) suppression: Option<Suppression>,
    /// The recipient of the letter of the round that is for this address.
    pub(in crate::ledger) own: Option<String>,
    /// The keys of the copies that the plan of now leaves out of the letter.
    pub(in crate::ledger) left_out: Vec<String>,
}

/// Why the copy to an address (as [`EmailAddress::key`](crate::model::EmailAddress::key) gives it) must not be sent any
/// more.
pub(in crate::ledger) fn copy_obstacle(address: &str, facts: CopyFacts) -> Option<String> {
    let CopyFacts { suppression, own, left_out } = facts;
    match (suppression, own) {
        (Some(Suppression { reason: Some(reason), .. }), _) if !reason.is_empty() => {
            Some(format!("suppressed: {reason}"))
        }
        (Some(_), _) => Some("suppressed".to_owned()),
        (None, Some(own)) => Some(format!("the address gets a letter of its own, as `{own}`")),
        (None, None) if left_out.iter().any(|key| key == address) => {
            Some("the lists of now leave it out of this letter".to_owned())
        }
        (None, None) => None,
    }
}

/// Whether the letter is kept for a copy in this state: it is to be sent, or may have to be.
pub(in crate::ledger) fn needs_letter(copy: DeliveryState) -> bool {
    copy.is_open() || matches!(copy, DeliveryState::Attempting | DeliveryState::InDoubt)
}

/// What becomes of a copy in doubt by a person's word of the delivery: where the letter itself was accepted, the word
/// is of its copies.
pub(in crate::ledger) fn resolve_copy(
    letter: DeliveryState,
    copy: DeliveryState,
    resolution: Resolution,
) -> Option<DeliveryState> {
    match resolution {
        _ if !has_gone(letter) || copy != DeliveryState::InDoubt => None,
        Resolution::Accepted => Some(DeliveryState::Accepted),
        Resolution::NotSent => Some(DeliveryState::Deferred),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Target;

    #[test]
    fn a_copy_waits_for_its_letter_and_its_time() {
        let at = |second| Timestamp::from_second(second).unwrap();
        for letter in DeliveryState::ALL {
            for copy in DeliveryState::ALL {
                let gone = matches!(letter, DeliveryState::Accepted | DeliveryState::Bounced);
                assert_eq!(copy_is_due(copy, Some(at(5)), letter, at(5)), gone && copy.is_open(), "{letter} {copy}");
                assert!(!copy_is_due(copy, Some(at(6)), letter, at(5)), "{letter} {copy}");
                for word in [Resolution::Accepted, Resolution::NotSent] {
                    let resolved = resolve_copy(letter, copy, word);
                    assert_eq!(resolved.is_some(), gone && copy == DeliveryState::InDoubt, "{letter} {copy}");
                    assert!(resolved.is_none_or(|next| copy.may_become(next)), "{letter} {copy}");
                    assert!(resolved != Some(DeliveryState::Deferred) || needs_letter(copy), "{letter} {copy}");
                }
            }
        }
    }

    #[test]
    fn a_copy_is_left_out_where_its_address_is_suppressed_or_has_a_letter() {
        let found = |reason: Option<&str>, own: Option<&str>, left_out: &[&str]| {
            let target = Target::Domain("example.org".to_owned());
            let suppression = reason.map(|reason| Suppression { target, reason: Some(reason.to_owned()) });
            let left_out = left_out.iter().map(|key| (*key).to_owned()).collect();
            copy_obstacle("bo@example.org", CopyFacts { suppression, own: own.map(str::to_owned), left_out })
        };
        assert_eq!(found(None, None, &["cy@example.org"]), None);
        assert_eq!(found(Some("asked"), Some("bo"), &[]).unwrap(), "suppressed: asked");
        assert_eq!(found(Some(""), None, &[]).unwrap(), "suppressed");
        let own = "the address gets a letter of its own, as `bo`";
        assert_eq!(found(None, Some("bo"), &["bo@example.org"]).unwrap(), own);
        let left_out = "the lists of now leave it out of this letter";
        assert_eq!(found(None, None, &["bo@example.org"]).unwrap(), left_out);
    }
}
