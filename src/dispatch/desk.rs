//! What a worker has on its desk: its connection, and the outcomes that are on their way into the ledger.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

use tokio::sync::mpsc;

use super::job::{Job, Report};
use crate::ledger::{self, AttemptId, LedgerError};
use crate::message::Composed;
use crate::transport::{Connection, Letter, StopReason};

/// A letter whose message is made.
pub(super) struct Made {
    pub job: Box<Job>,
    pub composed: Composed,
}

impl Made {
    pub(super) fn letter(&self) -> Letter<'_> {
        Letter { envelope: &self.composed.envelope, message: &self.composed.bytes }
    }
}

/// A letter whose intent is in the ledger: it may leave.
pub(super) struct Claimed {
    pub made: Made,
    pub attempt: AttemptId,
}

/// What a worker has on its desk.
pub(super) struct Desk<'a> {
    pub reports: mpsc::Sender<Report>,
    pub connection: Option<Connection>,
    /// Since when the connection has stood idle.
    pub idle_since: Instant,
    /// Outcomes that are queued and not known to be durable yet, the oldest first.
    pub settling: VecDeque<Settling<'a>>,
    /// Why an outcome could not be written, until somebody is told.
    pub failure: Option<LedgerError>,
    /// Why nothing more is to go over any connection: the server's answer to the last letter would be the same for all.
    pub stop: Option<StopReason>,
    /// Whether no connection could be opened: the letters that lie ready go back, and whoever hands out the next one
    /// decides when.
    pub is_cut_off: bool,
    /// Whether nobody takes reports any more.
    pub is_alone: bool,
}

/// A claim on its way into the ledger.
pub(super) type Claiming<'a> = Pin<Box<dyn Future<Output = ledger::Result<ledger::Claimed>> + Send + 'a>>;

/// An outcome on its way into the ledger.
pub(super) type Settling<'a> = Pin<Box<dyn Future<Output = ledger::Result<()>> + Send + 'a>>;

impl Desk<'_> {
    /// An empty one.
    pub(super) fn new(reports: mpsc::Sender<Report>) -> Self {
        Self {
            reports,
            connection: None,
            idle_since: Instant::now(),
            settling: VecDeque::new(),
            failure: None,
            stop: None,
            is_cut_off: false,
            is_alone: false,
        }
    }

    /// Waits until all outcomes but the `newest` are durable.
    pub(super) async fn wait_for_outcomes(&mut self, newest: usize) {
        while self.settling.len() > newest {
            // It stays until it has ended: whoever waits may be interrupted.
            if let Some(oldest) = self.settling.front_mut()
                && let Err(error) = oldest.await
            {
                self.failure.get_or_insert(error);
            }
            self.settling.pop_front();
        }
    }
}
