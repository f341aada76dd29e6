//! What staging a plan asks of the ledger.

use std::future::Future;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::{SqliteLedger, draft, plan, snapshot};
use crate::ledger::{FrozenFile, Lease, LedgerError, PlannedRow, Result, StageLedger, Tally};
use crate::model::{Columns, Round};

/// How long a run waits for others to make their plans, and how often it looks.
const PATIENCE: Duration = Duration::from_mins(10);
const PAUSE: Duration = Duration::from_millis(200);

impl StageLedger for SqliteLedger {
    fn begin_plan(&self, lease: &Lease, round: Round, header: &Columns) -> impl Future<Output = Result<()>> + Send {
        let (lease, header) = (lease.clone(), header.clone());
        async move {
            let patience_ends = Instant::now() + PATIENCE;
            loop {
                let begun = self.ask(draft::BeginPlan { lease: lease.clone(), round, header: header.clone() }).await;
                match begun {
                    // Another run that shares the round makes its plan.
                    Err(LedgerError::Held(_)) if Instant::now() < patience_ends => tokio::time::sleep(PAUSE).await,
                    begun => return begun,
                }
            }
        }
    }

    fn plan(&self, lease: &Lease, round: Round, rows: Vec<PlannedRow>) -> impl Future<Output = Result<()>> + Send {
        self.ask(draft::AddRows { lease: lease.clone(), round, rows })
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
