//! How a run ends, and what becomes of the letters that it held back.

use super::Coordinator;
use crate::dispatch::held::Refusal;
use crate::dispatch::retry::UNCLEAR;
use crate::dispatch::{End, Finished, Happening, Unclear};
use crate::ledger::{Ruling, RunLedger};
use crate::model::DeliveryState;

impl<L> Coordinator<'_, L>
where
    L: RunLedger + Clone + Send + Sync + 'static,
{
    /// Records as failed what is known to be its recipient's.
    pub(super) async fn record_decided(&mut self) {
        for refusal in std::mem::take(&mut self.decided) {
            self.rule(refusal, DeliveryState::Failed, "while the server took letters to others").await;
        }
    }

    /// Records what becomes of a letter that was held back, and why.
    async fn rule(&mut self, refusal: Refusal, state: DeliveryState, why: &str) {
        let Refusal { delivery, attempt, recipient, reply, reason, .. } = refusal;
        let refused = reason.unwrap_or_default();
        let reason = format!("{}, {why}", refused.strip_suffix(UNCLEAR).unwrap_or(&refused));
        let at = self.assignment.clock.now();
        let ruling = Ruling { delivery, attempt, at, state, reason: reason.clone() };
        match self.assignment.ledger.rule(&self.assignment.lease, ruling).await {
            Ok(DeliveryState::Failed) => {
                (self.observe)(Happening::Decided { recipient, state: DeliveryState::Failed, reply, reason });
            }
            Ok(_) => {}
            Err(error) => self.stop_with(End::Ledger(error)),
        }
    }

    /// Whether the letters that are still to be tried again are all held back: waiting would show nothing.
    pub(super) async fn waits_for_nothing_else(&mut self) -> bool {
        if self.held_back.is_empty() || self.queue.on_the_wire() > 0 {
            return false;
        }
        let held_back = &self.held_back;
        match self.queue.has_only(&self.assignment, |delivery| held_back.has(delivery)).await {
            Ok(has_only) => has_only,
            Err(end) => {
                self.stop_with(end);
                false
            }
        }
    }

    /// Decides what can be decided where nothing more is to come, and says how the run ended. What is left open is the
    /// first of the next run.
    pub(super) async fn conclude(mut self) -> Finished {
        if matches!(self.end, None | Some(End::Done | End::Unmade { .. } | End::NoWait { .. })) {
            self.decided.extend(self.held_back.conclude());
        }
        self.record_decided().await;
        let unclear =
            self.held_back.last().map(|last| Unclear { count: self.held_back.count() as u64, last: last.clone() });
        let why = match self.end {
            Some(End::Streak(_) | End::Refused(_)) => "as others were: it is held against the account",
            _ => "and nothing shows whether the recipient or the account is meant",
        };
        for refusal in self.held_back.leave() {
            if !matches!(self.end, Some(End::Ledger(_))) {
                self.rule(refusal, DeliveryState::Deferred, why).await;
            }
        }
        let end = match self.end.take().unwrap_or(End::Done) {
            End::Done => self.confirm_done().await.unwrap_or_else(|| unclear.map_or(End::Done, End::Unclear)),
            end @ End::Unmade { .. } => self.confirm_done().await.unwrap_or(end),
            other => other,
        };
        Finished { attempts: self.attempts, end }
    }

    /// Where the lease was lost without a word, nothing was left because another run was sending it.
    async fn confirm_done(&self) -> Option<End> {
        let now = self.assignment.clock.now();
        self.assignment.ledger.renew(&self.assignment.lease, now).await.err().map(End::Ledger)
    }
}
