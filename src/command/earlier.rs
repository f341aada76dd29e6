//! What the letters of a round know of those before it: read from the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::campaign::Loaded;
use super::edition::{self, unpack};
use crate::dispatch::Earlier;
use crate::ledger::ReadLedger;
use crate::lists;
use crate::model::{CampaignId, Round, Signatory};

/// What the letters of a round know of those before it.
pub(super) fn read(loaded: &Loaded, round: Round, ledger: Option<&impl ReadLedger>) -> Result<Earlier> {
    let (mut signed_since_own, mut signed_since_continued) = (BTreeMap::new(), BTreeMap::new());
    let mut quote = loaded.campaign.quotes(round).then(Default::default);
    if let Some(ledger) = ledger {
        let now = &loaded.signatories.signatories;
        for before in (0..round.0).map(Round) {
            signed_since_own.insert(before, signed_since(loaded, now, ledger, &loaded.campaign.id, before)?);
        }
        if let Some(continued) = &loaded.campaign.continues {
            for before in ledger.rounds(continued)? {
                signed_since_continued.insert(before, signed_since(loaded, now, ledger, continued, before)?);
            }
        }
        if quote.is_some() {
            quote = Some(edition::read(loaded, ledger)?);
        }
    }
    Ok(Earlier { calendar: loaded.calendar.clone(), signed_since: signed_since_own, signed_since_continued, quote })
}

/// Who of these signatories was not on the list when a round was sent, by name: the lines of their rows. Where that list was
/// another file, nobody is known to be new.
pub(super) fn signed_since(
    loaded: &Loaded,
    signatories: &[Signatory],
    ledger: &impl ReadLedger,
    campaign: &CampaignId,
    round: Round,
) -> Result<Arc<[u64]>> {
    let list = &loaded.campaign.lists.signatories;
    let frozen = ledger.frozen(campaign, round)?;
    let Some(then) = frozen.iter().find(|file| file.path == *list) else {
        return Ok(Arc::default());
    };
    let (_folder, workspace) = unpack([then])?;
    let then = lists::read_signatories(&workspace, list, &loaded.campaign.lists.format)
        .with_context(|| format!("{list}, as round {round} of {campaign} was sent with it, cannot be read"))?;
    let names: BTreeSet<&str> = then.signatories.iter().map(|signatory| signatory.name.as_str()).collect();
    let new = signatories.iter().filter(|signatory| !names.contains(signatory.name.as_str()));
    let mut lines: Vec<u64> = new.map(|signatory| signatory.line).collect();
    lines.sort_unstable();
    Ok(lines.into())
}
