//! The list as it was read last, before the first letter leaves.

use std::sync::{Mutex, PoisonError};

use crate::campaign::desk::{KnownList, Stamp};

/// The list as it was read last.
#[derive(Debug, Default)]
pub(super) struct ListRead {
    last: Mutex<Option<(Stamp, KnownList)>>,
    /// It is read once, however many pages ask.
    pub(super) reading: tokio::sync::Mutex<()>,
}

impl ListRead {
    /// The list, where the files are still what they were.
    pub(super) fn known(&self, now: Option<Stamp>) -> Option<KnownList> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(known, _)| Some(*known) == now).map(|(_, list)| list.clone())
    }

    /// Keeps the list of the files as they were.
    pub(super) fn keep(&self, then: Option<Stamp>, list: &KnownList) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = then.map(|then| (then, list.clone()));
    }
}
