//! What needs a person now.

use std::sync::Arc;

use jiff::Timestamp;

use super::standing::{RoundStanding, Standing};
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::campaign::frozen::changed;
use crate::campaign::load::Campaign;
use crate::campaign::retention::{OverdueCampaign, overdue};
use crate::campaign::unlisted;
use crate::clock::{Clock, until};
use crate::ledger::{BrowseLedger, ReadLedger};
use crate::model::{DeliveryState, Fault, Faults, Round};

/// An inbox that was not read for so long, in seconds, is to be read before anybody relies on it.
const STALE: u64 = 24 * 3600;

/// Something that needs a person.
#[derive(Debug)]
pub enum Need {
    /// So many letters are in doubt.
    InDoubt(u64),
    /// So many failed.
    Failed(u64),
    /// So many came back.
    Bounced(u64),
    /// So many mails wait for a person.
    Waiting(u64),
    /// Files changed since the first letter left.
    Changed(Vec<String>),
    /// The inbox was last read then, or never, though letters left.
    InboxUnread(Option<Timestamp>),
    /// The lists or letters have faults.
    Faults(Arc<Faults>),
    /// Whoever is not in the list any more, and was to get something.
    Unlisted(Arc<[Fault]>),
    /// Campaigns that are kept longer than was meant.
    Overdue(Vec<OverdueCampaign>),
}

/// What needs a person now, by the ledger and the files.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn needs(folder: &Folder, standing: &Standing, files: &FilesFound, clock: &Clock) -> Result<Vec<Need>> {
    let mut needs = Vec::new();
    let count = |state| standing.rounds.iter().map(|round| round.tally.of(state)).sum::<u64>();
    let some = |count, need: fn(u64) -> Need| (count > 0).then(|| need(count));
    needs.extend(some(count(DeliveryState::InDoubt), Need::InDoubt));
    needs.extend(some(count(DeliveryState::Failed), Need::Failed));
    needs.extend(some(count(DeliveryState::Bounced), Need::Bounced));
    let ledger = folder.known_ledger()?;
    if let Some(ledger) = &ledger {
        needs.extend(some(ledger.waiting()?, Need::Waiting));
    }
    needs.extend(files.need());
    needs.extend((!files.unlisted.is_empty()).then(|| Need::Unlisted(Arc::clone(&files.unlisted))));
    if folder.settings.inbox.is_some() && standing.rounds.iter().any(has_left) {
        let is_stale = |at| until(at, clock.now()).as_secs() > STALE;
        let read_at = standing.inbox_read_at;
        needs.extend(read_at.is_none_or(is_stale).then_some(Need::InboxUnread(read_at)));
    }
    let overdue = overdue(folder, clock.now())?;
    needs.extend((!overdue.is_empty()).then_some(Need::Overdue(overdue)));
    Ok(needs)
}

/// Whether a letter of a round may have left.
fn has_left(round: &RoundStanding) -> bool {
    DeliveryState::ALL.into_iter().any(|state| state.may_have_left() && round.tally.of(state) > 0)
}

/// What was found in the campaign's files.
#[derive(Debug, Clone, Default)]
pub struct FilesFound {
    faults: Option<Arc<Faults>>,
    changed: Vec<String>,
    unlisted: Arc<[Fault]>,
}

impl FilesFound {
    fn need(&self) -> Option<Need> {
        let faults = self.faults.clone().map(Need::Faults);
        faults.or_else(|| (!self.changed.is_empty()).then(|| Need::Changed(self.changed.clone())))
    }
}

/// Looks for faults in the campaign's files, for what changed in them since the first letter left, and for whoever is
/// not in the list any more. All rows of the lists are read.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn look_at_files(folder: &Folder, clock: &Clock) -> Result<FilesFound> {
    let campaign = match Campaign::read(folder.clone(), Round(0), clock) {
        Ok(campaign) => campaign,
        Err(faults) => return Ok(FilesFound { faults: Some(Arc::new(faults)), ..FilesFound::default() }),
    };
    let ledger = folder.known_ledger()?;
    let Some(ledger) = ledger else { return Ok(FilesFound::default()) };
    let frozen = ledger.frozen(&folder.settings.id, Round(0))?;
    let changed = if frozen.is_empty() { Vec::new() } else { changed(&frozen, &campaign.files) };
    let mut unlisted = Vec::new();
    for round in 0..=u32::try_from(folder.settings.follow_ups.len()).unwrap_or(u32::MAX) {
        unlisted.extend(unlisted::warnings(folder, Round(round), Some(&ledger))?);
    }
    let changed = changed.into_iter().map(str::to_owned).collect();
    Ok(FilesFound { faults: None, changed, unlisted: unlisted.into() })
}
