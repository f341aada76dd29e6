//! The deliveries of a round, counted.

use crate::model::DeliveryState;

/// How many deliveries of a round stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    counts: [u64; DeliveryState::ALL.len()],
}

impl Tally {
    /// How many are in a state.
    #[must_use]
    pub fn of(&self, state: DeliveryState) -> u64 {
        self.counts[Self::place(state)]
    }

    /// Counts more in a state.
    pub fn add(&mut self, state: DeliveryState, count: u64) {
        self.counts[Self::place(state)] += count;
    }

    /// The same without so many in a state.
    #[must_use]
    pub fn without(mut self, state: DeliveryState, count: u64) -> Self {
        let all = &mut self.counts[Self::place(state)];
        *all = all.saturating_sub(count);
        self
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    fn place(state: DeliveryState) -> usize {
        DeliveryState::ALL.iter().position(|known| *known == state).unwrap_or_default()
    }
}
