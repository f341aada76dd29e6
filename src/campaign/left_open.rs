//! What a run left on the wire when it died, and nobody has looked after since: it is in doubt.

use super::error::Result;
use super::folder::Ledger;
use crate::clock::Clock;
use crate::ledger::{ReadLedger, RunLedger};
use crate::model::{CampaignId, DeliveryState};

/// Puts in doubt what a run of the campaign left open when it died; gives how many letters that were. Where a run goes
/// on, or one could go on elsewhere, nothing is done: it knows more.
///
/// # Errors
/// Where the ledger cannot be read.
pub(super) async fn put_in_doubt(ledger: &Ledger, campaign: &CampaignId, clock: &Clock) -> Result<u64> {
    let mut open = 0;
    for round in ledger.rounds(campaign)? {
        open += ledger.tally(campaign, round)?.of(DeliveryState::Attempting);
        open += ledger.copies(campaign, round)?.of(DeliveryState::Attempting);
    }
    if open == 0 {
        return Ok(0);
    }
    let Ok((lease, in_doubt)) = ledger.take_lease(campaign, clock).await else { return Ok(0) };
    if let Err(error) = ledger.release(&lease, clock.now()).await {
        tracing::warn!(%error, "the lease was not given back");
    }
    Ok(in_doubt)
}
