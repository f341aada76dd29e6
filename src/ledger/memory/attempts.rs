//! Attempts: claimed, settled, and resolved where nobody knows how they ended.

use super::super::{
    AttemptEnd, AttemptId, Claim, Claimed, Delivery, Lease, LedgerError, Resolution, Result, Settlement, Word,
};
use super::disk::{Disk, refused};
use super::record::{Attempt, Process, Row};
use crate::model::window::{Full, SlidingLog, Windows};
use crate::model::{CampaignId, DeliveryState, RecipientId, Round, lookup_key};

impl Disk {
    pub(super) fn claim(&mut self, lease: &Lease, claim: Claim) -> Result<Claimed> {
        let (account, windows) = self.held(lease)?.limit.clone().unwrap_or_default();
        let unknown = || LedgerError::NoSuchDelivery(claim.delivery.0.to_string());
        let found = self.rows.get(&claim.delivery).filter(|row| row.campaign == lease.campaign);
        let Row { generation, delivery, .. } = found.cloned().ok_or_else(unknown)?;
        if let Some(halt) = self.halts.get(&lease.campaign) {
            return Err(LedgerError::Halted(halt.clone()));
        }
        let waits = delivery.next_attempt_at.is_some_and(|next| next > claim.at);
        let plan = self.plans.get(&(lease.campaign.clone(), delivery.round));
        if !delivery.state.is_open() || waits || plan.is_none_or(|plan| plan.generation != generation) {
            return Ok(Claimed::No(delivery.state));
        }
        let refusal = self.refusal(delivery.answer, &delivery.email);
        if let Some(reason) = refusal.or_else(|| self.obstacle(&lease.campaign, &delivery)) {
            let row = self.rows.get_mut(&claim.delivery).ok_or_else(unknown)?;
            row.delivery.state = DeliveryState::Skipped;
            row.delivery.reason = Some(reason);
            row.delivery.next_attempt_at = None;
            return Ok(Claimed::No(DeliveryState::Skipped));
        }
        if let Err(full) = self.room(&account, windows, &claim) {
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
        let Claim { delivery, domain, weight, .. } = claim;
        let lease = lease.number;
        self.attempts.insert(id, Attempt { delivery, lease, account, domain, weight, ended_at: None, ended: None });
        Ok(Claimed::Yes(id))
    }

    /// Why a letter must not be sent any more.
    fn obstacle(&self, campaign: &CampaignId, delivery: &Delivery) -> Option<String> {
        match self.written_to(campaign, delivery.round, &lookup_key(&delivery.email)) {
            Some(other) => Some(format!("the address was written to as `{}`", other.delivery.recipient)),
            None => self.in_earlier_rounds(campaign, delivery),
        }
    }

    /// The delivery that was sent to an address, or may have been.
    pub(super) fn written_to(&self, campaign: &CampaignId, round: Round, address: &str) -> Option<&Row> {
        let is_it = |row: &&Row| row.delivery.state.may_have_left() && lookup_key(&row.delivery.email) == address;
        self.rows.values().filter(|row| row.is_of(campaign, round)).find(is_it)
    }

    /// Whether the windows have room, counted anew from all attempts.
    fn room(&self, account: &str, windows: Windows, claim: &Claim) -> std::result::Result<(), Full> {
        let mut log = SlidingLog::new(windows);
        for attempt in self.attempts.values().filter(|attempt| attempt.account == account) {
            log.start(&attempt.domain, attempt.weight);
            if let Some(at) = attempt.ended_at {
                log.end(at, &attempt.domain, attempt.weight);
            }
        }
        log.room(claim.at, &claim.domain, claim.weight)
    }

    pub(super) fn settle(&mut self, lease: &Lease, settlement: Settlement) -> Result<()> {
        self.check(lease)?;
        let Settlement { delivery, attempt, at, state, reply, reason, next_attempt_at, .. } = settlement;
        if !DeliveryState::Attempting.may_become(state) {
            return Err(refused(format!("an attempt cannot end as {state}")));
        }
        let open = |attempt: &&mut Attempt| {
            attempt.ended_at.is_none() && attempt.delivery == delivery && attempt.lease == lease.number
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
        Ok(())
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
        self.is_free(process, campaign, *at)?;
        let delivery = &mut self.rows.get_mut(&id).ok_or_else(unknown)?.delivery;
        let again = delivery.state == DeliveryState::Failed && resolution == Resolution::NotSent;
        if delivery.state != DeliveryState::InDoubt && !again {
            return Err(LedgerError::NotInDoubt { recipient: recipient.to_string(), state: delivery.state });
        }
        match resolution {
            Resolution::Accepted => {
                delivery.state = DeliveryState::Accepted;
                delivery.reason = Some("a person said that it arrived".to_owned());
                delivery.accepted_at = delivery.last_attempt_at.or(Some(*at));
            }
            Resolution::NotSent => {
                delivery.state = DeliveryState::Deferred;
                let reason = if again { "a person had it tried again" } else { "a person said that it never left" };
                delivery.reason = Some(reason.to_owned());
                delivery.next_attempt_at = Some(*at);
                delivery.first_attempt_at = None;
            }
        }
        Ok(())
    }
}
