//! What a run asks of the ledger: what it writes goes to the thread that writes, what it reads to the one that reads.

use std::collections::HashSet;
use std::future::Future;

use jiff::Timestamp;

use super::{SqliteLedger, claim, due, halt, history, lease, losses, rule, settle, suppress, windows};
use crate::clock::Clock;
use crate::ledger::{Claim, Claimed, Due, Halt, Lease, Losses, Result, Ruling, RunLedger, Sent, Settlement};
use crate::model::window::Windows;
use crate::model::{Addressee, CampaignId, DeliveryState, History, Round, Thread};

impl RunLedger for SqliteLedger {
    fn take_lease(&self, campaign: &CampaignId, clock: &Clock) -> impl Future<Output = Result<(Lease, u64)>> + Send {
        self.ask(lease::TakeLease { campaign: campaign.clone(), clock: clock.clone(), taken: None })
    }

    fn renew(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        self.ask(lease::Renew { lease: lease.clone(), at })
    }

    fn release(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        self.ask(lease::Release { lease: lease.clone(), at })
    }

    fn limit(&self, lease: &Lease, account: &str, windows: Windows) -> impl Future<Output = Result<Sent>> + Send {
        self.ask(windows::SetLimit { lease: lease.clone(), account: account.to_owned(), windows, ready: None })
    }

    fn due(
        &self,
        campaign: &CampaignId,
        round: Round,
        after: Option<u64>,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Due>>> + Send {
        let campaign = campaign.clone();
        self.look(move |connection| Ok(due::due(connection, &campaign, round, after, now, limit)?))
    }

    fn next_attempt_at(
        &self,
        campaign: &CampaignId,
        round: Round,
        only: &HashSet<String>,
    ) -> impl Future<Output = Result<Option<Timestamp>>> + Send {
        let (campaign, only) = (campaign.clone(), only.clone());
        self.look(move |connection| {
            Ok(if only.is_empty() {
                due::next_attempt_at(connection, &campaign, round)?
            } else {
                due::next_attempt_among(connection, &campaign, round, &only)?
            })
        })
    }

    fn histories(
        &self,
        thread: &Thread,
        recipients: Vec<Addressee>,
    ) -> impl Future<Output = Result<Vec<History>>> + Send {
        let thread = thread.clone();
        self.look(move |connection| Ok(history::histories(connection, &thread, &recipients)?))
    }

    fn suppressed(&self, addresses: Vec<String>) -> impl Future<Output = Result<Vec<String>>> + Send {
        self.look(move |connection| {
            let mut suppressed = Vec::new();
            for address in addresses {
                if suppress::suppressed(connection, &address)?.is_some() {
                    suppressed.push(address);
                }
            }
            Ok(suppressed)
        })
    }

    fn halt(&self, campaign: &CampaignId) -> impl Future<Output = Result<Option<Halt>>> + Send {
        let campaign = campaign.clone();
        self.look(move |connection| Ok(halt::halt(connection, &campaign)?))
    }

    fn losses(&self, since: Timestamp) -> impl Future<Output = Result<Losses>> + Send {
        self.look(move |connection| Ok(losses::losses(connection, since)?))
    }

    fn claim(&self, lease: &Lease, claim: Claim) -> impl Future<Output = Result<Claimed>> + Send {
        self.ask(claim::ClaimDelivery { lease: lease.clone(), claim })
    }

    fn settle(&self, lease: &Lease, settlement: Settlement) -> impl Future<Output = Result<()>> + Send {
        self.ask(settle::Settle { lease: lease.clone(), settlement })
    }

    fn rule(&self, lease: &Lease, ruling: Ruling) -> impl Future<Output = Result<DeliveryState>> + Send {
        self.ask(rule::Rule { lease: lease.clone(), ruling })
    }
}
