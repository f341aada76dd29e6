//! A file that a campaign names.

use super::Place;

/// A file that a campaign or one of its lists names, and where it does so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// The path, relative to the workspace.
    pub path: String,
    /// Where it is named.
    pub place: Place,
}
