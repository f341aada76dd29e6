//! What needs a person now.

use jiff::Timestamp;

use super::standing::{RoundStanding, Standing};
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::campaign::frozen::changed;
use crate::campaign::load::Campaign;
use crate::clock::{Clock, until};
use crate::ledger::{self, MailLedger, ReadLedger};
use crate::model::{DeliveryState, Round};

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
    Faults(Error),
}

/// What needs a person now, by the ledger and the files.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn needs(folder: &Folder, standing: &Standing, clock: &Clock) -> Result<Vec<Need>> {
    let mut needs = Vec::new();
    let count = |state| standing.rounds.iter().map(|round| round.tally.of(state)).sum::<u64>();
    let some = |count, need: fn(u64) -> Need| (count > 0).then(|| need(count));
    needs.extend(some(count(DeliveryState::InDoubt), Need::InDoubt));
    needs.extend(some(count(DeliveryState::Failed), Need::Failed));
    needs.extend(some(count(DeliveryState::Bounced), Need::Bounced));
    let ledger = folder.known_ledger()?;
    if let Some(ledger) = &ledger {
        let mut waiting = 0;
        for mail in ledger.unmatched() {
            waiting += u64::from(!mail?.suggestions.is_empty());
        }
        needs.extend(some(waiting, Need::Waiting));
    }
    needs.extend(of_the_files(folder, ledger.as_ref(), clock)?);
    if folder.settings.inbox.is_some() && standing.rounds.iter().any(has_left) {
        let is_stale = |at| until(at, clock.now()).as_secs() > STALE;
        let read_at = standing.inbox_read_at;
        needs.extend(read_at.is_none_or(is_stale).then_some(Need::InboxUnread(read_at)));
    }
    Ok(needs)
}

/// Whether a letter of a round may have left.
fn has_left(round: &RoundStanding) -> bool {
    DeliveryState::ALL.into_iter().any(|state| state.may_have_left() && round.tally.of(state) > 0)
}

/// What is wrong with the campaign's files, or changed in them since the first letter left.
fn of_the_files(folder: &Folder, ledger: Option<&impl ReadLedger>, clock: &Clock) -> ledger::Result<Option<Need>> {
    let campaign = match Campaign::read(folder.clone(), Round(0), clock) {
        Ok(campaign) => campaign,
        Err(faults) => return Ok(Some(Need::Faults(faults.into()))),
    };
    let frozen = ledger.map(|ledger| ledger.frozen(&folder.settings.id, Round(0))).transpose()?.unwrap_or_default();
    let changed = if frozen.is_empty() { Vec::new() } else { changed(&frozen, &campaign.files) };
    let changed: Vec<String> = changed.into_iter().map(str::to_owned).collect();
    Ok((!changed.is_empty()).then_some(Need::Changed(changed)))
}
