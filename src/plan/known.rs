//! What stands on several rows of a list.

use super::fingerprint::{Alike, Fingerprint};
use crate::model::ListLine;

/// A text that stands on several rows, by its fingerprint.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) what: Fingerprint,
    /// The first line.
    pub(super) line: ListLine,
    /// The text, once it was met again: who is passed over is so for a text that is the same, not for a fingerprint.
    text: Option<Box<str>>,
}

impl Known {
    pub(super) fn new(what: Fingerprint, line: ListLine) -> Self {
        Self { what, line, text: None }
    }

    /// Makes sure that a text with this fingerprint is the same as the one before.
    pub(super) fn confirm(&mut self, text: &str) -> Result<(), Alike> {
        let known = self.text.get_or_insert_with(|| text.into());
        if **known == *text { Ok(()) } else { Err(Alike) }
    }
}
