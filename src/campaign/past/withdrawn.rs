//! Whom the quotation of a first letter would name, though they do not consent to it any more: they withdrew after it
//! had left.

use std::collections::BTreeSet;

use super::unpacked::unpack;
use crate::campaign::error::Result;
use crate::campaign::frozen::SETTINGS;
use crate::campaign::load::Campaign;
use crate::config::Settings;
use crate::ledger::{FrozenFile, ReadLedger};
use crate::lists;
use crate::model::{Fault, Place, Round, Signatory, printable};

/// That a round quotes the first letter as it was sent, and somebody whom it names does not stand in the list of
/// signatories any more, or has a no there. Whoever has another name now is known by an acronym or a web address.
///
/// # Errors
/// Where the ledger cannot be read. What it has that cannot be read is not quoted either.
pub(crate) fn withdrawn(campaign: &Campaign, round: Round, ledger: Option<&impl ReadLedger>) -> Result<Option<Fault>> {
    let settings = &campaign.folder.settings;
    let Some(ledger) = ledger.filter(|_| round > Round(0) && settings.quotes(round)) else { return Ok(None) };
    let mut gone = BTreeSet::new();
    for (_, files) in &ledger.sent_with(&settings.id, Round(0))?.snapshots {
        let then = named_then(campaign, files)?;
        let named = then.iter().filter(|then| !consents(then, &campaign.signatories.signatories));
        gone.extend(named.map(|then| format!("`{}`", printable(&then.name))));
    }
    if gone.is_empty() {
        return Ok(None);
    }
    let names = gone.into_iter().collect::<Vec<_>>().join(", ");
    let message = format!(
        "the first letter named {names}, and this list does not consent to that any more: the row is gone, or has a no. Round {round} would \
         quote that letter as it was sent, with the name; take `quote` out of its `[[follow_up]]`. Where only the name was changed, the row \
         is known by its `acronym` or `url`, as they were"
    );
    Ok(Some(Fault::error(Place::file(&settings.lists.signatories), message)))
}

/// Who was named by a letter that was made of these files.
fn named_then(campaign: &Campaign, files: &[FrozenFile]) -> Result<Vec<Signatory>> {
    let (_folder, workspace) = unpack(files)?;
    let recorded = files.iter().map(|file| file.path.as_str()).find(|path| path.ends_with(SETTINGS));
    let Some((settings, _)) = recorded.and_then(|path| Settings::load(&workspace, path).ok()) else {
        return Ok(Vec::new());
    };
    let format = &campaign.folder.settings.lists.format;
    let list = lists::read_signatories(&workspace, &settings.lists.signatories, format);
    let signatories = list.map(|list| list.signatories).unwrap_or_default();
    Ok(signatories.into_iter().filter(|signatory| signatory.publish).collect())
}

/// Whether somebody may still be named. A row with the name decides; one that is known otherwise, where there is none.
fn consents(then: &Signatory, now: &[Signatory]) -> bool {
    let alike =
        |one: &str, other: &str| !one.trim().is_empty() && one.trim().to_lowercase() == other.trim().to_lowercase();
    let same = |one: &Option<String>, other: &Option<String>| {
        one.as_deref().zip(other.as_deref()).is_some_and(|(a, b)| alike(a, b))
    };
    let mut by_name = now.iter().filter(|now| alike(&now.name, &then.name)).peekable();
    if by_name.peek().is_some() {
        return by_name.all(|now| now.publish);
    }
    let mut otherwise =
        now.iter().filter(|now| same(&now.acronym, &then.acronym) || same(&now.url, &then.url)).peekable();
    otherwise.peek().is_some() && otherwise.all(|now| now.publish)
}
