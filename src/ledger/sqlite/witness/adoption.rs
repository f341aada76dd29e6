//! What the witnesses know and a ledger does not, for whoever wishes to take that in.

use super::super::file::version_of;
use super::super::home::Home;
use super::super::machine_memory::MachineMemory;
use super::super::sent_file::{beginning, read};
use super::beside;
use super::elsewhere::remembered;
use super::loss::unreadable;
use super::owner::Owner;
use super::refusal::WITNESSED_SINCE;
use crate::ledger::sent_log::{Line, Marker};
use crate::ledger::{Result, Unknown};
use crate::model::CampaignId;

/// The letters that a ledger's witnesses know and it does not, also where there is no ledger; with those of a campaign
/// that left by another ledger on this machine, where none left by this one.
pub(in crate::ledger::sqlite) fn unknown_letters(
    home: &Home,
    memory: Option<&MachineMemory>,
    campaign: &CampaignId,
) -> Result<Unknown> {
    let ledger = home.beside();
    let mut unknown = Unknown::default();
    let mut logs = vec![beside(ledger)];
    // Whose logs they may be: the ledger's, that of the one that lay there before, and that of the log beside it.
    let mut ids: Vec<String> = memory.and_then(|memory| memory.id_at(ledger)).into_iter().collect();
    if let Ok(Some(Line::Begins { ledger: id, .. })) = beginning(&logs[0]) {
        ids.push(id);
    }
    let found = home.open_for_reading()?;
    let found = match &found {
        Some((connection, home)) => {
            let path = home.beside();
            let version = version_of(connection);
            let is_witnessed = version.is_ok_and(|version| version >= WITNESSED_SINCE);
            let owner = is_witnessed.then(|| Owner::of(connection, path)).transpose();
            owner.map_err(|failure| failure.into_error(path))?
        }
        None => None,
    };
    if let Some(owner) = &found {
        unknown.markers.push(owner.marker.clone());
        ids.push(owner.id.clone());
    }
    ids.dedup();
    let sent_nothing = match &found {
        Some(owner) => owner.has_sent_nothing(campaign).map_err(|failure| failure.into_error(ledger))?,
        None => true,
    };
    if let Some(memory) = memory.filter(|_| sent_nothing) {
        let own = found.as_ref().map_or("", |owner| owner.id.as_str());
        for (id, told) in remembered(memory, own, campaign) {
            unknown.markers.extend(memory.seen(&id).map(|seen| Marker::with(seen.marks)));
            unknown.letters.extend(told.letters);
        }
    }
    for (memory, id) in memory.iter().flat_map(|memory| ids.iter().map(move |id| (memory, id))) {
        logs.push(memory.log(id));
        unknown.markers.extend(memory.seen(id).map(|seen| Marker::with(seen.marks)));
    }
    for log in logs {
        let letters = match &found {
            Some(owner) => owner.unknown_in(&log).map_err(|trouble| trouble.into_failure(&log).into_error(ledger))?,
            None => {
                let told = read(&log, 0).map_err(|error| unreadable(&log, &error))?;
                told.map(|reading| reading.told.letters).unwrap_or_default()
            }
        };
        unknown.letters.extend(letters);
    }
    Ok(unknown)
}
