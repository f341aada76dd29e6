//! Letters that cannot be made though the checks let them through: they are left out, and those behind them go.

use super::{End, LetterError};

/// Where so many in a row cannot be made, it is not they that something is wrong with.
const MOST_IN_A_ROW: u32 = 10;

/// The letters of a run that could not be made.
#[derive(Debug, Default)]
pub(super) struct Unmade {
    count: u64,
    in_a_row: u32,
    /// Why the first could not.
    first: Option<String>,
}

impl Unmade {
    /// Takes in one that could not be made; gives the reason back where the run is to stop for it.
    pub(super) fn take_in(&mut self, error: LetterError) -> Option<LetterError> {
        self.count += 1;
        self.in_a_row += 1;
        self.first.get_or_insert_with(|| error.to_string());
        (self.in_a_row >= MOST_IN_A_ROW).then_some(error)
    }

    /// Takes in that one could be made.
    pub(super) fn is_past(&mut self) {
        self.in_a_row = 0;
    }

    /// How a run ends that has nothing else left.
    pub(super) fn end(&self) -> End {
        match &self.first {
            Some(why) => End::Unmade { count: self.count, why: why.clone() },
            None => End::Done,
        }
    }
}
