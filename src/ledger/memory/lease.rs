//! Leases: one run sends a campaign at a time.

use jiff::Timestamp;

use super::super::rules::{ENDED_BEFORE_THE_REPLY, TERM};
use super::super::{AttemptEnd, Holder, LastRun, Lease, LedgerError, Result, Sent, ServerWays};
use super::disk::Disk;
use super::record::{Held, Process};
use super::shared::refuse_while_sent;
use crate::clock::{earlier, later};
use crate::model::window::Windows;
use crate::model::{CampaignId, DeliveryState};

impl Disk {
    /// Whether a process may do what must not be done while anybody sends the campaign.
    pub(super) fn refuse_while_held(&mut self, process: &Process, campaign: &CampaignId, at: Timestamp) -> Result<()> {
        if self.is_shared() {
            return refuse_while_sent(self, process, campaign, at);
        }
        self.is_free(process, campaign, at)
    }

    /// Whether a process may have the campaign's lock.
    pub(super) fn is_free(&self, process: &Process, campaign: &CampaignId, at: Timestamp) -> Result<()> {
        let lease = self.leases.get(campaign);
        let holder = lease.and_then(|lease| seen_from(process, lease.holder.as_ref()));
        if let (Some(lease), Some(holder)) = (lease, &holder)
            && !holder.is_here
            && lease.deadline > at
        {
            return Err(LedgerError::Held(holder.clone()));
        }
        match self.locks.get(&(process.host.clone(), campaign.clone())) {
            None => Ok(()),
            Some(pid) => {
                let unknown =
                    || Holder { host: process.host.clone(), pid: *pid, since: at, person: None, is_here: true };
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
        self.refuse_lost()?;
        if self.is_shared() {
            return Ok(self.join(process, campaign, at));
        }
        self.is_free(process, campaign, at)?;
        self.refuse_elsewhere(process, campaign)?;
        self.locks.insert((process.host.clone(), campaign.clone()), process.number);
        let number = self.leases.values().map(|lease| lease.number).max().unwrap_or(0) + 1;
        let host = process.host.clone();
        let last = LastRun { host: host.clone(), person: None, began: at, ended: None };
        let holder = Some(Holder { host, pid: process.number, since: at, person: None, is_here: true });
        self.leases.insert(campaign.clone(), Held { number, holder, last, deadline: later(at, TERM), limit: None });
        let mut in_doubt = Vec::new();
        self.close_open_copies(campaign, at);
        for attempt in self.attempts.values_mut().filter(|attempt| attempt.ended_at.is_none()) {
            if let Some(row) = self.rows.get_mut(&attempt.delivery).filter(|row| row.campaign == *campaign) {
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
        Ok((Lease { campaign: campaign.clone(), number }, in_doubt.len() as u64))
    }

    pub(super) fn check(&self, lease: &Lease) -> Result<()> {
        if self.is_shared() {
            return self.sharing.runs.get(&lease.number).map(drop).ok_or(LedgerError::LeaseLost);
        }
        let stands = |held: &&Held| held.number == lease.number && held.holder.is_some();
        self.leases.get(&lease.campaign).filter(stands).map(drop).ok_or(LedgerError::LeaseLost)
    }

    pub(super) fn held(&mut self, lease: &Lease) -> Result<&mut Held> {
        self.check(lease)?;
        if self.is_shared() {
            return self.sharing.runs.get_mut(&lease.number).map(|(_, _, held)| held).ok_or(LedgerError::LeaseLost);
        }
        self.leases.get_mut(&lease.campaign).ok_or(LedgerError::LeaseLost)
    }

    pub(super) fn release(&mut self, process: &Process, lease: &Lease, at: Timestamp) -> Result<()> {
        if self.is_shared() {
            return self.end_run(lease, at);
        }
        let held = self.held(lease)?;
        held.holder = None;
        held.last.ended = Some(at);
        held.deadline = at;
        self.locks.remove(&(process.host.clone(), lease.campaign.clone()));
        Ok(())
    }

    pub(super) fn renew(&mut self, process: &Process, lease: &Lease, at: Timestamp) -> Result<()> {
        if self.is_shared() {
            self.prolong(lease)?;
            self.close_those_that_are_over(process, at);
            return Ok(());
        }
        self.held(lease)?.deadline = later(at, TERM);
        Ok(())
    }

    pub(super) fn limit(&mut self, lease: &Lease, account: &str, windows: &Windows) -> Result<Sent> {
        let held = self.held(lease)?;
        let since = held.holder.as_ref().map_or(Timestamp::UNIX_EPOCH, |holder| holder.since);
        held.limit = Some((account.to_owned(), windows.clone()));
        Ok(self.sent(account, earlier(since, windows.longest())))
    }

    pub(super) fn ways(&self, server: &str, now: Timestamp) -> ServerWays {
        self.servers.get(server).copied().unwrap_or_default().at(now)
    }

    pub(super) fn learn(&mut self, lease: &Lease, server: String, learned: ServerWays, at: Timestamp) -> Result<()> {
        self.check(lease)?;
        let seen = self.servers.entry(server).or_default();
        *seen = seen.and(learned, at);
        Ok(())
    }

    pub(super) fn lease(&self, campaign: &CampaignId) -> Option<Lease> {
        let number = self.leases.get(campaign)?.number;
        Some(Lease { campaign: campaign.clone(), number })
    }

    pub(super) fn holder(&self, process: &Process, campaign: &CampaignId) -> Option<Holder> {
        let holder = seen_from(process, self.leases.get(campaign)?.holder.as_ref())?;
        let lives = self.locks.contains_key(&(process.host.clone(), campaign.clone()));
        (!holder.is_here || lives).then_some(holder)
    }
}

/// A holder, as a process sees it.
fn seen_from(process: &Process, holder: Option<&Holder>) -> Option<Holder> {
    holder.map(|holder| Holder { is_here: holder.host == process.host, ..holder.clone() })
}
