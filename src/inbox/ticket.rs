//! By what a mail that came through a ticket system is known: such mails are receipts, and answers of people.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Anchored, Input, StartKind};

use super::structure::Mail;

/// How the names of the fields begin that ticket systems write: Request Tracker, OTRS and Znuny, Zendesk, Jira,
/// Freshdesk, `osTicket`, GitLab, Redmine, Roundup, Zammad, Bugzilla, Trac, Launchpad, Help Scout, Kayako, Debbugs.
const FIELDS: [&str; 22] = [
    "rt-ticket",
    "x-rt-",
    "x-otrs-",
    "x-znuny",
    "x-zendesk",
    "x-jira-",
    "x-fd-",
    "x-freshdesk",
    "x-osticket",
    "x-gitlab-",
    "x-redmine-",
    "x-roundup-",
    "x-zammad",
    "x-bugzilla-",
    "x-trac-ticket",
    "x-launchpad-",
    "x-helpscout",
    "x-kayako",
    "x-spiceworks",
    "x-debbugs-",
    "x-mantis",
    "x-request-id-ticket",
];

/// [`FIELDS`], in whatever case.
static BEGINNINGS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).start_kind(StartKind::Anchored).build(FIELDS).ok()
});

/// Whether a field of its header is a ticket system's.
pub(super) fn is_in_header(mail: &Mail<'_>) -> bool {
    let programs = ["x-mailer", "x-powered-by", "x-managed-by", "managed-by"];
    let is_known = |name| {
        BEGINNINGS.as_ref().is_some_and(|beginnings| beginnings.is_match(Input::new(name).anchored(Anchored::Yes)))
    };
    mail.headers.names().any(is_known)
        || programs.iter().filter_map(|name| mail.headers.raw(name)).any(|program| {
            let program = program.to_lowercase();
            ["znuny", "otrs", "redmine", "request tracker", "bestpractical", "zammad", "osticket", "freescout"]
                .iter()
                .any(|known| program.contains(known))
        })
}

/// Whether a subject bears a ticket: `[Ticket#2024061210000123]`, `[example.org #99]`, `[#ABC-123-45678]`,
/// `[issue2]`, `(#77)`, `(DESK-77)`, `bug#81234:`.
pub(super) fn is_in_subject(subject: &str) -> bool {
    if !subject.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let enclosed = |open: char, close: char| {
        subject
            .split(open)
            .skip(1)
            .filter_map(move |rest| rest.split_once(close))
            .any(|(inside, _)| names_ticket(inside))
    };
    enclosed('[', ']') || enclosed('(', ')') || {
        let lower = subject.to_lowercase();
        ["bug#", "ticket#", "case#", "ticket #", "case #", "ticket id:", "issue #", "request #", "ref#", "anfrage #"]
            .iter()
            .any(|mark| {
                lower.split(mark).skip(1).any(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
            })
    }
}

/// Whether what stands in brackets is a ticket's name: a number behind `#`, or behind a word and a hyphen.
fn names_ticket(inside: &str) -> bool {
    let inside = inside.trim();
    let digits = inside.chars().rev().take_while(char::is_ascii_digit).count();
    if digits == 0 || inside.len() > 60 {
        return false;
    }
    let before = inside[..inside.len() - digits].trim_end();
    let word = before.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let lower = word.to_lowercase();
    before.ends_with('#')
        || before.contains('#') && digits >= 3
        || ["ticket", "ticket:", "issue", "case", "case:", "bug", "request", "ticket-id:", "ticketid:"]
            .contains(&lower.as_str())
        || (word.ends_with('-')
            && word.len() > 2
            && word[..word.len() - 1].chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_are_known_by_their_numbers() {
        for subject in [
            "[Ticket#2024061210000123] RE: The river",
            "[desk.example #99] The river",
            "Ticket Received - [#117904] The river",
            "[issue2] The river",
            "Re: The river (#77)",
            "[JIRA] (DESK-77) The river",
            "bug#81234: Acknowledgement (The river)",
            "[Desk - Support #6] (New) The river",
        ] {
            assert!(is_in_subject(subject), "{subject}");
        }
        for subject in
            ["Re: The river", "[EXTERNAL] The river", "Re: [press] The river (2024)", "Article 22", "(part 2) river"]
        {
            assert!(!is_in_subject(subject), "{subject}");
        }
    }
}
