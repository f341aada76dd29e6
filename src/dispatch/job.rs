//! What a worker is given, and what it says of it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::LetterError;
use crate::ledger::{AttemptId, CopyId, DeliveryId, Due, LedgerError};
use crate::model::window::Full;
use crate::model::{DeliveryState, History, Recipient, Reply};
use crate::transport::{OpenError, Strain, Verdict};

/// A letter on its way through a worker.
#[derive(Debug)]
pub(super) struct Job {
    pub due: Due,
    pub recipient: Recipient,
    /// What went to the recipient before.
    pub history: History,
    /// Where its recipient is, as far as the list says.
    pub zone: Option<TimeZone>,
    /// For how many it counts in the rolling windows.
    pub weight: u32,
    /// The copy that it is, where it is not the letter itself.
    pub copy: Option<CopyId>,
    /// When the next of the letter's copies that were put off is to be sent: known once it has ended.
    pub copies_at: Option<Timestamp>,
}

/// What tells a job from all others.
pub(super) type Key = (DeliveryId, Option<CopyId>);

impl Job {
    pub(super) fn key(&self) -> Key {
        (self.due.id, self.copy)
    }
}

/// What a worker tells the coordinator of each job.
#[derive(Debug)]
pub(super) struct Report {
    pub worker: usize,
    pub job: Box<Job>,
    pub ending: Ending,
}

/// What became of a job.
#[derive(Debug)]
pub(super) enum Ending {
    /// It was attempted.
    Attempted {
        attempt: AttemptId,
        verdict: Verdict,
        state: DeliveryState,
        reply: Option<Reply>,
        reason: Option<String>,
        strain: Option<Strain>,
    },
    /// The ledger did not let it go: its state changed meanwhile.
    Withheld(DeliveryState),
    /// A rolling window is full, by what other runs sent.
    Full(Full),
    /// The run was told to stop before it was claimed.
    Returned,
    /// No connection could be opened; nothing was sent, and it is due at once.
    NoConnection(OpenError),
    /// Larger than the server takes; nothing was claimed.
    TooLarge { size: u64 },
    /// It could not be made; nothing was claimed.
    Unmade(LetterError),
    /// The ledger failed.
    Ledger(LedgerError),
}
