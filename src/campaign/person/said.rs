//! Who says something, and when.

use jiff::Timestamp;

use crate::ledger::Voice;

/// Who says something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The person's name.
    pub by: String,
    /// Now.
    pub at: Timestamp,
}

impl Said {
    /// The person, as the ledger knows those who say something.
    pub(super) fn voice(&self) -> Voice {
        Voice::Person(self.by.clone())
    }
}
