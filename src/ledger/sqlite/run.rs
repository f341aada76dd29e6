//! What a run asks of the ledger: what it writes goes to the thread that writes, what it reads to the one that reads.

use std::collections::HashSet;
use std::future::Future;

use jiff::Timestamp;

use super::{
    Home, SqliteLedger, claim, copies, due, halt, history, lease, losses, rule, settle, shared, suppress, ways, windows,
};
use crate::clock::Clock;
use crate::ledger::{
    AsSent, Beside, Claim, ClaimCopy, Claimed, CopiesOf, CopyId, CopyLedger, DeliveryId, Due, DueCopy, Halt, Lease,
    Losses, Result, Ruling, RunLedger, Sent, ServerWays, Settlement, Wanted,
};
use crate::model::window::Windows;
use crate::model::{Addressee, CampaignId, DeliveryState, History, Round, Thread};

impl RunLedger for SqliteLedger {
    fn take_lease(&self, campaign: &CampaignId, clock: &Clock) -> impl Future<Output = Result<(Lease, u64)>> + Send {
        self.ask(lease::TakeLease { campaign: campaign.clone(), clock: clock.clone(), taken: None })
    }

    fn renew(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        // Whoever writes for long must not make a run look dead.
        let number = lease.number;
        let sign = self.is_shared().then(|| self.look(move |connection| shared::sign_of_life(connection, number)));
        let rest = self.ask(lease::Renew { lease: lease.clone(), at });
        async move {
            if let Some(sign) = sign {
                sign.await?;
            }
            rest.await
        }
    }

    fn release(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        self.ask(lease::Release { lease: lease.clone(), at })
    }

    fn limit(&self, lease: &Lease, account: &str, windows: Windows) -> impl Future<Output = Result<Sent>> + Send {
        self.ask(windows::SetLimit { lease: lease.clone(), account: account.to_owned(), windows, ready: None })
    }

    fn ways(&self, server: &str, now: Timestamp) -> impl Future<Output = Result<ServerWays>> + Send {
        let server = server.to_owned();
        self.look(move |connection| Ok(ways::seen(connection, &server)?.at(now)))
    }

    fn learn(
        &self,
        lease: &Lease,
        server: String,
        learned: ServerWays,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send {
        self.ask(ways::Learn { lease: lease.clone(), server, learned, at })
    }

    fn is_shared(&self) -> bool {
        matches!(self.inner.home, Home::Server { .. })
    }

    fn reserve(&self, lease: &Lease, wanted: Wanted) -> impl Future<Output = Result<Vec<Due>>> + Send {
        let (lease, is_shared) = (lease.clone(), self.is_shared());
        self.look(move |connection| {
            let Wanted { round, after, now, limit, .. } = wanted;
            Ok(if is_shared {
                shared::reserve(connection, &lease, &wanted)?
            } else {
                due::due(connection, &lease.campaign, round, after, now, limit)?
            })
        })
    }

    fn beside(&self, lease: &Lease, wanted: Wanted) -> impl Future<Output = Result<Beside>> + Send {
        let lease = lease.clone();
        let asked =
            self.is_shared().then(|| self.look(move |connection| Ok(shared::beside(connection, &lease, &wanted)?)));
        async move {
            match asked {
                Some(asked) => asked.await,
                None => Ok(Beside::Nothing),
            }
        }
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
            for address in &addresses {
                if suppress::suppressed(connection, address)?.is_some() {
                    suppressed.push(address.clone());
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

impl CopyLedger for SqliteLedger {
    fn due_copies(
        &self,
        of: &CopiesOf,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<DueCopy>>> + Send {
        let of = of.clone();
        self.look(move |connection| Ok(copies::due_copies(connection, &of, now, limit)?))
    }

    fn next_copy_at(&self, of: &CopiesOf, now: Timestamp) -> impl Future<Output = Result<Option<Timestamp>>> + Send {
        let of = of.clone();
        self.look(move |connection| Ok(copies::next_copy_at(connection, &of, now)?))
    }

    fn as_sent(&self, delivery: DeliveryId) -> impl Future<Output = Result<Option<AsSent>>> + Send {
        self.look(move |connection| Ok(copies::as_sent(connection, delivery)?))
    }

    fn claim_copy(&self, lease: &Lease, claim: ClaimCopy) -> impl Future<Output = Result<Claimed>> + Send {
        self.ask(copies::ClaimTheCopy { lease: lease.clone(), claim })
    }

    fn settle_copy(
        &self,
        lease: &Lease,
        copy: CopyId,
        settlement: Settlement,
    ) -> impl Future<Output = Result<()>> + Send {
        self.ask(copies::SettleCopy { lease: lease.clone(), copy, settlement })
    }
}
