//! Files that the ledger keeps, as files again.

use std::fs;

use tempfile::TempDir;

use crate::campaign::error::{Error, Result};
use crate::ledger::FrozenFile;
use crate::workspace::Workspace;

/// Writes files that the ledger keeps into a folder of this process alone, to be read as those of the campaign are.
///
/// # Errors
/// Where the temporary folder cannot be written, or a file's name leads out of it.
pub(super) fn unpack<'f>(files: impl IntoIterator<Item = &'f FrozenFile>) -> Result<(TempDir, Workspace)> {
    let failed = |error| Error::file("what the letters were sent with cannot be read", error);
    let folder = tempfile::tempdir().map_err(failed)?;
    let workspace = Workspace::open(folder.path()).map_err(failed)?;
    for file in files {
        let path = workspace.path(&file.path)?;
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, &file.content).map_err(failed)?;
    }
    Ok((folder, workspace))
}
