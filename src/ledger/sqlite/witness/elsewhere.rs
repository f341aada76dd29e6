//! A campaign that this machine remembers from another ledger: its folder was copied without the ledger, or begun anew.

use std::path::Path;

use rusqlite::OptionalExtension;

use super::super::failure::Failure;
use super::super::machine_memory::MachineMemory;
use super::super::sent_file::{Reading, read};
use super::loss::count;
use crate::ledger::database::Connection;
use crate::ledger::sent_log::Told;
use crate::ledger::{LedgerError, Lost, Missing};
use crate::model::CampaignId;

/// Whether a ledger knows of no letter of a campaign that was tried.
pub(super) fn has_sent_nothing(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<bool> {
    let sent = connection
        .query_row(
            "SELECT 1 FROM campaign c JOIN tally t ON t.campaign = c.id AND t.count > 0
            WHERE c.name = ?1 AND t.state <> 'planned' AND t.state <> 'skipped' LIMIT 1",
            [campaign.as_str()],
            |_| Ok(()),
        )
        .optional()?;
    Ok(sent.is_none())
}

/// What this machine remembers of a campaign from other ledgers than that of this id, by the ledger's id.
pub(super) fn remembered(memory: &MachineMemory, own: &str, campaign: &CampaignId) -> Vec<(String, Told)> {
    let others = memory.ids().into_iter().filter(|id| id != own);
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

/// Refuses a campaign of which letters left by another ledger on this machine, where this one sent none.
pub(super) fn refuse(
    connection: &Connection,
    (ledger, own): (&Path, &str),
    memory: &MachineMemory,
    campaign: &CampaignId,
) -> std::result::Result<(), Failure> {
    if !has_sent_nothing(connection, campaign)? {
        return Ok(());
    }
    for (id, told) in remembered(memory, own, campaign) {
        if let Some((count, last)) = count(told.letters.values()) {
            let what = Missing::Campaign { campaign: campaign.clone(), count, last };
            let elsewhere = memory.seen(&id).map(|seen| seen.at);
            let lost = Lost { ledger: ledger.to_owned(), witness: memory.log(&id), what, elsewhere };
            return Err(LedgerError::Lost(lost).into());
        }
    }
    Ok(())
}
