//! Of which letters a mail speaks. Pure: the letters are those of the ledger that any of the mails may be about.
//!
//! From the surest clue to the weakest: the token of an address that only the letter's reader knows, the returned
//! letter's Message-ID, the thread, an address, an organisation's domain. What can be made up by anybody who knows an
//! address is a suggestion for a person to confirm.

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;

use super::clues::{Writer, domain};
use super::subject::bare;
use super::{Clues, Kind};
use crate::model::SentLetter;

/// Letters of one domain that are kept for suggestions: more of them help nobody.
const OF_ONE_DOMAIN: usize = 5;

/// So far may the clock of whoever wrote a mail be behind ours.
const SLACK: SignedDuration = SignedDuration::from_hours(1);

/// By what a mail was tied to a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The token in the address it was sent to.
    Token,
    /// The envelope id that a report repeats (RFC 3461, 4.4): the same token.
    EnvelopeId,
    /// The Message-ID of the returned letter.
    ReturnedLetter,
    /// What it answers.
    Thread,
    /// An address of the letter.
    Address,
    /// The domain of an address of the letter, and its subject.
    Domain,
}

impl By {
    /// A word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::EnvelopeId => "envelope id",
            Self::ReturnedLetter => "returned letter",
            Self::Thread => "thread",
            Self::Address => "address",
            Self::Domain => "domain and subject",
        }
    }
}

/// A letter that a mail speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The letter.
    pub letter: &'a SentLetter,
    /// By what.
    pub by: By,
    /// Which of the mail's reported recipients it is about; `None` where it is about the letter as a whole.
    pub reported: Option<usize>,
}

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched<'a> {
    /// The letters it speaks of, for sure enough to take effect.
    pub hits: Vec<Hit<'a>>,
    /// Those it may speak of.
    pub suggestions: Vec<Hit<'a>>,
    /// It was sent to a token that no letter has: nothing in it is believed.
    pub forged: bool,
    /// It is a copy of a letter, or what the campaign itself wrote to somebody: no answer.
    pub is_ours: bool,
}

/// Mails that came in, and the letters that any of them may be about.
#[derive(Debug)]
pub struct Incoming {
    wanted: Wanted,
    kept: Vec<SentLetter>,
    by_token: HashMap<String, usize>,
    by_message_id: HashMap<String, usize>,
    by_address: HashMap<String, Vec<usize>>,
    by_domain: HashMap<(String, String), Vec<usize>>,
}

/// What the mails name.
#[derive(Debug, Default)]
struct Wanted {
    tokens: HashSet<String>,
    message_ids: HashSet<String>,
    addresses: HashSet<String>,
    /// Of each domain that a mail came from, the subjects that it may be about.
    subjects: HashMap<String, HashSet<String>>,
}

impl Incoming {
    /// Mails with these clues, and no letter yet.
    #[must_use]
    pub fn new<'c>(clues: impl IntoIterator<Item = &'c Clues>) -> Self {
        let mut wanted = Wanted::default();
        for clues in clues {
            wanted.tokens.extend(clues.tokens().cloned());
            wanted.message_ids.extend(clues.message_ids().cloned());
            wanted.addresses.extend(clues.addresses().cloned());
            if let Some(sender) = &clues.sender {
                wanted.subjects.entry(domain(sender).to_owned()).or_default().extend(clues.subjects.iter().cloned());
            }
        }
        Self {
            wanted,
            kept: Vec::new(),
            by_token: HashMap::new(),
            by_message_id: HashMap::new(),
            by_address: HashMap::new(),
            by_domain: HashMap::new(),
        }
    }

    /// Takes note of a letter, where any of the mails may be about it.
    pub fn see(&mut self, letter: SentLetter) {
        let place = self.kept.len();
        let mut is_wanted = false;
        if self.wanted.tokens.contains(&letter.token) {
            self.by_token.insert(letter.token.clone(), place);
            is_wanted = true;
        }
        if self.wanted.message_ids.contains(&letter.message_id) {
            self.by_message_id.insert(letter.message_id.clone(), place);
            is_wanted = true;
        }
        for address in letter.addresses.iter().filter(|_| letter.may_have_left) {
            if self.wanted.addresses.contains(address) {
                self.by_address.entry(address.clone()).or_default().push(place);
                is_wanted = true;
            }
            let domain = domain(address);
            let subjects = self.wanted.subjects.get(domain);
            if let Some(subject) = subjects.and_then(|subjects| subjects.get(&bare(&letter.subject))) {
                let others = self.by_domain.entry((domain.to_owned(), subject.clone())).or_default();
                if others.len() <= OF_ONE_DOMAIN && others.last() != Some(&place) {
                    others.push(place);
                    is_wanted = true;
                }
            }
        }
        if is_wanted {
            self.kept.push(letter);
        }
    }

    /// Finds out what a mail is about.
    #[must_use]
    pub fn matched(&self, kind: Kind, clues: &Clues) -> Matched<'_> {
        let mut matched = Matched { hits: Vec::new(), suggestions: Vec::new(), forged: false, is_ours: false };
        let known = |token: &String| self.by_token.get(token).copied();
        let mut by_token: Vec<(usize, By)> =
            clues.tokens.iter().filter_map(known).map(|place| (place, By::Token)).collect();
        if !clues.tokens.is_empty() && !clues.tokens.iter().any(|token| self.by_token.contains_key(token)) {
            matched.forged = true;
            return matched;
        }
        // A report that came back to a token repeats it as the envelope id: it is one letter all the same.
        if by_token.is_empty() {
            by_token.extend(clues.envelope_id.iter().filter_map(known).map(|place| (place, By::EnvelopeId)));
        }
        match kind {
            Kind::Report | Kind::Complaint | Kind::Receipt => self.of_report(kind, clues, &by_token, &mut matched),
            Kind::AutoReply | Kind::Acknowledgement | Kind::Message => {
                self.of_answer(kind, clues, &by_token, &mut matched);
                if clues.writer == Writer::Unsure {
                    matched.suggestions.append(&mut matched.hits);
                }
            }
            Kind::Unreadable => {}
        }
        matched
    }

    /// A report names its letter, and is about those of its recipients that it names. One that names none is about the
    /// last letter to the address; where it returns a letter that is none of ours, a person has to say so.
    fn of_report<'a>(&'a self, kind: Kind, clues: &Clues, by_token: &[(usize, By)], matched: &mut Matched<'a>) {
        let named: Vec<(usize, By)> = if by_token.is_empty() {
            let returned = clues.returned.iter().filter_map(|id| self.by_message_id.get(id));
            let returned: Vec<_> = returned.map(|place| (*place, By::ReturnedLetter)).collect();
            if returned.is_empty() {
                self.latest(self.in_thread(clues)).map(|place| (place, By::Thread)).collect()
            } else {
                returned
            }
        } else {
            by_token.to_vec()
        };
        for (place, by) in named {
            let letter = &self.kept[place];
            let of_letter = |addresses: &Vec<String>| addresses.iter().any(|address| letter.went_to(address));
            let about: Vec<usize> = (0..clues.reported.len()).filter(|at| of_letter(&clues.reported[*at])).collect();
            if about.is_empty() {
                // It was passed on to an address that we never wrote to: the letter is the one all the same.
                let only = (clues.reported.len() == 1).then_some(0);
                matched.hits.push(Hit { letter, by, reported: only });
            }
            matched.hits.extend(about.into_iter().map(|at| Hit { letter, by, reported: Some(at) }));
        }
        if !matched.hits.is_empty() {
            return;
        }
        let sure = clues.returned.is_none() && kind == Kind::Report && !clues.reports_have_tokens;
        let into = if sure { &mut matched.hits } else { &mut matched.suggestions };
        for (at, addresses) in clues.reported.iter().enumerate() {
            let places = addresses.iter().find_map(|address| self.by_address.get(address));
            let newest = self.last_sent(self.before(places, clues));
            into.extend(newest.map(|place| Hit { letter: &self.kept[place], by: By::Address, reported: Some(at) }));
        }
    }

    /// An answer counts by the token, or by thread and address. A machine's answer stops nothing, so that one of both
    /// will do. What a person seems to have written to the address for reports, or a mail system to that for answers,
    /// is a report that we cannot read.
    fn of_answer<'a>(&'a self, kind: Kind, clues: &Clues, by_token: &[(usize, By)], matched: &mut Matched<'a>) {
        let hit = |place: usize, by| Hit { letter: &self.kept[place], by, reported: None };
        let from_reader =
            |place: &usize| clues.sender.as_ref().is_some_and(|sender| self.kept[*place].addresses.contains(sender));
        let thread = self.in_thread(clues);
        let is_copy = clues.id.as_ref().is_some_and(|id| self.by_message_id.contains_key(id));
        // Whoever writes to themselves, to try it out, may answer themselves.
        if is_copy || (clues.is_ours && !by_token.iter().map(|(place, _)| place).chain(&thread).any(from_reader)) {
            matched.is_ours = true;
            return;
        }
        let machine = kind != Kind::Message;
        let by_token = by_token.iter().map(|(place, by)| hit(*place, *by));
        if machine || (!clues.reply_tokens.is_empty() && !clues.is_of_mail_system) {
            matched.hits.extend(by_token.clone());
        }
        if !matched.hits.is_empty() {
            return;
        }
        let (from_reader, from_others): (Vec<_>, Vec<_>) = thread.into_iter().partition(from_reader);
        matched.hits.extend(self.latest(from_reader).map(|place| hit(place, By::Thread)));
        if !matched.hits.is_empty() {
            return;
        }
        matched.suggestions.extend(by_token.filter(|_| !machine));
        if !matched.suggestions.is_empty() {
            return;
        }
        let into = if machine { &mut matched.hits } else { &mut matched.suggestions };
        into.extend(self.latest(from_others).map(|place| hit(place, By::Thread)));
        if !into.is_empty() {
            return;
        }
        let to_sender = clues.sender.as_ref().and_then(|sender| self.by_address.get(sender));
        into.extend(self.last_sent(self.before(to_sender, clues)).map(|place| hit(place, By::Address)));
        if into.is_empty() {
            let colleagues = self.before(self.to_colleagues(clues), clues);
            if colleagues.len() <= OF_ONE_DOMAIN {
                matched.suggestions.extend(self.latest(colleagues).map(|place| hit(place, By::Domain)));
            }
        }
    }

    /// The letters with the mail's subject to the domain it came from.
    fn to_colleagues(&self, clues: &Clues) -> Option<&Vec<usize>> {
        let domain = domain(clues.sender.as_ref()?);
        clues.subjects.iter().find_map(|subject| self.by_domain.get(&(domain.to_owned(), subject.clone())))
    }

    fn in_thread(&self, clues: &Clues) -> Vec<usize> {
        clues.thread.iter().filter_map(|id| self.by_message_id.get(id)).copied().collect()
    }

    /// Those that had left when the mail was written. One without a date could be of any time.
    fn before(&self, places: Option<&Vec<usize>>, clues: &Clues) -> Vec<usize> {
        let Some(written) = clues.written else { return Vec::new() };
        let had_left = |place: &usize| self.kept[*place].sent_at.duration_until(written) >= -SLACK;
        places.into_iter().flatten().copied().filter(had_left).collect()
    }

    /// The one that left last.
    fn last_sent(&self, places: Vec<usize>) -> Option<usize> {
        places.into_iter().max_by_key(|place| self.kept[*place].sent_at)
    }

    /// Of each recipient the letter of the latest round.
    fn latest(&self, places: Vec<usize>) -> impl Iterator<Item = usize> {
        let mut newest: Vec<usize> = Vec::new();
        for place in places {
            let letter = &self.kept[place];
            match newest.iter_mut().find(|other| self.kept[**other].is_to_the_same(letter)) {
                Some(other) if self.kept[*other].round < letter.round => *other = place,
                Some(_) => {}
                None => newest.push(place),
            }
        }
        newest.into_iter()
    }
}

#[cfg(test)]
mod tests;
