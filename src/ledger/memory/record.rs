//! What is kept of each thing: a delivery, an attempt, a plan, a lease, a suppression.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::rules::effect::Stands;
use super::super::rules::unsaid::Begun;
use super::super::{
    AttemptEnd, AttemptId, CopyId, Delivery, DeliveryId, Due, Hold, Holder, LastRun, Mention, Occupant, PlannedRow,
    Suggestion, Witness,
};
use crate::clock::Clock;
use crate::model::window::Windows;
use crate::model::{CampaignId, Columns, DeliveryState, EmailAddress, Person, Reply, Round, Suppression};

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
    /// The run for which it is reserved.
    pub(super) reserved_by: Option<i64>,
    pub(super) delivery: Delivery,
    /// Whose letter it is, where several people at its address get one each.
    pub(super) person: Person,
    /// Whether a person said that it did not bounce.
    pub(super) is_vouched_for: bool,
    /// Whose word its answer is.
    pub(super) witness: Option<Witness>,
    /// Since when a person's words stand, of which none was taken back.
    pub(super) words: Option<Begun>,
}

impl Row {
    pub(super) fn is_of(&self, campaign: &CampaignId, round: Round) -> bool {
        self.campaign == *campaign && self.delivery.round == round
    }

    /// Whose letter it is, as the rules compare it.
    pub(super) fn occupant(&self) -> Occupant {
        let Delivery { recipient, name, .. } = &self.delivery;
        Occupant { recipient: recipient.clone(), marked: self.person.clone(), name: name.clone() }
    }

    /// Stands as a mail has it, or as it stood without one.
    pub(super) fn stand(&mut self, stands: Stands) {
        let Stands { state, answer, witness, answered_at, returns_on, note, .. } = stands;
        (self.witness, self.returns_on) = (witness, returns_on);
        let delivery = &mut self.delivery;
        (delivery.state, delivery.answer, delivery.answered_at, delivery.note) = (state, answer, answered_at, note);
    }

    pub(super) fn due(&self) -> Due {
        let Delivery { id, recipient, attempts, first_attempt_at, last_attempt_at, message_id, .. } =
            self.delivery.clone();
        let Self { place, line, cells, left_out, .. } = self.clone();
        Due { id, recipient, place, line, cells, left_out, attempts, first_attempt_at, last_attempt_at, message_id }
    }
}

/// An attempt at a delivery, and how it ended.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) delivery: DeliveryId,
    /// The copy that it was at, where it was not at the letter itself.
    pub(super) copy: Option<CopyId>,
    pub(super) lease: i64,
    pub(super) account: String,
    pub(super) domain: String,
    pub(super) weight: u32,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) ended: Option<AttemptEnd>,
}

/// A copy of a letter, and what became of it.
#[derive(Debug, Clone)]
pub(super) struct Copied {
    pub(super) delivery: DeliveryId,
    pub(super) address: EmailAddress,
    pub(super) state: DeliveryState,
    pub(super) attempts: u32,
    pub(super) first_attempt_at: Timestamp,
    pub(super) last_attempt_at: Timestamp,
    pub(super) next_attempt_at: Option<Timestamp>,
    /// Its last attempt of its own.
    pub(super) attempt: Option<AttemptId>,
    pub(super) reply: Option<Reply>,
    pub(super) reason: Option<String>,
}

/// A lease, and what its holder set.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// Goes up with each finished plan.
    pub(super) generation: u32,
    pub(super) header: Option<Columns>,
    /// The plan that is being made.
    pub(super) staged: Option<(Columns, Vec<PlannedRow>)>,
    /// Whose it is.
    pub(super) staged_by: Option<i64>,
}

/// A suppression, and the delivery whose recipient opted out.
#[derive(Debug, Clone)]
pub(super) struct Suppressed {
    pub(super) suppression: Suppression,
    pub(super) delivery: Option<DeliveryId>,
    pub(super) by: Witness,
    /// The place of the mail that says so.
    pub(super) mail: Option<usize>,
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

/// Something that a mail said of a delivery.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// The place of the mail.
    pub(super) mail: usize,
    pub(super) mention: Mention,
    /// What speaks for it, where it is a suggestion.
    pub(super) why: Option<String>,
    /// Why it waits, where it is none.
    pub(super) hold: Option<Hold>,
    pub(super) stage: Stage,
}

/// How far something came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// It waits for a person.
    Waits,
    /// It counts since so many others, by this word; and where its delivery stood before.
    Counts(usize, Witness, Box<Stands>),
    /// A person took it back.
    TakenBack,
}

impl Said {
    pub(super) fn new(mail: usize, mention: Mention, why: Option<String>, hold: Option<Hold>) -> Self {
        Self { mail, mention, why, hold, stage: Stage::Waits }
    }

    /// As it is shown under its number.
    pub(super) fn suggestion(&self, number: u64) -> Suggestion {
        let why = self.why.clone().or_else(|| self.hold.map(|hold| hold.as_str().to_owned()));
        Suggestion::of(number, &self.mention, why.unwrap_or_default())
    }

    /// Since how many others it counts, by whose word, and where its delivery stood before.
    pub(super) fn count(&self) -> Option<(usize, Witness, &Stands)> {
        match &self.stage {
            Stage::Counts(place, by, before) => Some((*place, *by, before)),
            Stage::Waits | Stage::TakenBack => None,
        }
    }
}

/// What is known of runs that share.
#[derive(Debug, Clone, Default)]
pub(super) struct Sharing {
    /// The server's.
    pub(super) clock: Option<Clock>,
    /// Those that were not closed, by their numbers, with their campaign and process.
    pub(super) runs: BTreeMap<i64, (CampaignId, Process, Held)>,
    /// The last number.
    pub(super) last: i64,
    /// The processes that live.
    pub(super) alive: BTreeSet<u32>,
}
