//! Mail that came in: counted once.

use jiff::civil::Date;

use super::super::mail::went_to;
use super::super::rules::belief;
use super::super::rules::effect::{self, Change, Stands};
use super::super::{
    AddressChange, AwayBy, Counted, Delivery, DeliveryId, LedgerError, Mailed, Mention, Outcome, Recorded, Result,
    Unbounced, Unmatched, Witness,
};
use super::disk::Disk;
use super::record::{Row, Said, Stage, Suppressed};
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
                former: Vec::new(),
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

    pub(super) fn unmatched(&self) -> Vec<Unmatched> {
        let shown = |(place, mail): (usize, &Mailed)| {
            let of_mail =
                || self.said_numbers.iter().copied().zip(&self.said).filter(move |(_, said)| said.mail == place);
            let waiting: Vec<(u64, &Said)> = of_mail().filter(|(_, said)| said.stage == Stage::Waits).collect();
            let is_listed = !waiting.is_empty() || of_mail().next().is_none();
            is_listed.then(|| Unmatched {
                number: self.mail_numbers[place],
                fingerprint: mail.fingerprint.clone(),
                place: mail.place.clone(),
                kind: mail.kind.clone(),
                sender: mail.sender.clone(),
                subject: mail.subject.clone(),
                first_line: mail.first_line.clone(),
                suggestions: waiting.into_iter().map(|(number, said)| said.suggestion(number)).collect(),
                reason: mail.reason.clone(),
            })
        };
        self.mails.iter().enumerate().filter_map(shown).collect()
    }

    /// The mail by which a recipient is away until a day: the first of those that say the last one until then.
    pub(super) fn away_by(&self, campaign: &CampaignId, recipient: &RecipientId, day: Date) -> Option<AwayBy> {
        let is_it = |said: &&Said| {
            let Mention { campaign: of, recipient: who, statement, .. } = &said.mention;
            let counts = matches!(said.stage, Stage::Counts(..));
            counts && of == campaign && who == recipient && statement.returns_on.is_some_and(|back| back <= day)
        };
        let back = |said: &&Said| said.mention.statement.returns_on;
        let last = self.said.iter().filter(is_it).map(|said| back(&said)).max()?;
        let said = self.said.iter().filter(is_it).find(|said| back(said) == last)?;
        let mail = self.mails.get(said.mail)?;
        Some(AwayBy { mail: self.mail_numbers[said.mail], sender: mail.sender.clone(), subject: mail.subject.clone() })
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
        let (place, number) = (self.mails.len(), self.next_number());
        self.mails.push(mail.clone());
        self.mail_numbers.push(number);
        let mut recorded = Recorded { mail: number, outcomes: Vec::new(), suggestions: Vec::new() };
        for (mention, hold) in mail.mentions.iter().zip(belief::holds(&mail.mentions)) {
            let kept = self.keep(Said::new(place, mention.clone(), None, hold));
            recorded.outcomes.push(match hold {
                Some(hold) => Outcome::Waits(kept, hold),
                None => self.take_effect(kept, Witness::Mail)?,
            });
        }
        for suggested in mail.suggestions {
            self.mentioned(&suggested.mention)?;
            recorded.suggestions.push(self.keep(Said::new(place, suggested.mention, Some(suggested.why), None)));
        }
        Ok(Counted::New(recorded))
    }

    pub(super) fn mentioned(&mut self, mention: &Mention) -> Result<&mut Row> {
        let is_it =
            |row: &&mut Row| row.is_of(&mention.campaign, mention.round) && row.delivery.recipient == mention.recipient;
        let found = self.rows.values_mut().find(is_it);
        found.ok_or_else(|| LedgerError::NoSuchDelivery(mention.recipient.to_string()))
    }

    /// Where a delivery stands that a mail speaks of.
    pub(super) fn stands(&mut self, mention: &Mention) -> Result<Stands> {
        let is_later = |row: &&Row| {
            let Delivery { recipient, round, .. } = &row.delivery;
            row.campaign == mention.campaign && *recipient == mention.recipient && *round > mention.round
        };
        let later = self.rows.values().filter(is_later).filter(|row| row.witness == Some(Witness::Person));
        let person_said = later.max_by_key(|row| row.delivery.round);
        let person_said = person_said.map(|row| (row.delivery.answer, row.delivery.answered_at.unwrap_or_default()));
        let Row { is_vouched_for, witness, returns_on, delivery, .. } = self.mentioned(mention)?.clone();
        let Delivery { state, answer, answered_at, note, .. } = delivery;
        let is_about_former = false;
        Ok(Stands {
            state,
            is_vouched_for,
            is_about_former,
            answer,
            witness,
            answered_at,
            returns_on,
            note,
            person_said,
        })
    }

    /// Has what a mail says, under a number, take effect.
    pub(super) fn take_effect(&mut self, number: u64, by: Witness) -> Result<Outcome> {
        let Some(Said { mail, mention, .. }) = self.said(number).cloned() else {
            return Err(LedgerError::NothingWaits(number));
        };
        let stands = self.stands(&mention)?;
        self.counts(number, by, &stands);
        let taken = effect::take_effect(&mention, self.mails[mail].said_at, &stands, by);
        let row = self.mentioned(&mention)?;
        if taken.change == Some(Change::Bounced) {
            row.delivery.reason.clone_from(&mention.reason);
        }
        row.stand(stands.after(&taken));
        let lifted_by = taken.is_lifted_by_an_answer.then_some(row.delivery.id);
        if let Some(suppression) = mention.suppress.as_ref().filter(|_| taken.suppresses) {
            self.suppress_address(suppression, lifted_by, mail);
        }
        Ok(taken.outcome)
    }

    /// Suppresses an address; what failed is so for good, whatever somebody answered before.
    pub(super) fn suppress_address(&mut self, suppression: &Suppression, lifted_by: Option<DeliveryId>, mail: usize) {
        match self.suppressed.get(&suppression.target.as_key()) {
            Some(known) if !known.is_lifted_by_an_answer() || lifted_by.is_some() => {}
            _ => self.suppress_for(suppression.clone(), lifted_by, (Witness::Mail, Some(mail))),
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
