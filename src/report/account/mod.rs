//! An account of a campaign: what became of its letters, by person, by round, by a column of the list and over time.
//! Pure over what was read.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::course::Course;
use super::why::Why;
use crate::ledger::{Delivery, Tally};
use crate::model::{Answer, DeliveryState, Round, is_under_another_id, lookup_key};
use crate::plan::Next;

/// So many people are told one by one; the others are in a table beside the page.
pub const SHOWN: usize = 1_000;

/// An account of a campaign.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// All people together.
    pub all: Numbers,
    /// By the values of a column, in the order in which they were met.
    pub groups: Vec<(String, Numbers)>,
    /// By round: how many deliveries stand where.
    pub rounds: BTreeMap<Round, Tally>,
    /// Of the people who got no letter: how many stand where.
    pub standing: BTreeMap<Open, u64>,
    /// How many people answered what: the word that says most of each.
    pub answers: BTreeMap<Answer, u64>,
    /// Over time.
    pub course: Course,
    /// When follow-ups are due, and to how many.
    pub due: BTreeMap<jiff::civil::Date, u64>,
    /// The first people of the list.
    pub people: Vec<Person>,
    /// When the last of it happened.
    pub as_of: Option<Timestamp>,
    /// What is kept of everybody, by a digest of the id: a million ids would take more room than all else.
    seen: HashMap<Digest, Seen>,
    /// Who had letters at an address, by its digest, and since which round; nobody, where several had.
    addresses: HashMap<Digest, (Option<Digest>, Round)>,
    /// Whether nobody comes twice, and nothing is to be kept.
    is_of_one_round: bool,
    /// What is open or went wrong, and why: how many people.
    open: Vec<((Open, Why), u64)>,
    /// The places of these.
    open_places: HashMap<(Open, Why), u32>,
    /// The places of the groups.
    places: HashMap<String, usize>,
}

/// How many people there are, and how many of them were reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Numbers {
    /// On the list.
    #[serde(rename = "recipients")]
    pub people: u64,
    /// Whose letter was accepted, and none came back.
    pub sent: u64,
    /// Who answered: not a machine for them, and not whoever asked not to be written to alone.
    pub answered: u64,
}

/// What is open or went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Open {
    /// Nobody knows whether the letter left.
    InDoubt,
    /// It failed, or came back.
    NotDelivered,
    /// It is still to be sent.
    ToSend,
    /// It is not to be sent.
    LeftOut,
}

impl Open {
    /// What a state is; nothing, where all is done.
    #[must_use]
    pub fn of(state: DeliveryState) -> Option<Self> {
        Some(match state {
            DeliveryState::InDoubt | DeliveryState::Attempting => Self::InDoubt,
            DeliveryState::Failed | DeliveryState::Bounced => Self::NotDelivered,
            DeliveryState::Planned | DeliveryState::Deferred => Self::ToSend,
            DeliveryState::Skipped => Self::LeftOut,
            DeliveryState::Accepted => return None,
        })
    }
}

/// A person of the list, and what became of the letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The last delivery, which says where things stand.
    pub last: Delivery,
    /// When the first letter was accepted.
    pub sent_at: Option<Timestamp>,
    /// What came back: the word that says most.
    pub answer: Answer,
    /// When it came.
    pub answered_at: Option<Timestamp>,
    /// Where it stands, where no letter was received.
    pub open: Option<Open>,
    /// What was noted last.
    pub note: String,
    /// What the row has in the column by which people are told apart.
    pub by: String,
}

/// The first half of an id's SHA-256: no two ids have the same.
type Digest = [u8; 16];

/// What is kept of everybody.
#[derive(Debug, Clone, Copy)]
struct Seen {
    group: u32,
    sent: bool,
    /// Where it stands with somebody who got no letter, and the place of why.
    open: Option<(Open, u32)>,
    answer: Answer,
    /// The place among those who are told one by one.
    place: Option<u16>,
}

impl Account {
    /// An account of letters of one round: nobody has two.
    #[must_use]
    pub fn of_one_round() -> Self {
        Self { is_of_one_round: true, ..Self::default() }
    }

    /// Takes in a delivery, but for that of a row whose letter stands under another id. `by` is what its row has in the
    /// column, `None` where there is no column. What belongs to a round comes in the order of the rounds.
    pub fn add(&mut self, delivery: &Delivery, by: Option<&str>, next: Option<Next>) {
        if delivery.state == DeliveryState::Skipped && is_under_another_id(delivery.reason.as_deref()) {
            return;
        }
        self.rounds.entry(delivery.round).or_default().add(delivery.state, 1);
        let times = [delivery.last_attempt_at, delivery.accepted_at, delivery.answered_at];
        self.as_of = self.as_of.max(times.into_iter().flatten().max());
        if let Some(Next::Due(date)) = next {
            *self.due.entry(date).or_default() += 1;
        }
        // A letter that came back was not received: it counts here as little as everywhere else.
        if let Some(at) = delivery.accepted_at.filter(|_| delivery.state == DeliveryState::Accepted) {
            self.course.sent(at);
        }
        self.meet(delivery, by);
    }

    /// Takes in whose delivery it is.
    fn meet(&mut self, delivery: &Delivery, by: Option<&str>) {
        let is_sent = delivery.state == DeliveryState::Accepted;
        let digest = (!self.is_of_one_round).then(|| self.who(delivery));
        let mut seen = match digest.and_then(|digest| self.seen.get(&digest)) {
            Some(seen) => *seen,
            None => self.welcome(delivery, by),
        };
        let before = seen;
        // A letter that came back was not received, whatever went before.
        seen.sent = is_sent || (seen.sent && delivery.state != DeliveryState::Bounced);
        seen.answer = more(seen.answer, delivery.answer);
        seen.open = match Open::of(delivery.state) {
            _ if seen.sent => None,
            // Who is left out of a later round stands where the letter before it does.
            Some(Open::LeftOut) if before.open.is_some() => before.open,
            open => open.map(|open| (open, self.place_of(open, Why::of(delivery).in_sum()))),
        };
        if seen.open != before.open {
            self.leave(before.open);
            self.stand(seen.open);
        }
        let change = |numbers: &mut Numbers| {
            numbers.sent = numbers.sent + u64::from(seen.sent) - u64::from(before.sent);
            numbers.answered =
                numbers.answered + u64::from(is_answer(seen.answer)) - u64::from(is_answer(before.answer));
        };
        change(&mut self.all);
        if let Some((_, group)) = self.groups.get_mut(seen.group as usize) {
            change(group);
        }
        // A person answers once, in whatever round, as all numbers of people have it.
        if let Some(at) = delivery.answered_at.filter(|_| is_answer(seen.answer) && !is_answer(before.answer)) {
            self.course.answered(at);
        }
        if seen.answer != before.answer {
            if let Some(count) = self.answers.get_mut(&before.answer) {
                *count = count.saturating_sub(1);
            }
            *self.answers.entry(seen.answer).or_default() += 1;
        }
        if let Some(person) = seen.place.and_then(|place| self.people.get_mut(usize::from(place))) {
            person.sent_at = person.sent_at.or(delivery.accepted_at);
            if delivery.answer != Answer::None && person.answer == before.answer && seen.answer == delivery.answer {
                person.answered_at = delivery.answered_at;
            }
            person.answer = seen.answer;
            person.open = seen.open.map(|(open, _)| open);
            if let Some(note) = &delivery.note {
                person.note.clone_from(note);
            }
            person.last = delivery.clone();
        }
        self.seen.extend(digest.map(|digest| (digest, seen)));
    }

    /// By what somebody is known: the id, and where that is new in a later round, the address of before, as plans have
    /// it. Where several people had letters at the address, nobody can tell whose it is.
    fn who(&mut self, delivery: &Delivery) -> Digest {
        let own = digest(delivery.recipient.as_str());
        if delivery.email.is_empty() {
            return own;
        }
        let at = digest(&lookup_key(&delivery.email));
        match self.addresses.get_mut(&at) {
            Some((who, round)) if *round < delivery.round && !self.seen.contains_key(&own) => who.unwrap_or(own),
            Some((who, _)) => {
                *who = who.filter(|who| *who == own || delivery.state == DeliveryState::Skipped);
                own
            }
            None => {
                self.addresses.insert(at, (Some(own), delivery.round));
                own
            }
        }
    }

    /// What is open or went wrong, and why: how many people.
    pub fn open(&self) -> impl Iterator<Item = (Open, &Why, u64)> {
        self.open.iter().filter(|(_, count)| *count > 0).map(|((open, why), count)| (*open, why, *count))
    }

    fn place_of(&mut self, open: Open, why: Why) -> u32 {
        if let Some(place) = self.open_places.get(&(open, why.clone())) {
            return *place;
        }
        let place = u32::try_from(self.open.len()).unwrap_or(u32::MAX);
        self.open_places.insert((open, why.clone()), place);
        self.open.push(((open, why), 0));
        place
    }

    /// Somebody stands there no more.
    fn leave(&mut self, before: Option<(Open, u32)>) {
        let Some((open, place)) = before else { return };
        if let Some(count) = self.standing.get_mut(&open) {
            *count = count.saturating_sub(1);
        }
        if let Some((_, count)) = self.open.get_mut(place as usize) {
            *count = count.saturating_sub(1);
        }
    }

    /// Somebody stands there now.
    fn stand(&mut self, now: Option<(Open, u32)>) {
        let Some((open, place)) = now else { return };
        *self.standing.entry(open).or_default() += 1;
        if let Some((_, count)) = self.open.get_mut(place as usize) {
            *count += 1;
        }
    }

    /// Somebody of whom nothing is known yet.
    fn welcome(&mut self, delivery: &Delivery, by: Option<&str>) -> Seen {
        let by = by.unwrap_or_default();
        self.all.people += 1;
        let group = match self.places.get(by) {
            Some(group) => *group,
            None => {
                self.places.insert(by.to_owned(), self.groups.len());
                self.groups.push((by.to_owned(), Numbers::default()));
                self.groups.len() - 1
            }
        };
        if let Some((_, numbers)) = self.groups.get_mut(group) {
            numbers.people += 1;
        }
        let place = u16::try_from(self.people.len()).ok().filter(|_| self.people.len() < SHOWN);
        if place.is_some() {
            let by = by.to_owned();
            let (last, note) = (delivery.clone(), String::new());
            let (sent_at, answered_at, open) = (None, None, None);
            self.people.push(Person { last, sent_at, answer: Answer::None, answered_at, open, note, by });
        }
        *self.answers.entry(Answer::None).or_default() += 1;
        let group = u32::try_from(group).unwrap_or(u32::MAX);
        Seen { group, sent: false, open: None, answer: Answer::None, place }
    }
}

/// Whether somebody has answered the letter: whoever asks not to be written to has not.
fn is_answer(answer: Answer) -> bool {
    matches!(answer, Answer::Replied | Answer::Declined)
}

fn digest(text: &str) -> Digest {
    let mut half = [0; 16];
    half.copy_from_slice(&Sha256::digest(text)[..16]);
    half
}

/// Of two answers of one person, the one that says more.
fn more(one: Answer, other: Answer) -> Answer {
    if other.stops() >= one.stops() && other != Answer::None && (other.stops() || other > one) { other } else { one }
}

#[cfg(test)]
mod tests;
