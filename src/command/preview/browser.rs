//! A page in the browser: a file on this machine, which the browser sends nowhere.

use std::path::Path;

use anyhow::{Context as _, Result};

/// Opens a page that is there.
pub(super) fn open(page: &Path) -> Result<()> {
    open::that_detached(page)
        .with_context(|| format!("no browser could be started; open {} in one yourself", page.display()))
}
