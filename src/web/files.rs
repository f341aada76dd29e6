//! What was found in the campaign's files when they were looked at last.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::campaign::desk::{FilesFound, Stamp};

/// What was found in the campaign's files when they were looked at last.
#[derive(Debug, Default)]
pub(super) struct Files {
    last: Mutex<Option<(Stamp, FilesFound)>>,
    /// They are looked at once, however many pages ask.
    pub(super) looking: tokio::sync::Mutex<()>,
}

impl Files {
    /// What was found, where the files are still what they were.
    pub(super) fn known(&self, now: Option<Stamp>) -> Option<FilesFound> {
        self.last().as_ref().filter(|(known, _)| Some(*known) == now).map(|(_, found)| found.clone())
    }

    /// Keeps what was found in the files as they were.
    pub(super) fn keep(&self, then: Option<Stamp>, found: &FilesFound) {
        *self.last() = then.map(|then| (then, found.clone()));
    }

    fn last(&self) -> MutexGuard<'_, Option<(Stamp, FilesFound)>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
