//! Ctrl-C, SIGTERM and a closed terminal: once to finish what is on the wire, twice to stop at once.
//!
//! A program that is started with SIGHUP ignored (`nohup`) is to go on when its terminal closes: no handler undoes
//! that.

use super::Exit;
use crate::campaign::send::DrainHandle;

/// The first signal lets the run finish what is on the wire; the second ends the program at once. The ledger has every
/// intent, so what was on the wire then is found in doubt by the next run.
pub(super) async fn listen(handle: DrainHandle) {
    let mut signals = Signals::heard();
    if signals.next().await {
        handle.drain();
        if signals.next().await {
            std::process::exit(i32::from(Exit::Stopped.code()));
        }
    }
}

/// Waits for one of these signals.
pub(super) async fn heard() {
    if !Signals::heard().next().await {
        std::future::pending::<()>().await;
    }
}

/// The signals that a run listens to.
#[cfg(unix)]
struct Signals {
    terminate: Option<tokio::signal::unix::Signal>,
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn heard() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let hang_up = if hang_up_is_ignored() { None } else { signal(SignalKind::hangup()).ok() };
        Self { terminate: signal(SignalKind::terminate()).ok(), hang_up }
    }

    /// Waits for Ctrl-C, SIGTERM or SIGHUP; `false` where signals cannot be had.
    async fn next(&mut self) -> bool {
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.is_ok(),
            Some(()) = next_of(&mut self.terminate) => true,
            Some(()) = next_of(&mut self.hang_up) => true,
        }
    }
}

#[cfg(unix)]
async fn next_of(signal: &mut Option<tokio::signal::unix::Signal>) -> Option<()> {
    match signal {
        Some(signal) => signal.recv().await,
        None => std::future::pending().await,
    }
}

/// Whether whoever started this program has it ignore SIGHUP, as far as the system tells: Linux has a mask of ignored
/// signals in `/proc` (`proc_pid_status(5)`), whose lowest bit is SIGHUP's.
#[cfg(unix)]
fn hang_up_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignores_hang_up(&status)
}

#[cfg(unix)]
fn ignores_hang_up(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn heard() -> Self {
        Self
    }

    async fn next(&mut self) -> bool {
        tokio::signal::ctrl_c().await.is_ok()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::ignores_hang_up;

    #[test]
    fn the_mask_of_ignored_signals_tells() {
        assert!(ignores_hang_up("SigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000000000\n"));
        assert!(!ignores_hang_up("SigIgn:\t0000000000001000\nSigCgt:\t0000000000000001\n"));
        assert!(!ignores_hang_up(""));
    }
}
