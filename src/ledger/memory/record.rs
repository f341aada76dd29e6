//! What is kept of each thing: a delivery, an attempt, a plan, a lease, a suppression.

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::{AttemptEnd, Delivery, DeliveryId, Due, Holder, LastRun, PlannedRow, Witness};
use crate::model::window::Windows;
use crate::model::{CampaignId, Columns, Round, Suppression};

/// A process.
#[derive(Debug, Clone)]
pub(super) struct Process {
    pub(super) host: String,
    pub(super) number: u32,
}

/// A delivery, and what only the ledger knows of it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) campaign: CampaignId,
    pub(super) generation: u32,
    pub(super) place: u64,
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
    pub(super) left_out: Vec<String>,
    pub(super) subject: Option<String>,
    pub(super) token: Option<String>,
    /// When somebody whose machine answered is back.
    pub(super) returns_on: Option<Date>,
    pub(super) delivery: Delivery,
    /// Whether a person said that it did not bounce.
    pub(super) is_vouched_for: bool,
    /// Whose word its answer is.
    pub(super) witness: Option<Witness>,
}

impl Row {
    pub(super) fn is_of(&self, campaign: &CampaignId, round: Round) -> bool {
        self.campaign == *campaign && self.delivery.round == round
    }

    pub(super) fn due(&self) -> Due {
        let Delivery { id, recipient, attempts, first_attempt_at, last_attempt_at, message_id, .. } =
            self.delivery.clone();
        let Self { place, line, cells, left_out, .. } = self.clone();
        Due { id, recipient, place, line, cells, left_out, attempts, first_attempt_at, last_attempt_at, message_id }
    }
}

/// An attempt at a delivery, and how it ended.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) delivery: DeliveryId,
    pub(super) lease: i64,
    pub(super) account: String,
    pub(super) domain: String,
    pub(super) weight: u32,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) ended: Option<AttemptEnd>,
}

/// A lease, and what its holder set.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) number: i64,
    /// `None` once it was given back.
    pub(super) holder: Option<Holder>,
    /// The run that had it last, or has it.
    pub(super) last: LastRun,
    pub(super) deadline: Timestamp,
    pub(super) limit: Option<(String, Windows)>,
}

/// The plan of a round.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Goes up with each finished plan.
    pub(super) generation: u32,
    pub(super) header: Option<Columns>,
    /// The plan that is being made.
    pub(super) staged: Option<(Columns, Vec<PlannedRow>)>,
}

/// A suppression, and the delivery whose recipient opted out.
#[derive(Debug, Clone)]
pub(super) struct Suppressed {
    pub(super) suppression: Suppression,
    pub(super) delivery: Option<DeliveryId>,
    pub(super) by: Witness,
}

impl Suppressed {
    /// Whether another answer lifts it.
    pub(super) fn is_lifted_by_an_answer(&self) -> bool {
        self.delivery.is_some()
    }

    /// Whether a report of failure is why.
    pub(super) fn is_by_a_report(&self) -> bool {
        self.delivery.is_none() && self.by == Witness::Mail
    }
}
