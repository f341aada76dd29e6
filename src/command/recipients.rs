//! The recipients list: read once to see everybody, and once more to decide about each.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::campaign::keep;
use crate::config::{Campaign, Counts};
use crate::ledger::{ReadLedger, Standing};
use crate::lists::RecipientList;
use crate::model::{Columns, DeliveryState, Fault, Faults, Place, Recipient, Round};
use crate::plan::{Census, Entry, Planner};
use crate::workspace::Workspace;

/// What the first reading of the list shows.
pub(super) struct Seen {
    /// Its header.
    pub columns: Arc<Columns>,
    /// Decides about each row.
    pub planner: Planner,
    pub rows: u64,
    /// The attachments of single recipients.
    pub enclosed: BTreeSet<String>,
    /// The form in which the file was found.
    pub origin: String,
}

/// Reads the list for the first time; `None` where it cannot be read at all.
pub(super) fn see(workspace: &Workspace, campaign: &Campaign, found: &mut Faults) -> Option<Seen> {
    let path = &campaign.lists.recipients;
    let open = || RecipientList::open(workspace, path, &campaign.lists.format);
    let mut list = keep(open(), found)?;
    let weighs = campaign.pace.counts == Counts::Recipients;
    let mut census = Census::new(campaign.pace.windows().smallest().filter(|_| weighs));
    let mut rows = 0;
    let mut enclosed = BTreeSet::new();
    let mut faults = Faults::new();
    for recipient in &mut list {
        rows += 1;
        let Some(recipient) = keep(recipient, &mut faults) else { continue };
        faults.extend(census.see(path, &recipient).err());
        enclosed.extend(recipient.attachments);
    }
    let planner = census.into_planner().map_err(|error| {
        let message = format!(
            "its {rows} rows cannot be sorted in the temporary folder: {error}; make room in it, or name another in `TMPDIR`"
        );
        Fault::error(Place::file(path), message).into()
    });
    let mut planner = keep(planner, &mut faults);
    if let Some(planner) = planner.as_mut().filter(|planner| planner.reuses_ids()) {
        // Who it is was not kept: the list is read again, and the faults of both readings put in the order of the lines.
        let again = open().into_iter().flatten().flatten();
        faults.extend(again.filter_map(|recipient| planner.reused_id(path, &recipient)));
        let mut in_order: Vec<Fault> = std::mem::take(&mut faults).into_iter().collect();
        in_order.sort_by(|one, other| one.place.cmp(&other.place));
        faults.extend(in_order);
    }
    found.extend(faults);
    found.extend(list.take_warnings());
    Some(Seen {
        columns: Arc::clone(list.columns()),
        planner: planner?,
        rows,
        enclosed,
        origin: list.origin().to_string(),
    })
}

/// What is planned for each row, in the list's order.
///
/// # Errors
/// Where the list cannot be read any more, or the ledger.
pub(super) fn entries(
    workspace: &Workspace,
    campaign: &Campaign,
    planner: &mut Planner,
    round: Round,
    ledger: Option<&impl ReadLedger>,
    mut each: impl FnMut(Entry) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let list = RecipientList::open(workspace, &campaign.lists.recipients, &campaign.lists.format)?;
    let mut faults = Faults::new();
    // In a round that has no deliveries yet there is nothing to look for.
    let ledger = match ledger {
        Some(ledger) if ledger.tally(&campaign.id, round)?.total() > 0 => Some(ledger),
        _ => None,
    };
    for recipient in list {
        let recipient = recipient?;
        let standing = match ledger {
            Some(ledger) => ledger.standing(&campaign.id, round, &recipient.id, &recipient.to.key())?,
            None => None,
        };
        let same = standing.as_ref().is_none_or(|standing| standing.address == recipient.to.key());
        let standing = match standing {
            // The row was mended: what could not be sent to the old address is open again.
            Some(Standing { state: DeliveryState::Failed, answer, .. }) if !same => {
                Some((DeliveryState::Deferred, answer))
            }
            Some(standing) if !same && standing.state.is_settled() => {
                faults.push(taken_id(&campaign.lists.recipients, &recipient, &standing));
                continue;
            }
            standing => standing.map(|standing| (standing.state, standing.answer)),
        };
        each(planner.decide(recipient, standing)?)?;
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

/// A row that has the id of a letter to somebody else: taken for that one, it would be passed over.
fn taken_id(list: &str, recipient: &Recipient, standing: &Standing) -> Fault {
    let (id, state) = (&recipient.id, standing.state);
    let message = format!(
        "the id `{id}` is that of the letter to `{}`, which is {state}; give `{}` an id of its own, and keep the ids of a list as they are",
        standing.address, recipient.to
    );
    Fault::error(recipient.place(list, "id"), message)
}
