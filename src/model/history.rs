//! What went to a recipient before: the letters of earlier rounds, and of the campaign that this one continues.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Answer, CampaignId, DeliveryState, MessageId, Round};

/// Which letters belong to one thread with those of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The campaign.
    pub campaign: CampaignId,
    /// The rounds before this one.
    pub before: Round,
    /// An earlier campaign that it continues.
    pub continues: Option<CampaignId>,
}

impl Thread {
    /// Whether there may be earlier letters in it.
    #[must_use]
    pub fn has_earlier(&self) -> bool {
        self.before > Round(0) || self.continues.is_some()
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
    /// Its Message-ID, as it was sent.
    pub message_id: Option<MessageId>,
    /// Its subject, as it was sent.
    pub subject: Option<String>,
}

/// What went to a recipient before, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The accepted letters of the campaign that this one continues.
    pub continued: Vec<Past>,
    /// The deliveries of this campaign's earlier rounds.
    pub rounds: Vec<Past>,
}

impl History {
    /// The letters that the recipient has, the oldest first.
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
        let own = self.rounds.iter().filter(|past| past.state == DeliveryState::Accepted);
        own.filter_map(|past| past.subject.as_deref()).next()
    }
}
