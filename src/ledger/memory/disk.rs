//! What is committed, and the rules by which it changes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::{
    AttemptId, Claim, Claimed, Delivery, DeliveryId, Due, Ended, Halt, Holder, Lease, LedgerError, Mailed, Resolution,
    Result, Selection, Sent, SentAttempt, Settlement, Standing, Tally, Uids, Witness,
};
use super::answer::Suppressed;
use super::plan::Plan;
use crate::clock::{earlier, later};
use crate::model::window::{Full, SlidingLog, Windows};
use crate::model::{CampaignId, Columns, DeliveryState, RecipientId, Round, lookup_key};

/// How long a lease stands after it was taken or renewed.
const TERM: Duration = Duration::from_secs(30);

/// Why what a run left open is in doubt.
pub(crate) const ENDED_BEFORE_THE_REPLY: &str = "the program ended before the server's reply was recorded";

/// Everything that is committed.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    pub(super) rows: BTreeMap<DeliveryId, Row>,
    pub(super) plans: BTreeMap<(CampaignId, Round), Plan>,
    attempts: BTreeMap<AttemptId, Attempt>,
    pub(super) suppressed: BTreeMap<String, Suppressed>,
    pub(super) halts: BTreeMap<CampaignId, Halt>,
    /// Every mail that was counted, in its order.
    pub(super) mails: Vec<Mailed>,
    pub(super) mailboxes: BTreeMap<String, Uids>,
    /// When each campaign's inbox was last read to its end.
    pub(super) inboxes: BTreeMap<CampaignId, Timestamp>,
    leases: BTreeMap<CampaignId, Held>,
    /// The operating system's locks: which process on which machine has which campaign's. They are no part of the disk, and stand here
    /// since all processes see them.
    locks: BTreeMap<(String, CampaignId), u32>,
    processes: u32,
}

/// A process.
#[derive(Debug, Clone)]
pub(super) struct Process {
    host: String,
    number: u32,
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

#[derive(Debug)]
struct Attempt {
    delivery: DeliveryId,
    lease: i64,
    account: String,
    domain: String,
    weight: u32,
    ended_at: Option<Timestamp>,
    ended: Option<Ended>,
}

#[derive(Debug)]
struct Held {
    number: i64,
    /// `None` once it was given back.
    holder: Option<Holder>,
    deadline: Timestamp,
    limit: Option<(String, Windows)>,
}

impl Row {
    pub(super) fn is_of(&self, campaign: &CampaignId, round: Round) -> bool {
        self.campaign == *campaign && self.delivery.round == round
    }

    fn due(&self) -> Due {
        let Delivery { id, recipient, attempts, first_attempt_at, last_attempt_at, .. } = self.delivery.clone();
        let Self { place, line, cells, left_out, .. } = self.clone();
        Due { id, recipient, place, line, cells, left_out, attempts, first_attempt_at, last_attempt_at }
    }
}

// Leases.
impl Disk {
    pub(super) fn start(&mut self, host: &str) -> Process {
        self.processes += 1;
        Process { host: host.to_owned(), number: self.processes }
    }

    pub(super) fn bury(&mut self, process: &Process) {
        self.locks.retain(|_, holder| *holder != process.number);
    }

    /// Whether a process may have the campaign's lock.
    fn is_free(&self, process: &Process, campaign: &CampaignId, at: Timestamp) -> Result<()> {
        let lease = self.leases.get(campaign);
        let holder = lease.and_then(|lease| lease.holder.clone());
        if let (Some(lease), Some(holder)) = (lease, &holder)
            && holder.host != process.host
            && lease.deadline > at
        {
            return Err(LedgerError::Held(holder.clone()));
        }
        match self.locks.get(&(process.host.clone(), campaign.clone())) {
            None => Ok(()),
            Some(pid) => {
                let unknown = || Holder { host: process.host.clone(), pid: *pid, since: at };
                Err(LedgerError::Held(holder.unwrap_or_else(unknown)))
            }
        }
    }

    pub(super) fn take_lease(
        &mut self,
        process: &Process,
        campaign: &CampaignId,
        at: Timestamp,
    ) -> Result<(Lease, u64)> {
        self.is_free(process, campaign, at)?;
        self.locks.insert((process.host.clone(), campaign.clone()), process.number);
        let number = self.leases.values().map(|lease| lease.number).max().unwrap_or(0) + 1;
        let holder = Some(Holder { host: process.host.clone(), pid: process.number, since: at });
        self.leases.insert(campaign.clone(), Held { number, holder, deadline: later(at, TERM), limit: None });
        let mut in_doubt = 0;
        for attempt in self.attempts.values_mut().filter(|attempt| attempt.ended_at.is_none()) {
            if let Some(row) = self.rows.get_mut(&attempt.delivery).filter(|row| row.campaign == *campaign) {
                attempt.ended_at = Some(at);
                attempt.ended = Some(Ended { state: DeliveryState::InDoubt, reply: None });
                row.delivery.state = DeliveryState::InDoubt;
                row.delivery.reason = Some(ENDED_BEFORE_THE_REPLY.to_owned());
                in_doubt += 1;
            }
        }
        Ok((Lease { campaign: campaign.clone(), number }, in_doubt))
    }

    pub(super) fn check(&self, lease: &Lease) -> Result<()> {
        let stands = |held: &&Held| held.number == lease.number && held.holder.is_some();
        self.leases.get(&lease.campaign).filter(stands).map(drop).ok_or(LedgerError::LeaseLost)
    }

    fn held(&mut self, lease: &Lease) -> Result<&mut Held> {
        self.check(lease)?;
        self.leases.get_mut(&lease.campaign).ok_or(LedgerError::LeaseLost)
    }

    pub(super) fn release(&mut self, process: &Process, lease: &Lease, at: Timestamp) -> Result<()> {
        let held = self.held(lease)?;
        held.holder = None;
        held.deadline = at;
        self.locks.remove(&(process.host.clone(), lease.campaign.clone()));
        Ok(())
    }

    pub(super) fn renew(&mut self, lease: &Lease, at: Timestamp) -> Result<()> {
        self.held(lease)?.deadline = later(at, TERM);
        Ok(())
    }

    pub(super) fn limit(&mut self, lease: &Lease, account: &str, windows: &Windows) -> Result<Sent> {
        let held = self.held(lease)?;
        let since = held.holder.as_ref().map_or(Timestamp::UNIX_EPOCH, |holder| holder.since);
        held.limit = Some((account.to_owned(), windows.clone()));
        Ok(self.sent(account, earlier(since, windows.longest())))
    }

    pub(super) fn lease(&self, campaign: &CampaignId) -> Option<Lease> {
        let number = self.leases.get(campaign)?.number;
        Some(Lease { campaign: campaign.clone(), number })
    }

    pub(super) fn holder(&self, process: &Process, campaign: &CampaignId) -> Option<Holder> {
        let holder = self.leases.get(campaign)?.holder.clone()?;
        let lives = self.locks.contains_key(&(process.host.clone(), campaign.clone()));
        (holder.host != process.host || lives).then_some(holder)
    }
}

// Attempts.
impl Disk {
    pub(super) fn claim(&mut self, lease: &Lease, claim: Claim) -> Result<Claimed> {
        let (account, windows) = self.held(lease)?.limit.clone().unwrap_or_default();
        let unknown = || LedgerError::NoSuchDelivery(claim.delivery.0.to_string());
        let found = self.rows.get(&claim.delivery).filter(|row| row.campaign == lease.campaign);
        let Row { generation, delivery, .. } = found.cloned().ok_or_else(unknown)?;
        if let Some(halt) = self.halts.get(&lease.campaign) {
            return Err(LedgerError::Halted(halt.clone()));
        }
        let waits = delivery.next_attempt_at.is_some_and(|next| next > claim.at);
        let plan = self.plans.get(&(lease.campaign.clone(), delivery.round));
        if !delivery.state.is_open() || waits || plan.is_none_or(|plan| plan.generation != generation) {
            return Ok(Claimed::No(delivery.state));
        }
        let refusal = self.refusal(delivery.answer, &delivery.email);
        if let Some(reason) = refusal.or_else(|| self.obstacle(&lease.campaign, &delivery)) {
            let row = self.rows.get_mut(&claim.delivery).ok_or_else(unknown)?;
            row.delivery.state = DeliveryState::Skipped;
            row.delivery.reason = Some(reason);
            row.delivery.next_attempt_at = None;
            return Ok(Claimed::No(DeliveryState::Skipped));
        }
        if let Err(full) = self.room(&account, windows, &claim) {
            return Ok(Claimed::Full(full));
        }
        let row = self.rows.get_mut(&claim.delivery).ok_or_else(unknown)?;
        row.subject = Some(claim.subject);
        row.token = Some(claim.token);
        let delivery = &mut row.delivery;
        delivery.state = DeliveryState::Attempting;
        delivery.attempts += 1;
        delivery.first_attempt_at.get_or_insert(claim.at);
        delivery.last_attempt_at = Some(claim.at);
        delivery.next_attempt_at = None;
        delivery.reason = None;
        delivery.message_id = Some(claim.message_id);
        let id = AttemptId(self.attempts.keys().next_back().map_or(1, |last| last.0 + 1));
        let Claim { delivery, domain, weight, .. } = claim;
        let lease = lease.number;
        self.attempts.insert(id, Attempt { delivery, lease, account, domain, weight, ended_at: None, ended: None });
        Ok(Claimed::Yes(id))
    }

    /// Why a letter must not be sent any more.
    fn obstacle(&self, campaign: &CampaignId, delivery: &Delivery) -> Option<String> {
        match self.written_to(campaign, delivery.round, &lookup_key(&delivery.email)) {
            Some(other) => Some(format!("the address was written to as `{}`", other.delivery.recipient)),
            None => self.in_earlier_rounds(campaign, delivery),
        }
    }

    /// The delivery that was sent to an address, or may have been.
    pub(super) fn written_to(&self, campaign: &CampaignId, round: Round, address: &str) -> Option<&Row> {
        let is_it = |row: &&Row| row.delivery.state.may_have_left() && lookup_key(&row.delivery.email) == address;
        self.rows.values().filter(|row| row.is_of(campaign, round)).find(is_it)
    }

    /// Whether the windows have room, counted anew from all attempts.
    fn room(&self, account: &str, windows: Windows, claim: &Claim) -> std::result::Result<(), Full> {
        let mut log = SlidingLog::new(windows);
        for attempt in self.attempts.values().filter(|attempt| attempt.account == account) {
            log.start(&attempt.domain, attempt.weight);
            if let Some(at) = attempt.ended_at {
                log.end(at, &attempt.domain, attempt.weight);
            }
        }
        log.room(claim.at, &claim.domain, claim.weight)
    }

    pub(super) fn settle(&mut self, lease: &Lease, settlement: Settlement) -> Result<()> {
        self.check(lease)?;
        let Settlement { delivery, attempt, at, state, reply, reason, next_attempt_at, .. } = settlement;
        if !DeliveryState::Attempting.may_become(state) {
            return Err(refused(format!("an attempt cannot end as {state}")));
        }
        let open = |attempt: &&mut Attempt| {
            attempt.ended_at.is_none() && attempt.delivery == delivery && attempt.lease == lease.number
        };
        let (Some(attempt), Some(row)) = (self.attempts.get_mut(&attempt).filter(open), self.rows.get_mut(&delivery))
        else {
            return Err(refused(format!("attempt {} of delivery {} is not under way", attempt.0, delivery.0)));
        };
        attempt.ended_at = Some(at);
        attempt.ended = Some(Ended { state, reply: reply.clone() });
        let delivery = &mut row.delivery;
        delivery.state = state;
        delivery.reason = reason;
        delivery.next_attempt_at = (state == DeliveryState::Deferred).then(|| next_attempt_at.unwrap_or(at));
        delivery.accepted_at = (state == DeliveryState::Accepted).then_some(at);
        // A delivery keeps the last reply that it got.
        delivery.reply = reply.or(delivery.reply.take());
        Ok(())
    }

    pub(super) fn resolve(
        &mut self,
        process: &Process,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        resolution: Resolution,
        at: Timestamp,
    ) -> Result<()> {
        let is_it = |row: &Row| row.is_of(campaign, round) && row.delivery.recipient == *recipient;
        let id = self.rows.iter().find(|(_, row)| is_it(row)).map(|(id, _)| *id);
        let unknown = || LedgerError::NoSuchDelivery(recipient.to_string());
        let id = id.ok_or_else(unknown)?;
        self.is_free(process, campaign, at)?;
        let delivery = &mut self.rows.get_mut(&id).ok_or_else(unknown)?.delivery;
        let again = delivery.state == DeliveryState::Failed && resolution == Resolution::NotSent;
        if delivery.state != DeliveryState::InDoubt && !again {
            return Err(LedgerError::NotInDoubt { recipient: recipient.to_string(), state: delivery.state });
        }
        match resolution {
            Resolution::Accepted => {
                delivery.state = DeliveryState::Accepted;
                delivery.reason = Some("a person said that it arrived".to_owned());
                delivery.accepted_at = delivery.last_attempt_at.or(Some(at));
            }
            Resolution::NotSent => {
                delivery.state = DeliveryState::Deferred;
                let reason = if again { "a person had it tried again" } else { "a person said that it never left" };
                delivery.reason = Some(reason.to_owned());
                delivery.next_attempt_at = Some(at);
                delivery.first_attempt_at = None;
            }
        }
        Ok(())
    }

    pub(super) fn meddle(&mut self, change: impl FnMut(&mut Delivery)) {
        self.rows.values_mut().map(|row| &mut row.delivery).for_each(change);
    }
}

// Reading.
impl Disk {
    pub(super) fn columns(&self, campaign: &CampaignId, round: Round) -> Option<Columns> {
        self.plans.get(&(campaign.clone(), round))?.header.clone()
    }

    /// The selected deliveries, each with the cells of its row while that is in the plan.
    pub(super) fn rows(&self, campaign: &CampaignId, selection: &Selection) -> Vec<(Delivery, Option<Vec<String>>)> {
        let Selection { round, states, recipient } = selection;
        let is_selected = |row: &&Row| {
            let Delivery { round: of, recipient: id, state, email, .. } = &row.delivery;
            row.campaign == *campaign
                && round.is_none_or(|round| round == *of)
                && (states.is_empty() || states.contains(state))
                && recipient.as_ref().is_none_or(|who| who == id.as_str() || *who == lookup_key(email))
        };
        let mut found: Vec<&Row> = self.rows.values().filter(is_selected).collect();
        found.sort_by_key(|row| (row.delivery.round, row.place, row.delivery.id));
        let is_planned = |row: &Row| {
            let plan = self.plans.get(&(row.campaign.clone(), row.delivery.round));
            plan.is_some_and(|plan| plan.generation == row.generation)
        };
        found.into_iter().map(|row| (row.delivery.clone(), is_planned(row).then(|| row.cells.clone()))).collect()
    }

    pub(super) fn standing(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        address: &str,
    ) -> Option<Standing> {
        let standing = |row: &Row| Standing {
            state: row.delivery.state,
            answer: row.delivery.answer,
            address: lookup_key(&row.delivery.email),
        };
        let is_it = |row: &&Row| row.is_of(campaign, round) && row.delivery.recipient == *recipient;
        let own = self.rows.values().find(is_it).map(standing);
        // A failed one whose address was mended is looked for by the new one.
        let stands =
            |own: &Standing| own.state.is_settled() && (own.state != DeliveryState::Failed || own.address == address);
        match own {
            Some(ref found) if stands(found) => own,
            _ => self.written_to(campaign, round, address).map(standing).or(own),
        }
    }

    pub(super) fn tally(&self, campaign: &CampaignId, round: Round) -> Tally {
        let mut tally = Tally::default();
        for row in self.rows.values().filter(|row| row.is_of(campaign, round)) {
            tally.add(row.delivery.state, 1);
        }
        tally
    }

    pub(super) fn rounds(&self, campaign: &CampaignId) -> Vec<Round> {
        let of_campaign = self.rows.values().filter(|row| row.campaign == *campaign);
        let mut rounds: Vec<Round> = of_campaign.map(|row| row.delivery.round).collect();
        rounds.sort_unstable();
        rounds.dedup();
        rounds
    }

    /// The open deliveries of the current plan.
    fn open(&self, campaign: &CampaignId, round: Round) -> impl Iterator<Item = &Row> {
        let generation = self.plans.get(&(campaign.clone(), round)).map(|plan| plan.generation);
        let of_round = self.rows.values().filter(move |row| row.is_of(campaign, round));
        of_round.filter(move |row| row.delivery.state.is_open() && Some(row.generation) == generation)
    }

    pub(super) fn due(
        &self,
        campaign: &CampaignId,
        round: Round,
        after: Option<u64>,
        now: Timestamp,
        limit: usize,
    ) -> Vec<Due> {
        let open = self.open(campaign, round).filter(|row| after.is_none_or(|after| row.place > after));
        let mut due: Vec<Due> =
            open.filter(|row| row.delivery.next_attempt_at.is_none_or(|next| next <= now)).map(Row::due).collect();
        due.sort_by_key(|due| due.place);
        due.truncate(limit);
        due
    }

    pub(super) fn next_attempt_at(&self, campaign: &CampaignId, round: Round) -> Option<Timestamp> {
        self.open(campaign, round).filter_map(|row| row.delivery.next_attempt_at).min()
    }

    fn sent(&self, account: &str, since: Timestamp) -> Sent {
        let of_account = || self.attempts.values().filter(|attempt| attempt.account == account);
        let counts = |attempt: &&Attempt| attempt.ended_at.is_none_or(|ended_at| ended_at > since);
        let sent = |attempt: &Attempt| SentAttempt {
            ended_at: attempt.ended_at,
            domain: attempt.domain.clone(),
            weight: attempt.weight,
        };
        let last = of_account().filter(|attempt| attempt.ended_at.is_some()).max_by_key(|attempt| attempt.ended_at);
        Sent {
            attempts: of_account().filter(counts).map(sent).collect(),
            last: last.and_then(|last| last.ended.clone()),
        }
    }
}

/// A refusal, in the form in which a store gives it.
pub(super) fn refused(what: String) -> LedgerError {
    LedgerError::Store { path: PathBuf::from("memory"), what }
}
