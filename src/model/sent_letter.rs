//! Letters that were attempted, as mail speaks of them.

use jiff::Timestamp;

use super::{CampaignId, RecipientId, Round};

/// A letter that was attempted, with all that mail can name it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentLetter {
    /// Its campaign.
    pub campaign: CampaignId,
    /// Its round.
    pub round: Round,
    /// The recipient's id.
    pub recipient: RecipientId,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// Its token.
    pub token: String,
    /// The addresses in its To and Cc, as [`EmailAddress::key`](super::EmailAddress::key) gives them; To is the first.
    pub addresses: Vec<String>,
    /// Those in its Bcc: a report may name them.
    pub blind: Vec<String>,
    /// Those that it had before its row was mended: a letter to one of them came back.
    pub former: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Whether it may have left, as far as anybody knows. One that has not, by a server's or a person's word, is known
    /// by what only its reader can name.
    pub may_have_left: bool,
    /// When it was accepted; where nobody knows, when it was last attempted.
    pub sent_at: Timestamp,
}

impl SentLetter {
    /// Whether it went to an address, as a copy too, or before its row was mended.
    #[must_use]
    pub fn went_to(&self, address: &String) -> bool {
        self.addresses.contains(address) || self.blind.contains(address) || self.former.contains(address)
    }

    /// Whether both went to one recipient of one campaign, in whatever rounds.
    #[must_use]
    pub fn is_to_the_same(&self, other: &Self) -> bool {
        self.campaign == other.campaign && self.recipient == other.recipient
    }
}
