//! What the letters of a round know of those before it: read from the ledger.

use std::collections::BTreeMap;

use super::edition;
use super::signed_since::{signed_since, signed_since_continued};
use crate::campaign::error::Result;
use crate::campaign::load::Campaign;
use crate::dispatch::Earlier;
use crate::ledger::ReadLedger;
use crate::model::Round;

/// What the letters of a round know of those before it.
///
/// # Errors
/// Where the ledger cannot be read, or a letter that is to be quoted is not in it.
pub(crate) fn read(campaign: &Campaign, round: Round, ledger: Option<&impl ReadLedger>) -> Result<Earlier> {
    let (mut own, mut continued) = (BTreeMap::new(), BTreeMap::new());
    let mut quote = campaign.folder.settings.quotes(round).then(Default::default);
    if let Some(ledger) = ledger {
        let now = &campaign.signatories.signatories;
        for before in (0..round.0).map(Round) {
            own.insert(before, signed_since(campaign, now, ledger, &campaign.folder.settings.id, before)?);
        }
        continued = signed_since_continued(campaign, &campaign.folder.settings, now, ledger)?;
        if quote.is_some() {
            quote = Some(edition::read(campaign, ledger)?);
        }
    }
    Ok(Earlier { calendar: campaign.calendar.clone(), signed_since: own, signed_since_continued: continued, quote })
}
