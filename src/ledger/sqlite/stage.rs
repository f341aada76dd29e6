//! What staging a plan asks of the ledger.

use std::future::Future;

use jiff::Timestamp;

use super::{SqliteLedger, plan, snapshot};
use crate::ledger::{FrozenFile, Lease, PlannedRow, Result, StageLedger, Tally};
use crate::model::{Columns, Round};

impl StageLedger for SqliteLedger {
    fn begin_plan(&self, lease: &Lease, round: Round, header: &Columns) -> impl Future<Output = Result<()>> + Send {
        self.ask(plan::BeginPlan { lease: lease.clone(), round, header: header.clone() })
    }

    fn plan(&self, lease: &Lease, round: Round, rows: Vec<PlannedRow>) -> impl Future<Output = Result<()>> + Send {
        self.ask(plan::AddRows { lease: lease.clone(), round, rows })
    }

    fn finish_plan(&self, lease: &Lease, round: Round, at: Timestamp) -> impl Future<Output = Result<Tally>> + Send {
        self.ask(plan::FinishPlan { lease: lease.clone(), round, at })
    }

    fn freeze(
        &self,
        lease: &Lease,
        round: Round,
        files: Vec<FrozenFile>,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send {
        self.ask(snapshot::Freeze { lease: lease.clone(), round, files, at })
    }
}
