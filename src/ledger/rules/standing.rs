//! Which delivery a recipient of a list is, where ids and addresses of lists change.

use crate::ledger::Standing;
use crate::model::{Addressee, DeliveryState};

/// Whether the delivery under a recipient's id is the one that counts, whatever was sent to the address under other
/// ids.
///
/// One that failed or came back, and whose address was mended, is looked for by the new one.
pub(in crate::ledger) fn counts(own: &Standing, address: &str) -> bool {
    let did_not_arrive = matches!(own.state, DeliveryState::Failed | DeliveryState::Bounced);
    own.state.is_settled() && (!did_not_arrive || own.address == address)
}

/// Whether the delivery under a recipient's id went to that person: to this address, or to one that the same person had
/// before. An id alone is no proof: a list that got new ids gives one to somebody else.
pub(in crate::ledger) fn is_of_person(to: &Addressee, address: &str, name: &str) -> bool {
    to.address == address || (to.name == name && !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Answer, RecipientId};

    #[test]
    fn what_was_sent_counts_under_its_id_and_what_is_open_or_was_mended_does_not() {
        let own = |state, address: &str| Standing { state, answer: Answer::None, address: address.to_owned() };
        for state in DeliveryState::ALL {
            assert_eq!(counts(&own(state, "ana@example.org"), "ana@example.org"), state.is_settled(), "{state}");
            let arrived = !matches!(state, DeliveryState::Failed | DeliveryState::Bounced);
            let elsewhere = state.is_settled() && arrived;
            assert_eq!(counts(&own(state, "old@example.org"), "ana@example.org"), elsewhere, "{state}");
        }
    }

    #[test]
    fn an_id_alone_is_no_proof_of_a_person() {
        let to = |address: &str, name: &str| Addressee {
            id: RecipientId::new("ana"),
            address: address.to_owned(),
            name: name.to_owned(),
        };
        assert!(is_of_person(&to("ana@example.org", ""), "ana@example.org", "Ana"));
        assert!(is_of_person(&to("new@example.org", "Ana"), "ana@example.org", "Ana"));
        assert!(!is_of_person(&to("new@example.org", "Bo"), "ana@example.org", "Ana"));
        assert!(!is_of_person(&to("new@example.org", ""), "ana@example.org", ""));
    }
}
