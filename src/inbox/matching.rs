//! Of which letters a mail speaks. Pure: the letters are those of the ledger that any of the mails may be about.
//!
//! From the surest clue to the weakest: the token of an address that only the letter's reader knows, the returned
//! letter's Message-ID, the thread, an address, an organisation's domain. What can be made up by anybody who knows an
//! address is a suggestion for a person to confirm, whatever kind of mail says it.

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;

use super::clues::{Writer, domain};
use super::hit::{By, Hit, Matched};
use super::subject::bare;
use super::{Clues, Kind};
use crate::model::{MessageId, SentLetter, Tie, TokenKey};

/// Letters of one domain that are kept for suggestions: more of them help nobody.
const OF_ONE_DOMAIN: usize = 5;

/// So far may the clock of whoever wrote a mail be behind ours.
const SLACK: SignedDuration = SignedDuration::from_hours(1);

/// Mails that came in, and the letters that any of them may be about.
#[derive(Debug)]
pub struct Incoming {
    key: TokenKey,
    wanted: Wanted,
    kept: Vec<SentLetter>,
    /// By its letter's place, how surely a Message-ID ties a mail to it.
    ties: Vec<Tie>,
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
    /// Mails with these clues, and no letter yet. The key is that of the letters' ledger.
    #[must_use]
    pub fn new<'c>(clues: impl IntoIterator<Item = &'c Clues>, key: TokenKey) -> Self {
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
            key,
            wanted,
            kept: Vec::new(),
            ties: Vec::new(),
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
            self.ties.push(self.tie(&letter));
            self.kept.push(letter);
        }
    }

    /// Whether a letter's Message-ID is one that nobody can compute.
    fn tie(&self, letter: &SentLetter) -> Tie {
        let SentLetter { campaign, round, recipient, message_id, .. } = letter;
        let keyed = MessageId::of(&self.key, campaign, *round, recipient, domain(message_id));
        if keyed.as_str() == message_id { Tie::Sure } else { Tie::OldId }
    }

    /// A letter that was found.
    fn hit(&self, place: usize, by: By, reported: Option<usize>) -> Hit<'_> {
        let tie = match by {
            By::ReturnedLetter | By::Thread => self.ties[place],
            By::Token | By::EnvelopeId | By::Address | By::Domain => Tie::Sure,
        };
        Hit { letter: &self.kept[place], by, reported, tie, doubt: None }
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
        // Of another campaign, which shares the mailbox: where its answers go and where its reports is not known here.
        for place in clues.other_tokens.iter().filter_map(known) {
            if by_token.iter().all(|(other, _)| *other != place) {
                by_token.push((place, By::Token));
            }
        }
        // A report that came back to a token repeats it as the envelope id: it is one letter all the same.
        if by_token.is_empty() {
            by_token.extend(clues.envelope_id.iter().filter_map(known).map(|place| (place, By::EnvelopeId)));
        }
        match kind {
            Kind::Report | Kind::Complaint | Kind::Receipt => {
                self.of_report(clues, &by_token, &mut matched);
                // Nobody but programs write to the address for reports.
                if clues.writer == Writer::Unsure && !clues.are_of_reports() {
                    matched.suggestions.append(&mut matched.hits);
                }
            }
            Kind::AutoReply | Kind::Acknowledgement | Kind::Message => {
                self.of_answer(kind, clues, &by_token, &mut matched);
                match clues.writer {
                    Writer::AsRead => {}
                    Writer::Unsure => matched.suggestions.append(&mut matched.hits),
                    Writer::Silent => matched.keep(|hit| Self::is_from(hit.letter, clues)),
                }
            }
            Kind::Unreadable => {}
        }
        if let Some(doubt) = clues.doubt {
            matched.doubt(doubt);
        }
        matched
    }

    /// A report names its letter, and is about those of its recipients that it names. One that names none, or another
    /// letter than ours, may be about the last letter to the address: a person has to say so.
    fn of_report<'a>(&'a self, clues: &Clues, by_token: &[(usize, By)], matched: &mut Matched<'a>) {
        let named: Vec<(usize, By)> = if by_token.is_empty() {
            let returned = clues.returned.iter().filter_map(|id| self.by_message_id.get(id));
            let returned: Vec<_> = returned.map(|place| (*place, By::ReturnedLetter)).collect();
            if returned.is_empty() {
                let (thread, suggested) = self.answered(clues);
                let suggested = suggested.into_iter().map(|place| self.hit(place, By::Thread, None));
                matched.suggestions.extend(suggested);
                thread.into_iter().map(|place| (place, By::Thread)).collect()
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
                matched.hits.push(self.hit(place, by, only));
            }
            matched.hits.extend(about.into_iter().map(|at| self.hit(place, by, Some(at))));
        }
        if !matched.hits.is_empty() || !matched.suggestions.is_empty() {
            return;
        }
        if clues.writer == Writer::Unsure {
            matched.suggestions.extend(self.to_sender(clues));
        }
        for (at, addresses) in clues.reported.iter().enumerate() {
            let places = addresses.iter().find_map(|address| self.by_address.get(address));
            let newest = self.last_sent(self.before(places, clues));
            matched.suggestions.extend(newest.map(|place| self.hit(place, By::Address, Some(at))));
        }
    }

    /// An answer counts by the token, or by thread and address. A machine's answer stops nothing, so that the thread
    /// alone will do. What a person seems to have written to the address for reports, or a mail system to that for
    /// answers, is a report that we cannot read.
    fn of_answer<'a>(&'a self, kind: Kind, clues: &Clues, by_token: &[(usize, By)], matched: &mut Matched<'a>) {
        let from_reader = |place: &usize| self.is_from_reader(*place, clues);
        let (thread, mut suggested) = self.answered(clues);
        let is_copy = clues.id.as_ref().is_some_and(|id| self.by_message_id.contains_key(id));
        // Whoever writes to themselves, to try it out, may answer themselves.
        if is_copy || (clues.is_ours && !by_token.iter().map(|(place, _)| place).chain(&thread).any(from_reader)) {
            matched.is_ours = true;
            return;
        }
        let machine = kind != Kind::Message;
        let by_token = || by_token.iter().map(|(place, by)| self.hit(*place, *by, None));
        if machine || (!clues.reply_tokens.is_empty() && !clues.is_of_mail_system) {
            matched.hits.extend(by_token());
        } else if clues.tokens.is_empty() && !clues.are_of_reports() {
            let is_of_organisation = |hit: &Hit<'_>| Self::is_of_organisation(hit.letter, clues);
            matched.hits.extend(by_token().filter(|hit| hit.by == By::Token && is_of_organisation(hit)));
        }
        if !matched.hits.is_empty() {
            return;
        }
        // What came to the address for reports, or from a mail system, is no person's for the thread that it names.
        let is_of_person = !clues.are_of_reports() && !clues.is_of_mail_system;
        let is_believed =
            |place: &usize| machine || is_of_person && (from_reader(place) || self.is_from_colleague(*place, clues));
        let (believed, doubted): (Vec<_>, Vec<_>) = thread.into_iter().partition(is_believed);
        matched.hits.extend(believed.into_iter().map(|place| self.hit(place, By::Thread, None)));
        if !matched.hits.is_empty() {
            return;
        }
        matched.suggestions.extend(by_token());
        if matched.suggestions.is_empty() {
            suggested.extend(doubted);
            matched.suggestions.extend(suggested.into_iter().map(|place| self.hit(place, By::Thread, None)));
        }
        if !matched.suggestions.is_empty() {
            return;
        }
        matched.suggestions.extend(self.to_sender(clues));
        if matched.suggestions.is_empty() {
            let colleagues = self.before(self.to_colleagues(clues), clues);
            if colleagues.len() <= OF_ONE_DOMAIN {
                matched.suggestions.extend(self.latest(colleagues).map(|place| self.hit(place, By::Domain, None)));
            }
        }
    }

    /// The last letter to the mail's sender.
    fn to_sender(&self, clues: &Clues) -> Option<Hit<'_>> {
        let places = clues.sender.as_ref().and_then(|sender| self.by_address.get(sender));
        self.last_sent(self.before(places, clues)).map(|place| self.hit(place, By::Address, None))
    }

    /// Whether an address of a letter is the sender's.
    fn is_from_reader(&self, place: usize, clues: &Clues) -> bool {
        Self::is_from(&self.kept[place], clues)
    }

    fn is_from(letter: &SentLetter, clues: &Clues) -> bool {
        clues.sender.as_ref().is_some_and(|sender| letter.addresses.contains(sender))
    }

    /// Whether a mail that answers a letter comes from the organisation that got it. Only where nobody else can name
    /// the letter does that say anything.
    fn is_from_colleague(&self, place: usize, clues: &Clues) -> bool {
        self.ties[place] == Tie::Sure && Self::is_of_organisation(&self.kept[place], clues)
    }

    fn is_of_organisation(letter: &SentLetter, clues: &Clues) -> bool {
        let is_of = |sender: &String| letter.addresses.iter().any(|one| domain(one) == domain(sender));
        clues.sender.as_ref().is_some_and(is_of)
    }

    /// The letters that a mail answers, and those that it may answer. A mail answers one letter, or those in its
    /// `In-Reply-To`, each by an id of its own; of a thread, the last letter to its one recipient. A thread with the
    /// letters of several recipients says nothing for sure.
    fn answered(&self, clues: &Clues) -> (Vec<usize>, Vec<usize>) {
        let known = |ids: &[String]| -> Vec<usize> {
            let known = ids.iter().filter_map(|id| self.by_message_id.get(id)).copied();
            self.latest(known.collect()).collect()
        };
        let answered = known(&clues.answered);
        if !answered.is_empty() {
            return (answered, Vec::new());
        }
        let mut thread = known(&clues.thread);
        if thread.len() == 1 {
            return (thread, Vec::new());
        }
        let from_reader: Vec<usize> =
            thread.iter().copied().filter(|place| self.is_from_reader(*place, clues)).collect();
        if from_reader.len() == 1 {
            return (from_reader, Vec::new());
        }
        thread.truncate(OF_ONE_DOMAIN);
        (Vec::new(), thread)
    }

    /// The letters with the mail's subject to the domain it came from.
    fn to_colleagues(&self, clues: &Clues) -> Option<&Vec<usize>> {
        let domain = domain(clues.sender.as_ref()?);
        clues.subjects.iter().find_map(|subject| self.by_domain.get(&(domain.to_owned(), subject.clone())))
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
