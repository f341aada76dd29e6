//! What each of the lists needs to be one.

/// What a list needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needs {
    /// The column without which it is no such list.
    pub(super) column: &'static str,
    /// What it is called, such as `recipients`; the key that names it.
    pub(super) list: &'static str,
    /// The section of `campaign.toml` in which that key stands.
    pub(super) section: &'static str,
    /// The columns that have a meaning in it, as [`canonical`](crate::model::canonical) gives their names.
    pub(super) known: &'static [&'static str],
    /// Whether it may have no row.
    pub(super) rows: Rows,
}

/// Whether a list may have no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// One at the least.
    Some,
    /// None is fine, not even a header.
    Any,
}
