//! How many connections the system has room for: each is an open file, and a process may have only so many (`ulimit
//! -n`).

use crate::campaign::Note;

/// What a run opens beside its connections: the standard streams, the runtime's, the ledger with its logs, lock and
/// readers (18 of them were counted), and for moments a list, the log of the run, or what the resolver reads.
const OTHERS: u64 = 23;

/// As many connections as are wanted, or as can be opened; where those are fewer, with a word about it.
pub fn connections(wanted: u32) -> (u32, Option<Note>) {
    let Some(limit) = limit() else { return (wanted, None) };
    let used = share(limit, wanted);
    (used, (used < wanted).then_some(Note::FewFiles { limit, used, wanted }))
}

/// Of `wanted` connections, those that a process has which may open `limit` files: always one, without which nothing
/// could be sent.
fn share(limit: u64, wanted: u32) -> u32 {
    let room = limit.saturating_sub(OTHERS).max(1);
    wanted.min(u32::try_from(room).unwrap_or(u32::MAX))
}

/// How many files this process may open; `None` where the system sets no limit.
#[cfg(unix)]
fn limit() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn limit() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_low_limit_leaves_room_for_everything_else() {
        assert_eq!([share(1_024, 64), share(87, 64), share(86, 64)], [64, 64, 63]);
        assert_eq!([share(32, 64), share(32, 2), share(20, 64), share(0, 64)], [9, 2, 1, 1]);
    }
}
