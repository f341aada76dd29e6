//! A date, as somebody wrote it.

/// A date as it stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) day: i8,
    pub(super) month: i8,
    pub(super) year: Option<i16>,
    /// Its first token, and the one behind its last.
    pub(super) from: usize,
    pub(super) to: usize,
}
