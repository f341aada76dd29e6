//! Reports in words: what mail systems write that do not use RFC 3464, or did before there was one.
//!
//! No system is recognised by its name. A report is a mail by a mail system, with a subject or a text that says so, and
//! names addresses where reports name them: at the start of a line, after a reply code, or in the sentence that says
//! that delivery failed.

mod author;
mod cues;
mod recipients;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::HashSet;

use super::diagnosis::{Evidence, settle};
use super::original::Original;
use super::report_text::ReportText;
use super::structure::{Mail, Role};
use super::{Action, Kind, Reading, ReportedRecipient, Rule, address, report};
use author::Author;
use recipients::Sign;

/// Reads a report in words, if the mail is one.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let looks = Looks::of(mail, reading);
    if !looks.are_of_a_report() {
        return false;
    }
    let text = mail.text();
    let report_text = ReportText::new(text);
    if !looks.are_borne_out(mail, &report_text) {
        return false;
    }
    let original = Original::of(mail, text);
    let own: Vec<String> = reading.sent_to.iter().chain(&reading.from).cloned().collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let (rule, named) = match looks.named(&report_text, &own) {
        Some(found) => found,
        None if !looks.are_sure() => return false,
        // A gateway that wraps a report in one of its own names nobody itself.
        None if read_within(mail, reading) => return true,
        None => looks.returned_to(&original, &report_text, &own),
    };
    if named.is_empty() && looks.author == Author::Somebody && mail.headers.has("in-reply-to") {
        return refused_by_writer(&report_text, reading);
    }
    if named.is_empty() && !(looks.author == Author::MailSystem && says_so(&report_text)) {
        return false;
    }
    let is_delayed = report_text.says_delayed() || cues::subject_says_delayed(&looks.subject);
    let action = if is_delayed && !report_text.says_given_up() { Action::Delayed } else { Action::Failed };
    add_recipients(reading, &named, &report_text, action);
    reading.kind = Kind::Report;
    reading.rules.push(if rule == Rule::FailureText && is_delayed { Rule::DelayText } else { rule });
    reading.say_where_time_ran_out();
    reading.take_original(original);
    true
}

/// What a mail looks like from outside: by its header.
struct Looks {
    author: Author,
    /// The addresses in the field that Exim and others name the failed recipients in.
    failed: Vec<String>,
    subject: String,
    /// The subject is that of a report.
    by_subject: bool,
}

impl Looks {
    fn of(mail: &Mail<'_>, reading: &Reading) -> Self {
        let author = Author::of(mail, reading.from.as_deref());
        let subject = reading.subject.clone().unwrap_or_default();
        let says_delayed = author == Author::MailSystem && cues::subject_says_delayed(&subject);
        let by_subject = cues::of_subject(&subject) || says_delayed;
        Self { author, failed: mail.headers.addresses("x-failed-recipients"), subject, by_subject }
    }

    /// Whether it is worth reading the text.
    fn are_of_a_report(&self) -> bool {
        self.are_sure() || self.author != Author::Somebody
    }

    /// Whether the header alone says that it is a report.
    fn are_sure(&self) -> bool {
        self.author == Author::MailSystem || self.by_subject || !self.failed.is_empty()
    }

    /// Whether the text says so too. Two of three are asked for: who wrote it, its subject, its text. A person may
    /// forward a report or answer one, under its subject: theirs has a return path.
    fn are_borne_out(&self, mail: &Mail<'_>, text: &ReportText<'_>) -> bool {
        let is_forwarded = || cues::is_forwarded(&self.subject, mail);
        let says_failed = || text.says_failed() && !is_answer(mail, &self.subject);
        !self.failed.is_empty()
            || match self.author {
                Author::MailSystem => self.by_subject || says_so(text) || text.has_entries(),
                Author::NullPath => self.by_subject || says_failed(),
                Author::NoReply => (self.by_subject && says_so(text) || says_failed()) && !is_forwarded(),
                Author::Somebody => self.by_subject && says_so(text) && !is_forwarded(),
            }
    }

    /// Whom the report names, and by which rule.
    fn named(&self, text: &ReportText<'_>, own: &[&str]) -> Option<(Rule, Vec<String>)> {
        // Exim's field has the addresses written to; the text may name those that they were forwarded to.
        if !self.failed.is_empty() {
            return Some((Rule::FailedRecipients, self.failed.clone()));
        }
        let named = recipients::named(text, own);
        if !named.is_empty() {
            return Some((Rule::FailureText, named));
        }
        let mentioned = recipients::mentioned(text, own, Sign::Transcript);
        (!mentioned.is_empty()).then_some((Rule::ReplyLine, mentioned))
    }

    /// Whom the returned letter was for, where the report names nobody, or else the only address there is.
    fn returned_to(&self, original: &Original, text: &ReportText<'_>, own: &[&str]) -> (Rule, Vec<String>) {
        let returned = returned(original);
        let only = recipients::only(text, own);
        match only.filter(|_| returned.is_empty() && self.author == Author::MailSystem && self.by_subject) {
            Some(only) => (Rule::FailureText, vec![only.to_owned()]),
            None => (Rule::ReturnedLetter, returned),
        }
    }
}

/// Whoever answers a letter so, under a subject of its own, is the address that did not take it. To "try again" is what
/// it asks of the letter's author.
fn refused_by_writer(text: &ReportText<'_>, reading: &mut Reading) -> bool {
    let Some(from) = reading.from.clone() else { return false };
    let own = without_quotations(text.before_letter());
    let mut recipient = ReportedRecipient::new(from);
    recipient.action = Some(Action::Failed);
    let context = LazyCell::new(Box::new(|| Cow::Borrowed("")) as Box<_>);
    settle(&mut recipient, &Evidence { status: None, comment: "", diagnostic: &own, context });
    reading.add(recipient);
    reading.kind = Kind::Report;
    reading.rules.push(Rule::FailureText);
    true
}

/// A text without what stands in quotation marks: the letter's subject is not what became of it.
fn without_quotations(text: &str) -> String {
    let mut own = String::with_capacity(text.len());
    let mut is_quoted = false;
    for c in text.chars() {
        match c {
            '"' | '“' | '”' | '„' | '«' | '»' => is_quoted = !is_quoted,
            '\n' => {
                is_quoted = false;
                own.push(c);
            }
            c if !is_quoted => own.push(c),
            _ => {}
        }
    }
    own
}

/// Whether a text says that delivery failed or is delayed.
fn says_so(text: &ReportText<'_>) -> bool {
    text.says_failed() || text.says_delayed()
}

/// Takes note of what a report says of those that it names.
fn add_recipients(reading: &mut Reading, named: &[String], text: &ReportText<'_>, action: Action) {
    let all: HashSet<String> = named.iter().map(|one| one.to_ascii_lowercase()).collect();
    for found in named {
        let mut recipient = ReportedRecipient::new(found.as_str());
        recipient.action = Some(action);
        let about = text.about_one_of(found, &all);
        let whole = if named.len() == 1 { text.before_letter() } else { &about };
        let context = LazyCell::new(Box::new(|| Cow::Borrowed(whole)) as Box<_>);
        settle(&mut recipient, &Evidence { status: None, comment: "", diagnostic: &about, context });
        recipient.note_timeout();
        reading.add(recipient);
    }
}

/// Reads the report that a report returns. One level only: what is in that is not looked at.
fn read_within(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    mail.with_role(Role::Message).any(|part| {
        let inner = part.message();
        report::read(&Mail::parse(inner), reading)
    })
}

/// Whether a program answers a letter: an out-of-office has an empty return path too.
fn is_answer(mail: &Mail<'_>, subject: &str) -> bool {
    use Rule::{AutoReplyHeader, AutoSubmitted, Precedence, VacationSubject};
    super::auto_reply::signs(mail, subject)
        .iter()
        .any(|sign| matches!(sign, AutoReplyHeader | AutoSubmitted | Precedence | VacationSubject))
}

/// Whom the returned letter was for: the trace of its delivery says it better than its header.
fn returned(original: &Original) -> Vec<String> {
    let list = if original.delivered_to.is_empty() { &original.to } else { &original.delivered_to };
    let own = original.from.as_deref().unwrap_or_default();
    let mut named: Vec<String> = Vec::new();
    for one in list.iter().filter(|one| !address::same(one, own)) {
        if !named.iter().any(|known| address::same(known, one)) {
            named.push(one.clone());
        }
    }
    named
}
