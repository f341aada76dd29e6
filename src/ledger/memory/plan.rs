//! Plans: rows gather aside, and become deliveries at once.

use super::super::{Delivery, DeliveryId, Lease, LedgerError, Mention, PlannedRow, Result, Tally};
use super::disk::{Disk, refused};
use super::record::{Process, Row};
use crate::model::{Answer, Columns, DeliveryState, Person, Round};

impl Disk {
    pub(super) fn begin_plan(&mut self, process: &Process, lease: &Lease, round: Round, header: Columns) -> Result<()> {
        self.check(lease)?;
        self.close_those_that_are_over(process, self.server_time());
        let plan = self.plans.get(&(lease.campaign.clone(), round));
        let planner = plan.filter(|plan| plan.staged.is_some()).and_then(|plan| plan.staged_by);
        let other = planner.filter(|run| *run != lease.number).and_then(|run| self.sharing.runs.get(&run));
        if let Some(holder) = other.and_then(|(_, _, held)| held.holder.clone()) {
            return Err(LedgerError::Held(holder));
        }
        self.plans.entry((lease.campaign.clone(), round)).or_default().staged_by = Some(lease.number);
        self.plans.entry((lease.campaign.clone(), round)).or_default().staged = Some((header, Vec::new()));
        Ok(())
    }

    pub(super) fn add_rows(&mut self, lease: &Lease, round: Round, mut rows: Vec<PlannedRow>) -> Result<()> {
        self.check(lease)?;
        let plan = self.plans.get_mut(&(lease.campaign.clone(), round));
        let (_, staged) = plan.and_then(|plan| plan.staged.as_mut()).ok_or_else(|| not_begun(round))?;
        staged.append(&mut rows);
        Ok(())
    }

    pub(super) fn finish_plan(&mut self, lease: &Lease, round: Round) -> Result<Tally> {
        self.check(lease)?;
        let plan = self.plans.get_mut(&(lease.campaign.clone(), round)).ok_or_else(|| not_begun(round))?;
        let (header, rows) = plan.staged.as_ref().ok_or_else(|| not_begun(round))?.clone();
        for (at, row) in rows.iter().enumerate() {
            if rows[..at].iter().any(|before| before.recipient == row.recipient) {
                return Err(refused(format!("the recipient `{}` is in the plan twice", row.recipient)));
            }
        }
        plan.generation += 1;
        plan.header = Some(header);
        plan.staged = None;
        let generation = plan.generation;
        for (place, planned) in (0..).zip(rows) {
            let is_it = |row: &&mut Row| {
                row.campaign == lease.campaign
                    && row.delivery.round == round
                    && row.delivery.recipient == planned.recipient
            };
            let row = match self.rows.values_mut().find(is_it) {
                Some(row) => row,
                None => {
                    let id = DeliveryId(self.rows.keys().next_back().map_or(1, |last| last.0 + 1));
                    let row = new(id, lease, round, &planned);
                    self.rows.entry(id).or_insert(row)
                }
            };
            (row.generation, row.place, row.line) = (generation, place, planned.line);
            take_over(row, planned);
        }
        self.remove_gone(lease, round, generation);
        Ok(self.tally(&lease.campaign, round))
    }

    /// What is not in the plan is removed where nothing was attempted, and skipped where it is still open.
    fn remove_gone(&mut self, lease: &Lease, round: Round, generation: u32) {
        let is_gone =
            |row: &Row| row.campaign == lease.campaign && row.delivery.round == round && row.generation < generation;
        let said = &self.said;
        let is_mentioned = |row: &Row| {
            said.iter().any(|one| {
                let Mention { campaign, round, recipient, .. } = &one.mention;
                row.is_of(campaign, *round) && row.delivery.recipient == *recipient
            })
        };
        self.rows.retain(|_, row| {
            let untouched = row.delivery.attempts == 0
                && !is_mentioned(row)
                && row.delivery.answer == Answer::None
                && row.delivery.note.is_none()
                && matches!(row.delivery.state, DeliveryState::Planned | DeliveryState::Skipped);
            !(is_gone(row) && untouched)
        });
        for row in self.rows.values_mut().filter(|row| is_gone(row) && row.delivery.state.is_open()) {
            row.delivery.state = DeliveryState::Skipped;
            row.delivery.reason = Some("no longer in the recipients list".to_owned());
            row.delivery.next_attempt_at = None;
        }
    }
}

fn not_begun(round: Round) -> LedgerError {
    refused(format!("no plan of round {round} was begun"))
}

/// A delivery that was never planned before.
fn new(id: DeliveryId, lease: &Lease, round: Round, planned: &PlannedRow) -> Row {
    let delivery = Delivery {
        id,
        round,
        recipient: planned.recipient.clone(),
        email: String::new(),
        name: String::new(),
        organisation: String::new(),
        state: DeliveryState::Planned,
        reason: None,
        attempts: 0,
        first_attempt_at: None,
        last_attempt_at: None,
        accepted_at: None,
        reply: None,
        message_id: None,
        answer: Answer::None,
        answered_at: None,
        next_attempt_at: None,
        note: None,
    };
    let campaign = lease.campaign.clone();
    Row {
        campaign,
        generation: 0,
        place: 0,
        line: 0,
        cells: Vec::new(),
        left_out: Vec::new(),
        subject: None,
        token: None,
        returns_on: None,
        reserved_by: None,
        delivery,
        person: Person::default(),
        is_vouched_for: false,
        witness: None,
        words: None,
    }
}

/// Gives a delivery the content of its row. To whom a letter was sent, or could not be, stays as it was.
fn take_over(row: &mut Row, planned: PlannedRow) {
    (row.cells, row.left_out) = (planned.cells, planned.left_out);
    let delivery = &mut row.delivery;
    if delivery.state.is_settled() {
        return;
    }
    row.person = planned.person;
    (delivery.email, delivery.name, delivery.organisation) =
        (planned.email.map(|email| email.to_string()).unwrap_or_default(), planned.name, planned.organisation);
    match (delivery.state, planned.skip) {
        // It keeps its time.
        (DeliveryState::Deferred, None) => {}
        (_, skip) => {
            delivery.state = if skip.is_some() { DeliveryState::Skipped } else { DeliveryState::Planned };
            delivery.reason = skip;
            delivery.next_attempt_at = None;
        }
    }
}
