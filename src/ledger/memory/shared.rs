//! Runs that share a campaign, as on a server: each reserves what it sends, and closes those that are over.

use jiff::Timestamp;

use super::super::rules::ENDED_BEFORE_THE_REPLY;
use super::super::rules::sharing::{Process as Seen, Reserved, TERM, is_over, may_send};
use super::super::{AttemptEnd, Beside, Due, Holder, LastRun, Lease, LedgerError, Result, Wanted};
use super::disk::Disk;
use super::record::{Held, Process, Row};
use crate::clock::{Clock, later};
use crate::model::{CampaignId, DeliveryState, lookup_key};

impl Disk {
    /// From now on runs share their campaigns, by this clock.
    pub(crate) fn share(&mut self, clock: &Clock) {
        self.sharing.clock = Some(clock.clone());
    }

    pub(super) fn is_shared(&self) -> bool {
        self.sharing.clock.is_some()
    }

    pub(super) fn server_time(&self) -> Timestamp {
        self.sharing.clock.as_ref().map_or(Timestamp::UNIX_EPOCH, Clock::now)
    }

    /// One more run.
    pub(super) fn join(&mut self, process: &Process, campaign: &CampaignId, at: Timestamp) -> (Lease, u64) {
        let in_doubt = self.close_those_that_are_over(process, at);
        self.sharing.last += 1;
        let (number, host) = (self.sharing.last, process.host.clone());
        let last = LastRun { host: host.clone(), person: None, began: at, ended: None };
        let holder = Some(Holder { host, pid: process.number, since: at, person: None, is_here: true });
        let held = Held { number, holder, last, deadline: later(self.server_time(), TERM), limit: None };
        self.sharing.runs.insert(number, (campaign.clone(), process.clone(), held));
        (Lease { campaign: campaign.clone(), number }, in_doubt)
    }

    /// Closes the runs that are over, as a process sees them; gives how many letters are in doubt since then.
    pub(super) fn close_those_that_are_over(&mut self, process: &Process, at: Timestamp) -> u64 {
        let now = self.server_time();
        self.close_by(process, at, now)
    }

    /// The same by another clock than the server's.
    pub(super) fn close_by(&mut self, process: &Process, at: Timestamp, now: Timestamp) -> u64 {
        let over = |(_, (_, of, held)): &(&i64, &(CampaignId, Process, Held))| {
            let is_gone = of.host == process.host && !self.sharing.alive.contains(&of.number);
            let seen = if is_gone { Seen::Gone } else { Seen::Unknown };
            of.number != process.number && is_over(seen, held.deadline.as_microsecond(), now.as_microsecond())
        };
        let over: Vec<i64> = self.sharing.runs.iter().filter(over).map(|(number, _)| *number).collect();
        over.into_iter().map(|number| self.close(number, at)).sum()
    }

    fn close(&mut self, number: i64, at: Timestamp) -> u64 {
        self.sharing.runs.remove(&number);
        let mut in_doubt = Vec::new();
        self.close_copies_of(number, at);
        let open = self.attempts.values_mut().filter(|it| it.ended_at.is_none() && it.lease == number);
        for attempt in open {
            if let Some(row) = self.rows.get_mut(&attempt.delivery) {
                attempt.ended_at = Some(at);
                attempt.ended = Some(AttemptEnd { state: DeliveryState::InDoubt, reply: None });
                row.delivery.state = DeliveryState::InDoubt;
                row.delivery.reason = Some(ENDED_BEFORE_THE_REPLY.to_owned());
                in_doubt.push(attempt.delivery);
            }
        }
        for delivery in &in_doubt {
            self.letter_was_left_open(*delivery);
        }
        in_doubt.len() as u64
    }

    /// A run gave a sign of life.
    pub(super) fn prolong(&mut self, lease: &Lease) -> Result<()> {
        let deadline = later(self.server_time(), TERM);
        self.held(lease)?.deadline = deadline;
        Ok(())
    }

    /// A run has ended. What it left open is found by whoever looks next.
    pub(super) fn end_run(&mut self, lease: &Lease, at: Timestamp) -> Result<()> {
        self.check(lease)?;
        self.close(lease.number, at);
        Ok(())
    }

    /// The run for which a letter is reserved.
    fn reserved(&self, row: &Row) -> Reserved {
        row.reserved_by.filter(|run| self.sharing.runs.contains_key(run)).map_or(Reserved::No, Reserved::For)
    }

    /// Whether a run may send a letter.
    pub(super) fn may_send(&self, row: &Row, lease: &Lease) -> bool {
        !self.is_shared() || may_send(self.reserved(row), lease.number)
    }

    pub(super) fn reserve(&mut self, lease: &Lease, wanted: &Wanted) -> Vec<Due> {
        if self.check(lease).is_err() {
            return Vec::new();
        }
        let mut due = self.due(&lease.campaign, wanted.round, wanted.after, wanted.now, usize::MAX);
        due.retain(|due| {
            let row = self.rows.get(&due.id);
            row.is_some_and(|row| is_wanted(row, wanted) && self.may_send(row, lease))
        });
        due.truncate(wanted.limit);
        for due in &due {
            if let Some(row) = self.rows.get_mut(&due.id) {
                row.reserved_by = Some(lease.number);
            }
        }
        due
    }

    pub(super) fn beside(&self, lease: &Lease, wanted: &Wanted) -> Beside {
        if !self.is_shared() {
            return Beside::Nothing;
        }
        let open = self.due(&lease.campaign, wanted.round, None, wanted.now, usize::MAX);
        let is_free = |due: &Due| {
            self.rows.get(&due.id).is_some_and(|row| is_wanted(row, wanted) && self.reserved(row) == Reserved::No)
        };
        if open.iter().any(is_free) {
            return Beside::Free;
        }
        let rows = self.rows.values().filter(|row| row.is_of(&lease.campaign, wanted.round) && is_wanted(row, wanted));
        let mut open = rows.filter(|row| row.delivery.state.is_open());
        let is_taken = open.any(|row| !may_send(self.reserved(row), lease.number))
            || self.attempts.values().any(|it| it.ended_at.is_none() && it.lease != lease.number);
        if is_taken { Beside::Taken } else { Beside::Nothing }
    }
}

fn is_wanted(row: &Row, Wanted { only, .. }: &Wanted) -> bool {
    let Row { delivery, .. } = row;
    only.is_empty() || only.contains(delivery.recipient.as_str()) || only.contains(&lookup_key(&delivery.email))
}

/// What is refused while any run stands.
pub(super) fn refuse_while_sent(
    disk: &mut Disk,
    process: &Process,
    campaign: &CampaignId,
    at: Timestamp,
) -> Result<()> {
    disk.close_those_that_are_over(process, at);
    let stands = disk.sharing.runs.values().find(|(of, _, _)| of == campaign);
    let holder = stands.and_then(|(_, _, held)| held.holder.clone());
    holder.map_or(Ok(()), |holder| Err(LedgerError::Held(holder)))
}
