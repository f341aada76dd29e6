//! Mail that came in: counted once.

use super::super::mail::went_to;
use super::super::rules::effect::{self, Change, Stands};
use super::super::{
    AddressChange, Counted, Delivery, DeliveryId, LedgerError, Mailed, Mention, Outcome, Result, Unbounced, Witness,
};
use super::disk::Disk;
use super::record::{Row, Suppressed};
use crate::model::{CampaignId, Columns, DeliveryState, RecipientId, SentLetter, Suppression, lookup_key};

impl Disk {
    pub(super) fn letters(&self) -> Vec<SentLetter> {
        let letter = |row: &Row| {
            let delivery = &row.delivery;
            let plan = self.plans.get(&(row.campaign.clone(), delivery.round));
            let header = plan.filter(|plan| plan.generation == row.generation).and_then(|plan| plan.header.as_ref());
            let of_plan = header.map(|header| (header, row.cells.as_slice(), row.left_out.as_slice()));
            let none = Columns::default();
            let (header, cells, left_out) = of_plan.unwrap_or((&none, &[], &[]));
            let (addresses, blind) = went_to(lookup_key(&delivery.email), header, cells, left_out);
            Some(SentLetter {
                campaign: row.campaign.clone(),
                round: delivery.round,
                recipient: delivery.recipient.clone(),
                message_id: delivery.message_id.as_ref()?.as_str().to_owned(),
                token: row.token.clone()?,
                addresses,
                blind,
                subject: row.subject.clone().unwrap_or_default(),
                may_have_left: delivery.state.may_have_left(),
                sent_at: delivery.accepted_at.or(delivery.last_attempt_at).unwrap_or_default(),
            })
        };
        self.rows.values().filter_map(letter).collect()
    }

    pub(super) fn has_counted(&self, fingerprint: &str) -> bool {
        self.mails.iter().any(|mail| mail.fingerprint == fingerprint)
    }

    pub(super) fn unmatched(&self) -> Vec<Mailed> {
        self.mails.iter().filter(|mail| mail.mentions.is_empty()).cloned().collect()
    }

    pub(super) fn count(&mut self, mail: Mailed) -> Result<Counted> {
        if self.has_counted(&mail.fingerprint) {
            return Ok(Counted::Before);
        }
        for mention in &mail.mentions {
            if effect::is_too_early(mention.effect, self.mentioned(mention)?.delivery.state) {
                return Ok(Counted::TooEarly);
            }
        }
        let outcomes: Result<Vec<Outcome>> =
            mail.mentions.iter().map(|mention| self.take_effect(&mail, mention)).collect();
        self.mails.push(mail);
        outcomes.map(Counted::New)
    }

    fn mentioned(&mut self, mention: &Mention) -> Result<&mut Row> {
        let is_it =
            |row: &&mut Row| row.is_of(&mention.campaign, mention.round) && row.delivery.recipient == mention.recipient;
        let found = self.rows.values_mut().find(is_it);
        found.ok_or_else(|| LedgerError::NoSuchDelivery(mention.recipient.to_string()))
    }

    /// Where a delivery stands that a mail speaks of.
    fn stands(&mut self, mention: &Mention) -> Result<Stands> {
        let is_later = |row: &&Row| {
            let Delivery { recipient, round, .. } = &row.delivery;
            row.campaign == mention.campaign && *recipient == mention.recipient && *round > mention.round
        };
        let later = self.rows.values().filter(is_later).filter(|row| row.witness == Some(Witness::Person));
        let person_said = later.max_by_key(|row| row.delivery.round).map(|row| row.delivery.answer);
        let Row { is_vouched_for, witness, returns_on, delivery, .. } = self.mentioned(mention)?.clone();
        let Delivery { state, answer, answered_at, note, .. } = delivery;
        Ok(Stands { state, is_vouched_for, answer, witness, answered_at, returns_on, note, person_said })
    }

    fn take_effect(&mut self, mail: &Mailed, mention: &Mention) -> Result<Outcome> {
        let taken = effect::take_effect(mention, mail.said_at, &self.stands(mention)?);
        let row = self.mentioned(mention)?;
        let delivery = &mut row.delivery;
        match taken.change {
            Some(Change::Bounced) => {
                delivery.state = DeliveryState::Bounced;
                delivery.reason.clone_from(&mention.reason);
            }
            Some(Change::Answered(answer, since)) => {
                (delivery.answer, delivery.answered_at, row.witness) = (answer, Some(since), Some(Witness::Mail));
            }
            Some(Change::AnsweredSooner(since)) => delivery.answered_at = Some(since),
            None => {}
        }
        (row.returns_on, delivery.note) = (taken.returns_on, taken.note);
        let lifted_by = taken.is_lifted_by_an_answer.then_some(delivery.id);
        if let Some(suppression) = mention.suppress.as_ref().filter(|_| taken.suppresses) {
            self.suppress_address(suppression, lifted_by);
        }
        Ok(taken.outcome)
    }

    /// Suppresses an address; what failed is so for good, whatever somebody answered before.
    fn suppress_address(&mut self, suppression: &Suppression, lifted_by: Option<DeliveryId>) {
        match self.suppressed.get(&suppression.target.as_key()) {
            Some(known) if !known.is_lifted_by_an_answer() || lifted_by.is_some() => {}
            _ => self.suppress_for(suppression.clone(), lifted_by, Witness::Mail),
        }
    }

    pub(super) fn unbounce(&mut self, campaign: &CampaignId, recipient: &RecipientId) -> Unbounced {
        let mut unbounced = Unbounced { rounds: Vec::new(), address: AddressChange::AsBefore };
        let is_it = |row: &Row| {
            row.campaign == *campaign
                && row.delivery.recipient == *recipient
                && row.delivery.state == DeliveryState::Bounced
        };
        while let Some(row) = self.rows.values_mut().filter(|row| is_it(row)).min_by_key(|row| row.delivery.round) {
            row.delivery.state = effect::before_it_bounced(row.delivery.accepted_at);
            row.delivery.reason = Some("a person said that it did not bounce".to_owned());
            row.is_vouched_for = true;
            unbounced.rounds.push(row.delivery.round);
            let key = lookup_key(&row.delivery.email);
            if self.readmit(&key) {
                unbounced.address = AddressChange::Lifted;
            }
        }
        unbounced
    }

    /// Lifts what a report had suppressed, where no letter to the address is bounced any more.
    fn readmit(&mut self, key: &str) -> bool {
        let bounced =
            |row: &Row| row.delivery.state == DeliveryState::Bounced && lookup_key(&row.delivery.email) == key;
        let may_be = self.suppressed.get(key).is_some_and(Suppressed::is_by_a_report);
        may_be && !self.rows.values().any(bounced) && self.suppressed.remove(key).is_some()
    }

    pub(super) fn inbox_was_read(&mut self, campaign: CampaignId, at: jiff::Timestamp) {
        self.inboxes.insert(campaign, at);
    }
}
