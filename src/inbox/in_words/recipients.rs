//! Whom a report in words names.

use crate::inbox::phrases::{self, Cue, Said};
use crate::inbox::report_text::{Line, ReportText};
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
    let found = if found.is_empty() { mentioned(text, &[], Sign::Named) } else { found };
    // `ana@store`, which means something on one machine only, beside `ana@example.org`.
    let is_local_name = |one: &str| !address::is_global(one) && found.iter().any(|other| is_global_form(other, one));
    found.iter().filter(|one| !is_local_name(one)).cloned().collect()
}

/// The one address in a report that may be a recipient's, in whatever language it is. Nobody, where there are several.
pub(super) fn only<'t>(text: &ReportText<'t>, own: &[&str]) -> Option<&'t str> {
    let lines = text.lines().iter().filter(|line| !line.says(Cue::Contact));
    let mut found = lines
        .flat_map(|line| &line.addresses)
        .map(|place| place.address)
        .filter(|one| !address::is_of_mail_system(one) && !own.iter().any(|own| address::same(own, one)));
    let first = found.next()?;
    found.all(|other| address::same(other, first)).then_some(first)
}

/// Whether an address of the internet has the local part of another.
fn is_global_form(address: &str, other: &str) -> bool {
    let local = |address: &str| address.rsplit_once('@').map(|(local, _)| local.to_ascii_lowercase());
    address::is_global(address) && local(address) == local(other)
}

/// The addresses that stand in a report in a certain way or a surer one.
pub(super) fn mentioned(text: &ReportText<'_>, own: &[&str], least: Sign) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut introduced = false;
    let mut begun = false;
    let mut last = "";
    for (at, line) in text.lines().iter().enumerate() {
        let says_so = says_so(line);
        // The sentence may come after the address: "Delivery to <ana@example.org> has been postponed". Where none does,
        // the reason is enough.
        let next = || text.lines()[at..].iter();
        begun |= says_so
            || !line.addresses.is_empty()
                && (next().take(4).any(self::says_so)
                    || next().take(3).any(|line| phrases::reason(&line.words).is_some()));
        let reached = match (introduced || says_so, begun) {
            (true, _) => Reached::List,
            (false, true) => Reached::Report,
            (false, false) => Reached::Nothing,
        };
        for place in &line.addresses {
            let wanted = Place::of(line, place, last).sign(reached).is_some_and(|sign| sign >= least);
            let known = found.iter().any(|known| address::same(known, place.address));
            let is_own = own.iter().any(|own| address::same(own, place.address));
            if wanted && !known && !is_own && found.len() < MAX_RECIPIENTS {
                found.push(place.address.to_owned());
            }
        }
        if !line.words.trim().is_empty() {
            last = line.words.trim_end();
            introduced = line.text.trim_end().ends_with([':', '：', '-', '=', '|']) && says_so
                || introduced && !line.addresses.is_empty();
        }
    }
    found
}

fn says_so(line: &Line<'_>) -> bool {
    line.says(Cue::Failed) || line.says(Cue::Delayed) || line.says(Cue::GivenUp) || line.is_entry()
}

/// How far a report has got when a line is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reached {
    /// It has said nothing of a delivery.
    Nothing,
    /// It has begun.
    Report,
    /// This line, or one that introduced it, says that delivery failed.
    List,
}

/// Where an address stands.
struct Place<'l> {
    line: &'l Line<'l>,
    /// All that stands before it in its line.
    start: &'l str,
    /// The same without bullets and brackets.
    before: &'l str,
    /// The words right before it, in lower case: `rcpt to`.
    label: String,
    after: &'l str,
    /// The words of the line before.
    last: &'l str,
}

impl<'l> Place<'l> {
    fn of(line: &'l Line<'l>, found: &address::Found<'l>, last: &'l str) -> Self {
        let start = &line.text[..found.start];
        let before = start.trim_matches(is_bullet);
        let label = before.trim_end_matches([':', '<', '"', ' ']).to_ascii_lowercase();
        // `Recipient: [SMTP:ana@example.org]`, as MailEnable and Exchange write it.
        let smtp = label.strip_suffix("smtp").map(|label| label.trim_end_matches(['[', ':', ' ']).to_owned());
        let after = line.text[found.end..].trim_start();
        Self { line, start, before, label: smtp.unwrap_or(label), after, last }
    }

    /// How the address stands there; nothing where it is no recipient's.
    fn sign(&self, reached: Reached) -> Option<Sign> {
        if self.is_in_transcript() {
            return Some(Sign::Transcript);
        }
        if self.is_of_another(reached) {
            return None;
        }
        // The first thing in a line, once the report has begun; or alone in a line that was introduced.
        if self.before.is_empty() && (reached >= Reached::Report || !self.after.is_empty()) {
            return (reached == Reached::List || is_explained(self.after)).then_some(Sign::Named);
        }
        // After a reply code: `550 <ana@example.org>... User unknown`.
        let is_named = is_codes(self.before) || self.is_labelled(reached) || self.is_in_sentence(reached);
        is_named.then_some(Sign::Named)
    }

    /// `RCPT TO:`; or `|/usr/bin/filter`, below it `generated by ana@example.org` or `(expanded from:
    /// <ana@example.org>)`: Exim's, sendmail's and Postfix's words for whose address led there.
    fn is_in_transcript(&self) -> bool {
        // A sentence may be broken before an address.
        let before = if self.before.is_empty() { self.last } else { &self.label };
        ["generated by", "generated from", "expanded from"].iter().any(|words| before.ends_with(words))
            || ["rcpt to", "rcpt", "rcpt_to"].iter().any(|command| self.label.ends_with(command))
    }

    /// It is the sender's, that of somebody to turn to, or of whom the report greets.
    fn is_of_another(&self, reached: Reached) -> bool {
        if self.before.is_empty() {
            let is_sender = [" sent by", " message from"].iter().any(|words| self.last.ends_with(words));
            return is_sender || reached < Reached::List && is_salutation(self.after);
        }
        is_other_label(&self.label) || self.line.says(Cue::Contact)
    }

    /// A label or a few words before it say that a recipient follows.
    fn is_labelled(&self, reached: Reached) -> bool {
        let label = self.label.as_str();
        let is_label = RECIPIENT_LABELS.contains(&label) && (label != "to" || reached == Reached::List);
        let leads_to_it = || RECIPIENT_WORDS.iter().any(|end| label.ends_with(end));
        is_label && self.start.contains(':') || reached >= Reached::Report && leads_to_it()
    }

    /// In the sentence that says that delivery failed, or why.
    fn is_in_sentence(&self, reached: Reached) -> bool {
        let says_so = reached == Reached::List || reached == Reached::Report && says_why(self.line);
        says_so && !self.line.says(Cue::Contact) && is_of_sentence(&self.label)
    }
}

/// The labels of recipients, before a colon.
const RECIPIENT_LABELS: [&str; 9] = [
    "recipient",
    "recipients",
    "to",
    "address",
    "user",
    "failed recipient",
    "intended recipient",
    "original recipient",
    "error-for",
];

/// The words right before a recipient in a sentence.
const RECIPIENT_WORDS: [&str; 5] = ["addressed to", "message to", "mail to", "mail sent to", "message sent to"];

/// Whether a line gives a reason that is the recipient's.
fn says_why(line: &Line<'_>) -> bool {
    use Reason::{HasMoved, HostUnknown, MailboxFull, Suspend, UserUnknown};
    matches!(
        phrases::reason(&line.words),
        Some(Said::Plainly(UserUnknown | MailboxFull | Suspend | HasMoved | HostUnknown) | Said::Perhaps(_))
    )
}

fn is_bullet(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '#' | '>' | '-' | '|' | '+' | '•' | '·' | '=' | '"' | '\'' | '<' | '[')
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

/// Whether what follows an address at the start of a line is said of it: nothing, or what a separator sets apart, or
/// words.
fn is_explained(after: &str) -> bool {
    after.is_empty()
        || after.starts_with([':', '.', '(', '[', ',', '-', '"', ';', '>', '—', '、'])
        || after.split_whitespace().count() < 40
}

/// Whether what follows an address at the start of a line greets whose it is, as in Chinese and Japanese: a word or two
/// and a comma.
fn is_salutation(after: &str) -> bool {
    after.ends_with([',', '，', '、']) && after.contains(char::is_alphabetic) && after.split_whitespace().count() < 3
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
