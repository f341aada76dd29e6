//! Whether the ledger lies where another machine may write it too: on a network file system, or in a folder that a
//! program syncs. What shows that stands in names alone; nothing is opened.

mod mounts;
mod synced;

use std::fmt;
use std::path::{Path, PathBuf};

use synced::Level;

/// So many names of a folder are looked at.
const NAMES: usize = 10_000;

/// Another machine may write the ledger too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SharedDisk {
    /// It lies on a network file system: its type, as the system names it.
    Network(String),
    /// It lies in a folder that a program syncs.
    Synced {
        /// The folder.
        folder: PathBuf,
        /// Whose program.
        by: &'static str,
    },
}

impl SharedDisk {
    /// Looks at where a ledger lies, or will.
    pub(super) fn of(ledger: &Path) -> Option<Self> {
        let folder = ledger.ancestors().skip(1).find_map(|folder| folder.canonicalize().ok())?;
        let levels = folder.ancestors().map(level);
        if let Some((folder, by)) = synced::synced(levels) {
            return Some(Self::Synced { folder, by });
        }
        let table = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
        mounts::network(&table, &folder).map(Self::Network)
    }
}

/// A folder, with the names that stand in it.
fn level(folder: &Path) -> Level {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(NAMES);
    let names = entries.map(|entry| {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        (entry.file_name().to_string_lossy().into_owned(), is_folder)
    });
    Level { folder: folder.to_owned(), names: names.collect() }
}

impl fmt::Display for SharedDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(kind) => write!(
                f,
                "the ledger lies on a network file system ({kind}): another machine may write it too, and the lock of a run may not \
                 reach that far, so that letters go twice; put it on a disk of this machine, by `url = \"sqlite:/path/ledger.db\"` in \
                 `[ledger]`"
            ),
            Self::Synced { folder, by } => write!(
                f,
                "the ledger lies in a folder that {by} syncs ({}): two machines may write it, and the sync may put an older copy in its \
                 place, so that letters go twice; put it outside, by `url = \"sqlite:/path/ledger.db\"` in `[ledger]`, and let others go \
                 on by `undersigned hand-over`",
                folder.display()
            ),
        }
    }
}
