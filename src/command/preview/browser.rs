//! A page in the browser: a file on this machine, which the browser sends nowhere.

use std::path::Path;

use anyhow::{Context as _, Result};
use tempfile::Builder;

use crate::campaign::private;
use crate::command::terminal::say;

/// Opens a page from a folder of its own that its owner alone can enter. It stays there, since nobody knows when the browser has
/// read it; the system clears its temporary folder.
pub(super) fn open_copy(page: &[u8], quiet: bool) -> Result<()> {
    let folder =
        Builder::new().prefix("undersigned-preview-").tempdir().context("no temporary folder can be made")?.keep();
    private::narrow(&folder).with_context(|| format!("{} cannot be narrowed", folder.display()))?;
    let path = folder.join("letter.html");
    private::write(&path, page).with_context(|| format!("{} cannot be written", path.display()))?;
    if !quiet {
        say(format_args!("the letter is in {}, for you alone", path.display()));
    }
    open(&path)
}

/// Opens a page that is there.
pub(super) fn open(page: &Path) -> Result<()> {
    open::that_detached(page)
        .with_context(|| format!("no browser could be started; open {} in one yourself", page.display()))
}
