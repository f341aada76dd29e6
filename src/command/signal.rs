//! Ctrl-C, SIGTERM and a closed terminal: once to finish what is on the wire, twice to stop at once.

use super::Exit;
use crate::campaign::send::DrainHandle;

/// The first signal lets the run finish what is on the wire; the second ends the program at once. The ledger has every
/// intent, so what was on the wire then is found in doubt by the next run.
pub(super) async fn listen(handle: DrainHandle) {
    if next_signal().await {
        handle.drain();
        if next_signal().await {
            std::process::exit(i32::from(Exit::Stopped.code()));
        }
    }
}

/// Waits for Ctrl-C, SIGTERM or SIGHUP; `false` where signals cannot be had.
async fn next_signal() -> bool {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut hang_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        else {
            return tokio::signal::ctrl_c().await.is_ok();
        };
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.is_ok(),
            terminated = terminate.recv() => terminated.is_some(),
            hung_up = hang_up.recv() => hung_up.is_some(),
        }
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await.is_ok()
    }
}
