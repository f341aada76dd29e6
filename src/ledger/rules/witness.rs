//! Whether a ledger knows of everything that its witness tells: a copy from before does not, and whoever was written to
//! since would be written to again.

use crate::ledger::sent_log::{Left, Letter, Told};
use crate::model::DeliveryState;

/// What a ledger knows of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    /// How often it was attempted.
    pub(crate) attempts: u32,
    /// Where it stands.
    pub(crate) state: DeliveryState,
}

/// Whether a ledger that has a letter in this state, after so many attempts, knows of one that a witness saw leave at
/// the attempt of this number.
///
/// It knows where the letter may have left by its own record, or where it has that very attempt and knows better: a
/// reply, or a person, said since that nothing left.
#[must_use]
pub fn knows(state: DeliveryState, attempts: u32, left_at: u32) -> bool {
    state.may_have_left() || attempts >= left_at
}

/// The letters that may have left, and of which the ledger does not know that.
///
/// Sets are compared, never sums: a letter more here does not make up for one that is missing there.
pub(crate) fn unknown(
    told: &Told,
    mut known: impl FnMut(&Letter) -> Option<Known>,
) -> impl Iterator<Item = (&Letter, &Left)> {
    told.letters.iter().filter(move |(letter, left)| {
        !known(letter).is_some_and(|Known { state, attempts }| knows(state, attempts, left.attempt))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sent_log::{Line, Marker, Turn};
    use crate::model::{CampaignId, MessageId, Round, TokenKey};

    #[test]
    fn what_the_ledger_does_not_know_is_named_whatever_else_it_knows() {
        use DeliveryState::{Accepted, Deferred, Failed, InDoubt, Planned};
        let marker = Marker::of(&TokenKey::new([1; 32]));
        let letter = Letter {
            campaign: CampaignId::parse("c").unwrap(),
            round: Round(0),
            address: marker.mark("ana@example.org", &crate::model::Person::default()),
        };
        let mut told = Told::default();
        told.hear(Line::Letter {
            letter: letter.clone(),
            at: jiff::Timestamp::UNIX_EPOCH,
            turn: Turn::Leaves { attempt: 2, message_id: MessageId::from_text("x@y.example") },
        });
        for (known, is_unknown) in [
            (None, true),
            (Some((0, Planned)), true),
            // It was put off once, when the copy was made.
            (Some((1, Deferred)), true),
            (Some((1, Failed)), true),
            // The outcome of the second attempt had no time to be written into the log.
            (Some((2, Deferred)), false),
            (Some((2, Failed)), false),
            (Some((2, Accepted)), false),
            (Some((1, InDoubt)), false),
        ] {
            let known = known.map(|(attempts, state)| Known { attempts, state });
            let found = unknown(&told, |asked| known.filter(|_| *asked == letter)).count();
            assert_eq!(found, usize::from(is_unknown), "{known:?}");
        }
    }
}
