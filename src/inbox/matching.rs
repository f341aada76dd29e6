//! Of which letters a mail speaks. Pure: the letters are those of the ledger that any of the mails may be about.
//!
//! From the surest clue to the weakest: the token of an address that only the letter's reader knows, the returned letter's Message-ID, the thread, an
//! address, an organisation's domain. What can be made up by anybody who knows an address is a suggestion for a person to confirm.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::clues::domain;
use super::subject::bare;
use super::{Clues, Kind};

/// Letters of one domain that are kept for suggestions: more of them help nobody.
const OF_ONE_DOMAIN: usize = 5;

/// So far may the clock of whoever wrote a mail be behind ours.
const SLACK: SignedDuration = SignedDuration::from_hours(1);

/// A letter that was attempted, as mail can name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter<K> {
    /// Which it is, for the caller.
    pub key: K,
    /// Of one recipient in one campaign, the letters of all rounds have the same.
    pub recipient: String,
    /// Its round.
    pub round: u32,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// Its token.
    pub token: String,
    /// The addresses in its To and Cc, in the form in which they are compared.
    pub addresses: Vec<String>,
    /// Those in its Bcc, of whom a report may speak.
    pub blind: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Whether it may have left: one that has not is not known by an address.
    pub may_have_left: bool,
    /// When it left.
    pub sent_at: Timestamp,
}

impl<K> Letter<K> {
    /// Whether it went to an address, as a copy too.
    #[must_use]
    pub fn went_to(&self, address: &String) -> bool {
        self.addresses.contains(address) || self.blind.contains(address)
    }
}

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
pub struct Hit<'a, K> {
    /// The letter.
    pub letter: &'a Letter<K>,
    /// By what.
    pub by: By,
    /// Which of the mail's reported recipients it is about; `None` where it is about the letter as a whole.
    pub reported: Option<usize>,
}

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched<'a, K> {
    /// The letters it speaks of, for sure enough to take effect.
    pub hits: Vec<Hit<'a, K>>,
    /// Those it may speak of.
    pub suggestions: Vec<Hit<'a, K>>,
    /// It was sent to a token that no letter has: nothing in it is believed.
    pub forged: bool,
    /// It is a copy of a letter, or what the campaign itself wrote to somebody: no answer.
    pub is_ours: bool,
}

/// The letters that some mails may be about.
#[derive(Debug)]
pub struct Letters<K> {
    wanted: Wanted,
    kept: Vec<Letter<K>>,
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

impl<K> Letters<K> {
    /// None yet, for mails with these clues.
    #[must_use]
    pub fn for_mails<'c>(clues: impl IntoIterator<Item = &'c Clues>) -> Self {
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

    /// Takes note of a letter, where any of the mails may be about it; says whether that is so.
    pub fn see(&mut self, letter: Letter<K>) -> bool {
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
        is_wanted
    }

    /// Finds out what a mail is about.
    #[must_use]
    pub fn matched(&self, kind: Kind, clues: &Clues) -> Matched<'_, K> {
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
            }
            Kind::Unreadable => {}
        }
        matched
    }

    /// A report names its letter, and is about those of its recipients that it names. One that names none is about the last letter to
    /// the address; where it returns a letter that is none of ours, a person has to say so.
    fn of_report<'a>(&'a self, kind: Kind, clues: &Clues, by_token: &[(usize, By)], matched: &mut Matched<'a, K>) {
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

    /// An answer counts by the token, or by thread and address. A machine's answer stops nothing, so that one of both will do. What a person
    /// seems to have written to the address for reports, or a mail system to that for answers, is a report that we cannot read.
    fn of_answer<'a>(&'a self, kind: Kind, clues: &Clues, by_token: &[(usize, By)], matched: &mut Matched<'a, K>) {
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
            match newest.iter_mut().find(|other| self.kept[**other].recipient == letter.recipient) {
                Some(other) if self.kept[*other].round < letter.round => *other = place,
                Some(_) => {}
                None => newest.push(place),
            }
        }
        newest.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = Vec<(u32, By)>;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The letters of two rounds to ana, and one to bo with a copy to kim.
    fn letters(clues: &Clues) -> Letters<u32> {
        let mut letters = Letters::for_mails([clues]);
        for (key, recipient, round, addresses) in
            [(1, "ana", 0, "ana@a.example"), (2, "ana", 1, "ana@a.example"), (3, "bo", 0, "bo@b.example kim@c.example")]
        {
            letters.see(Letter {
                key,
                recipient: recipient.to_owned(),
                round,
                message_id: format!("{key}@us.example"),
                token: format!("token{key}"),
                addresses: addresses.split(' ').map(str::to_owned).collect(),
                blind: Vec::new(),
                subject: format!("To {recipient}"),
                may_have_left: true,
                sent_at: at(100_000 * i64::from(key)),
            });
        }
        letters
    }

    /// The letters that take effect and those that are suggested, each with the way in which it was found.
    fn matched(kind: Kind, clues: &Clues) -> (Found, Found) {
        let letters = letters(clues);
        let matched = letters.matched(kind, clues);
        let keys = |hits: &[Hit<'_, u32>]| hits.iter().map(|hit| (hit.letter.key, hit.by)).collect();
        (keys(&matched.hits), keys(&matched.suggestions))
    }

    fn thread(ids: &[&str], sender: &str) -> Clues {
        Clues {
            thread: ids.iter().map(|id| (*id).to_owned()).collect(),
            sender: Some(sender.to_owned()),
            written: Some(at(1_000_000)),
            ..Clues::default()
        }
    }

    #[test]
    fn an_answer_to_the_whole_chain_is_about_the_latest_letter_of_each_recipient() {
        let clues = thread(&["1@us.example", "2@us.example"], "ana@a.example");
        assert_eq!(matched(Kind::Message, &clues), (vec![(2, By::Thread)], vec![]));
    }

    #[test]
    fn a_person_is_believed_by_thread_and_address_and_a_machine_by_one_of_them() {
        let stranger = thread(&["3@us.example"], "eve@attacker.example");
        assert_eq!(matched(Kind::Message, &stranger), (vec![], vec![(3, By::Thread)]));
        assert_eq!(matched(Kind::Acknowledgement, &stranger), (vec![(3, By::Thread)], vec![]));
        let without_thread = thread(&[], "kim@c.example");
        assert_eq!(matched(Kind::Message, &without_thread), (vec![], vec![(3, By::Address)]));
        assert_eq!(matched(Kind::AutoReply, &without_thread), (vec![(3, By::Address)], vec![]));
    }

    #[test]
    fn what_comes_to_the_address_for_reports_is_no_answer_of_a_person() {
        let tokens = vec!["token1".to_owned()];
        let clues =
            Clues { tokens: tokens.clone(), sender: Some("list-owner@lists.example".to_owned()), ..Clues::default() };
        assert_eq!(matched(Kind::Message, &clues), (vec![], vec![(1, By::Token)]));
        assert_eq!(matched(Kind::AutoReply, &clues), (vec![(1, By::Token)], vec![]));
        let answer = Clues { reply_tokens: tokens, ..clues };
        assert_eq!(matched(Kind::Message, &answer), (vec![(1, By::Token)], vec![]));
        let unread = Clues { is_of_mail_system: true, ..answer };
        assert_eq!(matched(Kind::Message, &unread), (vec![], vec![(1, By::Token)]));
    }

    #[test]
    fn what_the_campaign_wrote_itself_is_no_answer() {
        let tokens = vec!["token1".to_owned()];
        let own = Clues {
            tokens: tokens.clone(),
            reply_tokens: tokens,
            is_ours: true,
            ..thread(&["1@us.example"], "letters@us.example")
        };
        assert_eq!(matched(Kind::Message, &own), (vec![], vec![]));
        assert!(letters(&own).matched(Kind::Message, &own).is_ours);
        let to_oneself = Clues { sender: Some("ana@a.example".to_owned()), ..own };
        assert_eq!(matched(Kind::Message, &to_oneself), (vec![(1, By::Token)], vec![]));
        let copy = Clues { id: Some("2@us.example".to_owned()), ..thread(&["1@us.example"], "ana@a.example") };
        assert_eq!(matched(Kind::Message, &copy), (vec![], vec![]));
    }

    #[test]
    fn a_mail_is_not_about_a_letter_that_left_after_it_was_written() {
        let early = Clues { written: Some(at(150_000)), ..thread(&[], "ana@a.example") };
        assert_eq!(matched(Kind::AutoReply, &early), (vec![(1, By::Address)], vec![]));
        let before_all = Clues { written: Some(at(10)), ..thread(&[], "ana@a.example") };
        assert_eq!(matched(Kind::AutoReply, &before_all), (vec![], vec![]));
    }

    #[test]
    fn a_report_on_a_letter_of_others_is_a_suggestion_and_one_with_a_wrong_token_is_nothing() {
        let report =
            Clues { reported: vec![vec!["bo@b.example".to_owned()]], written: Some(at(1_000_000)), ..Clues::default() };
        assert_eq!(matched(Kind::Report, &report), (vec![(3, By::Address)], vec![]));
        let of_others = Clues { returned: Some("other@them.example".to_owned()), ..report.clone() };
        assert_eq!(matched(Kind::Report, &of_others), (vec![], vec![(3, By::Address)]));
        let with_token = Clues { tokens: vec!["token1".to_owned()], ..report.clone() };
        assert_eq!(matched(Kind::Report, &with_token), (vec![(1, By::Token)], vec![]));
        // By the envelope id alone, and once where both say it.
        let with_id = Clues { envelope_id: Some("token1".to_owned()), ..report.clone() };
        assert_eq!(matched(Kind::Report, &with_id), (vec![(1, By::EnvelopeId)], vec![]));
        let with_both = Clues { envelope_id: Some("token1".to_owned()), ..with_token };
        assert_eq!(matched(Kind::Report, &with_both), (vec![(1, By::Token)], vec![]));
        let strange = Clues { envelope_id: Some("made-up".to_owned()), ..report.clone() };
        assert_eq!(matched(Kind::Report, &strange), (vec![(3, By::Address)], vec![]));
        let forged = Clues { tokens: vec!["token9".to_owned()], returned: Some("3@us.example".to_owned()), ..report };
        assert_eq!(matched(Kind::Report, &forged), (vec![], vec![]));
        assert!(letters(&forged).matched(Kind::Report, &forged).forged);
    }

    #[test]
    fn one_report_may_speak_of_several_recipients() {
        let report = Clues {
            returned: Some("3@us.example".to_owned()),
            reported: ["kim@c.example", "bo@b.example", "zoe@z.example"].map(|one| vec![one.to_owned()]).to_vec(),
            ..Clues::default()
        };
        let letters = letters(&report);
        let reported: Vec<_> = letters.matched(Kind::Report, &report).hits.iter().map(|hit| hit.reported).collect();
        assert_eq!(reported, [Some(0), Some(1)]);
    }
}
