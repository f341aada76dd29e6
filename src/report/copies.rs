//! Copies, counted for people.

use crate::ledger::Tally;
use crate::model::DeliveryState;

/// What is to be said of the copies of a round that have not gone: a line each; nothing, where all have.
#[must_use]
pub fn copies_left(copies: &Tally) -> Vec<String> {
    let told = |count: u64, what: &str| {
        let (noun, verb) = if count == 1 { ("copy", "is") } else { ("copies", "are") };
        (count > 0).then(|| format!("{count} {noun} {}", what.replace("{is}", verb)))
    };
    let open = copies.of(DeliveryState::Deferred) + copies.of(DeliveryState::Attempting);
    let lines = [
        told(open, "{is} still to be sent"),
        told(copies.of(DeliveryState::Failed), "failed; `undersigned log` says which, and why"),
        told(
            copies.of(DeliveryState::InDoubt),
            "{is} in doubt; `undersigned log` says which: ask them or the server's log, then `undersigned resolve`",
        ),
    ];
    lines.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_not_gone_is_told() {
        let mut copies = Tally::default();
        copies.add(DeliveryState::Accepted, 7);
        assert!(copies_left(&copies).is_empty());
        copies.add(DeliveryState::Deferred, 3);
        copies.add(DeliveryState::Failed, 2);
        copies.add(DeliveryState::InDoubt, 1);
        let lines = copies_left(&copies);
        assert_eq!(lines[0], "3 copies are still to be sent");
        assert!(lines[1].starts_with("2 copies failed; ") && lines[2].starts_with("1 copy is in doubt; "), "{lines:?}");
    }
}
