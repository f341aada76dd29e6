//! Words for what a ledger lacks.

use std::io;
use std::path::Path;

use jiff::Timestamp;

use crate::ledger::sent_log::Left;
use crate::ledger::{LedgerError, Lost, Missing};

/// How many letters there are, and when the last one left; `None` where there is none.
pub(super) fn count<'a>(letters: impl Iterator<Item = &'a Left>) -> Option<(usize, Timestamp)> {
    let (count, last) = letters.fold((0, None), |(count, last), left| (count + 1, last.max(Some(left.at))));
    last.map(|last| (count, last))
}

pub(super) fn lost(ledger: &Path, witness: &Path, what: Missing) -> LedgerError {
    LedgerError::Lost(Lost { ledger: ledger.to_owned(), witness: witness.to_owned(), what, elsewhere: None })
}

pub(super) fn unreadable(witness: &Path, error: &io::Error) -> LedgerError {
    let what = format!(
        "it cannot be read or written: {error}; check the permissions of the file and of its folder, and how many files the \
         system lets this process open (`ulimit -n`)"
    );
    LedgerError::Store { path: witness.to_owned(), what }
}
