//! Refusals that name nobody: a filter, a gateway or a mailbox that is no more says in a few words, from whatever
//! address, that a mail was not delivered.
//!
//! What came back to the address for reports is a report of failure. Anywhere else a person may have said it of
//! something else: a suggestion, and never an answer.

use super::sign::{self, Sign};
use super::structure::Mail;
use super::{Kind, Reading, Rule, own_words, phrases, subject};

/// How many words such a mail has at most.
const SHORT: usize = 80;

/// Reads one, if the mail is one, which has these signs of an auto-reply.
pub(super) fn read(mail: &Mail<'_>, signs: &[Rule], reading: &mut Reading) -> bool {
    let of_mail = reading.subject.clone().unwrap_or_default();
    if signs.contains(&Rule::VacationSubject) || subject::is_passed_on(&of_mail) {
        return false;
    }
    reading.own_words = own_words::of(mail);
    let own = reading.own_words.as_str();
    let is_short = own.split_whitespace().take(SHORT + 1).count() <= SHORT;
    if !is_short || !phrases::says(phrases::refused(), own) || sign::shows(Sign::Away, own) {
        return false;
    }
    reading.kind = Kind::Report;
    reading.rules.push(Rule::RefusalText);
    true
}
