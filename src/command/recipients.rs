//! The recipients list: read once to see everybody, and once more to decide about each.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::config::{Campaign, Counts};
use crate::ledger::{ReadLedger, Standing};
use crate::lists::RecipientList;
use crate::model::{
    Addressee, Answer, Columns, DeliveryState, Fault, Faults, History, Place, Recipient, Round, Thread,
};
use crate::plan::{Census, Entry, Planner};
use crate::workspace::Workspace;

/// How many recipients are read, and the ledger asked about, at once.
const BATCH: usize = 256;
/// How many such batches may be read before they are wanted.
const BATCHES_AHEAD: usize = 4;

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
    let mut list = found.keep(open())?;
    let weighs = campaign.pace.counts == Counts::Recipients;
    let mut census = Census::new(campaign.pace.windows().smallest().filter(|_| weighs));
    let mut rows = 0;
    let mut enclosed = BTreeSet::new();
    let mut faults = Faults::new();
    for recipient in &mut list {
        rows += 1;
        let Some(recipient) = faults.keep(recipient) else { continue };
        faults.extend(census.see(path, &recipient).err());
        enclosed.extend(recipient.attachments);
    }
    let planner = census.into_planner().map_err(|error| {
        let message = format!(
            "its {rows} rows cannot be sorted in the temporary folder: {error}; make room in it, or name another in `TMPDIR`"
        );
        Fault::error(Place::file(path), message).into()
    });
    let mut planner = faults.keep(planner);
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
    each: impl FnMut(Entry) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    // In a round that has no deliveries yet there is nothing to look for.
    let standings = match ledger {
        Some(ledger) if ledger.tally(&campaign.id, round)?.total() > 0 => Some(ledger),
        _ => None,
    };
    decide(workspace, campaign, planner, round, (standings, ledger), each)
}

/// What would be planned for each row if nothing of the round were sent yet, in the list's order.
///
/// # Errors
/// As for [`entries`].
pub(super) fn entries_anew(
    workspace: &Workspace,
    campaign: &Campaign,
    planner: &mut Planner,
    round: Round,
    ledger: Option<&impl ReadLedger>,
    each: impl FnMut(Entry) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    decide(workspace, campaign, planner, round, (None, ledger), each)
}

/// Decides about each row by where its delivery stands, in the first ledger, and by what went to the recipient before, in the second.
fn decide<L: ReadLedger>(
    workspace: &Workspace,
    campaign: &Campaign,
    planner: &mut Planner,
    round: Round,
    (standings, histories): (Option<&L>, Option<&L>),
    mut each: impl FnMut(Entry) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let path = &campaign.lists.recipients;
    let list = RecipientList::open(workspace, path, &campaign.lists.format)?;
    let thread = Thread {
        campaign: campaign.id.clone(),
        before: round,
        continues: campaign.continues.clone(),
        quotes: campaign.quotes(round),
    };
    let histories = histories.filter(|_| thread.has_earlier());
    let mut faults = Faults::new();
    let mut place = 0;
    ahead(list, |batch| {
        let standings = match standings {
            Some(ledger) => {
                let recipients: Vec<_> = batch.iter().map(|it| (it.id.clone(), it.to.key())).collect();
                ledger.standings(&campaign.id, round, place, &recipients)?
            }
            None => vec![None; batch.len()],
        };
        let histories = match histories {
            Some(ledger) => {
                let recipients: Vec<Addressee> = batch.iter().map(Addressee::from).collect();
                ledger.histories(&thread, &recipients)?
            }
            None => vec![History::default(); batch.len()],
        };
        place += batch.len() as u64;
        for ((recipient, standing), history) in batch.into_iter().zip(standings).zip(histories) {
            match look_at(path, &recipient, standing) {
                Ok(standing) => each(planner.decide(recipient, standing, history)?)?,
                Err(fault) => faults.push(fault),
            }
        }
        Ok(())
    })?;
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

/// Reads the list on a thread of its own, some way ahead of `each`.
fn ahead(mut list: RecipientList, mut each: impl FnMut(Vec<Recipient>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let (sender, batches) = sync_channel(BATCHES_AHEAD);
        scope.spawn(move || {
            loop {
                let batch: Result<Vec<_>, Faults> = list.by_ref().take(BATCH).collect();
                let is_last = batch.as_ref().map_or(true, Vec::is_empty);
                // Nobody listens any more where something went wrong.
                if sender.send(batch).is_err() || is_last {
                    break;
                }
            }
        });
        for batch in batches {
            each(batch?)?;
        }
        Ok(())
    })
}

/// What the ledger's history means for a row.
fn look_at(
    list: &str,
    recipient: &Recipient,
    standing: Option<Standing>,
) -> Result<Option<(DeliveryState, Answer)>, Fault> {
    let Some(standing) = standing else { return Ok(None) };
    let Standing { state, answer, address } = &standing;
    if *address == recipient.to.key() || !state.is_settled() {
        return Ok(Some((*state, *answer)));
    }
    match state {
        // The row was mended: what could not be sent to the old address is open again.
        DeliveryState::Failed => Ok(Some((DeliveryState::Deferred, *answer))),
        _ => Err(taken_id(list, recipient, &standing)),
    }
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
