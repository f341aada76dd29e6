//! The first letters of a campaign as they were sent, read from what the ledger keeps of them: what a follow-up quotes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::signed_since::signed_since_continued;
use super::unpacked::unpack;
use super::withdrawn::{Withdrawn, no_longer_named};
use crate::campaign::error::{Error, Result};
use crate::campaign::frozen::SETTINGS;
use crate::campaign::load::{Campaign, load_letters};
use crate::config::Settings;
use crate::dispatch::{Earlier, Edition, Quote};
use crate::ledger::{FrozenFile, ReadLedger};
use crate::lists::{self, RecipientReader};
use crate::model::{Columns, DeliveryState, Fault, Faults, Logos, Place, Round, Signatory};
use crate::workspace::Workspace;

/// Reads all that the campaign's first letters were sent with.
///
/// # Errors
/// Where there are letters and nothing that they were sent with can be read.
pub(crate) fn read(campaign: &Campaign, ledger: &impl ReadLedger) -> Result<Quote> {
    let id = &campaign.folder.settings.id;
    let sent_with = ledger.sent_with(id, Round(0))?;
    let mut quote = Quote::default();
    for (snapshot, files) in &sent_with.snapshots {
        for header in &sent_with.headers {
            // One that cannot be read may have been sent to nobody: a header of before with the files of after.
            let edition = edition(campaign, ledger, files, header, &mut quote.gone)?;
            quote.add(Some(*snapshot), header.clone(), edition);
        }
    }
    if !quote.has_any() && ledger.tally(id, Round(0))?.of(DeliveryState::Accepted) > 0 {
        return Err(Error::NothingToQuote {
            campaign: id.clone(),
            faults: quote.faults().cloned().unwrap_or_default(),
        });
    }
    Ok(quote)
}

/// Adds the first letter as it would be sent now, for those who have none yet.
///
/// # Errors
/// All faults of the letter.
pub(crate) fn add_unsent(campaign: &Campaign, ledger: Option<&impl ReadLedger>, quote: &mut Quote) -> Result<()> {
    let settings = without_pictures(campaign.folder.settings.clone());
    let header = campaign.columns.names().to_vec();
    let signatories = &campaign.signatories.signatories;
    let edition = made(campaign, ledger, &campaign.folder.workspace, &settings, &campaign.columns, signatories)?;
    quote.add(None, header, edition);
    Ok(())
}

fn edition(
    campaign: &Campaign,
    ledger: &impl ReadLedger,
    files: &[FrozenFile],
    header: &[String],
    gone: &mut BTreeSet<String>,
) -> Result<Result<Edition, Faults>> {
    let (_folder, workspace) = unpack(files)?;
    let read = || -> Result<(Settings, Vec<Signatory>), Faults> {
        let settings = files.iter().map(|file| file.path.as_str()).find(|path| path.ends_with(SETTINGS));
        let missing = || Fault::error(Place::file(&campaign.folder.settings.file), "it was not recorded");
        let (settings, _) = Settings::load(&workspace, settings.ok_or_else(missing)?)?;
        let mut settings = without_pictures(settings);
        settings.lists.recipients.clone_from(&campaign.folder.settings.lists.recipients);
        let format = &campaign.folder.settings.lists.format;
        let list = lists::read_signatories(&workspace, &settings.lists.signatories, format)?;
        Ok((settings, list.signatories))
    };
    let (settings, signatories) = match read() {
        Ok(read) => read,
        Err(faults) => return Ok(Err(faults)),
    };
    let columns = Arc::new(Columns::new(header));
    let edition = made(campaign, Some(ledger), &workspace, &settings, &columns, &signatories)?;
    if edition.as_ref().is_ok_and(|edition| edition.letters.name_signatories()) {
        let (withdrawn, missing) = no_longer_named(&signatories, &campaign.signatories.signatories);
        if !withdrawn.is_empty() {
            let Settings { id, lists, .. } = &campaign.folder.settings;
            let list = lists.signatories.clone();
            return Err(Withdrawn { campaign: id.clone(), list, names: withdrawn }.into());
        }
        gone.extend(missing);
    }
    Ok(edition)
}

/// Letters of these files and lists.
fn made(
    campaign: &Campaign,
    ledger: Option<&impl ReadLedger>,
    workspace: &Workspace,
    settings: &Settings,
    columns: &Arc<Columns>,
    signatories: &[Signatory],
) -> Result<Result<Edition, Faults>> {
    let Some(date) = settings.letter.date else {
        let fault = Fault::error(Place::file(&settings.file), "the letter was sent without a `date` in [letter]");
        return Ok(Err(fault.into()));
    };
    let letters = match load_letters(workspace, settings, Round(0), date, columns, signatories) {
        Ok(letters) => letters,
        Err(faults) => return Ok(Err(faults)),
    };
    let signed_since_continued = match ledger {
        Some(ledger) => signed_since_continued(campaign, settings, signatories, ledger)?,
        None => BTreeMap::new(),
    };
    let (name, address) = (settings.sender.name.clone(), &settings.sender.address);
    Ok(Ok(Edition {
        letters: Arc::new(letters),
        rows: RecipientReader::new(Arc::clone(columns), &settings.lists.recipients),
        sender: name.unwrap_or_else(|| address.to_string()),
        earlier: Earlier {
            calendar: campaign.calendar.clone(),
            signed_since: BTreeMap::new(),
            signed_since_continued,
            quote: None,
        },
    }))
}

/// A quotation has no pictures.
pub(super) fn without_pictures(mut settings: Settings) -> Settings {
    settings.letter.header = None;
    settings.signatories.logos = Logos::Hidden;
    settings
}
