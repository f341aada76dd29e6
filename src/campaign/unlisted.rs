//! Whoever was taken out of the recipients list while something was to be sent to them: no row of a plan names them.

use super::error::Result;
use super::folder::Folder;
use super::listing::Listing;
use super::review::Upcoming;
use crate::ledger::{Delivery, ReadLedger, Selection};
use crate::model::count::counted;
use crate::model::{DeliveryState, Fault, Place, Round, printable};
use crate::plan::Next;

/// So many of them are named; the rest are counted.
const MOST_NAMED: usize = 5;

/// In these states a letter is still to be sent.
const OPEN: [DeliveryState; 2] = [DeliveryState::Planned, DeliveryState::Deferred];

/// What is said of those who are not in the list any more, and have a letter of a round before them: one that is still
/// to be sent, or the follow-up to one that was accepted. Nothing, where the list has rows that cannot be read.
///
/// # Errors
/// Where the ledger cannot be read.
pub(super) fn warnings(folder: &Folder, round: Round, ledger: Option<&impl ReadLedger>) -> Result<Vec<Fault>> {
    let Some(ledger) = ledger else { return Ok(Vec::new()) };
    let warning = |who: &[Delivery], what: String| {
        let message = format!(
            "not in the list any more, and {what}: {}; put the rows back, unless they were taken out on purpose",
            named(who)
        );
        (!who.is_empty()).then(|| Fault::warning(Place::file(&folder.settings.lists.recipients), message))
    };
    let open = open(folder, round, ledger)?;
    let mut warnings = Vec::new();
    warnings.extend(warning(&open, format!("the letter of round {round} that was planned does not go to them")));
    if let Some(before) = round.0.checked_sub(1) {
        let silent = would_be_due(folder, ledger, gone(folder, Round(before), &[DeliveryState::Accepted], ledger)?)?;
        let what = format!(
            "no follow-up of round {round} goes to them, though they got the letter before and have not answered"
        );
        warnings.extend(warning(&silent, what));
    }
    Ok(warnings)
}

/// The letters of a round that are still to be sent, and whose recipients are not in the list any more.
///
/// # Errors
/// Where the ledger cannot be read.
pub(super) fn open(folder: &Folder, round: Round, ledger: &impl ReadLedger) -> Result<Vec<Delivery>> {
    gone(folder, round, &OPEN, ledger)
}

/// The letters of a round in some states whose recipients are not in the list any more.
fn gone(folder: &Folder, round: Round, states: &[DeliveryState], ledger: &impl ReadLedger) -> Result<Vec<Delivery>> {
    let campaign = &folder.settings.id;
    let tally = ledger.tally(campaign, round)?;
    if states.iter().all(|state| tally.of(*state) == 0) {
        return Ok(Vec::new());
    }
    // What is wrong with the list is said by whoever decides about its rows.
    let Ok(listing) = Listing::read(folder) else { return Ok(Vec::new()) };
    let selection = Selection { round: Some(round), states: states.to_vec(), recipient: None };
    let mut gone = Vec::new();
    for delivery in ledger.deliveries(campaign, &selection) {
        // Of whoever was forgotten nothing is known.
        let is_gone = |it: &Delivery| !it.email.is_empty() && listing.lacks(it);
        gone.extend(Some(delivery?).filter(is_gone));
    }
    Ok(gone)
}

/// Those of some letters to which a follow-up would go, if their recipients stood in the list.
fn would_be_due(folder: &Folder, ledger: &impl ReadLedger, gone: Vec<Delivery>) -> Result<Vec<Delivery>> {
    let mut silent = Vec::new();
    if gone.is_empty() {
        return Ok(silent);
    }
    let upcoming = Upcoming::read(folder, ledger)?;
    for batch in upcoming.batches_of(gone.into_iter().map(|delivery| Ok((delivery, ()))), |()| None) {
        let due = batch?.into_iter().filter(|(.., next)| *next == Some(Next::NotListed));
        silent.extend(due.map(|(delivery, ..)| delivery));
    }
    Ok(silent)
}

/// The first of some recipients by name, and how many more there are.
fn named(deliveries: &[Delivery]) -> String {
    let names = deliveries.iter().take(MOST_NAMED).map(|delivery| {
        let (id, email) = (printable(delivery.recipient.as_str()), printable(&delivery.email));
        if id.eq_ignore_ascii_case(&email) { format!("`{email}`") } else { format!("`{id}` (`{email}`)") }
    });
    let names = names.collect::<Vec<_>>().join(", ");
    match deliveries.len().saturating_sub(MOST_NAMED) {
        0 => names,
        more => format!("{names} and {}", counted(more as u64, "other", "others")),
    }
}
