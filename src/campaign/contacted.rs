//! `contacted.csv`, the log that every run leaves behind. It is a witness too: what it says has left cannot be missing
//! in the ledger.

use std::fs;
use std::io::{self, BufWriter};
use std::path::Path;

use super::error::{Error, Result};
use super::folder::{Folder, Ledger};
use super::note::Note;
use super::review::write_log;
use crate::ledger::{ReadLedger, Selection};
use crate::model::{CampaignId, DeliveryState, Round};
use crate::report::LogWriter;

/// Deliveries in these states may have reached somebody. A ledger never takes that back but by a person's word, which
/// writes the log anew.
const LEFT: [DeliveryState; 4] =
    [DeliveryState::Accepted, DeliveryState::InDoubt, DeliveryState::Bounced, DeliveryState::Attempting];

/// Writes the whole log, anew and in one step: a reader sees the old one or the new one. Only its owner may read it.
///
/// # Errors
/// Where the ledger cannot be read, or the file not be written. What the ledger holds stays as it is.
pub fn write_contacted(folder: &Folder, ledger: &impl ReadLedger) -> Result<()> {
    let path = folder.contacted()?;
    let failed = |error| Error::file(format!("{} cannot be written", path.display()), error);
    let parent = path.parent().unwrap_or(folder.workspace.root());
    fs::create_dir_all(parent).map_err(failed)?;
    // A temporary file of this library is made for its owner alone (0600).
    let file = tempfile::NamedTempFile::new_in(parent).map_err(failed)?;
    let writer = LogWriter::csv(BufWriter::new(&file)).map_err(failed)?;
    write_log(writer, folder, ledger, &Selection::default()).map_err(|error| match error {
        Error::Output(source) => failed(source),
        other => other,
    })?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&path).map_err(|error| failed(io::Error::from(error)))?;
    Ok(())
}

/// Writes the log anew after something was recorded, which stays so whatever becomes of the log; gives a word about it
/// where that fails.
pub(super) fn renew_contacted(folder: &Folder, ledger: &impl ReadLedger) -> Option<Note> {
    write_contacted(folder, ledger).err().map(|error| Note::LogNotWritten(error.in_full()))
}

/// The ledger to write to, which is made where there is none: the one that the log of the last run knows.
///
/// # Errors
/// [`Error::OlderLedger`] where the log knows of more letters: the log that is written after a word is recorded would
/// know of them no more, and they would go again.
pub(super) fn witnessed_ledger(folder: &Folder) -> Result<Ledger> {
    refuse_lost_letters(folder)?;
    folder.ledger()
}

/// The same, where there must be one.
///
/// # Errors
/// As [`witnessed_ledger`], and [`Error::NoLedger`].
pub(super) fn witnessed_existing_ledger(folder: &Folder) -> Result<Ledger> {
    refuse_lost_letters(folder)?;
    folder.existing_ledger()
}

fn refuse_lost_letters(folder: &Folder) -> Result<()> {
    let known = folder.known_ledger()?;
    let mut rounds = (0..=folder.settings.last_round().0).map(Round);
    rounds.try_for_each(|round| refuse_older_ledger(known.as_ref(), folder, round))
}

/// Refuses to send with a ledger that knows of fewer letters than the last run's log: it was lost, or is a copy from
/// before, and whoever got a letter since would get it again.
///
/// # Errors
/// [`Error::OlderLedger`] where that is so.
pub(super) fn refuse_older_ledger(ledger: Option<&Ledger>, folder: &Folder, round: Round) -> Result<()> {
    let contacted = folder.contacted()?;
    let campaign = &folder.settings.id;
    let tally = ledger.map(|ledger| ledger.tally(campaign, round)).transpose()?;
    let known: u64 = tally.map_or(0, |tally| LEFT.into_iter().map(|state| tally.of(state)).sum());
    let told = letters_in(&contacted, campaign, round);
    if told <= known {
        return Ok(());
    }
    Err(Error::OlderLedger { ledger: folder.ledger_path()?, contacted, round, known, told })
}

/// How many letters of a round may have left, by the log of the last run; none, where it is not there or was made into
/// something else.
fn letters_in(contacted: &Path, campaign: &CampaignId, round: Round) -> u64 {
    let Ok(mut reader) = csv::Reader::from_path(contacted) else { return 0 };
    // By the file's own header: a version of the program with other columns may have written it.
    let Ok(header) = reader.headers().cloned() else { return 0 };
    let place = |name: &str| header.iter().position(|column| column == name);
    let (Some(campaigns), Some(rounds), Some(states)) = (place("campaign"), place("round"), place("state")) else {
        return 0;
    };
    let round = round.to_string();
    let mut row = csv::ByteRecord::new();
    let mut count = 0;
    while reader.read_byte_record(&mut row).unwrap_or(false) {
        let is = |place: usize, text: &str| row.get(place) == Some(text.as_bytes());
        let has_left = || LEFT.iter().any(|state| is(states, state.as_str()));
        count += u64::from(is(campaigns, campaign.as_str()) && is(rounds, &round) && has_left());
    }
    count
}
