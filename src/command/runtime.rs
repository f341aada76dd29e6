//! The one runtime of a command that waits for the ledger or the network.

use anyhow::{Context as _, Result};

/// Does what has to be waited for.
pub(super) fn wait_for<T>(work: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.context("the runtime cannot be started")?.block_on(work))
}
