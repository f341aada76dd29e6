//! The second pass over the recipients: what is to be done about each.

use std::collections::HashMap;

use jiff::civil::Date;

use super::fingerprint::{Alike, Fingerprint, Fingerprints};
use super::follow_up::{self, Ended, FollowUp, Rule};
use super::{Decision, Entry, Row, SkipReason};
use crate::model::{
    Answer, DeliveryState, EmailAddress, Fault, History, Recipient, RecipientId, Suppression, Target, Unaddressed,
};

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

/// An address that stands on several rows.
#[derive(Debug, Clone)]
pub(super) struct KnownAddress {
    pub(super) known: Known,
    /// The first line on which it is the one that is written to.
    pub(super) first_to: Option<u64>,
    /// The first line on which it is not to be written to.
    pub(super) opted_out: Option<u64>,
    /// The name on the first line, once that was met.
    pub(super) name: Option<Box<str>>,
}

/// A letter that goes to an address which several rows have and none begins with.
#[derive(Debug, Clone)]
struct Served {
    line: u64,
    as_what: ServedAs,
    text: Box<str>,
}

/// How a letter goes to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ServedAs {
    /// It is its own.
    Own,
    /// It is a copy.
    Copy,
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
    addresses: Vec<KnownAddress>,
    /// Addresses that several rows have and none begins with, in order.
    shared_copies: Vec<Fingerprint>,
    /// The letters that go to these, as far as was decided.
    served: HashMap<Fingerprint, Served>,
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
    pub(super) fn new(
        fingerprints: Fingerprints,
        addresses: Vec<KnownAddress>,
        shared_copies: Vec<Fingerprint>,
        ids: Vec<KnownId>,
    ) -> Self {
        Self {
            fingerprints,
            addresses,
            shared_copies,
            served: HashMap::new(),
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
        let id = self.id_of(&recipient.id, recipient.line)?;
        let follow_up = self
            .follow_up
            .as_ref()
            .map(|(rule, today)| (follow_up::due(&history.rounds, rule, recipient.fields.filled("country")), *today));
        let decision = match self.not_first(&recipient, &own)? {
            Some(reason) => Decision::Skip(reason),
            None => self.decide_first(&recipient, &own, standing, follow_up),
        };
        let mut left_out = Vec::new();
        let of_column = recipient.cc.split_off(recipient.further.min(recipient.cc.len()));
        let of_cell = std::mem::take(&mut recipient.cc);
        recipient.cc = self.leave_out(of_cell, &recipient, &mut left_out)?;
        recipient.further = recipient.cc.len();
        let of_column = self.leave_out(of_column, &recipient, &mut left_out)?;
        recipient.cc.extend(of_column);
        let bcc = std::mem::take(&mut recipient.bcc);
        recipient.bcc = self.leave_out(bcc, &recipient, &mut left_out)?;
        let goes = match &decision {
            Decision::Send => true,
            Decision::Settled(state) => state.may_have_left(),
            Decision::Skip(_) => false,
        };
        if goes {
            self.note_served(&recipient)?;
        }
        let due = follow_up.and_then(|(follow_up, _)| follow_up.date());
        Ok(Entry { recipient, id, decision, due, history, left_out })
    }

    /// Passes over a row without an address.
    ///
    /// # Errors
    /// Where it looks like another row by chance.
    pub fn pass_over(&mut self, row: Unaddressed) -> Result<Row, Alike> {
        Ok(Row::Unaddressed { id: self.id_of(&row.id, row.line)?, row })
    }

    /// The name of a row in the ledger: where an earlier row has its id, the line stands behind it.
    fn id_of(&mut self, id: &RecipientId, line: u64) -> Result<RecipientId, Alike> {
        let first = self.known_id(id)?.map_or(line, |id| id.known.line);
        Ok(if first == line { id.clone() } else { RecipientId::new(format!("{id} (line {line})")) })
    }

    /// Where the first address of a row gets no letter by it, gives the letter to the next of its cell that gets none
    /// otherwise: nobody is lost who stands behind somebody else. Gives the addresses that it was taken from.
    ///
    /// `standing` is where the ledger has the row's delivery: a letter that may have left stays where it went.
    ///
    /// # Errors
    /// Where an address looks like another by chance.
    pub fn readdress(
        &mut self,
        recipient: &mut Recipient,
        standing: Option<(DeliveryState, Answer)>,
    ) -> Result<Vec<(EmailAddress, SkipReason)>, Alike> {
        if recipient.further == 0 || recipient.opted_out.is_some() {
            return Ok(Vec::new());
        }
        let own = recipient.to.key();
        let is_open = standing.is_none_or(|(state, answer)| !state.is_settled() && !answer.stops());
        let Some(reason) = (match self.not_first(recipient, &own)? {
            None if is_open => self.suppressed(&recipient.to, &own),
            reason => reason,
        }) else {
            return Ok(Vec::new());
        };
        let mut passed = vec![(recipient.to.clone(), reason)];
        for n in 0..recipient.further {
            let address = &recipient.cc[n];
            let Some(reason) = self.served_otherwise(address, recipient.line)? else {
                let had_its_address_as_id = recipient.id.as_str() == recipient.to.shown_key();
                recipient.to = recipient.cc.remove(n);
                recipient.cc.drain(..n);
                recipient.further -= n + 1;
                if had_its_address_as_id {
                    recipient.id = RecipientId::new(recipient.to.shown_key());
                }
                return Ok(passed);
            };
            passed.push((address.clone(), reason));
        }
        Ok(Vec::new())
    }

    /// Why an address that stands behind the first of its cell is not to get the letter of its row.
    fn served_otherwise(&mut self, address: &EmailAddress, line: u64) -> Result<Option<SkipReason>, Alike> {
        let key = address.key();
        if let Some(reason) = self.suppressed(address, &key) {
            return Ok(Some(reason));
        }
        if let Some(KnownAddress { first_to, opted_out, .. }) = self.known_address(&key)? {
            return Ok(match (*opted_out, *first_to) {
                (Some(line), _) => Some(SkipReason::OptedOut { column: None, line }),
                (None, of_line) => of_line.map(|of_line| SkipReason::Duplicate { of_line }),
            });
        }
        let served = self.served(&key)?.filter(|served| served.line != line);
        Ok(served.map(|served| SkipReason::Duplicate { of_line: served.line }))
    }

    /// Why a row is not the one by which its address gets its letter.
    fn not_first(&mut self, recipient: &Recipient, key: &str) -> Result<Option<SkipReason>, Alike> {
        let line = recipient.line;
        if let Some(column) = &recipient.opted_out {
            return Ok(Some(SkipReason::OptedOut { column: Some(column.clone()), line }));
        }
        let name = recipient.name().unwrap_or_default();
        let Some(known) = self.known_address(key)? else { return Ok(None) };
        if let Some(line) = known.opted_out {
            return Ok(Some(SkipReason::OptedOut { column: None, line }));
        }
        let Some(of_line) = known.first_to.filter(|first| *first != line) else {
            known.name = Some(name.into());
            return Ok(None);
        };
        let first = known.name.as_deref().unwrap_or_default();
        let is_other = !first.is_empty() && !name.is_empty() && !is_one_name(first, name);
        Ok(Some(if is_other {
            SkipReason::SharedMailbox { of_line, name: first.to_owned() }
        } else {
            SkipReason::Duplicate { of_line }
        }))
    }

    /// What is known of an address that stands on several rows.
    fn known_address(&mut self, key: &str) -> Result<Option<&mut KnownAddress>, Alike> {
        if self.addresses.is_empty() {
            return Ok(None);
        }
        let what = self.fingerprints.of(key);
        let Ok(at) = self.addresses.binary_search_by_key(&what, |address| address.known.what) else {
            return Ok(None);
        };
        let found = &mut self.addresses[at];
        found.known.confirm(key)?;
        Ok(Some(found))
    }

    /// The letter that goes to an address which several rows have and none begins with.
    fn served(&self, key: &str) -> Result<Option<&Served>, Alike> {
        if self.served.is_empty() {
            return Ok(None);
        }
        match self.served.get(&self.fingerprints.of(key)) {
            Some(served) if *served.text != *key => Err(Alike),
            served => Ok(served),
        }
    }

    /// Takes note of whom a letter goes to, as far as other rows have them behind the first of their cells.
    fn note_served(&mut self, recipient: &Recipient) -> Result<(), Alike> {
        if self.shared_copies.is_empty() {
            return Ok(());
        }
        for (n, address) in recipient.addresses().enumerate() {
            let key = address.key();
            let what = self.fingerprints.of(&key);
            if self.shared_copies.binary_search(&what).is_err() || self.served(&key)?.is_some() {
                continue;
            }
            let as_what = if n == 0 { ServedAs::Own } else { ServedAs::Copy };
            self.served.insert(what, Served { line: recipient.line, as_what, text: key.into() });
        }
        Ok(())
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
        recipient: &Recipient,
        left_out: &mut Vec<(EmailAddress, SkipReason)>,
    ) -> Result<Vec<EmailAddress>, Alike> {
        let own = recipient.to.key();
        let mut kept = Vec::with_capacity(copies.len());
        for address in copies {
            let key = address.key();
            match self.suppressed(&address, &key) {
                None if key != own => match self.has_its_own(&key, recipient.line)? {
                    Some(reason) => left_out.push((address, reason)),
                    None => kept.push(address),
                },
                Some(reason) => left_out.push((address, reason)),
                None => kept.push(address),
            }
        }
        Ok(kept)
    }

    /// Why an address gets no copy of the letter on a line: it has a letter of its own, or wants none.
    fn has_its_own(&mut self, key: &str, line: u64) -> Result<Option<SkipReason>, Alike> {
        if let Some(KnownAddress { first_to, opted_out, .. }) = self.known_address(key)? {
            return Ok(match (*opted_out, *first_to) {
                (Some(line), _) => Some(SkipReason::OptedOut { column: None, line }),
                (None, of_line) => of_line.map(|of_line| SkipReason::Duplicate { of_line }),
            });
        }
        let own = self.served(key)?.filter(|served| served.as_what == ServedAs::Own && served.line != line);
        Ok(own.map(|served| SkipReason::Duplicate { of_line: served.line }))
    }
}

/// Whether two names are one person's, whatever their case and the order of their words.
fn is_one_name(one: &str, other: &str) -> bool {
    let words = |name: &str| {
        let name = name.to_lowercase();
        let mut words: Vec<String> =
            name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    words(one) == words(other)
}
