//! Acknowledgements: a registry or a ticket system says that it has a letter, or that it is done with it.
//!
//! What a person answers comes through the same systems, with the same fields. So the words decide: a receipt says that
//! a letter was received, or that nobody wrote it; what says neither is a person's, and where the system marks all its
//! mail as automatic, a suggestion.

use super::sign::{self, Sign};
use super::structure::Mail;
use super::{Kind, Reading, Rule, bare_receipt, opt_out, own_words, phrases, ticket, words};

/// How many words a text has at most that nobody wrote.
const SHORT: usize = 90;

/// How many words it has at most where a system says that it is done, or that somebody is away.
const SHORTER: usize = 45;

/// How many words a greeting or a closing has at most, with the name under it.
const A_NAME: usize = 9;

/// How many words a line has at most that says who opened which ticket.
const A_LINE: usize = 14;

/// Reads an acknowledgement, if the mail is one, which has these signs of an auto-reply.
pub(super) fn read(mail: &Mail<'_>, signs: &[Rule], reading: &mut Reading) -> bool {
    let subject = reading.subject.clone().unwrap_or_default();
    if signs.contains(&Rule::VacationSubject) {
        return false;
    }
    if reading.own_words.is_empty() {
        reading.own_words = own_words::of(mail);
    }
    let looks = Looks::of(mail, reading, &subject, !signs.is_empty());
    let is_no_reply = is_no_reply(reading.from.as_deref());
    let is_marked = looks.are_automatic() || is_no_reply;
    // Some filters write in the name of whom they guard: with a link, and under a subject of their own.
    let has_link = || mail.text().contains("http://") || mail.text().contains("https://");
    let is_a_filter_s = || is_marked || (has_link() && !super::subject::is_answer(&subject));
    if looks.says(Sign::Challenge) && looks.length <= SHORT && looks.ticket.is_none() && is_a_filter_s() {
        return automatic(reading, Rule::Challenge);
    }
    let own = &reading.own_words;
    let is_received_alone =
        (looks.length <= SHORT && says_nothing_else(own)) || (looks.length <= SHORTER && says_receipt_alone(own));
    if looks.ticket.is_none() && !is_marked && !is_received_alone {
        return is_away(reading, &looks);
    }
    let mut rules = looks.of_receipt(&reading.own_words, &subject);
    if rules.is_empty() && is_received_alone {
        rules.push(Rule::ReceivedAlone);
    }
    if !rules.is_empty() {
        reading.kind = Kind::Acknowledgement;
        reading.rules.extend(rules);
        return true;
    }
    if looks.has_signs {
        return false;
    }
    // What nobody wrote has no words that somebody could have written.
    if looks.is_generated && looks.length == 0 {
        return automatic(reading, Rule::AutoSubmitted);
    }
    match looks.automatic {
        Some(before) if before <= A_LINE => automatic(reading, Rule::SaysAutomatic),
        // Below an answer it may be said of the address alone.
        Some(_) => {
            reading.rules.push(Rule::MarkedAutomatic);
            false
        }
        None => {
            reading.rules.extend(looks.is_generated.then_some(Rule::MarkedAutomatic));
            false
        }
    }
}

/// What a mail looks like.
struct Looks {
    said: Vec<(Sign, usize)>,
    /// How many words its author wrote; one more than [`SHORT`] where there are more.
    length: usize,
    /// The rule by which it came through a ticket system.
    ticket: Option<Rule>,
    /// It is marked as automatic, which some systems do with all their mail.
    is_generated: bool,
    /// A field says that a program answered.
    has_signs: bool,
    /// A few words say that nobody wrote it, or that nobody reads what is answered, behind so many others.
    automatic: Option<usize>,
}

impl Looks {
    fn of(mail: &Mail<'_>, reading: &Reading, subject: &str, has_signs: bool) -> Self {
        let length = reading.own_words.split_whitespace().take(SHORT + 1).count();
        // A longer text is a person's, whatever it says.
        let said = if length <= SHORT { sign::signs(&reading.own_words) } else { Vec::new() };
        let is_generated = mail.headers.lower("auto-submitted").starts_with("auto-");
        let automatic = said.iter().find(|(sign, _)| *sign == Sign::Automatic).map(|(_, at)| *at);
        let in_header = || ticket::is_in_header(mail).then_some(Rule::TicketHeader);
        let ticket = ticket::is_in_subject(subject).then_some(Rule::TicketSubject).or_else(in_header);
        Self { said, length, ticket, is_generated, has_signs, automatic }
    }

    /// Whether anything says that nobody wrote it.
    fn are_automatic(&self) -> bool {
        self.is_generated || self.has_signs || self.automatic.is_some()
    }

    fn says(&self, wanted: Sign) -> bool {
        self.said.iter().any(|(sign, _)| *sign == wanted)
    }

    /// By which rules it is a receipt.
    fn of_receipt(&self, own: &str, subject: &str) -> Vec<Rule> {
        let mut rules = Vec::new();
        let has_reference = || has_reference(own) || has_reference(subject);
        match received(own).max(received(subject)) {
            // A courtesy is said by people too.
            Some(is_sure) if (is_sure || self.automatic.is_some() || self.has_signs) && has_reference() => {
                rules.push(Rule::ReceivedWithReference);
            }
            Some(is_sure) if (is_sure && self.ticket.is_some()) || self.automatic.is_some() => {
                rules.push(Rule::ReceivedByProgram);
            }
            _ => {}
        }
        let is_closed = || self.says(Sign::Closed) || sign::shows(Sign::Closed, subject);
        if self.ticket.is_some() && self.length <= SHORTER && is_closed() {
            rules.push(Rule::TicketClosed);
        }
        // "Issue #6 has been reported by …", in whatever language, and nothing else.
        let is_a_line = self.is_generated && self.length <= A_LINE && names_number(own);
        // An answer by mail has no such sign.
        if is_a_line || self.has_signs || self.automatic.is_some_and(|before| before <= A_LINE) {
            rules.extend(self.ticket);
        }
        rules
    }
}

/// Whether a text says that a letter was received; `false` where it is a courtesy only.
fn received(text: &str) -> Option<bool> {
    phrases::received().find(&words::of(text)).iter().map(|found| !found.key).max()
}

/// Whether a text says under which reference a letter was received or is dealt with, and nothing else: an office's
/// receipt that no field or subject marks as one. A sentence more is a person's.
fn says_receipt_alone(text: &str) -> bool {
    let of_receipt = |sentence: &str| received(sentence) == Some(true) || phrases::says(phrases::in_hand(), sentence);
    let (mut has_receipt, mut has_number) = (false, false);
    for sentence in sentences(text) {
        let (says_so, refers) = (of_receipt(&sentence), has_reference(&sentence));
        has_receipt |= says_so;
        has_number |= refers;
        if !says_so && !refers && received(&sentence).is_none() {
            return false;
        }
    }
    has_receipt && has_number
}

/// The sentences of a text, lines put together: what no full stop ends is a greeting, a name or what stands under it,
/// and is none.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    // A greeting and a closing stand in paragraphs of their own.
    for paragraph in text.split("\n\n") {
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut begin = 0;
        for (at, sign) in line.char_indices().filter(|(_, sign)| matches!(sign, '.' | '!' | '?')) {
            let end = at + sign.len_utf8();
            let mut after = line[end..].chars();
            // "Nr. 4711", "z. B. so" and "4.711" go on.
            let is_end = match (after.next(), after.next()) {
                (None, _) => true,
                (Some(' '), Some(next)) => next.is_uppercase(),
                _ => false,
            };
            if is_end {
                sentences.push(line[begin..end].trim().to_owned());
                begin = end;
            }
        }
        let rest = line[begin..].trim();
        if rest.split(' ').count() > A_NAME {
            sentences.push(rest.to_owned());
        }
    }
    sentences
}

/// Whether a text says that a letter was received, and nothing else.
fn says_nothing_else(own: &str) -> bool {
    bare_receipt::says_nothing_else(&opt_out::lines_between_greeting_and_end(own))
}

/// A program answered.
fn automatic(reading: &mut Reading, rule: Rule) -> bool {
    reading.kind = Kind::AutoReply;
    reading.rules.push(rule);
    true
}

/// What says in a few words that somebody is away, and answers no mail, is a vacation program's: some of them set no
/// field, where a person's mail program names what is answered. One that says nothing else answers nothing either: "We
/// agree. I am on holiday until Monday." does, and so does one sentence with both.
fn is_away(reading: &mut Reading, looks: &Looks) -> bool {
    let answers = !reading.in_reply_to.is_empty() || !reading.references.is_empty();
    let most = if answers { A_LINE } else { SHORTER };
    let says_nothing_else = || sentences(&reading.own_words).iter().all(|sentence| sign::shows(Sign::Away, sentence));
    looks.says(Sign::Away)
        && looks.length <= most
        && (!answers || says_nothing_else())
        && !phrases::says(phrases::position(), &reading.own_words)
        && automatic(reading, Rule::AwayText)
}

/// Whether a text names a ticket by its number: `#6`.
fn names_number(text: &str) -> bool {
    text.split('#').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether an address says that nobody reads it.
pub(super) fn is_no_reply(from: Option<&str>) -> bool {
    let local = from.and_then(|from| from.split('@').next()).unwrap_or_default().to_lowercase();
    let local: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    local.contains("noreply")
        || local.contains("donotreply")
        || local.contains("nepasrepondre")
        || local.contains("nichtantworten")
}

/// A reference: `Ares(2024)1234567`, or a word for one with digits soon after it.
fn has_reference(text: &str) -> bool {
    let lower = text.to_lowercase();
    if lower.find("ares(").is_some_and(|at| lower[at + 5..].starts_with(|c: char| c.is_ascii_digit())) {
        return true;
    }
    phrases::reference().find(&lower).iter().any(|found| {
        let start = found.at;
        let end = lower.floor_char_boundary((start + 64).min(lower.len()));
        let after = lower.get(start..end).unwrap_or_default();
        after.bytes().filter(u8::is_ascii_digit).count() >= 3
    })
}
