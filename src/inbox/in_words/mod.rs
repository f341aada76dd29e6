//! Reports in words: what mail systems write that do not use RFC 3464, or did before there was one.
//!
//! No system is recognised by its name. A report is a mail by a mail system, with a subject or a text that says so, and names addresses where
//! reports name them: at the start of a line, after a reply code, or in the sentence that says that delivery failed.

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
use recipients::Sign;

/// Reads a report in words, if the mail is one.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let failed = mail.headers.addresses("x-failed-recipients");
    let by_mail_system = is_by_mail_system(mail);
    let subject = reading.subject.clone().unwrap_or_default();
    let by_subject = cues::of_subject(&subject) || by_mail_system && cues::subject_says_delayed(&subject);
    let null_path = super::auto_reply::has_null_return_path(mail);
    let no_reply = super::acknowledgement::is_no_reply(reading.from.as_deref()) || null_path;
    if failed.is_empty() && !by_mail_system && !by_subject && !no_reply {
        return false;
    }
    let text = mail.text();
    let report_text = ReportText::new(text);
    let says_so = report_text.says_failed() || report_text.says_delayed();
    // Two of three: who wrote it, its subject, its text. A person may forward a report, under its subject: theirs has a return path.
    let forwarded = !by_mail_system && !null_path && cues::is_forwarded(&subject, mail);
    let is_report = !failed.is_empty()
        || (by_mail_system && (by_subject || says_so || report_text.has_entries()))
        || (by_subject && (says_so || null_path) && !forwarded)
        || (no_reply && report_text.says_failed() && !forwarded && !is_answer(mail, &subject));
    if !is_report {
        return false;
    }
    let sure = by_mail_system || by_subject || !failed.is_empty();
    let own: Vec<&str> = reading.sent_to.iter().chain(&reading.from).map(String::as_str).collect();
    let original = Original::of(mail, text);
    let mut named = recipients::named(&report_text, &own);
    let mut rule = Rule::FailureText;
    if !failed.is_empty() {
        rule = Rule::FailedRecipients;
        // Exim's field has the addresses written to; the text may name those that they were forwarded to.
        named = failed;
    } else if named.is_empty() {
        let weak = recipients::mentioned(&report_text, &own, Sign::Transcript);
        let only = recipients::only(&report_text, &own);
        if weak.is_empty() && !sure {
            return false;
        }
        // A gateway that wraps a report in one of its own names nobody itself.
        if weak.is_empty() && read_within(mail, reading) {
            return true;
        }
        rule = if weak.is_empty() { Rule::ReturnedLetter } else { Rule::ReplyLine };
        named = if weak.is_empty() { returned(&original) } else { weak };
        if let Some(only) = only.filter(|_| named.is_empty() && by_mail_system && by_subject) {
            rule = Rule::FailureText;
            named.push(only.to_owned());
        }
    }
    let delayed = report_text.says_delayed() || cues::subject_says_delayed(&subject);
    if named.is_empty() && !(by_mail_system && says_so) {
        return false;
    }
    let all: HashSet<String> = named.iter().map(|one| one.to_ascii_lowercase()).collect();
    for found in &named {
        let mut recipient = ReportedRecipient::new(found.as_str());
        recipient.action = Some(if delayed && !report_text.says_given_up() { Action::Delayed } else { Action::Failed });
        let about = report_text.about_one_of(found, &all);
        let whole = if named.len() == 1 { report_text.before_letter() } else { &about };
        let context = LazyCell::new(Box::new(|| Cow::Borrowed(whole)) as Box<_>);
        settle(&mut recipient, &Evidence { status: None, comment: "", diagnostic: &about, context });
        report::time_ran_out(&mut recipient);
        report::add(&mut reading.recipients, recipient);
    }
    reading.kind = Kind::Report;
    reading.rules.push(if rule == Rule::FailureText && delayed { Rule::DelayText } else { rule });
    if reading.recipients.iter().any(|recipient| recipient.action == Some(Action::Delayed) && recipient.given_up) {
        reading.rules.push(Rule::TimeRanOut);
    }
    reading.take_original(original);
    true
}

/// Reads the report that a report returns. One level only: what is in that is not looked at.
fn read_within(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    mail.with_role(Role::Message).any(|part| {
        let inner = part.message();
        report::read(&Mail::parse(&inner), reading)
    })
}

/// Reads the report that somebody passes on as a file, if that is all that they attached.
pub(super) fn read_passed_on(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let mut parts = mail.with_role(Role::Message);
    let (Some(part), None, true) = (parts.next(), parts.next(), is_passed_on(mail)) else { return false };
    let bytes = part.message();
    let inner = Mail::parse(&bytes);
    let mut found = Reading::of(&inner);
    if !report::read(&inner, &mut found) && !read(&inner, &mut found) {
        return false;
    }
    reading.kind = found.kind;
    reading.recipients = found.recipients;
    reading.rules = found.rules;
    reading.original_message_id = found.original_message_id;
    reading.original_subject = found.original_subject;
    reading.original_envelope_id = found.original_envelope_id;
    reading.original_to = found.original_to;
    true
}

/// Whether a program answers a letter: an out-of-office has an empty return path too.
fn is_answer(mail: &Mail<'_>, subject: &str) -> bool {
    use Rule::{AutoReplyHeader, AutoSubmitted, Precedence, VacationSubject};
    super::auto_reply::signs(mail, subject)
        .iter()
        .any(|sign| matches!(sign, AutoReplyHeader | AutoSubmitted | Precedence | VacationSubject))
}

/// Whether somebody passes a mail on, by its subject.
pub(super) fn is_passed_on(mail: &Mail<'_>) -> bool {
    mail.headers.text("subject").is_some_and(|subject| cues::is_passed_on(&subject))
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

/// Whether its author is a mail system: RFC 5321 (4.5.1) and RFC 3464 (2) name `postmaster` and the empty path; the rest is custom.
fn is_by_mail_system(mail: &Mail<'_>) -> bool {
    let headers = &mail.headers;
    if ["from", "sender"].iter().any(|name| headers.addresses(name).iter().any(|from| address::is_of_mail_system(from)))
    {
        return true;
    }
    ["from", "sender"].iter().any(|name| cues::is_name_of_mail_system(&headers.lower(name)))
}
