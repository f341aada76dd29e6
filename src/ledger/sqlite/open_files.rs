//! Whether the files under the ledger's names are still those that the writer has open.
//!
//! A file that is removed or replaced while it is open goes on taking what is written, and nobody ever reads it again:
//! the next run would find an older ledger or none, and write to everybody once more. So the writer looks before every
//! claim, and saves a copy when it ends.

use std::fmt;
use std::path::{Path, PathBuf};

use super::place::{private, sibling};
use super::witness;
use crate::ledger::database::Connection;
use crate::ledger::{LedgerError, Result};

/// The ledger's files, as the file system knows them.
#[derive(Debug)]
pub(super) struct OpenFiles {
    files: Vec<(PathBuf, Option<Identity>)>,
    /// Where a copy is saved if they are displaced: beside the ledger, under a name that no earlier run has used.
    copy: PathBuf,
    /// The transaction in which they were last looked at.
    seen_in: u64,
}

/// A file of a file system, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.device, self.inode)
    }
}

impl OpenFiles {
    /// The files of a ledger that was just opened for writing: SQLite holds them open, and never replaces them, until
    /// it closes the ledger.
    pub(super) fn of(path: &Path) -> Self {
        let companions = [path.to_owned(), sibling(path, "-wal"), sibling(path, "-shm"), witness::beside(path)];
        let known = |file: PathBuf| {
            let identity = identity(&file);
            (file, identity)
        };
        let mut copies = (1_u32..).map(|number| sibling(path, &format!(".saved-{number}")));
        let copy = copies.find(|copy| !copy.exists()).unwrap_or_default();
        Self { files: companions.into_iter().map(known).collect(), copy, seen_in: 0 }
    }

    /// Makes sure that they are where they were; looks once in a transaction.
    ///
    /// # Errors
    /// [`LedgerError::Displaced`] where one of them is not.
    pub(super) fn stand(&mut self, transaction: u64) -> Result<()> {
        if self.seen_in == transaction {
            return Ok(());
        }
        if let Some(file) = self.displaced() {
            return Err(LedgerError::Displaced { path: file.to_owned(), copy: self.copy.clone() });
        }
        self.seen_in = transaction;
        Ok(())
    }

    /// The first file that is gone, or is another one now.
    fn displaced(&self) -> Option<&Path> {
        self.files.iter().find(|(file, known)| identity(file) != *known).map(|(file, _)| file.as_path())
    }

    /// Saves a copy of everything that was recorded, where the files were displaced.
    pub(super) fn save(&self, connection: &Connection) {
        let Some(connection) = connection.file().filter(|_| self.displaced().is_some()) else { return };
        let copy = &self.copy;
        // SQLite writes into an empty file that is there, and would make one that others can read.
        let made = private().create_new(true).open(copy).map(drop);
        let saved = made.map_err(|error| error.to_string()).and_then(|()| {
            let saving = connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]);
            saving.map(drop).map_err(|error| error.to_string())
        });
        match saved {
            Ok(()) => tracing::warn!("everything that was recorded is in {}", copy.display()),
            Err(error) => tracing::error!("{} cannot be written: {error}", copy.display()),
        }
    }
}

/// What a path leads to; `None` where there is nothing, or where the system does not tell.
pub(super) fn identity(path: &Path) -> Option<Identity> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        path.metadata().ok().map(|found| Identity { device: found.dev(), inode: found.ino() })
    }
    // A file that is open can neither be removed nor replaced there.
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}
