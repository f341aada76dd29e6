//! Recipients − suppressions − history → plan: who gets a letter, who is skipped and why. Pure, but for a temporary
//! file where the list is long.
//!
//! It is made in two passes over the recipients: a [`Census`] sees every row, then a [`Planner`] decides about each.
//! The first pass is what makes it known that somebody in Cc gets a letter of their own further down.

mod census;
mod fingerprint;
pub mod follow_up;
mod known;
mod mailboxes;
mod people;
mod planner;
mod same_name;
mod sorter;
mod totals;

use std::collections::HashSet;
use std::fmt;

use jiff::civil::Date;

use crate::model::{
    Answer, DeliveryState, EmailAddress, History, ListLine, Person, Recipient, RecipientId, Round, UNDER_ANOTHER_ID,
    Unaddressed,
};

pub use census::Census;
pub use fingerprint::Alike;
pub use follow_up::{Ended, Next};
pub use people::{Resident, id_of};
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
        of_line: ListLine,
    },
    /// An earlier row has the same address, and another name: several people read one mailbox.
    SharedMailbox {
        /// The earlier row's line.
        of_line: ListLine,
        /// Its name.
        name: String,
    },
    /// A column of the row, or of another row with the address, says that it is not to be written to.
    OptedOut {
        /// The column, where it is of this row.
        column: Option<String>,
        /// The line of the row.
        line: ListLine,
    },
    /// A copy to the address could not be sent with an earlier letter.
    CopyFailed {
        /// In which round.
        round: Round,
    },
    /// The row has no address.
    NoAddress,
    /// The ledger has a letter of the round to the address, under another id.
    HasLetter,
    /// The address may have a copy of a letter of the round.
    HasCopy {
        /// Whom that letter was for.
        of: String,
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
            Self::Duplicate { of_line } => write!(f, "duplicate of {of_line}"),
            Self::SharedMailbox { of_line, name } => write!(f, "shares the address of {of_line} (`{name}`)"),
            Self::OptedOut { column: Some(column), .. } => write!(f, "opted out (`{column}`)"),
            Self::OptedOut { column: None, line } => write!(f, "opted out on {line}"),
            Self::CopyFailed { round } => write!(f, "its copy failed in round {round}"),
            Self::NoAddress => write!(f, "no address"),
            Self::HasLetter => write!(f, "has this letter already, {UNDER_ANOTHER_ID}"),
            Self::HasCopy { of } => write!(f, "has this letter already, as a copy of the one to `{of}`"),
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
    /// Whose letter it is, where several people share the address and each gets one; nobody in particular, as a rule.
    pub person: Person,
    /// What is to be done.
    pub decision: Decision,
    /// From which day on a follow-up is due, where it is.
    pub due: Option<Date>,
    /// What went to the recipient before.
    pub history: History,
    /// Cc and Bcc addresses that are left out of this letter, and why.
    pub left_out: Vec<(EmailAddress, SkipReason)>,
}

/// A row of the list in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// One with an address.
    Entry(Box<Entry>),
    /// One without: it is skipped, and can be marked like any other.
    Unaddressed {
        /// Its name in the ledger: its id, or where that is taken, the id and the line.
        id: RecipientId,
        /// The row.
        row: Unaddressed,
    },
}

impl Row {
    /// The recipient's part of the plan, where the row has an address.
    #[must_use]
    pub fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::Unaddressed { .. } => None,
        }
    }

    /// As [`entry`](Self::entry), to be kept.
    #[must_use]
    pub fn into_entry(self) -> Option<Entry> {
        match self {
            Self::Entry(entry) => Some(*entry),
            Self::Unaddressed { .. } => None,
        }
    }
}

/// Takes addresses out of a letter: those with these keys ([`EmailAddress::key`]). Where the one that the letter is for
/// is among them, the next of its cell takes its place.
pub fn leave_out(recipient: &mut Recipient, keys: &[String]) {
    if keys.is_empty() {
        return;
    }
    let keys: HashSet<&str> = keys.iter().map(String::as_str).collect();
    let keep = |address: &EmailAddress| !keys.contains(address.key().as_str());
    let further = recipient.cc.iter().take(recipient.further).filter(|address| keep(address)).count();
    recipient.cc.retain(keep);
    recipient.further = further;
    if !keep(&recipient.to) && further > 0 {
        recipient.to = recipient.cc.remove(0);
        recipient.further -= 1;
    }
    recipient.bcc.retain(keep);
}

#[cfg(test)]
mod tests;
