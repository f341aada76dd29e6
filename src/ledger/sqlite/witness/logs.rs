//! The logs of sent letters: the one beside the ledger, and this machine's memory. They are written by whoever writes
//! the ledger, between its commits.
//!
//! On a thread of their own they would be flushed while the next commit is made. Both are smaller then, and there are
//! more of them: that was measured, and takes longer.

use std::io;
use std::path::Path;

use super::super::machine_memory::MachineMemory;
use super::super::reserve::Reserve;
use super::super::sent_file::SentFile;
use super::loss::unreadable;
use crate::ledger::LedgerError;

/// The logs of a ledger.
pub(super) struct Logs {
    pub(super) beside: SentFile,
    /// This machine's memory and its log; `None` where it has none.
    pub(super) memory: Option<(MachineMemory, SentFile)>,
}

impl Logs {
    /// Adds lines, which are on the disk then. Where it is full, the reserve makes room.
    pub(super) fn write(&self, lines: &str, reserve: &mut Reserve) -> io::Result<()> {
        if let Some((_, log)) = &self.memory
            && let Err(error) = log.add(lines)
        {
            tracing::warn!("{}: this machine cannot remember what was sent: {error}", log.path.display());
        }
        match self.beside.add(lines).and_then(|()| self.beside.flush()) {
            // Half of it may have been written: it begins on a new line.
            Err(error) if is_full(&error) && reserve.give_up() => {
                self.beside.add(&format!("\n{lines}")).and_then(|()| self.beside.flush())
            }
            written => written,
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Why nothing could be added to the log.
pub(super) fn explain(log: &Path, error: &io::Error) -> LedgerError {
    if is_full(error) {
        return LedgerError::Full { path: log.to_owned() };
    }
    unreadable(log, error)
}
