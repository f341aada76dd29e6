//! The second pass over the recipients: what is to be done about each.

use std::collections::HashMap;

use jiff::civil::Date;

use super::fingerprint::{Alike, Fingerprint, Fingerprints};
use super::follow_up::{self, Ended, FollowUp, Rule};
use super::{Decision, Entry, SkipReason};
use crate::model::{Answer, DeliveryState, EmailAddress, Fault, History, Recipient, RecipientId, Suppression, Target};

/// A text that stands on several rows, by its fingerprint.
#[derive(Debug, Clone)]
pub(super) struct Known {
    what: Fingerprint,
    /// The first line.
    line: u64,
    /// The text, once it was met again: who is passed over is so for a text that is the same, not for a fingerprint.
    text: Option<Box<str>>,
}

impl Known {
    pub(super) fn new(what: Fingerprint, line: u64) -> Self {
        Self { what, line, text: None }
    }

    /// Makes sure that a text with this fingerprint is the same as the one before.
    fn confirm(&mut self, text: &str) -> Result<(), Alike> {
        let known = self.text.get_or_insert_with(|| text.into());
        if **known == *text { Ok(()) } else { Err(Alike) }
    }
}

/// An id that stands on several rows.
#[derive(Debug, Clone)]
pub(super) struct KnownId {
    pub(super) known: Known,
    /// The address on its first row.
    pub(super) address: Fingerprint,
    /// Whether all of its rows have that address.
    pub(super) is_one: bool,
}

/// Decides about every row of the list that a [`Census`](super::Census) has seen.
#[derive(Debug, Clone)]
pub struct Planner {
    fingerprints: Fingerprints,
    /// In the order of their fingerprints.
    addresses: Vec<Known>,
    /// In the order of their fingerprints.
    ids: Vec<KnownId>,
    suppressed_addresses: HashMap<String, Option<String>>,
    suppressed_domains: HashMap<String, Option<String>>,
    /// Whether a person has stopped the campaign.
    is_halted: bool,
    /// In a follow-up, when it is due, and the day of today.
    follow_up: Option<(Rule, Date)>,
    /// Whether the letters before it count as sent that still may be.
    looks_ahead: bool,
}

impl Planner {
    pub(super) fn new(fingerprints: Fingerprints, addresses: Vec<Known>, ids: Vec<KnownId>) -> Self {
        Self {
            fingerprints,
            addresses,
            ids,
            suppressed_addresses: HashMap::new(),
            suppressed_domains: HashMap::new(),
            is_halted: false,
            follow_up: None,
            looks_ahead: false,
        }
    }

    /// Plans a follow-up, as it is due today.
    pub fn follow_up(&mut self, rule: Rule, today: Date) {
        self.follow_up = Some((rule, today));
    }

    /// Sends nothing to anybody: a person has stopped the campaign.
    pub fn halt(&mut self) {
        self.is_halted = true;
    }

    /// Takes a follow-up that waits for a day as due.
    pub fn wait_for_nothing(&mut self) {
        if let Some((_, today)) = &mut self.follow_up {
            *today = Date::MAX;
        }
    }

    /// Takes a follow-up as due now, also where the letter before it is still to be sent.
    pub fn look_ahead(&mut self) {
        self.wait_for_nothing();
        self.looks_ahead = true;
    }

    /// Takes note of who must not be written to.
    pub fn suppress(&mut self, suppressions: impl IntoIterator<Item = Suppression>) {
        for Suppression { target, reason } in suppressions {
            match target {
                Target::Address(key) => self.suppressed_addresses.entry(key).or_insert(reason),
                Target::Domain(domain) => self.suppressed_domains.entry(domain).or_insert(reason),
            };
        }
    }

    /// Whether an id is that of two recipients: [`reused_id`](Planner::reused_id) says of which.
    #[must_use]
    pub fn reuses_ids(&self) -> bool {
        self.ids.iter().any(|id| !id.is_one)
    }

    /// What is wrong with a row whose id is another recipient's.
    pub fn reused_id(&mut self, file: &str, recipient: &Recipient) -> Option<Fault> {
        let address = self.fingerprints.of(&recipient.to.key());
        let id = self.known_id(&recipient.id).ok().flatten().filter(|id| id.address != address)?;
        let message = format!(
            "the id `{}` is already that of line {}; give each recipient an id of its own",
            recipient.id, id.known.line
        );
        Some(Fault::error(recipient.place(file, "id"), message))
    }

    /// Decides about a row that was seen. `standing` is where the ledger has its delivery, and `history` what it has of
    /// earlier ones.
    ///
    /// # Errors
    /// Where it looks like another row by chance.
    pub fn decide(
        &mut self,
        mut recipient: Recipient,
        standing: Option<(DeliveryState, Answer)>,
        history: History,
    ) -> Result<Entry, Alike> {
        let own = recipient.to.key();
        let first_line = self.first_line(&own)?.unwrap_or(recipient.line);
        let id_line = self.known_id(&recipient.id)?.map_or(recipient.line, |id| id.known.line);
        let id = if id_line == recipient.line {
            recipient.id.clone()
        } else {
            RecipientId::new(format!("{} (line {})", recipient.id, recipient.line))
        };
        let follow_up = self
            .follow_up
            .as_ref()
            .map(|(rule, today)| (follow_up::due(&history.rounds, rule, recipient.fields.filled("country")), *today));
        let decision = if first_line == recipient.line {
            self.decide_first(&recipient, &own, standing, follow_up)
        } else {
            Decision::Skip(SkipReason::Duplicate { of_line: first_line })
        };
        let mut left_out = Vec::new();
        recipient.cc = self.leave_out(recipient.cc, &own, &mut left_out)?;
        recipient.bcc = self.leave_out(recipient.bcc, &own, &mut left_out)?;
        let due = follow_up.and_then(|(follow_up, _)| follow_up.date());
        Ok(Entry { recipient, id, decision, due, history, left_out })
    }

    /// The line on which an address is first written to, where it stands on several rows.
    fn first_line(&mut self, key: &str) -> Result<Option<u64>, Alike> {
        if self.addresses.is_empty() {
            return Ok(None);
        }
        let what = self.fingerprints.of(key);
        let Ok(at) = self.addresses.binary_search_by_key(&what, |known| known.what) else {
            return Ok(None);
        };
        let known = &mut self.addresses[at];
        known.confirm(key)?;
        Ok(Some(known.line))
    }

    /// What is known of an id that stands on several rows.
    fn known_id(&mut self, id: &RecipientId) -> Result<Option<&KnownId>, Alike> {
        if self.ids.is_empty() {
            return Ok(None);
        }
        let what = self.fingerprints.of(id.as_str());
        let Ok(at) = self.ids.binary_search_by_key(&what, |id| id.known.what) else {
            return Ok(None);
        };
        let found = &mut self.ids[at];
        found.known.confirm(id.as_str())?;
        Ok(Some(found))
    }

    fn decide_first(
        &self,
        recipient: &Recipient,
        key: &str,
        standing: Option<(DeliveryState, Answer)>,
        follow_up: Option<(FollowUp, Date)>,
    ) -> Decision {
        match standing {
            Some((state, _)) if state.is_settled() => return Decision::Settled(state),
            Some((_, answer)) if answer.stops() => return Decision::Skip(SkipReason::Answered(answer)),
            _ => {}
        }
        let (ended, waits) = match follow_up {
            Some((FollowUp::Ended(Ended::Answered(answer)), _)) => (Some(SkipReason::Answered(answer)), None),
            Some((FollowUp::Ended(ended), _)) if self.looks_ahead && ended.may_pass() => (None, None),
            Some((FollowUp::Ended(ended), _)) => (Some(SkipReason::Ended(ended)), None),
            Some((FollowUp::Due(date), today)) if date > today => {
                (None, Some(SkipReason::NotBefore { date, away: false }))
            }
            Some((FollowUp::DueOnReturn(date), today)) if date > today => {
                (None, Some(SkipReason::NotBefore { date, away: true }))
            }
            _ => (None, None),
        };
        let halted = self.is_halted.then_some(SkipReason::CampaignStopped);
        ended
            .or_else(|| self.suppressed(&recipient.to, key))
            .or(halted)
            .or(waits)
            .map_or(Decision::Send, Decision::Skip)
    }

    fn suppressed(&self, address: &EmailAddress, key: &str) -> Option<SkipReason> {
        let (target, reason) = match self.suppressed_addresses.get(key) {
            Some(reason) => (key.to_owned(), reason),
            None => (format!("@{}", address.domain()), self.suppressed_domains.get(address.domain())?),
        };
        Some(SkipReason::Suppressed { target, reason: reason.clone() })
    }

    /// Takes out the copies to those who must not be written to, and to those who get a letter of their own.
    fn leave_out(
        &mut self,
        copies: Vec<EmailAddress>,
        own: &str,
        left_out: &mut Vec<(EmailAddress, SkipReason)>,
    ) -> Result<Vec<EmailAddress>, Alike> {
        let mut kept = Vec::with_capacity(copies.len());
        for address in copies {
            let key = address.key();
            let has_its_own = match self.first_line(&key)? {
                Some(of_line) if key != own => Some(SkipReason::Duplicate { of_line }),
                _ => None,
            };
            match self.suppressed(&address, &key).or(has_its_own) {
                Some(reason) => left_out.push((address, reason)),
                None => kept.push(address),
            }
        }
        Ok(kept)
    }
}
