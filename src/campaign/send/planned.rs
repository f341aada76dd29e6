//! The plan of a round in numbers.

use crate::plan::Totals;

/// What would be sent, or is to be sent: the plan in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Planned {
    /// Of the whole plan.
    pub totals: Totals,
    /// How many letters the run is to send: what `only` and `limit` leave.
    pub letters: u64,
    /// The largest message that was tried out, in bytes.
    pub largest: u64,
    /// What tells its rows from those of another plan.
    pub(super) fingerprint: u64,
}

impl Planned {
    /// Whether the same letters would go to the same people, and the same people be left out for the same reasons.
    pub(super) fn is_same_plan(&self, other: &Self) -> bool {
        (self.fingerprint, self.letters, self.totals) == (other.fingerprint, other.letters, other.totals)
    }
}
