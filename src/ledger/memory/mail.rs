//! Mail that came in: counted once.

use super::super::answer::weigh;
use super::super::mail::went_to;
use super::super::{
    AddressChange, Counted, DeliveryId, Hearing, LedgerError, Mailed, Mention, Outcome, Result, Uids, Unbounced,
    Witness,
};
use super::disk::Disk;
use super::record::{Row, Suppressed};
use crate::model::{CampaignId, Columns, DeliveryState, Effect, RecipientId, SentLetter, Suppression, lookup_key};

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

    pub(super) fn remember(&mut self, uids: Uids) {
        self.mailboxes.insert(uids.mailbox.clone(), uids);
    }

    pub(super) fn count(&mut self, mail: Mailed) -> Result<Counted> {
        if !self.has_counted(&mail.fingerprint) {
            for mention in &mail.mentions {
                let row = self.mentioned(mention)?;
                if mention.effect == Effect::Bounced && row.delivery.state == DeliveryState::Attempting {
                    return Ok(Counted::TooEarly);
                }
            }
        }
        if let Some(uids) = mail.uids.clone() {
            self.remember(uids);
        }
        if self.has_counted(&mail.fingerprint) {
            return Ok(Counted::Before);
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

    fn take_effect(&mut self, mail: &Mailed, mention: &Mention) -> Result<Outcome> {
        let later = self.rows.values().filter(|row| row.campaign == mention.campaign);
        let later = later.filter(|row| {
            let delivery = &row.delivery;
            delivery.recipient == mention.recipient
                && delivery.round > mention.round
                && row.witness == Some(Witness::Person)
        });
        let person_said = later.max_by_key(|row| row.delivery.round).map(|row| row.delivery.answer);
        let row = self.mentioned(mention)?;
        let id = row.delivery.id;
        let outcome = match mention.effect {
            Effect::Bounced if row.delivery.state.may_become(DeliveryState::Bounced) && !row.is_vouched_for => {
                row.delivery.state = DeliveryState::Bounced;
                row.delivery.reason.clone_from(&mention.reason);
                Outcome::Done
            }
            Effect::Noted | Effect::Bounced => Outcome::Noted,
            Effect::Answered(said) => {
                let delivery = &mut row.delivery;
                match (person_said, weigh(delivery.answer, row.witness, said, Witness::Mail)) {
                    (Some(said), _) => Outcome::PersonSaid(said),
                    (None, Hearing::PersonSaidOtherwise) => Outcome::PersonSaid(delivery.answer),
                    (None, Hearing::MoreWasSaid) => Outcome::Noted,
                    (None, Hearing::Known) => {
                        if row.witness == Some(Witness::Mail) {
                            delivery.answered_at = delivery.answered_at.min(Some(mail.said_at));
                        }
                        Outcome::Noted
                    }
                    (None, Hearing::Counts) => {
                        delivery.answer = said;
                        delivery.answered_at = Some(mail.said_at);
                        row.witness = Some(Witness::Mail);
                        Outcome::Done
                    }
                }
            }
        };
        if matches!(mention.effect, Effect::Answered(_)) {
            let returns_on = mention.detail.get("returns_on").and_then(|day| day.as_str()?.parse().ok());
            row.returns_on = row.returns_on.max(returns_on);
        }
        row.delivery.note = row.delivery.note.take().or(mention.note.clone());
        let is_denied = mention.effect == Effect::Bounced && row.is_vouched_for;
        if let Some(suppression) = mention.suppress.as_ref().filter(|_| !is_denied) {
            let lifted_by = matches!(mention.effect, Effect::Answered(_)).then_some(id);
            self.suppress_address(suppression, lifted_by);
        }
        Ok(outcome)
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
            let accepted = row.delivery.accepted_at.is_some();
            row.delivery.state = if accepted { DeliveryState::Accepted } else { DeliveryState::InDoubt };
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
