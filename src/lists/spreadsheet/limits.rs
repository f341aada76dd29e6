//! How large a spreadsheet may be, and why one cannot be read.

use std::io;

use crate::model::printable;

/// The largest file that is read as a spreadsheet, in bytes.
pub(super) const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// The most that its parts may unfold to together, in bytes.
pub(super) const LARGEST_CONTENT: u64 = 512 * 1024 * 1024;

/// The most parts that it may have.
pub(super) const MOST_PARTS: usize = 10_000;

/// The most text that a sheet may have, in bytes of UTF-8.
pub(super) const MOST_TEXT: usize = 512 * 1024 * 1024;

/// The most cells that a sheet may have, the empty ones before a filled one counted.
pub(super) const MOST_CELLS: u64 = 20_000_000;

/// The most rows that a sheet can have in the programs that write it.
pub(super) const MOST_ROWS: u64 = 1_048_576;

/// The most columns that a sheet can have in the programs that write it.
pub(super) const MOST_COLUMNS: usize = 16_384;

/// The most cells that a row may have.
pub(super) const WIDEST_ROW: usize = 1_000;

/// How often one row may be repeated in a word: who fills a column down to the last row makes a list that none is.
pub(super) const MOST_REPEATED: u64 = 10_000;

/// The most merged cells that a sheet may have.
pub(super) const MOST_MERGED: usize = 1_000_000;

/// Why a spreadsheet cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum SheetError {
    #[error("it is larger than {} MiB; save the list as CSV", LARGEST_FILE / 1024 / 1024)]
    LargeFile,
    #[error("it unfolds to more than {} MiB; save the list as CSV", .0 / 1024 / 1024)]
    LargeContent(u64),
    #[error("it has more than {MOST_PARTS} parts; save the list as CSV")]
    ManyParts,
    #[error("its sheet has more than {MOST_CELLS} cells; save the list as CSV")]
    ManyCells,
    #[error("a row of it has more than {WIDEST_ROW} cells; keep the list's own columns only")]
    WideRow,
    #[error("row {row} of its sheet stands {times} times; delete the rows below the list")]
    RepeatedRow { row: u64, times: u64 },
    #[error("it has no sheet with cells; write the list on its first sheet")]
    NoSheet,
    #[error("it has no sheet `{wanted}`, but {}; mend `sheet` under `[lists]`", quoted(.known))]
    UnknownSheet { wanted: String, known: Vec<String> },
    #[error("it is protected by a password; save it without one")]
    Protected,
    #[error("it is damaged ({0}); open it in a spreadsheet program and save it anew")]
    Damaged(String),
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
}

impl SheetError {
    /// A file that breaks the rules of its format.
    pub(super) fn damaged(why: &impl ToString) -> Self {
        Self::Damaged(why.to_string())
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    crate::model::nearest::quoted(&names)
}

/// A text of the file as a message shows it: on one line, and not longer than that.
pub(super) fn shortened(text: &str) -> String {
    printable(text).chars().take(80).collect()
}
