//! Copies: what became of each in its letter's transaction, and those that have one of their own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::rules::ENDED_BEFORE_THE_REPLY;
use super::super::rules::copies::{CopyFacts, copy_is_due, copy_obstacle, has_gone, needs_letter, resolve_copy};
use super::super::{
    AsSent, AttemptEnd, AttemptId, ClaimCopy, Claimed, CopiesOf, CopyEnd, CopyId, Delivery, DeliveryId, DueCopy,
    KeptLetter, Lease, LedgerError, Resolution, Result, Settlement, Tally, in_words,
};
use super::disk::{Disk, refused};
use super::record::{Attempt, Copied, Row};
use crate::model::{CampaignId, DeliveryState, EmailAddress, MessageId, RecipientId, Round, Token, lookup_key};

/// A copy, for a test to look at.
#[derive(Debug, Clone)]
pub(crate) struct CopyShown {
    pub(crate) recipient: RecipientId,
    pub(crate) letter: DeliveryState,
    pub(crate) address: String,
    pub(crate) state: DeliveryState,
    pub(crate) reason: Option<String>,
    pub(crate) attempts: u32,
}

impl Disk {
    /// Writes down whose copies leave with a letter.
    pub(super) fn leave(&mut self, delivery: DeliveryId, at: Timestamp, copies: Vec<EmailAddress>) {
        let leaves =
            |address| CopyEnd { address, state: DeliveryState::Attempting, reply: None, next_attempt_at: None };
        if !copies.is_empty() {
            self.write_ends(delivery, at, copies.into_iter().map(leaves).collect(), None);
        }
    }

    /// The copies of a letter that an earlier run left open are in doubt with it.
    pub(super) fn letter_was_left_open(&mut self, delivery: DeliveryId) {
        for copy in self.copies.values_mut().filter(|copy| copy.delivery == delivery) {
            if copy.state == DeliveryState::Attempting {
                copy.state = DeliveryState::InDoubt;
                copy.reason = Some(ENDED_BEFORE_THE_REPLY.to_owned());
            }
        }
    }

    /// Writes down what became of the copies of a letter in its transaction, in place of what an earlier one came to.
    pub(super) fn write_ends(
        &mut self,
        delivery: DeliveryId,
        at: Timestamp,
        copies: Vec<CopyEnd>,
        kept: Option<KeptLetter>,
    ) {
        self.forget_copies(delivery);
        for CopyEnd { address, state, reply, next_attempt_at } in copies {
            let is_there = |copy: &Copied| copy.delivery == delivery && copy.address.key() == address.key();
            if self.copies.values().any(is_there) {
                continue;
            }
            let id = CopyId(self.copies.keys().next_back().map_or(1, |last| last.0 + 1));
            let next_attempt_at = next_attempt_at.filter(|_| state == DeliveryState::Deferred);
            let (attempts, attempt, reason) = (1, None, None);
            let (first_attempt_at, last_attempt_at) = (at, at);
            let copy = Copied {
                delivery,
                address,
                state,
                attempts,
                first_attempt_at,
                last_attempt_at,
                next_attempt_at,
                attempt,
                reply,
                reason,
            };
            self.copies.insert(id, copy);
        }
        self.kept.extend(kept.map(|kept| (delivery, kept)));
    }

    fn forget_copies(&mut self, delivery: DeliveryId) {
        self.copies.retain(|_, copy| copy.delivery != delivery);
        self.kept.remove(&delivery);
    }

    /// After a copy went from one state to another.
    fn tell(&mut self, delivery: DeliveryId) {
        let copies: Vec<&Copied> = self.copies.values().filter(|copy| copy.delivery == delivery).collect();
        let said = |copy: &Copied| match &copy.reply {
            Some(reply) if copy.state != DeliveryState::Skipped => Some(reply.to_string()),
            _ => copy.reason.clone(),
        };
        let addresses: Vec<String> = copies.iter().map(|copy| copy.address.to_string()).collect();
        let words = addresses.iter().zip(&copies).map(|(address, copy)| (address.as_str(), copy.state, said(copy)));
        let (words, is_needed) = (in_words(words), copies.iter().any(|copy| needs_letter(copy.state)));
        if let Some(row) = self.rows.get_mut(&delivery).filter(|row| row.delivery.state == DeliveryState::Accepted) {
            row.delivery.reason = words;
        }
        if !is_needed {
            self.kept.remove(&delivery);
        }
    }

    pub(super) fn letter_was_resolved(&mut self, delivery: DeliveryId, to: DeliveryState) {
        if to != DeliveryState::Accepted {
            return self.forget_copies(delivery);
        }
        let of_letter = self.copies.values_mut().filter(|copy| copy.delivery == delivery);
        for copy in of_letter.filter(|copy| copy.state == DeliveryState::InDoubt) {
            copy.state = DeliveryState::Accepted;
        }
    }

    pub(super) fn resolve_copies(&mut self, delivery: DeliveryId, resolution: Resolution, at: Timestamp) -> usize {
        let Some(letter) = self.rows.get(&delivery).map(|row| row.delivery.state) else { return 0 };
        let mut count = 0;
        for copy in self.copies.values_mut().filter(|copy| copy.delivery == delivery) {
            let Some(next) = resolve_copy(letter, copy.state, resolution) else { continue };
            (copy.state, copy.reason) = (next, None);
            if next == DeliveryState::Deferred {
                (copy.next_attempt_at, copy.first_attempt_at) = (Some(at), at);
            }
            count += 1;
        }
        if count > 0 {
            self.tell(delivery);
        }
        count
    }

    pub(super) fn close_open_copies(&mut self, campaign: &CampaignId, at: Timestamp) {
        let own = self.rows.iter().filter(|(_, row)| row.campaign == *campaign).map(|(id, _)| *id);
        let own: BTreeSet<DeliveryId> = own.collect();
        self.close_copies(at, |attempt| own.contains(&attempt.delivery));
    }

    /// The same of one run's.
    pub(super) fn close_copies_of(&mut self, run: i64, at: Timestamp) {
        self.close_copies(at, |attempt| attempt.lease == run);
    }

    fn close_copies(&mut self, at: Timestamp, is_of: impl Fn(&Attempt) -> bool) {
        let mut doubtful = Vec::new();
        for attempt in self.attempts.values_mut().filter(|attempt| attempt.ended_at.is_none() && is_of(attempt)) {
            let Some(copy) = attempt.copy.and_then(|copy| self.copies.get_mut(&copy)) else {
                continue;
            };
            attempt.ended_at = Some(at);
            attempt.ended = Some(AttemptEnd { state: DeliveryState::InDoubt, reply: None });
            (copy.state, copy.reply) = (DeliveryState::InDoubt, None);
            copy.reason = Some(ENDED_BEFORE_THE_REPLY.to_owned());
            doubtful.push(attempt.delivery);
        }
        for delivery in doubtful {
            self.tell(delivery);
        }
    }

    /// The deferred copies of letters that were accepted, in the order of their times.
    fn deferred(&self, of: &CopiesOf) -> Vec<(CopyId, &Copied, &Row)> {
        let is_among = |row: &Row| {
            let Delivery { recipient, email, .. } = &row.delivery;
            of.only.is_empty() || of.only.contains(recipient.as_str()) || of.only.contains(&lookup_key(email))
        };
        let copies = self.copies.iter().filter(|(_, copy)| copy.state == DeliveryState::Deferred);
        let with_rows = copies.filter_map(|(id, copy)| Some((*id, copy, self.rows.get(&copy.delivery)?)));
        let is_of = |row: &Row| row.is_of(&of.campaign, of.round) && has_gone(row.delivery.state);
        let mut found: Vec<_> = with_rows.filter(|(_, _, row)| is_of(row) && is_among(row)).collect();
        found.sort_by_key(|(id, copy, _)| (copy.next_attempt_at, *id));
        found
    }

    pub(super) fn due_copies(&self, of: &CopiesOf, now: Timestamp, limit: usize) -> Vec<DueCopy> {
        let due = self.deferred(of).into_iter().filter(|(_, copy, _)| copy.next_attempt_at.is_some_and(|at| at <= now));
        let due = due.map(|(id, copy, row)| DueCopy {
            id,
            delivery: copy.delivery,
            recipient: row.delivery.recipient.clone(),
            letter_to: lookup_key(&row.delivery.email),
            address: copy.address.clone(),
            attempts: copy.attempts,
            first_attempt_at: copy.first_attempt_at,
            last_attempt_at: copy.last_attempt_at,
        });
        due.take(limit).collect()
    }

    pub(super) fn next_copy_at(&self, of: &CopiesOf, now: Timestamp) -> Option<Timestamp> {
        self.deferred(of).into_iter().filter_map(|(_, copy, _)| copy.next_attempt_at).find(|at| *at > now)
    }

    pub(super) fn as_sent(&self, delivery: DeliveryId) -> Option<AsSent> {
        let (letter, row) = (self.kept.get(&delivery)?.clone(), self.rows.get(&delivery)?);
        Some(AsSent {
            letter,
            token: Token::from_text(row.token.clone()?),
            message_id: MessageId::from_text(row.delivery.message_id.as_ref()?.as_str()),
            subject: row.subject.clone()?,
        })
    }

    pub(super) fn claim_copy(&mut self, lease: &Lease, claim: ClaimCopy) -> Result<Claimed> {
        let (account, windows) = self.held(lease)?.limit.clone().unwrap_or_default();
        let ClaimCopy { copy: id, at, domain } = claim;
        let unknown = || LedgerError::NoSuchDelivery(format!("the copy {}", id.0));
        let copy = self.copies.get(&id).ok_or_else(unknown)?;
        let row = self.rows.get(&copy.delivery).filter(|row| row.campaign == lease.campaign).ok_or_else(unknown)?;
        if let Some(halt) = self.halts.get(&lease.campaign) {
            return Err(LedgerError::Halted(halt.clone()));
        }
        if !copy_is_due(copy.state, copy.next_attempt_at, row.delivery.state, at) {
            return Ok(Claimed::No(copy.state));
        }
        let (delivery, key) = (copy.delivery, copy.address.key());
        let facts = CopyFacts {
            suppression: self.suppression_of(&key),
            own: self.letter_to(&lease.campaign, row.delivery.round, &key),
            left_out: row.left_out.clone(),
        };
        if let Some(reason) = copy_obstacle(&key, facts) {
            let copy = self.copies.get_mut(&id).ok_or_else(unknown)?;
            (copy.state, copy.reason, copy.next_attempt_at) = (DeliveryState::Skipped, Some(reason), None);
            self.tell(delivery);
            return Ok(Claimed::No(DeliveryState::Skipped));
        }
        if let Err(full) = self.room(&account, windows, at, (&domain, 1)) {
            return Ok(Claimed::Full(full));
        }
        let attempt = AttemptId(self.attempts.keys().next_back().map_or(1, |last| last.0 + 1));
        let copy = self.copies.get_mut(&id).ok_or_else(unknown)?;
        (copy.state, copy.reason, copy.next_attempt_at) = (DeliveryState::Attempting, None, None);
        (copy.attempts, copy.last_attempt_at, copy.attempt) = (copy.attempts + 1, at, Some(attempt));
        let (copy, lease, weight) = (Some(id), lease.number, 1);
        let attempted = Attempt { delivery, copy, lease, account, domain, weight, ended_at: None, ended: None };
        self.attempts.insert(attempt, attempted);
        Ok(Claimed::Yes(attempt))
    }

    /// The recipient of the letter of the round that is for an address, or may have left for it.
    fn letter_to(&self, campaign: &CampaignId, round: Round, address: &str) -> Option<String> {
        let holds = |row: &&Row| {
            let state = row.delivery.state;
            row.is_of(campaign, round)
                && (state.is_open() || state.may_have_left())
                && lookup_key(&row.delivery.email) == address
        };
        self.rows.values().find(holds).map(|row| row.delivery.recipient.to_string())
    }

    pub(super) fn settle_copy(&mut self, lease: &Lease, id: CopyId, settlement: Settlement) -> Result<()> {
        self.check(lease)?;
        let Settlement { delivery, attempt, at, state, reply, reason, next_attempt_at, .. } = settlement;
        if !DeliveryState::Attempting.may_become(state) {
            return Err(refused(format!("an attempt cannot end as {state}")));
        }
        let open = |open: &&mut Attempt| {
            open.ended_at.is_none() && (open.delivery, open.copy) == (delivery, Some(id)) && open.lease == lease.number
        };
        let (Some(attempt), Some(copy)) = (self.attempts.get_mut(&attempt).filter(open), self.copies.get_mut(&id))
        else {
            return Err(refused(format!("attempt {} of the copy {} is not under way", attempt.0, id.0)));
        };
        attempt.ended_at = Some(at);
        attempt.ended = Some(AttemptEnd { state, reply: reply.clone() });
        (copy.state, copy.reply, copy.reason) = (state, reply, reason);
        copy.next_attempt_at = (state == DeliveryState::Deferred).then(|| next_attempt_at.unwrap_or(at));
        self.tell(delivery);
        Ok(())
    }

    pub(super) fn copies_tally(&self, campaign: &CampaignId, round: Round) -> Tally {
        let mut tally = Tally::default();
        for copy in self.copies.values() {
            if self.rows.get(&copy.delivery).is_some_and(|row| row.is_of(campaign, round)) {
                tally.add(copy.state, 1);
            }
        }
        tally
    }

    pub(super) fn copied(&self, campaign: &CampaignId, round: Round) -> Vec<(String, String)> {
        let mut copied: BTreeMap<String, String> = BTreeMap::new();
        for copy in self.copies.values().filter(|copy| copy.state.may_have_left()) {
            let Some(row) = self.rows.get(&copy.delivery).filter(|row| row.is_of(campaign, round)) else { continue };
            let of = copied.entry(copy.address.key()).or_insert_with(|| row.delivery.email.clone());
            *of = std::mem::take(of).min(row.delivery.email.clone());
        }
        copied.into_iter().collect()
    }

    pub(super) fn all_copies(&self) -> Vec<CopyShown> {
        let shown = |copy: &Copied| {
            let Delivery { recipient, state: letter, .. } = self.rows.get(&copy.delivery)?.delivery.clone();
            let (address, state, reason) = (copy.address.to_string(), copy.state, copy.reason.clone());
            Some(CopyShown { recipient, letter, address, state, reason, attempts: copy.attempts })
        };
        self.copies.values().filter_map(shown).collect()
    }
}
