//! What the letters of a round know of those before it: read from the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::campaign::Loaded;
use crate::dispatch::Earlier;
use crate::ledger::ReadLedger;
use crate::lists;
use crate::model::{CampaignId, Round};
use crate::workspace::Workspace;

/// What the letters of a round know of those before it.
pub(super) fn read(loaded: &Loaded, round: Round, ledger: Option<&impl ReadLedger>) -> Result<Earlier> {
    let (mut signed_since, mut signed_since_continued) = (BTreeMap::new(), BTreeMap::new());
    if let Some(ledger) = ledger {
        for before in (0..round.0).map(Round) {
            signed_since.insert(before, new_signatories(loaded, ledger, &loaded.campaign.id, before)?);
        }
        if let Some(continued) = &loaded.campaign.continues {
            for before in ledger.rounds(continued)? {
                signed_since_continued.insert(before, new_signatories(loaded, ledger, continued, before)?);
            }
        }
    }
    Ok(Earlier { calendar: loaded.calendar.clone(), signed_since, signed_since_continued })
}

/// Who is on the signatories list now and was not when a round was sent, by name: the lines of their rows. Where that list was
/// another file, nobody is known to be new.
fn new_signatories(
    loaded: &Loaded,
    ledger: &impl ReadLedger,
    campaign: &CampaignId,
    round: Round,
) -> Result<Arc<[u64]>> {
    let list = &loaded.campaign.lists.signatories;
    let frozen = ledger.frozen(campaign, round)?;
    let Some(then) = frozen.into_iter().find(|file| file.path == *list) else {
        return Ok(Arc::default());
    };
    let doing = || format!("{list}, as round {round} of {campaign} was sent with it, cannot be read");
    let folder = tempfile::tempdir().with_context(doing)?;
    let name = list.rsplit('/').next().unwrap_or(list);
    fs::write(folder.path().join(name), &then.content).with_context(doing)?;
    let workspace = Workspace::open(folder.path()).with_context(doing)?;
    let then = lists::read_signatories(&workspace, name, &loaded.campaign.lists.format).with_context(doing)?;
    let names: BTreeSet<&str> = then.signatories.iter().map(|signatory| signatory.name.as_str()).collect();
    let new = loaded.signatories.signatories.iter().filter(|signatory| !names.contains(signatory.name.as_str()));
    let mut lines: Vec<u64> = new.map(|signatory| signatory.line).collect();
    lines.sort_unstable();
    Ok(lines.into())
}
