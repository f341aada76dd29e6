//! Who has signed since a letter was sent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::unpacked::unpack;
use crate::campaign::error::{Error, Result};
use crate::campaign::load::Campaign;
use crate::config::Settings;
use crate::ledger::ReadLedger;
use crate::lists;
use crate::model::{CampaignId, Round, Signatory};

/// Who of these signatories was not on the list when a round was sent, by name: the lines of their rows. Where that
/// list was another file, nobody is known to be new.
pub(super) fn signed_since(
    campaign: &Campaign,
    signatories: &[Signatory],
    ledger: &impl ReadLedger,
    id: &CampaignId,
    round: Round,
) -> Result<Arc<[u64]>> {
    let list = &campaign.folder.settings.lists.signatories;
    let frozen = ledger.frozen(id, round)?;
    let Some(then) = frozen.iter().find(|file| file.path == *list) else {
        return Ok(Arc::default());
    };
    let (_folder, workspace) = unpack([then])?;
    let then = lists::read_signatories(&workspace, list, &campaign.folder.settings.lists.format)
        .map_err(|faults| Error::UnreadablePast { list: list.clone(), campaign: id.clone(), round, faults })?;
    let names: BTreeSet<&str> = then.signatories.iter().map(|signatory| signatory.name.as_str()).collect();
    let new = signatories.iter().filter(|signatory| !names.contains(signatory.name.as_str()));
    let mut lines: Vec<u64> = new.map(|signatory| signatory.line).collect();
    lines.sort_unstable();
    Ok(lines.into())
}

/// The same since each round of the campaign that this one continues; nothing, where it continues none.
pub(super) fn signed_since_continued(
    campaign: &Campaign,
    settings: &Settings,
    signatories: &[Signatory],
    ledger: &impl ReadLedger,
) -> Result<BTreeMap<Round, Arc<[u64]>>> {
    let mut lines = BTreeMap::new();
    if let Some(continued) = &settings.continues {
        for before in ledger.rounds(continued)? {
            lines.insert(before, signed_since(campaign, signatories, ledger, continued, before)?);
        }
    }
    Ok(lines)
}
