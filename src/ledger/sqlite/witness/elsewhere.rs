//! A campaign that this machine remembers from another ledger: its folder was copied without the ledger, or begun anew.

use super::super::failure::Failure;
use super::super::home::Home;
use super::super::machine_memory::MachineMemory;
use super::super::sent_file::{Reading, read};
use super::loss::count;
use super::owner::{Owner, has_sent_nothing};
use crate::ledger::sent_log::Told;
use crate::ledger::{Result, SentElsewhere};
use crate::model::CampaignId;

/// What this machine remembers of a campaign from other ledgers than that of this id, by the ledger's id.
pub(super) fn remembered(memory: &MachineMemory, own: &str, campaign: &CampaignId) -> Vec<(String, Told)> {
    let others = memory.ledgers_of(campaign).into_iter().filter(|id| id != own);
    let read = others.filter_map(|id| match read(&memory.log(&id), 0) {
        Ok(Some(Reading { mut told, .. })) if told.ledger.as_deref() != Some(own) => {
            told.letters.retain(|letter, _| letter.campaign == *campaign);
            (!told.letters.is_empty()).then_some((id, told))
        }
        // Without a memory, which must not keep anybody from sending, it goes on.
        _ => None,
    });
    read.collect()
}

/// That letters of a campaign left by another ledger on this machine, where none left by this one.
pub(in crate::ledger::sqlite) fn sent_elsewhere(
    home: &Home,
    memory: &MachineMemory,
    campaign: &CampaignId,
) -> Result<Option<SentElsewhere>> {
    let mut own = String::new();
    if let Some((connection, home)) = home.open_for_reading()? {
        let path = home.name();
        let looked = has_sent_nothing(&connection, campaign).map_err(Failure::from);
        let looked = looked.and_then(|nothing| Ok((nothing, Owner::of(&connection, &path)?.id)));
        match looked.map_err(|failure| failure.into_error(&path))? {
            (true, id) => own = id,
            (false, _) => return Ok(None),
        }
    }
    let others = remembered(memory, &own, campaign).into_iter();
    let told = others.filter_map(|(id, told)| {
        let (letters, last) = count(told.letters.values())?;
        Some(SentElsewhere { letters, last, at: memory.seen(&id).map(|seen| seen.at) })
    });
    Ok(told.max_by_key(|it| it.last))
}
