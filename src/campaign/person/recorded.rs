//! That something was recorded.

use crate::campaign::contacted::renew_contacted;
use crate::campaign::folder::Folder;
use crate::campaign::note::Note;
use crate::ledger::ReadLedger;

/// Something that was recorded. It stays so, whatever became of the log.
#[derive(Debug)]
pub struct Recorded<T> {
    /// What was recorded.
    pub what: T,
    /// That the log could not be written anew, where that is so.
    pub note: Option<Note>,
}

impl<T> Recorded<T> {
    /// Writes the log anew, now that something was recorded.
    pub(in crate::campaign) fn and_logged(what: T, folder: &Folder, ledger: &impl ReadLedger) -> Self {
        Self { what, note: renew_contacted(folder, ledger) }
    }
}
