//! Acknowledgements: a registry or a ticket system says that it has a letter, under a reference.

use super::structure::Mail;
use super::{Kind, Reading, Rule, auto_reply, phrases};

/// How much of a text is looked at.
const MAX_TEXT: usize = 8 * 1024;

/// Reads an acknowledgement, if the mail is one.
///
/// A person may confirm receipt too, and that is an answer: only what a program sent is an acknowledgement, or what
/// says nothing but that it was received and registered.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let subject = reading.subject.clone().unwrap_or_default();
    let headers = &mail.headers;
    let by_header = TICKET_HEADERS.iter().any(|name| headers.has(name));
    let automatic = headers.lower("auto-submitted").starts_with("auto-")
        || is_no_reply(reading.from.as_deref())
        || !auto_reply::signs(mail, &subject).is_empty();
    if !by_header && !automatic {
        return false;
    }
    if auto_reply::signs(mail, &subject).contains(&Rule::VacationSubject) {
        return false;
    }
    let mut rules = Vec::new();
    if by_header && automatic {
        rules.push(Rule::TicketHeader);
    }
    if has_ticket(&subject) {
        rules.push(Rule::TicketSubject);
    }
    let text = mail.text();
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    let received = phrases::says(phrases::received(), text) || phrases::says(phrases::received(), &subject);
    if received && (has_reference(text) || has_reference(&subject)) {
        rules.push(Rule::ReceivedWithReference);
    }
    if rules.is_empty() {
        return false;
    }
    reading.kind = Kind::Acknowledgement;
    reading.rules.extend(rules);
    true
}

/// What ticket systems write: Request Tracker, OTRS and Znuny, Zendesk, Jira, Freshdesk, osTicket, GitLab, Redmine.
const TICKET_HEADERS: [&str; 9] = [
    "rt-ticket",
    "x-rt-ticket",
    "x-otrs-loop",
    "x-zendesk-ticket",
    "x-jira-fingerprint",
    "x-fd-ticket",
    "x-osticket-mail",
    "x-gitlab-issue-id",
    "x-redmine-issue-id",
];

/// Whether an address says that nobody reads it.
pub(super) fn is_no_reply(from: Option<&str>) -> bool {
    let local = from.and_then(|from| from.split('@').next()).unwrap_or_default().to_lowercase();
    let local: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    local.contains("noreply")
        || local.contains("donotreply")
        || local.contains("nepasrepondre")
        || local.contains("nichtantworten")
}

/// A ticket in brackets: `[Ticket#2024061210000123]`, `[example.org #1234]`, `[#ABC-123-45678]`, `Case 01234567`.
fn has_ticket(subject: &str) -> bool {
    subject.split('[').skip(1).filter_map(|rest| rest.split_once(']')).any(|(inside, _)| {
        let digits = inside.bytes().filter(u8::is_ascii_digit).count();
        digits >= 3 && (inside.contains('#') || inside.to_lowercase().contains("ticket"))
    })
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
