//! Letters that witnesses know and a ledger does not, on their way into it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::sent_log::{Left, Letter, Marker};
use crate::model::{CampaignId, EmailAddress, MessageId, Person, RecipientId, Round};

/// A letter that a witness knows, with its recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// In which round.
    pub round: Round,
    /// To whom.
    pub recipient: RecipientId,
    /// The address.
    pub email: EmailAddress,
    /// Whose letter it is there, where several people get one each.
    pub person: Person,
    /// The recipient's name, or nothing.
    pub name: String,
    /// The recipient's organisation, or nothing.
    pub organisation: String,
    /// Its subject, where it is known.
    pub subject: Option<String>,
    /// Who knows of it.
    pub known_by: KnownBy,
    /// When and how it left.
    pub departure: Departure,
}

/// Who knows of a letter that the ledger does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownBy {
    /// A witness: the ledger was lost.
    Witness,
    /// The mailbox or the list of whoever sent it by hand.
    Sender,
}

impl KnownBy {
    /// Why the letter stands where it does.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Witness => "told by a witness, after the ledger was lost",
            Self::Sender => "sent by hand, before it was adopted",
        }
    }
}

/// When and how a letter left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The number of the attempt.
    pub attempt: u32,
    /// When that was.
    pub at: Timestamp,
    /// Whether the server is known to have taken it; in doubt, where it is not.
    pub accepted: bool,
    /// Its Message-ID, where it is known.
    pub message_id: Option<MessageId>,
}

/// What the logs of sent letters know and a ledger does not. They name nobody: who it was is found out by trying.
#[derive(Debug, Default)]
pub struct Unknown {
    pub(super) letters: BTreeMap<Letter, Left>,
    /// What makes the marks of addresses: the ledger's own, and that of the one before, which this machine remembers.
    pub(super) markers: Vec<Marker>,
}

impl Unknown {
    /// Takes out the letter of a round to this address, or to somebody of this name there, where it is among them.
    /// Gives whose it is, where several people there get one each.
    pub fn take(
        &mut self,
        campaign: &CampaignId,
        round: Round,
        address: &EmailAddress,
        name: &str,
    ) -> Option<(Departure, Person)> {
        if self.letters.is_empty() {
            return None;
        }
        let key = address.key();
        let people = [Person::named(name), Person::default()];
        let (found, person) = people.into_iter().find_map(|person| {
            let found = self.markers.iter().find_map(|marker| {
                let letter = Letter { campaign: campaign.clone(), round, address: marker.mark(&key, &person) };
                self.letters.remove(&letter)
            })?;
            Some((found, person))
        })?;
        let Left { attempt, message_id, at, accepted } = found;
        Some((Departure { attempt, at, accepted, message_id }, person))
    }

    /// The rounds of a campaign that letters among them are of.
    #[must_use]
    pub fn rounds(&self, campaign: &CampaignId) -> Vec<Round> {
        let mut rounds: Vec<Round> =
            self.letters.keys().filter(|letter| letter.campaign == *campaign).map(|letter| letter.round).collect();
        rounds.dedup();
        rounds
    }

    /// Whether copies are among them that were sent by themselves. Which ones, the logs do not say.
    #[must_use]
    pub fn has_copies(&self) -> bool {
        self.letters.keys().any(|letter| letter.address.is_copy())
    }

    /// How many there are of each campaign, but for copies.
    #[must_use]
    pub fn left(&self) -> BTreeMap<CampaignId, usize> {
        let mut left = BTreeMap::new();
        for letter in self.letters.keys().filter(|letter| !letter.address.is_copy()) {
            *left.entry(letter.campaign.clone()).or_insert(0) += 1;
        }
        left
    }
}
