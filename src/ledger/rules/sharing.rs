//! Runs that share a campaign: whose a letter is, when a run is over, and what becomes of what it had.
//!
//! A run is closed by another one, in one transaction: what it had on the wire is in doubt from then on, and what was
//! only reserved for it is free. A run that was not closed may go on, however late it is; one that was may not, and
//! whatever it says later changes nothing.

use std::time::Duration;

/// How long a run stands after it last gave a sign of life, by the ledger's clock. Runs give one four times as often.
pub(in crate::ledger) const TERM: Duration = Duration::from_secs(20);

/// The same for a run that makes its plan: nobody waits for letters of its, and a batch of rows may take long.
pub(in crate::ledger) const TO_PLAN: Duration = Duration::from_mins(2);

/// What is known of a run's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) enum Process {
    /// It has ended: this machine knows it for sure.
    Gone,
    /// It lives or stands still, or is on another machine.
    Unknown,
}

/// Whether a run may be closed: its process has ended, or it gave no sign of life until its deadline. Both times are by
/// the ledger's clock, in microseconds.
pub(in crate::ledger) fn is_over(process: Process, deadline: i64, now: i64) -> bool {
    process == Process::Gone || deadline < now
}

/// The run that a letter is reserved for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) enum Reserved {
    /// None, or one that is closed.
    No,
    /// This run, which stands.
    For(i64),
}

/// Whether a run may send a letter.
pub(in crate::ledger) fn may_send(reserved: Reserved, run: i64) -> bool {
    match reserved {
        Reserved::No => true,
        Reserved::For(other) => other == run,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_over_when_its_process_has_ended_or_its_deadline_has_passed() {
        for (process, deadline, now, over) in [
            (Process::Unknown, 10, 9, false),
            (Process::Unknown, 10, 10, false),
            (Process::Unknown, 10, 11, true),
            (Process::Gone, 10, 9, true),
        ] {
            assert_eq!(is_over(process, deadline, now), over, "{process:?} {deadline} {now}");
        }
    }

    #[test]
    fn a_letter_is_sent_by_the_run_for_which_it_is_reserved_and_by_anybody_where_it_is_not() {
        assert!(may_send(Reserved::No, 1));
        assert!(may_send(Reserved::For(1), 1));
        assert!(!may_send(Reserved::For(2), 1));
    }
}
