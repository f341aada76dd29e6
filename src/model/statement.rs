//! What a mail states of a letter.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;

use super::EnhancedStatus;

/// What a mail states of one letter, beside what it is, of whom and on what subject: only what the mail itself says,
/// for the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statement {
    /// By which clue the letter was found.
    pub by: Cow<'static, str>,
    /// The address that a report names.
    pub address: Option<String>,
    /// Where the letter was passed on to, where the address that a report names is none that we wrote to.
    pub passed_on_to: Option<String>,
    /// What a report says was done: `failed`, `delayed` ….
    pub action: Option<Cow<'static, str>>,
    /// Whether it may succeed another time: `hard` or `soft`.
    pub permanence: Option<Cow<'static, str>>,
    /// The status of a report (RFC 3463).
    pub status: Option<EnhancedStatus>,
    /// Why, in a word.
    pub reason: Option<Cow<'static, str>>,
    /// What the server said, as a report has it.
    pub diagnostic: Option<String>,
    /// When somebody whose machine answered is back.
    pub returns_on: Option<Date>,
    /// Where somebody is now.
    pub moved_to: Option<String>,
    /// When the mail was written, as it says.
    pub written_at: Option<Timestamp>,
}
