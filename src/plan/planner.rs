//! The second pass over the recipients: what is to be done about each.

use std::collections::HashMap;

use jiff::civil::Date;

use super::fingerprint::{Alike, Fingerprint, Fingerprints};
use super::follow_up::{self, Ended, FollowUp, Rule};
use super::known::Known;
use super::mailboxes::{KnownAddress, Mailboxes};
use super::people::Resident;
use super::{Decision, Entry, Row, SkipReason};
use crate::model::{
    Answer, DeliveryState, EmailAddress, Fault, Forgotten, History, ListLine, Recipient, RecipientId, Suppression,
    Unaddressed,
};

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
    mailboxes: Mailboxes,
    /// In the order of their fingerprints.
    ids: Vec<KnownId>,
    /// Ids that read as an address and are not that of their row, with its line.
    address_ids: HashMap<Fingerprint, ListLine>,
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
            mailboxes: Mailboxes::new(fingerprints.clone(), addresses, shared_copies),
            fingerprints,
            ids,
            address_ids: HashMap::new(),
            is_halted: false,
            follow_up: None,
            looks_ahead: false,
        }
    }

    pub(super) fn with_address_ids(self, address_ids: HashMap<Fingerprint, ListLine>) -> Self {
        Self { address_ids, ..self }
    }

    /// Takes note of who must not be written to.
    pub fn suppress(&mut self, suppressions: impl IntoIterator<Item = Suppression>) {
        self.mailboxes.suppress(suppressions);
    }

    /// Takes note of who was forgotten: nobody writes to them.
    pub fn forget(&mut self, forgotten: Forgotten) {
        self.mailboxes.forget(forgotten);
    }

    /// Takes note of who may have a copy of a letter of the round, by [`EmailAddress::key`], and of whose: no letter of
    /// their own goes to them.
    pub fn note_copied(&mut self, copied: impl IntoIterator<Item = (String, String)>) {
        self.mailboxes.note_copied(copied);
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

    /// Whether an id may be that of two recipients, or be another's address: [`reused_id`](Planner::reused_id) says
    /// which.
    #[must_use]
    pub fn reuses_ids(&self) -> bool {
        self.ids.iter().any(|id| !id.is_one) || !self.address_ids.is_empty()
    }

    /// What is wrong with a row whose id is another recipient's, or whose address is another one's id: by an address,
    /// `mark` and `resolve` find whom it is the id of.
    pub fn reused_id(&mut self, file: &str, recipient: &Recipient) -> Option<Fault> {
        let address = self.fingerprints.of(&recipient.to.key());
        if let Some(other) = self.address_ids.get(&address).filter(|line| **line != recipient.list_line()) {
            let message =
                format!("`{}` is the id of {other}, of another recipient; give that row another id", recipient.to);
            return Some(Fault::error(recipient.place(file, "email"), message));
        }
        let id = self.known_id(&recipient.id).ok().flatten().filter(|id| id.address != address)?;
        let message = format!(
            "the id `{}` is already that of {}; give each recipient an id of its own",
            recipient.id, id.known.line
        );
        Some(Fault::error(recipient.place(file, "id"), message))
    }

    /// Takes note of who is at the address of a row, where each of several people at one is to get a letter: of all
    /// rows, before the first is decided about. Gives what is wrong with a row that has somebody else's id.
    ///
    /// # Errors
    /// Where an address looks like another by chance.
    pub fn meet(&mut self, file: &str, recipient: &Recipient) -> Result<Option<Fault>, Alike> {
        if recipient.opted_out.is_some() { Ok(None) } else { self.mailboxes.meet(file, recipient) }
    }

    /// Who shares the address of a row, where they are several people and each gets a letter. The row gets the id by
    /// which it is told from theirs.
    ///
    /// # Errors
    /// Where an address looks like another by chance.
    pub fn residents(&mut self, recipient: &mut Recipient) -> Result<Option<&[Resident]>, Alike> {
        let Some(residents) = self.mailboxes.residents(recipient)? else { return Ok(None) };
        if let Some(own) = residents.iter().find(|resident| resident.line == recipient.list_line()) {
            recipient.id = own.id.clone();
        }
        Ok(Some(residents))
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
        let id = self.id_of(&recipient.id, recipient.list_line())?;
        let residents = self.mailboxes.residents(&recipient)?.unwrap_or_default();
        let own_line = |resident: &&Resident| resident.line == recipient.list_line();
        let person = residents.iter().find(own_line).map(|resident| resident.person.clone()).unwrap_or_default();
        let follow_up = self
            .follow_up
            .as_ref()
            .map(|(rule, today)| (follow_up::due(&history.rounds, rule, recipient.fields.filled("country")), *today));
        let decision = match self.mailboxes.not_first(&recipient, &own)? {
            Some(reason) => Decision::Skip(reason),
            None => self.decide_first(&recipient, &own, standing, follow_up),
        };
        let mut left_out = Vec::new();
        let of_column = recipient.cc.split_off(recipient.further.min(recipient.cc.len()));
        let of_cell = std::mem::take(&mut recipient.cc);
        recipient.cc = self.mailboxes.leave_out(of_cell, &recipient, &mut left_out)?;
        recipient.further = recipient.cc.len();
        let of_column = self.mailboxes.leave_out(of_column, &recipient, &mut left_out)?;
        recipient.cc.extend(of_column);
        let bcc = std::mem::take(&mut recipient.bcc);
        recipient.bcc = self.mailboxes.leave_out(bcc, &recipient, &mut left_out)?;
        leave_out_failed(&mut recipient, &history, &mut left_out);
        let goes = match &decision {
            Decision::Send => true,
            Decision::Settled(state) => state.may_have_left(),
            Decision::Skip(_) => false,
        };
        if goes {
            self.mailboxes.note_served(&recipient)?;
        }
        let due = follow_up.and_then(|(follow_up, _)| follow_up.date());
        Ok(Entry { recipient, id, person, decision, due, history, left_out })
    }

    /// Passes over a row without an address.
    ///
    /// # Errors
    /// Where it looks like another row by chance.
    pub fn pass_over(&mut self, row: Unaddressed) -> Result<Row, Alike> {
        Ok(Row::Unaddressed { id: self.id_of(&row.id, row.fields.list_line(row.line))?, row })
    }

    /// The name of a row in the ledger: where an earlier row has its id, the line stands behind it.
    fn id_of(&mut self, id: &RecipientId, line: ListLine) -> Result<RecipientId, Alike> {
        let first = self.known_id(id)?.map_or(line, |id| id.known.line);
        Ok(if first == line { id.clone() } else { RecipientId::new(format!("{id} (line {})", line.line())) })
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
        let Some(reason) = (match self.mailboxes.not_first(recipient, &own)? {
            None if is_open => self.mailboxes.suppressed(&recipient.to, &own).or_else(|| self.mailboxes.has_copy(&own)),
            reason => reason,
        }) else {
            return Ok(Vec::new());
        };
        let mut passed = vec![(recipient.to.clone(), reason)];
        for n in 0..recipient.further {
            let address = &recipient.cc[n];
            let Some(reason) = self.mailboxes.served_otherwise(address, recipient.list_line())? else {
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
        let suppressed = self.mailboxes.suppressed(&recipient.to, key);
        // Of whoever was forgotten no letter is known any more, and that is not why there is none now.
        let is_unknown = matches!(ended, Some(SkipReason::Ended(Ended::NotAccepted { state: None, .. })));
        let (first, second) = if is_unknown { (suppressed, ended) } else { (ended, suppressed) };
        first
            .or(second)
            .or_else(|| self.mailboxes.has_copy(key))
            .or(halted)
            .or(waits)
            .map_or(Decision::Send, Decision::Skip)
    }
}

/// Takes out the copies that could not be sent with an earlier letter.
fn leave_out_failed(recipient: &mut Recipient, history: &History, left_out: &mut Vec<(EmailAddress, SkipReason)>) {
    let failed = |address: &EmailAddress| {
        let key = address.key();
        let with = history.rounds.iter().rev().find(|past| past.failed_copies.contains(&key));
        with.map(|past| SkipReason::CopyFailed { round: past.round })
    };
    if history.rounds.iter().all(|past| past.failed_copies.is_empty()) {
        return;
    }
    let mut n = 0;
    let further = recipient.further;
    recipient.cc.retain(|address| {
        n += 1;
        let Some(reason) = failed(address) else { return true };
        left_out.push((address.clone(), reason));
        recipient.further -= usize::from(n <= further);
        false
    });
    recipient.bcc.retain(|address| {
        let reason = failed(address);
        left_out.extend(reason.clone().map(|reason| (address.clone(), reason)));
        reason.is_none()
    });
}
