//! What people say: answers, suppressions, and that a campaign is to stop.

use super::super::rules::unsaid::Begun;
use super::super::rules::weigh::{Letter, claim_to, weigh, weigh_note};
use super::super::{
    AddressChange, Delivery, DeliveryId, Halt, Hearing, LedgerError, Mark, Marked, Result, Voice, Witness, Word,
};
use super::disk::Disk;
use super::record::{Row, Suppressed};
use crate::model::{Answer, CampaignId, EmailAddress, RecipientId, Round, Suppression, Target, lookup_key};

impl Disk {
    pub(super) fn mark(&mut self, recipient: &RecipientId, mark: &Mark, word: &Word) -> Result<Marked> {
        let (campaign, by) = (&word.campaign, word.by.witness());
        let persons = mark.answer.filter(|_| by == Witness::Person);
        let is_it = |row: &&mut Row| row.campaign == *campaign && row.delivery.recipient == *recipient;
        let latest = |row: &&mut Row| {
            let Delivery { state, answer, round, .. } = row.delivery;
            claim_to(Letter { round, state, answer }, mark.answer, by)
        };
        let row = self.rows.values_mut().filter(is_it).max_by_key(latest);
        let row = row.ok_or_else(|| LedgerError::NoSuchDelivery(recipient.to_string()))?;
        let (before, witness) = (row.delivery.answer, row.witness);
        let delivery = &mut row.delivery;
        let hearing = mark.answer.map(|said| weigh(before, witness, said, by));
        if let (Some(said), Some(Hearing::Counts)) = (mark.answer, hearing) {
            row.witness = (said != Answer::None).then_some(by);
            if said != before {
                delivery.answered_at = (said != Answer::None).then_some(mark.said_at);
            }
            delivery.answer = said;
        }
        let begun = row.words;
        if let Some(said) = persons {
            let first = || Begun { at: word.at, before };
            row.words = (said != Answer::None).then(|| begun.unwrap_or_else(first));
        }
        delivery.note = weigh_note(delivery.note.take(), mark.note.as_deref(), by);
        let (id, key) = (delivery.id, lookup_key(&delivery.email));
        let (round, answer) = (delivery.round, delivery.answer);
        let mut address = match (mark.answer, hearing) {
            (Some(Answer::OptedOut), _) => self.opt_out(id, &key, by),
            (Some(Answer::None), Some(Hearing::Counts)) => self.opt_in(id),
            _ => AddressChange::AsBefore,
        };
        if persons.is_some() {
            let of_recipient = |row: &&mut Row| row.campaign == *campaign && row.delivery.recipient == *recipient;
            // Nobody waits any more for a day of return.
            self.rows.values_mut().filter(of_recipient).for_each(|row| row.returns_on = None);
        }
        if let Some(said) = persons.filter(|said| !said.stops()) {
            let others = self.take_back_others(campaign, recipient, id);
            if said == Answer::None && self.opt_in_again(others) {
                address = AddressChange::Lifted;
            }
        }
        let takes_back = persons == Some(Answer::None) && witness == Some(Witness::Person) && before != Answer::None;
        let (answer, again) = match begun.filter(|_| takes_back) {
            Some(begun) => self.bring_back((campaign, recipient, round), begun, &mut address),
            None => (answer, None),
        };
        Ok(Marked { round, before, answer, hearing, address, again })
    }

    /// Takes back the answers to a recipient's other letters that stop follow-ups; gives these letters.
    fn take_back_others(
        &mut self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        but: DeliveryId,
    ) -> Vec<(Round, DeliveryId)> {
        let mut others = Vec::new();
        for row in self.rows.values_mut().filter(|row| row.campaign == *campaign) {
            let delivery = &mut row.delivery;
            if delivery.recipient == *recipient && delivery.id != but && delivery.answer.stops() {
                (delivery.answer, delivery.answered_at, row.witness) = (Answer::None, None, None);
                others.push((delivery.round, delivery.id));
            }
        }
        others.sort_unstable();
        others
    }

    /// Whether an address is not suppressed any more, since the answers to these letters were taken back.
    fn opt_in_again(&mut self, letters: Vec<(Round, DeliveryId)>) -> bool {
        letters.into_iter().fold(false, |lifted, (_, id)| lifted | (self.opt_in(id) == AddressChange::Lifted))
    }

    pub(super) fn opt_out(&mut self, delivery: DeliveryId, key: &str, by: Witness) -> AddressChange {
        if self.suppressed.contains_key(key) {
            return AddressChange::AsBefore;
        }
        let target = Target::Address(key.to_owned());
        let suppression = Suppression { target, reason: Some("opted out".to_owned()) };
        self.suppress_for(suppression, Some(delivery), (by, None));
        AddressChange::Suppressed
    }

    /// Suppresses an address because of what happened to a delivery, by whoever says so, and in which mail.
    pub(super) fn suppress_for(
        &mut self,
        suppression: Suppression,
        delivery: Option<DeliveryId>,
        (by, mail): (Witness, Option<usize>),
    ) {
        self.suppressed.insert(suppression.target.as_key(), Suppressed { suppression, delivery, by, mail });
    }

    fn opt_in(&mut self, delivery: DeliveryId) -> AddressChange {
        let own = self.suppressed.iter().filter(|(_, it)| it.delivery == Some(delivery));
        let keys: Vec<String> = own.map(|(key, _)| key.clone()).collect();
        let mut change = AddressChange::AsBefore;
        for key in keys {
            let opted_out = |row: &&Row| {
                let Delivery { id, answer, email, .. } = &row.delivery;
                *id != delivery && *answer == Answer::OptedOut && lookup_key(email) == key
            };
            let other = self.rows.values().find(opted_out).map(|row| row.delivery.id);
            match (other, self.suppressed.get_mut(&key)) {
                (Some(other), Some(known)) => (known.delivery, known.mail) = (Some(other), None),
                _ => {
                    self.suppressed.remove(&key);
                    change = AddressChange::Lifted;
                }
            }
        }
        change
    }

    pub(super) fn suppress(&mut self, suppression: Suppression, by: &Voice) -> Option<Suppression> {
        let key = suppression.target.as_key();
        let before = self.suppressed.get(&key).map(|known| known.suppression.clone());
        if before.is_none() || by.witness() == Witness::Person {
            let reason = suppression.reason.or(before.as_ref().and_then(|before| before.reason.clone()));
            let suppression = Suppression { reason, ..suppression };
            self.suppressed.insert(key, Suppressed { suppression, delivery: None, by: by.witness(), mail: None });
        }
        before
    }

    pub(super) fn lift(&mut self, target: &Target) -> Option<Suppression> {
        self.suppressed.remove(&target.as_key()).map(|known| known.suppression)
    }

    pub(super) fn stop(&mut self, campaign: CampaignId, halt: Halt) -> Option<Halt> {
        let before = self.halts.get(&campaign).cloned();
        let reason = halt.reason.or(before.as_ref().and_then(|before| before.reason.clone()));
        self.halts.insert(campaign, Halt { reason, ..halt });
        before
    }

    pub(super) fn suppressions(&self) -> Vec<Suppression> {
        self.suppressed.values().map(|known| known.suppression.clone()).collect()
    }

    pub(super) fn answers(&self, campaign: &CampaignId, round: Round) -> Vec<(Answer, u64)> {
        let of_round = || self.rows.values().filter(|row| row.is_of(campaign, round));
        let count = |answer| of_round().filter(|row| row.delivery.answer == answer).count() as u64;
        let counts = Answer::ALL.into_iter().skip(1).map(|answer| (answer, count(answer)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// That an address is suppressed, or its domain.
    pub(super) fn suppression_of(&self, email: &str) -> Option<Suppression> {
        let address = EmailAddress::parse(email).ok()?;
        let own = self.suppressed.get(&address.key());
        let known = own.or_else(|| self.suppressed.get(&format!("@{}", address.domain())))?;
        Some(known.suppression.clone())
    }
}
