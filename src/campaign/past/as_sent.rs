//! A campaign as it was when a first letter was sent: its letters from the files that the ledger keeps of them.

use std::sync::Arc;

use tempfile::TempDir;

use super::edition::without_pictures;
use super::unpacked::unpack;
use crate::campaign::enclosures::read_attachments;
use crate::campaign::error::Result;
use crate::campaign::frozen::SETTINGS;
use crate::campaign::load::{Campaign, load_letters};
use crate::config::Settings;
use crate::ledger::FrozenFile;
use crate::lists;
use crate::model::{Columns, Fault, Faults, Place, Round};

/// The campaign with the letters, signatories, sender and attachments of then, without pictures; and the folder in
/// which its files lie for so long.
///
/// # Errors
/// Where the files cannot be unpacked, and what is wrong with them.
pub(crate) fn as_sent(mut campaign: Campaign, files: &[FrozenFile], header: &[String]) -> Result<(Campaign, TempDir)> {
    let (guard, workspace) = unpack(files)?;
    let now = &campaign.folder.settings;
    let recorded = files.iter().map(|file| file.path.as_str()).find(|path| path.ends_with(SETTINGS));
    let missing =
        || Faults::from(Fault::error(Place::file(&now.file), "what the letter was sent with was not recorded"));
    let (settings, _) = Settings::load(&workspace, recorded.ok_or_else(missing)?)?;
    let mut settings = without_pictures(settings);
    settings.lists.recipients.clone_from(&now.lists.recipients);
    let signatories = lists::read_signatories(&workspace, &settings.lists.signatories, &now.lists.format)?;
    let columns = Arc::new(Columns::new(header));
    let date = settings.letter.date.unwrap_or(campaign.date);
    let letters = load_letters(&workspace, &settings, Round(0), date, &columns, &signatories.signatories)?;
    let mut folder = campaign.folder.clone();
    folder.workspace = workspace;
    folder.settings = settings;
    let mut found = Faults::new();
    let attachments = read_attachments(&folder, Round(0), &mut found);
    if found.has_errors() {
        return Err(found.into());
    }
    (campaign.folder, campaign.date, campaign.columns) = (folder, date, columns);
    (campaign.signatories, campaign.letters, campaign.attachments) = (signatories, letters, attachments);
    campaign.press = None;
    Ok((campaign, guard))
}
