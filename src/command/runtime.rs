//! The one runtime of a command that waits for the ledger or the network.

use anyhow::{Context as _, Result};

/// Does what has to be waited for.
pub(super) fn wait_for<T>(work: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.context("the runtime cannot be started")?.block_on(work))
}

/// A runtime with threads of its own, for whatever answers many at once.
pub(super) fn threads() -> Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.context("the runtime cannot be started")
}
