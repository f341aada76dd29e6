//! The deliveries of a round as people: somebody whose row got another id counts where the letter is.

use super::error::Result;
use crate::ledger::{ReadLedger, Selection, Tally};
use crate::model::{CampaignId, DeliveryState, Round};

/// How many people of a round stand where: its tally without the rows of those whose letter left under another id.
///
/// # Errors
/// Where the ledger cannot be read.
pub(super) fn counted_once(ledger: &impl ReadLedger, campaign: &CampaignId, round: Round) -> Result<Tally> {
    let mut tally = ledger.tally(campaign, round)?;
    if tally.of(DeliveryState::Skipped) == 0 {
        return Ok(tally);
    }
    let states = vec![DeliveryState::Skipped];
    for delivery in ledger.deliveries(campaign, &Selection { round: Some(round), states, recipient: None }) {
        tally.take_out(DeliveryState::Skipped, u64::from(delivery?.is_counted_elsewhere()));
    }
    Ok(tally)
}
