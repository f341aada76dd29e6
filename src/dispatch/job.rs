//! What a worker is given, and what it says of it.

use super::LetterError;
use crate::ledger::{AttemptId, Due, LedgerError};
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
    /// For how many it counts in the rolling windows.
    pub weight: u32,
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
