//! A person says whom to write to no more, in any campaign of the ledger.

use super::find;
use super::recorded::Recorded;
use super::said::Said;
use crate::campaign::contacted::witnessed_ledger;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::ledger::{PersonLedger, ReadLedger, Selection};
use crate::lists::{RecipientList, read_suppressions, read_target};
use crate::model::{Answer, DeliveryState, EmailAddress, RecipientId, Suppression, Target};

/// An address, or everybody at a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whom {
    /// What it covers.
    pub target: Target,
    /// As people read it.
    pub shown: String,
}

impl Whom {
    /// Reads an address, or `@domain`.
    ///
    /// # Errors
    /// [`Error::NoTarget`] where it is neither.
    pub fn read(text: &str) -> Result<Self> {
        let (target, address) = read_target(text).map_err(|why| Error::NoTarget { text: text.to_owned(), why })?;
        let shown = match target {
            Target::Address(_) => address.to_string(),
            Target::Domain(_) => format!("@{}", address.shown_domain()),
        };
        Ok(Self { target, shown })
    }
}

/// That somebody is written to no more.
#[derive(Debug)]
pub struct Suppressed {
    /// What stood before, where they were suppressed already.
    pub before: Option<Suppression>,
    /// How many letters of this campaign that stops, or why that cannot be said: they are suppressed, whatever is wrong
    /// with the list.
    pub letters: Result<u64>,
}

/// That somebody is not suppressed in the ledger any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifted {
    /// The campaign's own list of suppressions, where they stand in it too: this campaign does not write to them until
    /// that is changed.
    pub listed: Option<String>,
    /// Who at the address answered that they are not to be written to, which still holds.
    pub answered: Vec<(RecipientId, Answer)>,
}

/// Whom the ledger suppresses; nobody, where there is none yet.
///
/// # Errors
/// Where it cannot be read.
pub fn suppressions(folder: &Folder) -> Result<Vec<Suppression>> {
    let ledger = folder.known_ledger()?;
    Ok(ledger.as_ref().map(ReadLedger::suppressions).transpose()?.unwrap_or_default())
}

/// Records that somebody is written to no more, and why.
///
/// # Errors
/// Where the ledger cannot be written.
pub async fn suppress(
    folder: &Folder,
    whom: &Whom,
    reason: Option<String>,
    said: &Said,
) -> Result<Recorded<Suppressed>> {
    refuse_forgotten(folder, whom)?;
    let ledger = witnessed_ledger(folder)?;
    let suppression = Suppression { target: whom.target.clone(), reason };
    let before = ledger.suppress(suppression, &said.of(&folder.settings.id)).await?;
    let suppressed = Suppressed { before, letters: letters(folder, &ledger, &whom.target) };
    Ok(Recorded::and_logged(suppressed, folder, &ledger))
}

/// Takes a suppression out of the ledger.
///
/// # Errors
/// [`Error::NotSuppressed`] and [`Error::OnlyListed`] where there is none to take out, and where the ledger cannot be
/// read or written.
pub async fn lift(folder: &Folder, whom: &Whom, said: &Said) -> Result<Recorded<Lifted>> {
    refuse_forgotten(folder, whom)?;
    let listed = listed(folder, &whom.target).map(str::to_owned);
    if !suppressions(folder)?.iter().any(|known| known.target == whom.target) {
        let shown = whom.shown.clone();
        return Err(match listed {
            Some(list) => Error::OnlyListed { shown, list },
            None => Error::NotSuppressed(shown),
        });
    }
    let ledger = witnessed_ledger(folder)?;
    ledger.lift(whom.target.clone(), &said.of(&folder.settings.id)).await?;
    let lifted = Lifted { listed, answered: answered(folder, &ledger, &whom.target)? };
    Ok(Recorded::and_logged(lifted, folder, &ledger))
}

/// Refuses the address of somebody who was forgotten: it would be in the ledger again.
fn refuse_forgotten(folder: &Folder, whom: &Whom) -> Result<()> {
    let ledger = folder.known_ledger()?;
    let forgotten = ledger.as_ref().map(ReadLedger::forgotten).transpose()?.unwrap_or_default();
    match &whom.target {
        Target::Address(key) if forgotten.has(key) => Err(Error::Forgotten(whom.shown.clone())),
        _ => Ok(()),
    }
}

/// The campaign's own list of suppressions, where somebody stands in it.
fn listed<'a>(Folder { workspace, settings, .. }: &'a Folder, target: &Target) -> Option<&'a str> {
    let path = settings.lists.suppressions.as_deref()?;
    let list = read_suppressions(workspace, path, &settings.lists.format).ok()?;
    list.suppressions.iter().any(|known| known.target == *target).then_some(path)
}

/// How many letters of the campaign were still to go there: by the ledger, or by the list where nothing was planned
/// yet.
fn letters(Folder { workspace, settings, .. }: &Folder, ledger: &impl ReadLedger, target: &Target) -> Result<u64> {
    let mut count = 0;
    if ledger.rounds(&settings.id)?.is_empty() {
        let lists = &settings.lists;
        for row in RecipientList::open(workspace, &lists.recipients, &lists.format, &lists.rules)? {
            count += u64::from(row?.recipient().is_some_and(|recipient| target.covers(&recipient.to)));
        }
        return Ok(count);
    }
    let states = vec![DeliveryState::Planned, DeliveryState::Deferred];
    for delivery in ledger.deliveries(&settings.id, &Selection { states, ..Selection::default() }) {
        let address = EmailAddress::parse(&delivery?.email);
        count += u64::from(address.is_ok_and(|address| target.covers(&address)));
    }
    Ok(count)
}

/// Who at the address answered that they are not to be written to.
fn answered(folder: &Folder, ledger: &impl ReadLedger, target: &Target) -> Result<Vec<(RecipientId, Answer)>> {
    let Target::Address(key) = target else { return Ok(Vec::new()) };
    let deliveries = find::at(ledger, &folder.settings.id, key)?.into_iter();
    let stopping = deliveries.filter(|delivery| delivery.answer.stops());
    Ok(stopping.map(|delivery| (delivery.recipient, delivery.answer)).collect())
}
