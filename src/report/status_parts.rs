//! What the status of a campaign tells of its runs, and of campaigns that are overdue.

use jiff::Timestamp;
use serde::Serialize;

use crate::ledger::{Holder, Running};

/// A campaign that is overdue.
#[derive(Debug, Clone, Serialize)]
pub struct OverdueStatus {
    /// Which.
    pub campaign: String,
    /// When the last of it happened.
    pub last_event: Timestamp,
    /// What people are told of it.
    #[serde(skip)]
    pub text: String,
}

/// A run that sends, beside others.
#[derive(Debug, Clone, Serialize)]
pub struct RunStatus {
    /// The machine's name.
    pub host: String,
    /// The process there.
    pub process: u32,
    /// Who runs it.
    pub person: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// Which round it sends; unknown while it makes its plan.
    pub round: Option<u32>,
    /// How many letters it has on the wire.
    pub on_the_wire: u64,
    /// How many letters it has handed over, or tried to.
    pub attempts: u64,
    /// How many of them in the last minute.
    pub last_minute: u64,
}

impl From<Running> for RunStatus {
    fn from(running: Running) -> Self {
        let Running { holder, round, on_the_wire, last_minute, attempts } = running;
        let Holder { host, pid, since, person, .. } = holder;
        Self {
            host,
            process: pid,
            person,
            since,
            round: round.map(|round| round.0),
            on_the_wire,
            attempts,
            last_minute,
        }
    }
}
