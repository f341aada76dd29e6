//! What claims look at that is the same for all of them in a transaction.

use crate::model::Round;

/// What claims look at that is the same for all of them in a transaction.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) rounds: Vec<(i64, Round, RoundFacts)>,
    pub(super) suppresses: Option<bool>,
    /// Whether this is not the file that was handed over.
    pub(super) is_here: bool,
}

/// What claims look at in their round.
#[derive(Debug, Clone, Copy)]
pub(super) struct RoundFacts {
    /// The number of its plan.
    pub(super) generation: i64,
    /// What it is sent with.
    pub(super) snapshot: Option<i64>,
    /// Whether a person has stopped the campaign.
    pub(super) is_halted: bool,
}
