//! Delivery reports: the fields of RFC 3464, in a part of their own or wherever else they ended up.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::ops::Deref;

use super::diagnosis::{Evidence, settle};
use super::fields::{Group, groups};
use super::original::{self, Original};
use super::report_text::ReportText;
use super::structure::{Mail, Role};
use super::{Action, Kind, Reading, ReportedRecipient, Rule, address, complaint, subject};
use crate::model::EnhancedStatus;

/// How many recipients are taken from one report.
const MAX_RECIPIENTS: usize = 1000;

/// Reads a delivery report, if the mail is one.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let mut rule = Rule::DeliveryStatus;
    let mut found: Vec<Group> = Vec::new();
    for part in mail.with_role(Role::DeliveryStatus) {
        found.extend(groups(part.bytes()));
    }
    if !found.iter().any(Group::has_recipient) && !complaint::is_feedback(mail) {
        let in_text = in_text(mail);
        if !in_text.is_empty() {
            rule = Rule::DeliveryStatusInText;
            found.extend(in_text);
        }
    }
    if !found.iter().any(is_of_recipient) {
        return false;
    }
    let text = mail.text();
    let report_text = LazyCell::new(|| ReportText::new(text));
    for group in found.iter().filter(|group| is_of_recipient(group)) {
        if reading.recipients.len() >= MAX_RECIPIENTS {
            break;
        }
        if let Some(recipient) = recipient(group, &report_text, reading) {
            reading.add(recipient);
        }
    }
    if reading.recipients.is_empty() {
        return false;
    }
    reading.kind = Kind::Report;
    reading.rules.insert(0, rule);
    reading.say_where_time_ran_out();
    let of_message = |name| found.iter().find_map(|group| group.value(name));
    reading.original_envelope_id = of_message("original-envelope-id").map(decode_xtext);
    reading.original_message_id = of_message("x-original-message-id")
        .or_else(|| of_message("original-message-id"))
        .map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
    reading.take_original(Original::of(mail, text));
    true
}

/// Whether a group says what became of a letter for somebody. A recipient alone is not enough: fields of that name
/// stand in abuse reports too.
fn is_of_recipient(group: &Group) -> bool {
    group.has_recipient() && (group.value("action").is_some() || group.value("status").is_some())
}

/// The fields of a report in the text of a mail: before a returned letter, or where no part is left.
fn in_text(mail: &Mail<'_>) -> Vec<Group> {
    let is_passed_on = mail.headers.text("subject").as_deref().is_some_and(subject::is_passed_on);
    let mut found = Vec::new();
    for part in &mail.parts {
        if !matches!(part.role, Role::Text | Role::Other) || part.is_attachment() {
            continue;
        }
        let bytes = if is_passed_on { Cow::Owned(unquote(part.bytes())) } else { Cow::Borrowed(part.bytes()) };
        if let Some(at) = find_ignoring_case(&bytes, b"\nfinal-recipient:") {
            // From the blank line before it.
            let start = memchr::memmem::rfind(&bytes[..at], b"\n\n").map_or(0, |blank| blank + 2);
            // To the letter, which may be a report itself. Where no blank line is before it, its fields do no harm.
            let fields = String::from_utf8_lossy(&bytes[start..]);
            let end = original::start_in(&fields).filter(|&end| end > at + 1 - start).unwrap_or(fields.len());
            found.extend(groups(fields[..end].as_bytes()).into_iter().filter(is_of_recipient));
        }
    }
    found
}

/// A text without the `>` that a mail program puts before what somebody passes on.
fn unquote(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let bare = line.strip_prefix(b">").unwrap_or(line);
        out.extend_from_slice(bare.strip_prefix(b" ").unwrap_or(bare));
    }
    out
}

fn find_ignoring_case(text: &[u8], lower: &[u8]) -> Option<usize> {
    memchr::memchr_iter(lower[0], text)
        .find(|&at| text.get(at..at + lower.len()).is_some_and(|part| part.eq_ignore_ascii_case(lower)))
}

fn recipient<'t>(
    group: &Group,
    text: &impl Deref<Target = ReportText<'t>>,
    reading: &mut Reading,
) -> Option<ReportedRecipient> {
    let actual = || group.value("x-actual-recipient").and_then(address::typed);
    let last = group.value("final-recipient").and_then(address::typed).or_else(actual);
    let original = group.value("original-recipient").and_then(address::typed);
    // An address that means something on one machine only names nobody.
    let address = match (&last, &original) {
        (Some(last), Some(original)) if !address::is_global(last) && address::is_global(original) => original,
        (Some(last), _) => last,
        (None, original) => original.as_ref()?,
    }
    .clone();
    if last.as_ref() != Some(&address) {
        reading.decided_by(Rule::OriginalRecipient);
    }
    let mut recipient = ReportedRecipient::new(address);
    recipient.original_address = original.filter(|original| !address::same(original, &recipient.address));
    let (status, comment) = status(group.value("status").unwrap_or_default());
    let diagnostic = diagnostic(group, status);
    recipient.action = Some(action(group.value("action"), status, text));
    let address = recipient.address.clone();
    let context = LazyCell::new(Box::new(|| Cow::Owned(text.about(&address))) as Box<_>);
    settle(&mut recipient, &Evidence { status, comment, diagnostic: &diagnostic, context });
    recipient.note_timeout();
    Some(recipient)
}

/// The code of a status field and the comment beside it: `5.1.1 (no such user)`.
fn status(value: &str) -> (Option<EnhancedStatus>, &str) {
    let end = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    (value[..end].parse().ok(), value[end..].trim())
}

/// The server's words: the diagnostic without its type (RFC 3464, 2.3.6). The reply code alone says nothing that the
/// status does not.
fn diagnostic(group: &Group, status: Option<EnhancedStatus>) -> String {
    let mut words = String::new();
    for value in group.values("diagnostic-code") {
        let (kind, rest) = value.split_once(';').unwrap_or(("", value));
        let plain = kind.is_empty() || kind.contains(' ');
        words.push_str(if plain { value } else { rest.trim() });
        words.push(' ');
        // `x-unix; temporary failure`: a program of the mail system said it.
        // Its exit code 67 is that of a user who is not known (sysexits.h), which the status says too.
        let is_about_address = status.is_some_and(|status| status.subject == 1);
        if kind.trim().eq_ignore_ascii_case("x-unix") && !is_about_address {
            words.push_str("(x-unix) ");
        }
    }
    words.trim().to_owned()
}

/// What became of it: the field (RFC 3464, 2.3.3), and where it says nothing known, the status and the text.
fn action<'t>(
    value: Option<&str>,
    status: Option<EnhancedStatus>,
    text: &impl Deref<Target = ReportText<'t>>,
) -> Action {
    let value = value.unwrap_or_default().trim().to_ascii_lowercase();
    let known = [
        ("fail", Action::Failed),
        ("delay", Action::Delayed),
        ("deliver", Action::Delivered),
        ("relay", Action::Relayed),
        ("expand", Action::Expanded),
    ];
    if let Some((_, action)) = known.iter().find(|(word, _)| value.starts_with(word)) {
        return *action;
    }
    match status.map(|status| status.class) {
        Some(2) => Action::Delivered,
        Some(4) if text.says_delayed() => Action::Delayed,
        _ => Action::Failed,
    }
}

/// An envelope id as it was given to the server (RFC 3461, 4: `+2B` is `+`).
fn decode_xtext(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim();
    while let Some((before, after)) = rest.split_once('+') {
        out.push_str(before);
        match after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(u8::is_ascii_graphic) {
            Some(byte) => {
                out.push(char::from(byte));
                rest = &after[2..];
            }
            None => {
                out.push('+');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
