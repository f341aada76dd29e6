//! What mails said, what of it waits for a person, and what a person makes of it.

use std::collections::BTreeMap;

use super::super::rules::belief;
use super::super::rules::effect::{self, Stands};
use super::super::{Confirmed, HeldMail, Hold, LedgerError, Mention, Outcome, Result, TakenBack, ToConfirm, Witness};
use super::disk::Disk;
use super::record::{Said, Stage};
use crate::model::{Answer, CampaignId, DeliveryState, Effect, RecipientId, Round, lookup_key};

impl Disk {
    /// Keeps something that waits; gives its number.
    pub(super) fn keep(&mut self, said: Said) -> u64 {
        let number = self.next_number();
        self.said.push(said);
        self.said_numbers.push(number);
        number
    }

    pub(super) fn said(&self, number: u64) -> Option<&Said> {
        self.said.get(self.said_numbers.iter().position(|known| *known == number)?)
    }

    /// The next number of a mail, or of what one says.
    pub(super) fn next_number(&self) -> u64 {
        self.mail_numbers.iter().chain(&self.said_numbers).max().map_or(1, |last| last + 1)
    }

    /// Remembers that something takes effect now, and where its delivery stands before that.
    pub(super) fn counts(&mut self, number: u64, by: Witness, before: &Stands) {
        let before = Stands { is_vouched_for: false, person_said: None, ..before.clone() };
        let place = self.said.iter().filter_map(Said::count).map(|(place, ..)| place + 1).max().unwrap_or(0);
        let at = self.said_numbers.iter().position(|known| *known == number);
        if let Some(said) = at.and_then(|at| self.said.get_mut(at)) {
            said.stage = Stage::Counts(place, by, Box::new(before));
        }
    }

    /// The numbers of those that wait, and of which something holds.
    fn waiting(&self, is_it: impl Fn(u64, &Said) -> bool) -> Vec<u64> {
        let all = self.said_numbers.iter().zip(&self.said).filter(|(_, said)| said.stage == Stage::Waits);
        all.filter(|(number, said)| is_it(**number, said)).map(|(number, _)| *number).collect()
    }

    fn pass(&mut self, number: u64, by: Witness) -> Result<Outcome> {
        let Some(said) = self.said(number).cloned() else { return Err(LedgerError::NothingWaits(number)) };
        if effect::is_too_early(said.mention.effect, self.stands(&said.mention)?.state) {
            return Ok(Outcome::TooEarly);
        }
        self.take_effect(number, by)
    }

    pub(super) fn let_pass(&mut self) -> Result<Vec<(u64, Outcome)>> {
        let mut letters: BTreeMap<(CampaignId, Round), Vec<RecipientId>> = BTreeMap::new();
        let held = self.waiting(|_, said| said.hold == Some(Hold::OldId));
        for said in held.iter().filter_map(|number| self.said(*number)) {
            let of_round = letters.entry((said.mention.campaign.clone(), said.mention.round)).or_default();
            if !of_round.contains(&said.mention.recipient) {
                of_round.push(said.mention.recipient.clone());
            }
        }
        let mut passed = Vec::new();
        for number in held {
            let Some(said) = self.said(number) else { continue };
            let (campaign, round) = (said.mention.campaign.clone(), said.mention.round);
            let left = self.rows.values().filter(|row| row.is_of(&campaign, round));
            let left = left.filter(|row| row.delivery.state.may_have_left()).count() as u64;
            if belief::may_pass(letters[&(campaign, round)].len() as u64, left) {
                passed.push((number, self.pass(number, Witness::Mail)?));
            }
        }
        Ok(passed)
    }

    pub(super) fn confirm(&mut self, what: &ToConfirm) -> Result<Vec<Confirmed>> {
        let mut numbers = Vec::new();
        for number in &what.numbers {
            let found = self.waiting(|other, _| other == *number);
            let of_mail = self.waiting(|_, said| self.mail_numbers[said.mail] == *number);
            let says = self.said.iter().filter(|said| self.mail_numbers[said.mail] == *number).count();
            let found = found.first().or(of_mail.first().filter(|_| says == 1)).copied();
            numbers.push(found.ok_or(LedgerError::NothingWaits(*number))?);
        }
        for range in &what.ranges {
            let found = self.waiting(|other, _| range.contains(&other));
            numbers.extend(if found.is_empty() { Err(LedgerError::NothingWaits(*range.start())) } else { Ok(found) }?);
        }
        for mail in &what.all_of {
            let found = self.waiting(|_, said| self.mail_numbers[said.mail] == *mail);
            numbers.extend(if found.is_empty() { Err(LedgerError::NothingWaits(*mail)) } else { Ok(found) }?);
        }
        numbers.sort_unstable();
        numbers.dedup();
        let confirm = |number: u64| {
            let said = self.said(number).cloned().ok_or(LedgerError::NothingWaits(number))?;
            let outcome = self.pass(number, Witness::Person)?;
            Ok(Confirmed { suggestion: said.suggestion(number), outcome })
        };
        numbers.into_iter().map(confirm).collect()
    }

    pub(super) fn held_mails(&self) -> Vec<HeldMail> {
        let mut held: BTreeMap<usize, (Vec<&Mention>, Hold)> = BTreeMap::new();
        for said in self.said.iter().filter(|said| said.stage == Stage::Waits) {
            let Some(hold) = said.hold else { continue };
            let (letters, _) = held.entry(said.mail).or_insert((Vec::new(), hold));
            if !letters.iter().any(|known| known.is_of_the_same(&said.mention)) {
                letters.push(&said.mention);
            }
        }
        let shown = |(place, (letters, hold)): (usize, (Vec<&Mention>, Hold))| HeldMail {
            mail: self.mail_numbers[place],
            kind: self.mails[place].kind.clone(),
            sender: self.mails[place].sender.clone(),
            subject: self.mails[place].subject.clone(),
            letters: letters.len() as u64,
            hold,
        };
        held.into_iter().map(shown).collect()
    }

    /// What counts, in the order in which it took effect.
    pub(super) fn in_effect(&self) -> Vec<Said> {
        let mut all: Vec<&Said> = self.said.iter().filter(|said| said.count().is_some()).collect();
        all.sort_by_key(|said| said.count().map(|(place, ..)| place));
        all.into_iter().cloned().collect()
    }

    pub(super) fn take_back_mail(&mut self, number: u64) -> Result<TakenBack> {
        let nothing = || LedgerError::NoSuchMail(number);
        let mail = self.mail_numbers.iter().position(|known| *known == number).ok_or_else(nothing)?;
        let mut taken_back = TakenBack::default();
        let waiting = self.waiting(|_, said| said.mail == mail);
        taken_back.dismissed = waiting.len() as u64;
        let in_effect = self.in_effect();
        let (of_mail, others): (Vec<&Said>, Vec<&Said>) = in_effect.iter().partition(|said| said.mail == mail);
        if waiting.is_empty() && of_mail.is_empty() {
            return Err(nothing());
        }
        let mut done: Vec<&Mention> = Vec::new();
        for first in &of_mail {
            if done.iter().any(|known| known.is_of_the_same(&first.mention)) {
                continue;
            }
            done.push(&first.mention);
            self.without_mail(first, &in_effect)?;
            let Mention { campaign, round, recipient, .. } = &first.mention;
            taken_back.deliveries.push((campaign.clone(), *round, recipient.clone()));
        }
        let undone = self.said.iter_mut().filter(|said| said.mail == mail);
        undone.for_each(|said| said.stage = Stage::TakenBack);
        let of_mail = self.suppressed.iter().filter(|(_, known)| known.mail == Some(mail));
        let keys: Vec<String> = of_mail.map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.suppressed.remove(&key);
            self.suppress_again(&key, &others)?;
            if !self.suppressed.contains_key(&key) {
                taken_back.lifted.push(key);
            }
        }
        Ok(taken_back)
    }

    /// Makes of a delivery what it is without the mail, of which `first` took effect first.
    fn without_mail<'s>(&mut self, first: &Said, in_effect: &'s [Said]) -> Result<()> {
        let Some((began, _, before)) = first.count() else { return Ok(()) };
        let of_delivery = in_effect.iter().filter(|said| said.mention.is_of_the_same(&first.mention));
        let since = of_delivery.filter(|said| said.count().is_some_and(|(place, ..)| place >= began));
        let (undone, since): (Vec<&'s Said>, Vec<&'s Said>) = since.partition(|said| said.mail == first.mail);
        let said_at: Vec<jiff::Timestamp> = self.mails.iter().map(|mail| mail.said_at).collect();
        let words = |all: &[&'s Said]| -> Vec<belief::Word<'s>> {
            let word = |said: &&'s Said| said.count().map(|(_, by, _)| (&said.mention, said_at[said.mail], by));
            all.iter().filter_map(word).collect()
        };
        let now = self.stands(&first.mention)?;
        let (undone, others) = (words(&undone), words(&since));
        let left = belief::without(&now, before, &undone, &others);
        let report = others.iter().rfind(|(mention, ..)| mention.effect == Effect::Bounced);
        let row = self.mentioned(&first.mention)?;
        if now.state == DeliveryState::Bounced {
            if left.state == DeliveryState::Bounced {
                row.delivery.reason =
                    report.and_then(|(mention, ..)| mention.reason.clone()).or(row.delivery.reason.take());
            } else {
                row.delivery.reason = Some(belief::NOT_BELIEVED.to_owned());
            }
        }
        row.stand(left);
        Ok(())
    }

    /// Suppresses an address for what others said, or since somebody there opted out.
    fn suppress_again(&mut self, key: &str, others: &[&Said]) -> Result<()> {
        for other in others {
            let Some(suppression) = other.mention.suppress.as_ref().filter(|it| it.target.as_key() == key) else {
                continue;
            };
            if belief::still_suppresses(&other.mention, &self.stands(&other.mention)?) {
                let id = self.mentioned(&other.mention)?.delivery.id;
                let is_answer = matches!(other.mention.effect, Effect::Answered(_));
                self.suppress_address(suppression, is_answer.then_some(id), other.mail);
            }
        }
        let opted_out = self
            .rows
            .values()
            .find(|row| row.delivery.answer == Answer::OptedOut && lookup_key(&row.delivery.email) == key);
        if let Some(delivery) = opted_out.map(|row| row.delivery.id) {
            self.opt_out(delivery, key, Witness::Mail);
        }
        Ok(())
    }
}
