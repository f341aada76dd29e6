//! What the letters of a round were sent with.

use crate::model::SnapshotId;

/// A file whose content a round was sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenFile {
    /// As the campaign names it, or a name in brackets for what is no file.
    pub path: String,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// The content, kept so that one can show later what was sent; shared between rounds and campaigns by its hash.
    pub content: Vec<u8>,
}

/// What the letters of a round were made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SentWith {
    /// The states of its files that letters were sent with, the oldest first; more than one where somebody accepted
    /// changes.
    pub snapshots: Vec<(SnapshotId, Vec<FrozenFile>)>,
    /// The headers of the recipients lists.
    pub headers: Vec<Vec<String>>,
}
