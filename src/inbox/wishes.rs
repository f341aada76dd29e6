//! What else an answer says that a campaign must know: that its author wants no more letters, has moved, or is back on
//! a certain day.

use super::structure::{Mail, Role};
use super::{Kind, Reading, Rule, SentWords, Wish, address, opt_out, own_words, phrases, return_date, subject};
use crate::model::clip::{FIRST_LINE, clip};

/// How many words of their own somebody who passes a letter on writes at most.
const BESIDE_A_FORWARD: usize = 25;

/// How much of a text is looked at for a new address, in bytes.
const MAX_MOVED: usize = 4 * 1024;

/// Reads the mail that a mail program writes when its user pushes a button to unsubscribe (RFC 8058 has another way):
/// it may be marked as automatic, and is the person's wish all the same.
pub(super) fn is_by_button(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let subject = reading.subject.as_deref().unwrap_or_default();
    let is_button = mail.headers.lower("x-apple-unsubscribe") == "true"
        || (reading.in_reply_to.is_empty()
            && mail.headers.lower("auto-submitted").starts_with("auto-")
            && opt_out::wish(subject, "").is_some());
    if is_button {
        reading.kind = Kind::Message;
        reading.rules.push(Rule::UnsubscribeButton);
        reading.opted_out = Some(Wish::Plain);
    }
    is_button
}

/// Takes note of them in what a person or their program wrote.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) {
    if !matches!(reading.kind, Kind::Message | Kind::AutoReply | Kind::Acknowledgement) {
        reading.moved_to = reading.recipients.iter().find_map(|recipient| recipient.moved_to.clone());
        // A refusal that names nobody says it in its own words.
        reading.first_line = first_line(&reading.own_words);
        return;
    }
    let own = match std::mem::take(&mut reading.own_words) {
        own if own.is_empty() => own_words::of(mail),
        own => own,
    };
    let subject = reading.subject.clone().unwrap_or_default();
    let subject = subject.as_str();
    if reading.kind == Kind::Message {
        reading.opted_out = reading.opted_out.or_else(|| opt_out::wish(subject, &own));
        reading.passed_on = reading.opted_out.is_none()
            && is_forward(mail, subject)
            && own.split_whitespace().count() <= BESIDE_A_FORWARD;
        reading.rules.extend(reading.passed_on.then_some(Rule::PassedOn));
        reading.rules.extend(reading.opted_out.map(|_| Rule::OptOut));
    }
    reading.moved_to = moved_to(&own, reading.from.as_deref().unwrap_or_default());
    if reading.kind == Kind::AutoReply {
        let written = reading.date.map(|date| date.to_zoned(jiff::tz::TimeZone::UTC).date());
        reading.returns_on = written
            .and_then(|written| return_date::find(subject, written).or_else(|| return_date::find(&own, written)));
    }
    reading.first_line = first_line(&own);
    reading.own_words = own;
}

/// Takes out of an answer what the letter says itself.
pub(super) fn take_out_sent(reading: &mut Reading, sent: &SentWords) {
    let own = sent.taken_out_of(&reading.own_words);
    if reading.kind != Kind::Message || own.len() == reading.own_words.len() {
        return;
    }
    if !reading.rules.contains(&Rule::UnsubscribeButton) {
        reading.rules.retain(|rule| *rule != Rule::OptOut);
        reading.opted_out = opt_out::wish(reading.subject.as_deref().unwrap_or_default(), &own);
        reading.rules.extend(reading.opted_out.map(|_| Rule::OptOut));
    }
    reading.first_line = first_line(&own);
    reading.own_words = own;
}

/// The first line in which something is said, for a person to see.
fn first_line(own: &str) -> Option<String> {
    let mut lines = own.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let line = lines.find(|line| line.chars().any(char::is_alphanumeric))?;
    Some(clip(line, FIRST_LINE))
}

/// Whether somebody passes a mail on: their program says so in the header, in the subject, or by the mail that it
/// attaches.
fn is_forward(mail: &Mail<'_>, subject: &str) -> bool {
    let is_attached = || {
        let is_thread = |name| !mail.headers.ids(name).is_empty();
        mail.with_role(Role::Message).next().is_some()
            && !is_thread("in-reply-to")
            && !is_thread("references")
            && !subject::is_answer(subject)
    };
    // mutt: "[letters@coalition.example: Keep the delta alive]".
    let in_brackets =
        || subject.starts_with('[') && subject.ends_with(']') && subject.contains('@') && subject.contains(": ");
    mail.headers.has("x-forwarded-message-id")
        || subject::is_passed_on(subject)
        || (subject::may_be_passed_on(subject) && has_norse_header(mail.text()))
        || in_brackets()
        || is_attached()
}

/// Whether the header of a mail stands in a text as programs write it that speak Norwegian or Danish.
fn has_norse_header(text: &str) -> bool {
    text.lines().any(|line| line.trim_start_matches(['>', ' ', '*']).starts_with("Fra:"))
}

/// The address after words that say that somebody has another one now: they stand at the beginning of what they wrote.
fn moved_to(own: &str, from: &str) -> Option<String> {
    let own = &own[..own.floor_char_boundary(MAX_MOVED)];
    if !own.contains('@') {
        return None;
    }
    let lower = own.to_lowercase();
    // Lower case may be of another length: the places are those of the text in lower case, and the address is too.
    let mut places: Vec<usize> = phrases::moved().find(&lower).iter().map(|found| found.at).collect();
    places.sort_unstable();
    places.into_iter().find_map(|start| {
        let end = lower.floor_char_boundary((start + 160).min(lower.len()));
        let new = address::first_in(lower.get(start..end)?)?.address;
        (!address::same(new, from)).then(|| new.to_owned())
    })
}
