//! The first letters of a campaign as they were sent, read from what the ledger keeps of them: what a follow-up quotes.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Result, bail};

use super::campaign::{Loaded, SETTINGS, load_letters};
use super::signed_since::signed_since_continued;
use super::unpacked::unpack;
use crate::config::Campaign;
use crate::dispatch::{Earlier, Edition, Quote};
use crate::ledger::{FrozenFile, ReadLedger};
use crate::lists::{self, RecipientReader};
use crate::model::{Columns, DeliveryState, Fault, Faults, Logos, Place, Round, Signatory};
use crate::workspace::Workspace;

/// Reads all that the campaign's first letters were sent with.
///
/// # Errors
/// Where there are letters and nothing that they were sent with can be read.
pub(super) fn read(loaded: &Loaded, ledger: &impl ReadLedger) -> Result<Quote> {
    let id = &loaded.campaign.id;
    let sent_with = ledger.sent_with(id, Round(0))?;
    let mut quote = Quote::default();
    for (snapshot, files) in &sent_with.snapshots {
        for header in &sent_with.headers {
            // One that cannot be read may have been sent to nobody: a header of before with the files of after.
            let edition = edition(loaded, ledger, files, header)?;
            quote.add(Some(*snapshot), header.clone(), edition);
        }
    }
    if !quote.has_any() && ledger.tally(id, Round(0))?.of(DeliveryState::Accepted) > 0 {
        let why = quote.faults().map(|faults| format!(": {faults}")).unwrap_or_default();
        bail!(
            "the ledger does not have the first letter of {id} as it was sent, which a follow-up is to quote{why}; take `quote` out of \
             `[[follow_up]]`"
        );
    }
    Ok(quote)
}

/// Adds the first letter as it would be sent now, for those who have none yet.
///
/// # Errors
/// All faults of the letter.
pub(super) fn add_unsent(loaded: &Loaded, ledger: Option<&impl ReadLedger>, quote: &mut Quote) -> Result<()> {
    let campaign = without_pictures(loaded.campaign.clone());
    let header = loaded.columns.names().to_vec();
    let signatories = &loaded.signatories.signatories;
    let edition = made(loaded, ledger, &loaded.workspace, &campaign, &loaded.columns, signatories)?;
    quote.add(None, header, edition);
    Ok(())
}

fn edition(
    loaded: &Loaded,
    ledger: &impl ReadLedger,
    files: &[FrozenFile],
    header: &[String],
) -> Result<Result<Edition, Faults>> {
    let (_folder, workspace) = unpack(files)?;
    let read = || -> Result<(Campaign, Vec<Signatory>), Faults> {
        let settings = files.iter().map(|file| file.path.as_str()).find(|path| path.ends_with(SETTINGS));
        let missing = || Fault::error(Place::file(&loaded.campaign.file), "it was not recorded");
        let (campaign, _) = Campaign::load(&workspace, settings.ok_or_else(missing)?)?;
        let mut campaign = without_pictures(campaign);
        campaign.lists.recipients.clone_from(&loaded.campaign.lists.recipients);
        let format = &loaded.campaign.lists.format;
        let list = lists::read_signatories(&workspace, &campaign.lists.signatories, format)?;
        Ok((campaign, list.signatories))
    };
    match read() {
        Ok((campaign, signatories)) => {
            let columns = Arc::new(Columns::new(header));
            made(loaded, Some(ledger), &workspace, &campaign, &columns, &signatories)
        }
        Err(faults) => Ok(Err(faults)),
    }
}

/// Letters of these files and lists.
fn made(
    loaded: &Loaded,
    ledger: Option<&impl ReadLedger>,
    workspace: &Workspace,
    campaign: &Campaign,
    columns: &Arc<Columns>,
    signatories: &[Signatory],
) -> Result<Result<Edition, Faults>> {
    let Some(date) = campaign.letter.date else {
        let fault = Fault::error(Place::file(&campaign.file), "the letter was sent without a `date` in [letter]");
        return Ok(Err(fault.into()));
    };
    let letters = match load_letters(workspace, campaign, Round(0), date, columns, signatories) {
        Ok(letters) => letters,
        Err(faults) => return Ok(Err(faults)),
    };
    let signed_since_continued = match ledger {
        Some(ledger) => signed_since_continued(loaded, campaign, signatories, ledger)?,
        None => BTreeMap::new(),
    };
    let (name, address) = (campaign.sender.name.clone(), &campaign.sender.address);
    Ok(Ok(Edition {
        letters: Arc::new(letters),
        rows: RecipientReader::new(Arc::clone(columns), &campaign.lists.recipients),
        sender: name.unwrap_or_else(|| address.to_string()),
        earlier: Earlier {
            calendar: loaded.calendar.clone(),
            signed_since: BTreeMap::new(),
            signed_since_continued,
            quote: None,
        },
    }))
}

/// A quotation has no pictures.
fn without_pictures(mut campaign: Campaign) -> Campaign {
    campaign.letter.header = None;
    campaign.signatories.logos = Logos::Hidden;
    campaign
}
