//! What must be true after every schedule.

use super::round::{FIRST, campaign, key};
use super::schedule::{RECIPIENTS, Refuses};
use super::wire::{Post, message_id};
use super::world::Known;
use crate::ledger::memory::ENDED_BEFORE_THE_REPLY;
use crate::ledger::{Delivery, Resolution};
use crate::model::{DeliveryState, MessageId, RecipientId};
use crate::transport::sandbox::Received;

/// A property that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The server accepted a letter more often than it was allowed to.
    SentTwice(RecipientId),
    /// The ledger says `accepted`, and the server had not said 250.
    NeverAccepted(RecipientId),
    /// The server accepted it, and the ledger says otherwise.
    PassedOver(RecipientId, DeliveryState),
    /// The runs are over, and the delivery is not.
    NoEnd(RecipientId, DeliveryState),
    /// It is in doubt although it cannot have been accepted.
    NeedlessDoubt(RecipientId),
    /// It left before the intent to send it was durable.
    TooEarly(RecipientId),
    /// A run said that it was done, and this was not.
    NotDone(RecipientId, DeliveryState),
    /// A recipient failed, and the server had refused the account.
    Marked(RecipientId),
    /// A recipient was refused, and did not fail.
    Unmarked(RecipientId),
    /// After a run was killed, so many were in doubt.
    TooManyInDoubt(u64),
    /// The runs did not come to an end.
    Endless,
}

/// Compares the ledger, the server and the wire.
pub(super) fn judge(deliveries: &[Delivery], received: &[Received], post: &Post, known: &mut Known) {
    for (n, recipient) in RECIPIENTS.into_iter().enumerate() {
        let recipient = RecipientId::new(recipient);
        // It is the same on every attempt.
        let own = MessageId::of(&key(), &campaign(), FIRST, &recipient, "coalition.example");
        let own = own.as_str().trim_matches(['<', '>']);
        let accepted = received.iter().filter(|it| message_id(&it.message).as_deref() == Some(own)).count();
        let left = post.of(own);
        let delivery = deliveries.iter().find(|delivery| delivery.recipient == recipient);
        let state = delivery.map_or(DeliveryState::Planned, |delivery| delivery.state);
        let said = |word| known.words.iter().filter(|said| **said == (n, word)).count();
        let (sworn, sent_anew) = (said(Resolution::Accepted) > 0, said(Resolution::NotSent));

        let mut wrong = Vec::new();
        if accepted > 1 + sent_anew {
            wrong.push(Wrong::SentTwice(recipient.clone()));
        }
        if state == DeliveryState::Accepted && accepted == 0 && !sworn {
            wrong.push(Wrong::NeverAccepted(recipient.clone()));
        }
        let is_remembered = matches!(state, DeliveryState::Accepted | DeliveryState::InDoubt);
        if accepted > 0 && !is_remembered && sent_anew == 0 {
            wrong.push(Wrong::PassedOver(recipient.clone(), state));
        }
        if !is_remembered && state != DeliveryState::Failed {
            wrong.push(Wrong::NoEnd(recipient.clone(), state));
        }
        if state == DeliveryState::InDoubt {
            // Doubt has one of two causes: the run was cut short, or the final dot had left.
            let was_open = delivery.is_some_and(|it| it.reason.as_deref() == Some(ENDED_BEFORE_THE_REPLY));
            if if was_open { known.cut_short == 0 } else { left.whole == 0 } {
                wrong.push(Wrong::NeedlessDoubt(recipient.clone()));
            }
        }
        let failed = state == DeliveryState::Failed;
        match known.refuses {
            Some(Refuses::Recipient(refused)) if refused == n && !failed => {
                wrong.push(Wrong::Unmarked(recipient.clone()));
            }
            Some(Refuses::Recipient(refused)) if refused == n => {}
            Some(_) if failed => wrong.push(Wrong::Marked(recipient.clone())),
            _ => {}
        }
        if left.too_early {
            wrong.push(Wrong::TooEarly(recipient));
        }
        known.wrong.append(&mut wrong);
    }
}
