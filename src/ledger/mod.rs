//! The durable record of every delivery, attempt, report and answer.
//!
//! A trait for each who uses it: a run ([`RunLedger`]), the plan before it ([`StageLedger`]), a person
//! ([`PersonLedger`]), mail ([`MailLedger`]), whoever reads ([`ReadLedger`]), whoever looks through it
//! ([`BrowseLedger`], [`ReviewLedger`]), and whoever moves it to another machine ([`PlaceLedger`]). What they promise
//! is the protocol of the product:
//!
//! 1. a claim is durable before it returns, so an attempt is on disk before the first byte of its message leaves;
//! 2. a claim looks again at the state, the suppressions, the answer, whether the campaign is stopped, the lease and
//!    the rolling windows, in one transaction;
//! 3. an outcome is durable before its future resolves; a later claim never overtakes an earlier outcome;
//! 4. nothing here waits for the network.

mod adoption;
mod answer;
mod approval;
mod attempt;
mod browse;
mod copies;
mod copy;
mod database;
mod delivery;
mod dismiss;
mod erasure;
mod error;
mod event;
mod expiry;
mod filing;
mod frozen;
mod halt;
mod lease;
mod lost;
mod mail;
mod mailbox;
#[cfg(test)]
pub(crate) mod memory;
mod pages;
mod person;
mod place;
pub mod postgres;
mod read;
mod review;
mod row;
mod rules;
mod run;
mod sent;
mod sent_log;
pub mod sqlite;
mod stage;
mod tally;
mod test_letter;
mod ways;

pub use adoption::{Adopted, Departure, KnownBy, Unknown};
pub use answer::{AddressChange, Hearing, Mark, Marked, Unbounced, Voice, Witness};
pub use approval::{Approval, ApprovalLedger};
pub use attempt::{AttemptId, Claim, Claimed, Resolution, Ruling, Settlement};
pub use browse::{
    AboutMail, BrowseLedger, CellText, From as LookFrom, InHour, Look, Order, Passed, Reach, Sight, Tried,
};
pub use copies::{AsSent, ClaimCopy, CopiesOf, CopyLedger, DueCopy};
use copy::in_words;
pub use copy::{CopyEnd, CopyId, KeptLetter, copies_in_words};
pub use delivery::{Delivery, DeliveryId, Selection, Standing, UNDER_ANOTHER_ID};
pub use dismiss::{DismissLedger, Saying, SayingStands};
pub use erasure::Erased;
pub use error::LedgerError;
pub use event::Event;
pub use expiry::{Expired, Overdue, StillOpen, Strangers};
pub use filing::{FilingLedger, Unfiled};
pub use frozen::{FrozenFile, SentWith};
pub use halt::Halt;
pub use lease::{Holder, Lease, Running};
pub use lost::{Lost, Missing, SentElsewhere};
pub use mail::{
    AwayBy, Confirmed, Counted, HeldMail, Hold, MailLedger, Mailed, Mention, Outcome, Recorded, Suggested, Suggestion,
    TakenBack, ToConfirm, Unmatched,
};
pub use mailbox::{HeaderDigest, MailboxLedger, MailboxRead, Uids, Withheld};
pub use pages::Pages;
pub use person::{PersonLedger, Word};
pub use place::{Elsewhere, HandOver, LastRun, Machine, Moved, PlaceLedger};
pub use read::ReadLedger;
pub use review::{CopyRow, KeptRow, ReviewLedger};
pub use row::{Beside, Due, PlannedRow, Wanted};
pub use rules::mailbox::Occupant;
pub use rules::witness::knows;
pub use run::RunLedger;
pub use sent::{AttemptEnd, Losses, Sent, SentAttempt};
pub use stage::StageLedger;
pub use tally::Tally;
pub use test_letter::{TestBegun, TestEnd, TestId, TestLetter};
pub use ways::{ServerWays, TakesAhead};

/// What a ledger's functions return.
pub type Result<T> = std::result::Result<T, LedgerError>;
