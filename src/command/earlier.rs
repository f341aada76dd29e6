//! What the letters of a round know of those before it: read from the ledger.

use std::collections::BTreeMap;

use anyhow::Result;

use super::campaign::Loaded;
use super::edition;
use super::signed_since::{signed_since, signed_since_continued};
use crate::dispatch::Earlier;
use crate::ledger::ReadLedger;
use crate::model::Round;

/// What the letters of a round know of those before it.
pub(super) fn read(loaded: &Loaded, round: Round, ledger: Option<&impl ReadLedger>) -> Result<Earlier> {
    let (mut own, mut continued) = (BTreeMap::new(), BTreeMap::new());
    let mut quote = loaded.campaign.quotes(round).then(Default::default);
    if let Some(ledger) = ledger {
        let now = &loaded.signatories.signatories;
        for before in (0..round.0).map(Round) {
            own.insert(before, signed_since(loaded, now, ledger, &loaded.campaign.id, before)?);
        }
        continued = signed_since_continued(loaded, &loaded.campaign, now, ledger)?;
        if quote.is_some() {
            quote = Some(edition::read(loaded, ledger)?);
        }
    }
    Ok(Earlier { calendar: loaded.calendar.clone(), signed_since: own, signed_since_continued: continued, quote })
}
