//! How long a process waits for another one that has the ledger locked.

use std::thread::sleep;
use std::time::Duration;

/// How long a transaction waits. A process that makes a plan of a million rows takes some ten seconds.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// The pauses between the first looks, in milliseconds: most locks are held for one commit.
const FIRST_PAUSES: [u64; 7] = [1, 2, 5, 10, 15, 20, 25];

/// The pause between two looks after those.
const PAUSE: Duration = Duration::from_millis(50);

/// After so many looks whoever waits is told why: some two seconds.
const WORTH_TELLING: i32 = 40;

/// Waits before another look at a lock; SQLite says how often it has looked. Gives up where this is `false`.
pub(super) fn wait(looks: i32) -> bool {
    if looks == WORTH_TELLING {
        tracing::warn!("another process keeps the ledger locked; waiting for it, for a minute at the most");
    }
    let first = usize::try_from(looks).ok().and_then(|look| FIRST_PAUSES.get(look));
    sleep(first.map_or(PAUSE, |pause| Duration::from_millis(*pause)));
    PAUSE.saturating_mul(looks.unsigned_abs()) < PATIENCE
}
