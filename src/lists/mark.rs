//! What there is to say of a cell of a spreadsheet beside its text.

/// What there is to say of a cell beside its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A formula that nobody has worked out.
    Unknown,
    /// What a formula could not work out; the text is the error's name.
    Error,
    /// It is a part of a merged cell that begins in this row, from 1, or further left in its own: nobody sees what
    /// stands in it.
    Merged { row: u64 },
    /// Its text is not what is stored: `50 %` is 0.5.
    Stored(String),
}
