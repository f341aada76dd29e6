//! Recipients − suppressions − history → plan: who gets a letter, who is skipped and why. Pure, but for a temporary
//! file where the list is long.
//!
//! It is made in two passes over the recipients: a [`Census`] sees every row, then a [`Planner`] decides about each.
//! The first pass is what makes it known that somebody in Cc gets a letter of their own further down.

mod census;
mod fingerprint;
pub mod follow_up;
mod planner;
mod sorter;
mod totals;

use std::collections::HashSet;
use std::fmt;

use jiff::civil::Date;

use crate::model::{Answer, DeliveryState, EmailAddress, History, Recipient, RecipientId};

pub use census::Census;
pub use fingerprint::Alike;
pub use follow_up::{Ended, Next};
pub use planner::Planner;
pub use totals::Totals;

/// What is to be done about one recipient in a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The letter is to be sent.
    Send,
    /// It is not to be sent.
    Skip(SkipReason),
    /// The ledger knows what became of it: nothing is to be done.
    Settled(DeliveryState),
}

/// Why a recipient is skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// The address or its domain must not be written to.
    Suppressed {
        /// The address, or `@domain`.
        target: String,
        /// Why.
        reason: Option<String>,
    },
    /// An earlier row has the same address.
    Duplicate {
        /// The earlier row's line.
        of_line: u64,
    },
    /// A person has stopped the campaign.
    CampaignStopped,
    /// The recipient has answered.
    Answered(Answer),
    /// There is no follow-up to the recipient.
    Ended(Ended),
    /// The follow-up is not due yet.
    NotBefore {
        /// From this day on it is.
        date: Date,
        /// Whether somebody is away until then.
        away: bool,
    },
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Suppressed { target, reason } => {
                write!(f, "suppressed")?;
                if target.starts_with('@') {
                    write!(f, " ({target})")?;
                }
                reason.as_ref().map_or(Ok(()), |reason| write!(f, ": {reason}"))
            }
            Self::Duplicate { of_line } => write!(f, "duplicate of line {of_line}"),
            Self::CampaignStopped => write!(f, "the campaign is stopped"),
            Self::Answered(answer) => write!(f, "answered: {answer}"),
            Self::Ended(ended) => ended.fmt(f),
            Self::NotBefore { date, away: false } => write!(f, "not due before {date}"),
            Self::NotBefore { date, away: true } => write!(f, "away, not due before {date}"),
        }
    }
}

/// One recipient's part of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The recipient, without the copies that are left out.
    pub recipient: Recipient,
    /// Its name in the ledger: its id, or for a duplicate whose id is taken, the id and the line.
    pub id: RecipientId,
    /// What is to be done.
    pub decision: Decision,
    /// From which day on a follow-up is due, where it is.
    pub due: Option<Date>,
    /// What went to the recipient before.
    pub history: History,
    /// Cc and Bcc addresses that are left out of this letter, and why.
    pub left_out: Vec<(EmailAddress, SkipReason)>,
}

/// Takes copies out of a letter: those with these keys ([`EmailAddress::key`]).
pub fn leave_out(recipient: &mut Recipient, keys: &[String]) {
    if keys.is_empty() {
        return;
    }
    let keys: HashSet<&str> = keys.iter().map(String::as_str).collect();
    let keep = |address: &EmailAddress| !keys.contains(address.key().as_str());
    recipient.cc.retain(keep);
    recipient.bcc.retain(keep);
}

#[cfg(test)]
mod tests;
