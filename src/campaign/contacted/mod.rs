//! `contacted.csv`, the log of all campaigns of the ledger that every run leaves behind. It is a witness too: what it
//! says has left cannot be missing in the ledger, and it never loses a letter that left.

mod aside;
mod gone;
mod missed;
mod told;

use std::fs;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use self::aside::write_aside;
use self::gone::Gone;
use self::missed::Missed;
use self::told::{Earlier, Told};
use super::error::{Error, Result};
use super::folder::{Folder, Ledger};
use super::note::Note;
use super::review::each_row;
use crate::ledger::{Adopted, ReadLedger, Selection};
use crate::model::CampaignId;
use crate::report::LogWriter;

/// Writes the whole log, anew and in one step: a reader sees the old one or the new one. Only its owner may read it.
///
/// What the one before tells to have left and the ledger does not know, such as the letters of another ledger, stays in
/// it. What lies there and is no such log is put aside.
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
    let mut missed = Missed::in_log(earlier(&path).map_err(failed)?);
    let written = write_aside(writer, |take| {
        for campaign in campaigns(folder, ledger)? {
            each_row(folder, ledger, &campaign, &Selection::default(), &mut |row| {
                missed.see(&campaign, row.delivery());
                take(row)
            })?;
        }
        Ok(())
    });
    let mut writer = written.map_err(|error| match error {
        Error::Output(source) => failed(source),
        other => other,
    })?;
    let gone = Gone::of(Some(ledger))?;
    let mut kept = missed.finish();
    kept.retain(|told| !gone.has(told));
    kept.iter().try_for_each(|told| writer.keep(&told.cells)).and_then(|()| writer.finish()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&path).map_err(|error| failed(io::Error::from(error)))?;
    Ok(())
}

/// The log that lies there. What is none is put aside, where nothing has its name.
fn earlier(path: &Path) -> io::Result<Option<told::ToldRows>> {
    match Earlier::open(path)? {
        Earlier::Nothing => Ok(None),
        Earlier::Log(rows) => Ok(Some(rows)),
        Earlier::Other => {
            let mut aside = (1_u32..).map(|number| path.with_extension(format!("kept-{number}.csv")));
            let aside: PathBuf = aside.find(|aside| !aside.exists()).unwrap_or_default();
            fs::rename(path, aside)?;
            Ok(None)
        }
    }
}

/// The ledger's campaigns, and the folder's own.
fn campaigns(folder: &Folder, ledger: &impl ReadLedger) -> Result<Vec<CampaignId>> {
    let mut campaigns = ledger.campaigns()?;
    if !campaigns.contains(&folder.settings.id) {
        campaigns.push(folder.settings.id.clone());
    }
    Ok(campaigns)
}

/// Writes the log anew after something was recorded, which stays so whatever becomes of the log; gives a word about it
/// where that fails.
pub(super) fn renew_contacted(folder: &Folder, ledger: &impl ReadLedger) -> Option<Note> {
    write_contacted(folder, ledger).err().map(|error| Note::LogNotWritten(error.in_full()))
}

/// The ledger to write to, which is made where there is none: the one that its witnesses know.
///
/// # Errors
/// [`Error::OlderLedger`] and [`LedgerError::Lost`](crate::ledger::LedgerError::Lost) where one of them knows of more
/// letters: they would go again.
pub(super) fn witnessed_ledger(folder: &Folder) -> Result<Ledger> {
    refuse_older_ledger(folder.known_ledger()?.as_ref(), folder)?;
    folder.ledger()
}

/// The same, where there must be one.
///
/// # Errors
/// As [`witnessed_ledger`], and [`Error::NoLedger`].
pub(super) fn witnessed_existing_ledger(folder: &Folder) -> Result<Ledger> {
    refuse_older_ledger(folder.known_ledger()?.as_ref(), folder)?;
    folder.existing_ledger()
}

/// Refuses to write to a ledger that does not know of letters of which a witness knows: it was lost, or is a copy from
/// before, and whoever got one of them would get it again.
///
/// # Errors
/// [`Error::OlderLedger`], or [`LedgerError::Lost`](crate::ledger::LedgerError::Lost), where that is so.
pub(super) fn refuse_older_ledger(ledger: Option<&Ledger>, folder: &Folder) -> Result<()> {
    folder.refuse_lost_ledger()?;
    let contacted = folder.contacted()?;
    let letters = missed_letters(ledger, folder)?.len();
    match letters {
        0 => Ok(()),
        letters => Err(Error::OlderLedger { ledger: folder.home()?.name(), contacted, letters }),
    }
}

/// The letters of which the log tells and the ledger does not know, for whoever takes them in. A row without a valid
/// address names nobody.
pub(super) fn told_letters(ledger: Option<&Ledger>, folder: &Folder) -> Result<Vec<Adopted>> {
    Ok(missed_letters(ledger, folder)?.iter().filter_map(Told::letter).collect())
}

/// The letters of the ledger's campaigns, and of the folder's own, of which the log tells and the ledger does not know.
fn missed_letters(ledger: Option<&Ledger>, folder: &Folder) -> Result<Vec<Told>> {
    let path = folder.contacted()?;
    let told =
        Earlier::open(&path).map_err(|error| Error::file(format!("{} cannot be read", path.display()), error))?;
    let Earlier::Log(told) = told else { return Ok(Vec::new()) };
    let mut missed = Missed::in_log(Some(told));
    let mut campaigns = vec![folder.settings.id.clone()];
    if let Some(ledger) = ledger {
        campaigns = self::campaigns(folder, ledger)?;
        for campaign in &campaigns {
            for delivery in ledger.deliveries(campaign, &Selection::default()) {
                missed.see(campaign, &delivery?);
            }
        }
    }
    let gone = Gone::of(ledger)?;
    let is_of_it =
        |told: &Told| campaigns.iter().any(|campaign| campaign.as_str() == told.key.campaign) && !gone.has(told);
    Ok(missed.finish().into_iter().filter(is_of_it).collect())
}
