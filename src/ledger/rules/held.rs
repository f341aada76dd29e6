//! What becomes of a delivery that was refused, once it is known that its recipient is meant.

use crate::ledger::AttemptId;
use crate::model::DeliveryState;

/// The state of a delivery that is called failed for what the server said to an attempt: it fails where it waits since
/// then, and stays what it is where anything else has become of it.
pub(in crate::ledger) fn fail(state: DeliveryState, last: Option<AttemptId>, refused: AttemptId) -> DeliveryState {
    if state == DeliveryState::Deferred && last == Some(refused) { DeliveryState::Failed } else { state }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_waits_since_that_refusal_fails() {
        let (first, second) = (AttemptId(1), AttemptId(2));
        for state in DeliveryState::ALL {
            let failed = fail(state, Some(first), first);
            let waits = state == DeliveryState::Deferred;
            assert_eq!(failed, if waits { DeliveryState::Failed } else { state });
            assert_eq!(fail(state, Some(second), first), state, "it was tried again since");
            assert_eq!(fail(state, None, first), state);
        }
    }
}
