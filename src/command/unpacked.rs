//! Files that the ledger keeps, as files again.

use std::fs;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::ledger::FrozenFile;
use crate::workspace::Workspace;

/// Writes files that the ledger keeps into a folder of this process alone, to be read as those of the campaign are.
pub(super) fn unpack<'f>(files: impl IntoIterator<Item = &'f FrozenFile>) -> Result<(TempDir, Workspace)> {
    let doing = "what the letters were sent with cannot be read";
    let folder = tempfile::tempdir().context(doing)?;
    let workspace = Workspace::open(folder.path()).context(doing)?;
    for file in files {
        let path = workspace.path(&file.path).context(doing)?;
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).context(doing)?;
        }
        fs::write(&path, &file.content).context(doing)?;
    }
    Ok((folder, workspace))
}
