//! By what the subject and the author of a report in words are known.

use std::sync::LazyLock;

use crate::inbox::grams::Grams;
use crate::inbox::structure::Mail;
use crate::inbox::{phrases, subject, words};

/// Whether a subject is that of a report.
pub(super) fn of_subject(subject: &str) -> bool {
    phrases::says(phrases::report_subjects(), subject)
}

/// Whether a subject speaks of a delay.
pub(super) fn subject_says_delayed(subject: &str) -> bool {
    let words = words::of(subject);
    ([" delay", "warning", "still being retried", "could not send message for past"]
        .iter()
        .any(|phrase| words.contains(phrase))
        || phrases::still_tried().are_in(&words))
        && !words.contains("failure")
}

/// Whether somebody passes a mail on, or answers another under its subject.
pub(super) fn is_forwarded(of_mail: &str, mail: &Mail<'_>) -> bool {
    subject::is_passed_on(of_mail) || (mail.headers.has("in-reply-to") && subject::is_answer(of_mail))
}

/// The names of mail systems, and parts of their addresses.
const MAIL_SYSTEMS: [&str; 18] = [
    "mailer-daemon",
    "mailer daemon",
    "mail-daemon",
    "postmaster",
    "mail delivery",
    "delivery subsystem",
    "delivery system",
    "mdaemon",
    "mail administrator",
    "mail deliver system",
    "mail service",
    "mail system",
    "mailsystem",
    "mail subsystem",
    "system administrator",
    "smtp gateway",
    "microsoft exchange",
    "mailerdaemon",
];

/// Whether an author's name and address, in lower case, are those of a mail system.
pub(super) fn is_name_of_mail_system(from: &str) -> bool {
    static NAMES: LazyLock<Grams> = LazyLock::new(|| Grams::of(MAIL_SYSTEMS.into_iter()));
    NAMES.are_in(from)
}
