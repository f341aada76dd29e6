//! How a plan comes into a ledger, before anything is sent by it.

use std::future::Future;

use jiff::Timestamp;

use super::{FrozenFile, Lease, PlannedRow, Result, Tally};
use crate::model::{Columns, Round};

/// What takes in a plan. All of it needs the [`Lease`].
pub trait StageLedger {
    /// Begins a new plan for a round. Nothing changes for the deliveries until
    /// [`finish_plan`](StageLedger::finish_plan).
    fn begin_plan(&self, lease: &Lease, round: Round, header: &Columns) -> impl Future<Output = Result<()>> + Send;

    /// Adds rows, in the order in which they are to be sent.
    fn plan(&self, lease: &Lease, round: Round, rows: Vec<PlannedRow>) -> impl Future<Output = Result<()>> + Send;

    /// Makes the plan the current one. New rows become deliveries; those not sent yet take the row's new content,
    /// `planned` or `skipped`; what was attempted keeps its state, but for a failed one whose row has another address
    /// now: it is `deferred`, and due. Deliveries that are not in the plan any more are removed where nothing was
    /// attempted, and otherwise `skipped` where they were still open.
    fn finish_plan(&self, lease: &Lease, round: Round, at: Timestamp) -> impl Future<Output = Result<Tally>> + Send;

    /// Records what a round is sent with, in place of what was recorded before.
    fn freeze(
        &self,
        lease: &Lease,
        round: Round,
        files: Vec<FrozenFile>,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send;
}
