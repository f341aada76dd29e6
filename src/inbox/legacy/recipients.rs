//! Whom a report in words names.

use super::text::{Line, ReportText};
use crate::inbox::phrases::{self, Cue, Said};
use crate::inbox::{Reason, address};

/// How an address stands in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    /// In a command of a transcript, such as `RCPT TO:<ana@example.org>`.
    Transcript,
    /// Where a report names its recipients.
    Named,
}

/// How many recipients are taken from one report.
const MAX_RECIPIENTS: usize = 200;

/// The addresses that a report names as recipients, each once, in their order.
pub(super) fn named(text: &ReportText<'_>, own: &[&str]) -> Vec<String> {
    let found = mentioned(text, own, Sign::Named);
    // Somebody who wrote to themselves is both.
    if found.is_empty() { mentioned(text, &[], Sign::Named) } else { found }
}

/// The addresses that stand in a report in a certain way or a surer one.
pub(super) fn mentioned(text: &ReportText<'_>, own: &[&str], least: Sign) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut introduced = false;
    let mut begun = false;
    for (at, line) in text.lines().iter().enumerate() {
        let says_so = says_so(line);
        // The sentence may come after the address: "Delivery to <ana@example.org> has been postponed".
        begun |= says_so || (!line.addresses.is_empty() && text.lines()[at..].iter().take(4).any(self::says_so));
        for place in &line.addresses {
            let wanted = sign(line, place, begun, introduced || says_so).is_some_and(|sign| sign >= least);
            let known = found.iter().any(|known| address::same(known, place.address));
            let is_own = own.iter().any(|own| address::same(own, place.address));
            if wanted && !known && !is_own && found.len() < MAX_RECIPIENTS {
                found.push(place.address.to_owned());
            }
        }
        if !line.words.trim().is_empty() {
            introduced = line.text.trim_end().ends_with([':', '：', '-', '=', '|']) && says_so
                || introduced && !line.addresses.is_empty();
        }
    }
    found
}

fn says_so(line: &Line<'_>) -> bool {
    line.says(Cue::Failed) || line.says(Cue::Delayed) || line.says(Cue::GivenUp)
}

fn sign(line: &Line<'_>, place: &address::Found<'_>, begun: bool, introduced: bool) -> Option<Sign> {
    let before = line.text[..place.start].trim_matches(is_bullet);
    let after = line.text[place.end..].trim_start();
    let label = before.trim_end_matches([':', '<', '"', ' ']).to_ascii_lowercase();
    if ["rcpt to", "rcpt", "rcpt_to"].iter().any(|command| label.ends_with(command)) {
        return Some(Sign::Transcript);
    }
    if is_other_label(&label) || line.says(Cue::Contact) && !before.is_empty() {
        return None;
    }
    // The first thing in a line, once the report has begun; or alone in a line that was introduced.
    if before.is_empty() && (begun || !after.is_empty()) {
        return (introduced || begun && is_explained(after) || is_explained(after) && !after.is_empty())
            .then_some(Sign::Named);
    }
    // After a reply code: `550 <ana@example.org>... User unknown`.
    if is_codes(before) {
        return Some(Sign::Named);
    }
    if [
        "recipient",
        "recipients",
        "to",
        "address",
        "user",
        "failed recipient",
        "intended recipient",
        "original recipient",
        "error-for",
    ]
    .contains(&label.as_str())
        && (label != "to" || introduced)
        && line.text[..place.start].contains(':')
    {
        return Some(Sign::Named);
    }
    if label.ends_with("addressed to") {
        return Some(Sign::Named);
    }
    // In the sentence that says that delivery failed, or why.
    let says_why = || {
        use Reason::{HasMoved, HostUnknown, MailboxFull, Suspend, UserUnknown};
        matches!(
            phrases::reason(&line.words),
            Some(Said::Plainly(UserUnknown | MailboxFull | Suspend | HasMoved | HostUnknown) | Said::Perhaps(_))
        )
    };
    ((introduced || begun && says_why()) && !line.says(Cue::Contact) && is_of_sentence(&label)).then_some(Sign::Named)
}

fn is_bullet(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '>' | '-' | '|' | '+' | '•' | '·' | '=' | '"' | '\'' | '<' | '[')
}

/// The sender, or a header's field.
fn is_other_label(label: &str) -> bool {
    [
        "from",
        "mail from",
        "sender",
        "reply-to",
        "return-path",
        "message-id",
        "subject",
        "cc",
        "date",
        "sent",
        "in-reply-to",
        "by",
        "envelope-from",
        "mailto",
        "hi",
        "hello",
        "dear",
    ]
    .iter()
    .any(|other| {
        label == *other
            || label.ends_with(&format!(" {other}"))
            || label.ends_with(&format!("({other}"))
            || label.ends_with(&format!(">>> {other}"))
    })
}

/// Whether what follows an address at the start of a line is said of it: nothing, or what a separator sets apart, or words.
fn is_explained(after: &str) -> bool {
    after.is_empty()
        || after.starts_with([':', '.', '(', '[', ',', '-', '"', ';', '>', '—', '、'])
        || after.split_whitespace().count() < 40
}

fn is_codes(before: &str) -> bool {
    let mut tokens = before.split_whitespace().peekable();
    tokens.peek().is_some()
        && tokens.all(|token| {
            let token = token.trim_matches(['<', '>', '(', ')', '#', ':']);
            token.is_empty() || token.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-')
        })
}

/// Whether words before an address lead to a recipient: "…your mail to", "Local mailbox", "undeliverable to".
fn is_of_sentence(label: &str) -> bool {
    let last = label.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    !matches!(last, "from" | "by" | "sender" | "contact")
}
