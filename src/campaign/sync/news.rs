//! What comes up while mail is read.

use std::io;

use crate::campaign::note::Note;
use crate::ledger::{Mailed, Outcome};

/// What comes up while mail is read.
#[derive(Debug)]
pub enum News<'a> {
    /// A mail that was not counted before.
    Mail {
        /// The mail, and what it says.
        mail: &'a Mailed,
        /// What became of each thing that it says.
        outcomes: &'a [Outcome],
    },
    /// Something worth a word.
    Note(Note),
}

/// Whoever is told of it. Where that fails nobody looks any more, and no more mail is read.
pub type Watch<'a> = dyn FnMut(News<'_>) -> io::Result<()> + Send + 'a;
