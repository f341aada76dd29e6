//! What a person looks through.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::{
    AboutMail, BrowseLedger, CellText, CopyRow, Delivery, DeliveryId, Event, InHour, KeptRow, Look, LookFrom, Order,
    Pages, Passed, Reach, Result, ReviewLedger, Selection, Sight, Tried,
};
use super::disk::Disk;
use super::record::{Copied, Row, Said, Stage};
use super::{MemoryLedger, lock};
use crate::model::{Answer, CampaignId, DeliveryState, MadeOf, RecipientId, Round, lookup_key};

/// The ledger in memory keeps no events, and of attempts only what windows count: whoever asks for them finds none.
impl BrowseLedger for MemoryLedger {
    fn browse(&self, campaign: &CampaignId, look: &Look) -> Result<Sight> {
        Ok(lock(&self.disk).browse(campaign, look))
    }

    fn letters_of(&self, campaign: &CampaignId, name: &str) -> Result<Vec<Delivery>> {
        let disk = lock(&self.disk);
        let is_theirs = |row: &&Row| {
            let Delivery { recipient, email, .. } = &row.delivery;
            row.campaign == *campaign && (recipient.as_str() == name || lookup_key(email) == name)
        };
        let mut letters: Vec<&Row> = disk.rows.values().filter(is_theirs).collect();
        letters.sort_by_key(|row| (row.delivery.round, row.place, row.delivery.id));
        Ok(letters.into_iter().map(|row| row.delivery.clone()).collect())
    }

    fn whose(&self, campaign: &CampaignId, delivery: DeliveryId) -> Result<Option<RecipientId>> {
        let disk = lock(&self.disk);
        let row = disk.rows.get(&delivery).filter(|row| row.campaign == *campaign);
        Ok(row.map(|row| row.delivery.recipient.clone()))
    }

    fn made_of(&self, _delivery: DeliveryId) -> Result<Option<(MadeOf, Vec<String>)>> {
        Ok(None)
    }

    fn passed(&self, campaign: &CampaignId) -> Result<Passed> {
        let disk = lock(&self.disk);
        let of_campaign: Vec<&Delivery> =
            disk.rows.values().filter(|row| row.campaign == *campaign).map(|row| &row.delivery).collect();
        let answered = of_campaign.iter().filter(|delivery| delivery.answer.stops());
        Ok(Passed {
            sent: by_hour(of_campaign.iter().filter_map(|delivery| delivery.accepted_at)),
            answered: by_hour(answered.filter_map(|delivery| delivery.answered_at)),
        })
    }

    fn last_event(&self) -> Result<u64> {
        Ok(0)
    }

    fn waiting(&self) -> Result<u64> {
        let disk = lock(&self.disk);
        let mut mails: Vec<usize> =
            disk.said.iter().filter(|said| said.stage == Stage::Waits).map(|said| said.mail).collect();
        mails.dedup();
        Ok(mails.len() as u64)
    }

    fn happened_to(&self, _campaign: &CampaignId, _recipient: &RecipientId) -> Result<Vec<Event>> {
        Ok(Vec::new())
    }

    fn tried(&self, _campaign: &CampaignId, _recipient: &RecipientId) -> Result<Vec<Tried>> {
        Ok(Vec::new())
    }

    fn mails_about(&self, campaign: &CampaignId, recipient: &RecipientId) -> Result<Vec<AboutMail>> {
        let disk = lock(&self.disk);
        let is_about = |said: &Said| said.mention.campaign == *campaign && said.mention.recipient == *recipient;
        let mut about: Vec<(u64, &Said)> =
            disk.said_numbers.iter().copied().zip(&disk.said).filter(|(_, said)| is_about(said)).collect();
        about.sort_by_key(|(number, said)| (said.mail, *number));
        Ok(about.into_iter().map(|(number, said)| disk.about(number, said)).collect())
    }
}

impl ReviewLedger for MemoryLedger {
    fn kept_rows(&self, campaign: &CampaignId, selection: &Selection) -> Pages<'_, (Delivery, KeptRow)> {
        let rows = lock(&self.disk).rows(campaign, selection).into_iter();
        Pages::of(rows.map(|(delivery, cells)| (delivery, cells.map_or(KeptRow::Gone, KeptRow::Listed))).collect())
    }

    fn copy_rows(&self, campaign: &CampaignId, round: Option<Round>) -> Pages<'_, CopyRow> {
        let disk = lock(&self.disk);
        let of_round = |row: &&Row| row.campaign == *campaign && round.is_none_or(|round| row.delivery.round == round);
        let mut copies: Vec<_> = disk
            .copies
            .iter()
            .filter_map(|(id, copy)| disk.rows.get(&copy.delivery).filter(of_round).map(|row| (row, id, copy)))
            .collect();
        copies.sort_by_key(|(row, id, _)| (row.delivery.round, row.place, **id));
        Pages::of(copies.into_iter().map(|(row, _, copy)| shown(&row.delivery, copy)).collect())
    }
}

impl Disk {
    fn browse(&self, campaign: &CampaignId, look: &Look) -> Sight {
        let mut found: Vec<&Row> = self.rows.values().filter(|row| row.campaign == *campaign).collect();
        let is_within = |row: &&Row| self.is_in_the_index(row, look);
        found.retain(is_within);
        found.sort_by(|one, other| in_order(look, one, other));
        let mark = match look.from {
            LookFrom::First => None,
            LookFrom::After(id) | LookFrom::Before(id) => match self.rows.get(&id) {
                Some(mark) => Some(mark),
                None => return Sight::default(),
            },
        };
        let is_backwards = matches!(look.from, LookFrom::Before(_));
        if let Some(mark) = mark {
            let side = if is_backwards { Ordering::Less } else { Ordering::Greater };
            found.retain(|row| in_order(look, row, mark) == side);
        }
        if is_backwards {
            found.reverse();
        }
        let ended_at = ended_at(look, &mut found);
        found.retain(|row| self.is_looked_at(row, look));
        let skip = usize::try_from(look.skip).unwrap_or(usize::MAX).min(found.len());
        let mut rest = found.split_off(skip);
        let has_more = rest.len() > look.take as usize;
        rest.truncate(look.take as usize);
        if is_backwards {
            rest.reverse();
        }
        let rows = rest.into_iter().map(|row| (self.first_of(row), row.delivery.clone())).collect();
        Sight { rows, has_more, ended_at: ended_at.filter(|_| !has_more) }
    }

    /// Whether a delivery is among those that an index knows, before it is looked at.
    #[expect(clippy::unused_self, reason = "beside the other half of the same question")]
    fn is_in_the_index(&self, row: &Row, look: &Look) -> bool {
        let Delivery { round, state, answer, .. } = &row.delivery;
        let all = |known: &dyn Fn(DeliveryState) -> bool| {
            !look.states.is_empty() && look.states.iter().all(|state| known(*state))
        };
        let is_plain =
            |state| matches!(state, DeliveryState::Planned | DeliveryState::Attempting | DeliveryState::Accepted);
        let is_open = |state| matches!(state, DeliveryState::Planned | DeliveryState::Deferred);
        look.round.is_none_or(|wanted| wanted == *round)
            && if is_of_answers(look) {
                *answer != Answer::None
            } else if all(&|state| !is_plain(state)) {
                !is_plain(*state)
            } else {
                !all(&is_open) || is_open(*state)
            }
    }

    /// The first delivery of a recipient.
    fn first_of(&self, of: &Row) -> DeliveryId {
        let theirs = self
            .rows
            .values()
            .filter(|row| row.campaign == of.campaign && row.delivery.recipient == of.delivery.recipient);
        theirs.min_by_key(|row| row.delivery.round).map_or(of.delivery.id, |row| row.delivery.id)
    }

    fn is_looked_at(&self, row: &Row, look: &Look) -> bool {
        let Delivery { round, state, answer, recipient, email, name, organisation, note, .. } = &row.delivery;
        let note = note.as_deref().unwrap_or_default();
        let text = [recipient.as_str(), email, name, organisation, note].join("\n").to_lowercase();
        let plan = self.plans.get(&(row.campaign.clone(), *round)).filter(|plan| plan.generation == row.generation);
        let header = plan.and_then(|plan| plan.header.as_ref());
        let has_cell = |(column, sought): &(String, Vec<CellText>)| {
            let at = header.and_then(|header| header.position(column));
            at.and_then(|at| row.cells.get(at)).is_some_and(|cell| sought.iter().any(|text| text.is_in(cell)))
        };
        look.round.is_none_or(|wanted| wanted == *round)
            && (look.states.is_empty() || look.states.contains(state))
            && (look.answers.is_empty() || look.answers.contains(answer))
            && !(look.answers.contains(&Answer::None) && *answer == Answer::None && self.has_other(row, &look.answers))
            && look.words.iter().all(|word| text.contains(&word.to_lowercase()))
            && look.cells.iter().all(has_cell)
    }

    /// Whether something else came of a recipient, to another letter.
    fn has_other(&self, of: &Row, answers: &[Answer]) -> bool {
        let theirs = self
            .rows
            .values()
            .filter(|row| row.campaign == of.campaign && row.delivery.recipient == of.delivery.recipient);
        theirs.map(|row| row.delivery.answer).any(|answer| !answers.contains(&answer))
    }

    fn about(&self, number: u64, said: &Said) -> AboutMail {
        let mail = &self.mails[said.mail];
        AboutMail {
            number: self.mail_numbers[said.mail],
            round: said.mention.round,
            kind: mail.kind.clone(),
            sender: mail.sender.clone(),
            subject: mail.subject.clone(),
            first_line: mail.first_line.clone(),
            said_at: None,
            read_at: Timestamp::UNIX_EPOCH,
            effect: None,
            why: said.why.clone(),
            waits: (said.stage == Stage::Waits).then_some(number),
            is_taken_back: said.stage == Stage::TakenBack,
        }
    }
}

/// Whether it is looked at those who have answered alone.
fn is_of_answers(look: &Look) -> bool {
    !look.answers.is_empty() && !look.answers.contains(&Answer::None)
}

/// Cuts off what is beyond the reach of a look; gives the last letter within, where others are beyond it.
fn ended_at(look: &Look, found: &mut Vec<&Row>) -> Option<DeliveryId> {
    let Reach::Letters(letters) = look.reach else { return None };
    if !look.searches() || look.order != Order::List || found.len() <= letters as usize {
        return None;
    }
    found.truncate(letters as usize);
    found.last().map(|row| row.delivery.id)
}

/// How two deliveries stand to each other in the order of a look.
fn in_order(look: &Look, one: &Row, other: &Row) -> Ordering {
    let place = |row: &Row| (row.delivery.round, row.place, row.delivery.id);
    let answered = is_of_answers(look);
    let newest = |of: fn(&Delivery) -> Option<Timestamp>| {
        let key = |row: &Row| (Reverse(of(&row.delivery)), place(row));
        key(one).cmp(&key(other))
    };
    let named = |of: fn(&Delivery) -> &String| {
        let key = |row: &Row| (of(&row.delivery).to_ascii_lowercase(), place(row));
        key(one).cmp(&key(other))
    };
    match look.order {
        Order::List if answered => {
            let key = |row: &Row| (row.delivery.round, row.delivery.answer.as_str(), row.delivery.id);
            key(one).cmp(&key(other))
        }
        Order::List => place(one).cmp(&place(other)),
        Order::Name => named(|delivery| &delivery.name),
        Order::Organisation => named(|delivery| &delivery.organisation),
        Order::Attempted => newest(|delivery| delivery.last_attempt_at),
        Order::Answered => newest(|delivery| delivery.answered_at),
    }
}

fn by_hour(times: impl Iterator<Item = Timestamp>) -> Vec<InHour> {
    let mut hours = BTreeMap::<i64, u64>::new();
    for at in times {
        *hours.entry(at.as_second().div_euclid(3_600)).or_default() += 1;
    }
    hours.into_iter().map(|(hour, count)| InHour { hour, count }).collect()
}

fn shown(delivery: &Delivery, copy: &Copied) -> CopyRow {
    CopyRow {
        round: delivery.round,
        recipient: delivery.recipient.clone(),
        address: copy.address.to_string(),
        state: copy.state,
        attempts: copy.attempts,
        first_attempt_at: copy.first_attempt_at,
        last_attempt_at: copy.last_attempt_at,
        next_attempt_at: copy.next_attempt_at,
        reply: copy.reply.clone(),
        reason: copy.reason.clone(),
    }
}
