//! Attempts: claimed, settled, and resolved where nobody knows how they ended.

use std::convert::Infallible;

use jiff::Timestamp;

use super::super::rules::held;
use super::super::rules::obstacle::{Address, Facts, is_due, obstacle};
use super::super::rules::resolve::{Resolved, resolve};
use super::super::{
    AttemptEnd, AttemptId, Claim, Claimed, Delivery, Lease, LedgerError, Losses, Occupant, Resolution, Result, Ruling,
    Settlement, Word,
};
use super::disk::{Disk, refused};
use super::record::{Attempt, Copied, Process, Row};
use crate::model::window::{Full, SlidingLog, Windows};
use crate::model::{Addressee, Answer, CampaignId, DeliveryState, RecipientId, Round, Suppression, lookup_key};

impl Disk {
    pub(super) fn claim(&mut self, lease: &Lease, claim: Claim) -> Result<Claimed> {
        let (account, windows) = self.held(lease)?.limit.clone().unwrap_or_default();
        let unknown = || LedgerError::NoSuchDelivery(claim.delivery.0.to_string());
        let found = self.rows.get(&claim.delivery).filter(|row| row.campaign == lease.campaign);
        let Row { generation, delivery, .. } = found.cloned().ok_or_else(unknown)?;
        if let Some(halt) = self.halts.get(&lease.campaign) {
            return Err(LedgerError::Halted(halt.clone()));
        }
        let plan = self.plans.get(&(lease.campaign.clone(), delivery.round));
        let is_others = found.is_some_and(|row| !self.may_send(row, lease));
        if !is_due(delivery.state, delivery.next_attempt_at, claim.at)
            || is_others
            || plan.is_none_or(|plan| plan.generation != generation)
        {
            return Ok(Claimed::No(delivery.state));
        }
        let own = found.map(Row::occupant).ok_or_else(unknown)?;
        let mut known = Known { disk: self, campaign: &lease.campaign, delivery: &delivery, own };
        let Ok(obstacle) = obstacle(delivery.round, delivery.answer, &mut known);
        if let Some(reason) = obstacle {
            let row = self.rows.get_mut(&claim.delivery).ok_or_else(unknown)?;
            row.delivery.state = DeliveryState::Skipped;
            row.delivery.reason = Some(reason);
            row.delivery.next_attempt_at = None;
            return Ok(Claimed::No(DeliveryState::Skipped));
        }
        if let Err(full) = self.room(&account, windows, claim.at, (&claim.domain, claim.weight)) {
            return Ok(Claimed::Full(full));
        }
        let row = self.rows.get_mut(&claim.delivery).ok_or_else(unknown)?;
        row.subject = Some(claim.subject);
        row.token = Some(claim.token);
        let delivery = &mut row.delivery;
        delivery.state = DeliveryState::Attempting;
        delivery.attempts += 1;
        delivery.first_attempt_at.get_or_insert(claim.at);
        delivery.last_attempt_at = Some(claim.at);
        delivery.next_attempt_at = None;
        delivery.reason = None;
        delivery.message_id = Some(claim.message_id);
        let id = AttemptId(self.attempts.keys().next_back().map_or(1, |last| last.0 + 1));
        self.witness(claim.delivery, claim.at);
        let Claim { delivery, domain, weight, copies, .. } = claim;
        self.leave(delivery, claim.at, copies);
        let lease = lease.number;
        self.attempts
            .insert(id, Attempt { delivery, copy: None, lease, account, domain, weight, ended_at: None, ended: None });
        Ok(Claimed::Yes(id))
    }

    /// The deliveries that were sent to an address, or may have been.
    pub(super) fn all_written_to(&self, campaign: &CampaignId, round: Round, address: &str) -> Vec<&Row> {
        let is_it = |row: &&Row| row.delivery.state.may_have_left() && lookup_key(&row.delivery.email) == address;
        self.rows.values().filter(|row| row.is_of(campaign, round)).filter(is_it).collect()
    }

    /// The first of them.
    pub(super) fn written_to(&self, campaign: &CampaignId, round: Round, address: &str) -> Option<&Row> {
        self.all_written_to(campaign, round, address).into_iter().next()
    }

    /// Whether the windows have room, counted anew from all attempts.
    pub(super) fn room(
        &self,
        account: &str,
        windows: Windows,
        at: Timestamp,
        (domain, weight): (&str, u32),
    ) -> std::result::Result<(), Full> {
        let mut log = SlidingLog::new(windows);
        for attempt in self.attempts.values().filter(|attempt| attempt.account == account) {
            log.start(&attempt.domain, attempt.weight);
            if let Some(at) = attempt.ended_at {
                log.end(at, &attempt.domain, attempt.weight);
            }
        }
        log.room(at, domain, weight)
    }

    pub(super) fn settle(&mut self, lease: &Lease, settlement: Settlement) -> Result<()> {
        self.check(lease)?;
        let Settlement { delivery, attempt, at, state, reply, reason, next_attempt_at, copies, kept } = settlement;
        let id = delivery;
        if !DeliveryState::Attempting.may_become(state) {
            return Err(refused(format!("an attempt cannot end as {state}")));
        }
        let open = |attempt: &&mut Attempt| {
            attempt.ended_at.is_none()
                && (attempt.delivery, attempt.copy) == (delivery, None)
                && attempt.lease == lease.number
        };
        let (Some(attempt), Some(row)) = (self.attempts.get_mut(&attempt).filter(open), self.rows.get_mut(&delivery))
        else {
            return Err(refused(format!("attempt {} of delivery {} is not under way", attempt.0, delivery.0)));
        };
        attempt.ended_at = Some(at);
        attempt.ended = Some(AttemptEnd { state, reply: reply.clone() });
        let delivery = &mut row.delivery;
        delivery.state = state;
        delivery.reason = reason;
        delivery.next_attempt_at = (state == DeliveryState::Deferred).then(|| next_attempt_at.unwrap_or(at));
        delivery.accepted_at = (state == DeliveryState::Accepted).then_some(at);
        // A delivery keeps the last reply that it got.
        delivery.reply = reply.or(delivery.reply.take());
        let leaves = |copy: &Copied| copy.delivery == id && copy.state == DeliveryState::Attempting;
        if !copies.is_empty() || self.copies.values().any(leaves) {
            self.write_ends(id, at, copies, kept);
        }
        self.witness(id, at);
        Ok(())
    }

    pub(super) fn losses(&self, since: Timestamp) -> Losses {
        let failed = self
            .attempts
            .values()
            .filter(|attempt| attempt.ended.as_ref().is_some_and(|ended| ended.state == DeliveryState::Failed));
        let refused = failed.filter_map(|attempt| attempt.ended_at).filter(|at| *at >= since).collect();
        Losses { refused, reported: Vec::new() }
    }

    pub(super) fn rule(&mut self, lease: &Lease, ruling: &Ruling) -> Result<DeliveryState> {
        self.check(lease)?;
        let Ruling { delivery, attempt, at, state, reason } = ruling;
        let of_delivery = self.attempts.iter().filter(|(_, attempt)| attempt.delivery == *delivery);
        let last = of_delivery.map(|(id, _)| *id).next_back();
        let row = self.rows.get_mut(delivery).filter(|row| row.campaign == lease.campaign);
        let row = row.ok_or_else(|| LedgerError::NoSuchDelivery(delivery.0.to_string()))?;
        let Some(next) = held::rule(row.delivery.state, last, *attempt, *state) else {
            return Ok(row.delivery.state);
        };
        row.delivery.state = next;
        row.delivery.next_attempt_at = (next == DeliveryState::Deferred).then_some(*at);
        row.delivery.reason = Some(reason.clone());
        Ok(next)
    }

    pub(super) fn resolve(
        &mut self,
        process: &Process,
        round: Round,
        recipient: &RecipientId,
        resolution: Resolution,
        Word { campaign, at, .. }: &Word,
    ) -> Result<()> {
        let is_it = |row: &Row| row.is_of(campaign, round) && row.delivery.recipient == *recipient;
        let id = self.rows.iter().find(|(_, row)| is_it(row)).map(|(id, _)| *id);
        let unknown = || LedgerError::NoSuchDelivery(recipient.to_string());
        let id = id.ok_or_else(unknown)?;
        self.refuse_while_held(process, campaign, *at)?;
        let delivery = &mut self.rows.get_mut(&id).ok_or_else(unknown)?.delivery;
        let state = delivery.state;
        let stands = (state, delivery.reason.as_deref());
        let Some(resolved) = resolve(stands, delivery.last_attempt_at, resolution, *at) else {
            let is_not = LedgerError::NotInDoubt { recipient: recipient.to_string(), state };
            return if self.resolve_copies(id, resolution, *at) > 0 { Ok(()) } else { Err(is_not) };
        };
        delivery.state = resolved.state();
        delivery.reason = Some(resolved.reason().to_owned());
        match resolved {
            Resolved::Accepted { at } => delivery.accepted_at = Some(at),
            Resolved::Due { .. } => {
                (delivery.next_attempt_at, delivery.first_attempt_at, delivery.accepted_at) = (Some(*at), None, None);
            }
        }
        self.witness(id, *at);
        self.letter_was_resolved(id, resolved.state());
        Ok(())
    }
}

/// What the disk knows of a letter that is to be claimed.
struct Known<'a> {
    disk: &'a Disk,
    campaign: &'a CampaignId,
    delivery: &'a Delivery,
    own: Occupant,
}

impl Facts for Known<'_> {
    type Error = Infallible;

    fn suppressed(&mut self) -> std::result::Result<Option<Suppression>, Infallible> {
        Ok(self.disk.suppression_of(&self.delivery.email))
    }

    fn address(&mut self) -> std::result::Result<Address, Infallible> {
        let Delivery { round, email, .. } = self.delivery;
        let mut others = self.disk.all_written_to(self.campaign, *round, &lookup_key(email)).into_iter();
        let other = others.find(|other| other.occupant().excludes(&self.own));
        Ok(other.map_or(Address::Own, |other| Address::WrittenToAs(other.delivery.recipient.to_string())))
    }

    fn earlier(&mut self, round: Round) -> std::result::Result<Option<(DeliveryState, Answer)>, Infallible> {
        let Delivery { recipient, email, name, .. } = self.delivery;
        let to = Addressee { id: recipient.clone(), address: lookup_key(email), name: name.clone() };
        let row = self.disk.before(self.campaign, round, &to);
        Ok(row.map(|row| (row.delivery.state, row.delivery.answer)))
    }
}
