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
    /// Whether it may have no row.
    pub(super) rows: Rows,
    /// Whether a row that nobody sees is one.
    pub(super) hidden: Hidden,
    /// Whether it uses a column itself, by its name: what cannot be known of the cells of others may matter to nobody.
    pub(super) uses: fn(&str) -> bool,
}

/// Whether a row that a filter or a person hid is a row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    /// As the person says.
    AsSaid,
    /// It counts like any other.
    Counts,
}

/// Whether a list may have no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// One at the least.
    Some,
    /// None is fine, not even a header.
    Any,
}
