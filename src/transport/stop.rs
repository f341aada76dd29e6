//! Why a run must stop: what the server holds against the account, and would hold against every letter.

use std::fmt;

use super::outcome::Unsendable;
use crate::model::Reply;

/// Why a run must stop. Its text says what the server said and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// The server wants a login, or another one.
    LoginRefused(Reply),
    /// The server does not take mail from this sender.
    SenderRefused(Reply),
    /// The server does not take a letter of this size, or the account may not send one.
    TooLarge(Reply),
    /// The account has sent as much as it may.
    QuotaUsedUp(Reply),
    /// The letter cannot be sent through this server at all.
    Unsendable(Unsendable),
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoginRefused(reply) => write!(
                f,
                "the server wants a login, or another one: `{reply}`; check `url`, `password` and `auth` in `[smtp]`"
            ),
            Self::SenderRefused(reply) => write!(
                f,
                "the server refused the sender: `{reply}`; check `from` and `bounce_to` in `[sender]`, and what this account may send as"
            ),
            Self::TooLarge(reply) => {
                write!(f, "the server refused the letter for its size: `{reply}`; make its attachments smaller")
            }
            Self::QuotaUsedUp(reply) => write!(
                f,
                "the account has sent as much as it may: `{reply}`; go on when the provider allows it, with a slower `[pace]`"
            ),
            Self::Unsendable(why) => why.fmt(f),
        }
    }
}
