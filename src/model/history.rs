//! What went to a recipient before: the letters of earlier rounds, and of the campaign that this one continues.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Answer, CampaignId, DeliveryState, MessageId, Recipient, RecipientId, Round};

/// Which letters belong to one thread with those of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The campaign.
    pub campaign: CampaignId,
    /// The rounds before this one.
    pub before: Round,
    /// An earlier campaign that it continues.
    pub continues: Option<CampaignId>,
    /// Whether its first letter is quoted: then it is also told what that was made of.
    pub quotes: bool,
}

impl Thread {
    /// Whether there may be earlier letters in it.
    #[must_use]
    pub fn has_earlier(&self) -> bool {
        self.before > Round(0) || self.continues.is_some()
    }
}

/// Whose earlier letters are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// The id of the row.
    pub id: RecipientId,
    /// The address, as [`EmailAddress::key`](super::EmailAddress::key) gives it.
    pub address: String,
    /// The name, or nothing: somebody of the same id and name has moved to another address.
    pub name: String,
}

impl From<&Recipient> for Addressee {
    fn from(recipient: &Recipient) -> Self {
        Self {
            id: recipient.id.clone(),
            address: recipient.to.key(),
            name: recipient.name().unwrap_or_default().to_owned(),
        }
    }
}

/// The letter of an earlier round to a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The round.
    pub round: Round,
    /// Where it stands.
    pub state: DeliveryState,
    /// What came back.
    pub answer: Answer,
    /// When somebody whose machine answered is back.
    pub returns_on: Option<Date>,
    /// When the server took it.
    pub accepted_at: Option<Timestamp>,
    /// The addresses that its copies could not be sent to, as [`EmailAddress::key`](super::EmailAddress::key) gives
    /// them.
    pub failed_copies: Vec<String>,
    /// Its Message-ID, as it was sent.
    pub message_id: Option<MessageId>,
    /// Its subject, as it was sent.
    pub subject: Option<String>,
    /// What it was made of, where that was asked for ([`Thread::quotes`]) and is known.
    pub made_of: Option<Box<MadeOf>>,
}

/// The number of a state of a round's files, as letters were sent with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SnapshotId(pub i64);

/// What a letter was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeOf {
    /// The files; `None` for those of now.
    pub snapshot: Option<SnapshotId>,
    /// When its last attempt began: the date it bears.
    pub at: Timestamp,
    /// The header of the recipients list of then.
    pub header: Vec<String>,
    /// The line of the recipient's row in that list.
    pub line: u64,
    /// The cells of that row.
    pub cells: Vec<String>,
}

/// What went to a recipient before, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The letters of the campaign that this one continues.
    pub continued: Vec<Past>,
    /// The deliveries of this campaign's earlier rounds.
    pub rounds: Vec<Past>,
}

impl History {
    /// The letters that the recipient has, the oldest first.
    #[must_use]
    pub fn letters(&self) -> impl DoubleEndedIterator<Item = &Past> {
        let is_there = |past: &&Past| past.state == DeliveryState::Accepted;
        self.continued.iter().chain(&self.rounds).filter(is_there)
    }

    /// The Message-IDs of the thread, the oldest first.
    #[must_use]
    pub fn message_ids(&self) -> Vec<MessageId> {
        self.letters().filter_map(|past| past.message_id.clone()).collect()
    }

    /// The subject under which the campaign's thread runs: that of its first letter.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        let mut own = self.rounds.iter().filter(|past| past.state == DeliveryState::Accepted);
        own.find_map(|past| past.subject.as_deref())
    }
}
