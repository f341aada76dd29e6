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

    /// Takes some out of a state.
    pub fn take_out(&mut self, state: DeliveryState, count: u64) {
        let place = Self::place(state);
        self.counts[place] = self.counts[place].saturating_sub(count);
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
