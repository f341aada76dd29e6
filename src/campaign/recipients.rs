//! The recipients list: read once to see everybody, and once more to decide about each.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use super::error::{Error, Result};
use super::folder::Folder;
use crate::config::{Counts, Settings};
use crate::ledger::{ReadLedger, Standing};
use crate::lists::{ColumnFaults, RecipientList};
use crate::model::{
    Addressee, Answer, Columns, DeliveryState, Fault, Faults, History, Place, Recipient, Round, Thread,
};
use crate::plan::{Census, Entry, Planner};

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
    /// What is wrong with cells of columns that only a letter may use.
    pub column_faults: ColumnFaults,
}

/// Reads the list for the first time; `None` where it cannot be read at all.
pub(super) fn see(Folder { workspace, settings, .. }: &Folder, found: &mut Faults) -> Option<Seen> {
    let path = &settings.lists.recipients;
    let open = || RecipientList::open(workspace, path, &settings.lists.format);
    let mut list = found.keep(open())?;
    let weighs = settings.pace.counts == Counts::Recipients;
    let mut census = Census::new(settings.pace.smallest().filter(|_| weighs));
    let mut rows = 0;
    let mut enclosed = BTreeSet::new();
    let mut faults = Faults::new();
    for recipient in &mut list {
        rows += 1;
        let Some(recipient) = faults.keep(recipient) else { continue };
        census.see(path, &recipient);
        enclosed.extend(recipient.attachments);
    }
    faults.extend(census.too_heavy());
    let planner = census.into_planner().map_err(|error| {
        let message = format!(
            "its {rows} rows cannot be sorted in the temporary folder: {error}; make room in it, or name another in `TMPDIR`"
        );
        Fault::error(Place::file(path), message).into()
    });
    let mut planner = faults.keep(planner);
    if let Some(planner) = planner.as_mut().filter(|planner| planner.reuses_ids()) {
        // Who it is was not kept: the list is read again, and the faults of both readings put in the order of the
        // lines.
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
        column_faults: list.take_column_faults(),
    })
}

/// One pass over the list for a round, in the list's order: an iterator of batches of rows that were decided about. The
/// list is read on a thread of its own, some way ahead.
///
/// It ends with an error where the list or the ledger cannot be read any more. Faults of single rows are gathered, and
/// come last.
pub(super) struct Pass<'a, L> {
    settings: &'a Settings,
    thread: Thread,
    planner: &'a mut Planner,
    /// Where the deliveries of the round stand; nothing, where that is not looked at.
    standings: Option<&'a L>,
    /// What went to the recipients before; nothing, where nothing can have.
    histories: Option<&'a L>,
    batches: Receiver<Result<Vec<Recipient>, Faults>>,
    /// How many rows were decided about.
    place: u64,
    faults: Faults,
    is_over: bool,
}

impl<'a, L: ReadLedger> Pass<'a, L> {
    /// What is planned for each row, by what the ledger has of it.
    ///
    /// # Errors
    /// Where the list or the ledger cannot be read.
    pub(super) fn over(
        folder: &'a Folder,
        planner: &'a mut Planner,
        round: Round,
        ledger: Option<&'a L>,
    ) -> Result<Self> {
        // In a round that has no deliveries yet there is nothing to look for.
        let standings = match ledger {
            Some(ledger) if ledger.tally(&folder.settings.id, round)?.total() > 0 => Some(ledger),
            _ => None,
        };
        Ok(Self { standings, ..Self::anew(folder, planner, round, ledger)? })
    }

    /// What would be planned for each row if nothing of the round were sent yet.
    ///
    /// # Errors
    /// Where the list cannot be read.
    pub(super) fn anew(
        folder: &'a Folder,
        planner: &'a mut Planner,
        round: Round,
        ledger: Option<&'a L>,
    ) -> Result<Self> {
        let settings = &folder.settings;
        let list = RecipientList::open(&folder.workspace, &settings.lists.recipients, &settings.lists.format)?;
        let thread = Thread {
            campaign: settings.id.clone(),
            before: round,
            continues: settings.continues.clone(),
            quotes: settings.quotes(round),
        };
        Ok(Self {
            settings,
            histories: ledger.filter(|_| thread.has_earlier()),
            thread,
            planner,
            standings: None,
            batches: read_ahead(list),
            place: 0,
            faults: Faults::new(),
            is_over: false,
        })
    }

    fn decide(&mut self, batch: Vec<Recipient>) -> Result<Vec<Entry>> {
        let standings = match self.standings {
            Some(ledger) => {
                let recipients: Vec<_> = batch.iter().map(|it| (it.id.clone(), it.to.key())).collect();
                ledger.standings(&self.thread.campaign, self.thread.before, self.place, &recipients)?
            }
            None => vec![None; batch.len()],
        };
        let histories = match self.histories {
            Some(ledger) => {
                let recipients: Vec<Addressee> = batch.iter().map(Addressee::from).collect();
                ledger.histories(&self.thread, &recipients)?
            }
            None => vec![History::default(); batch.len()],
        };
        self.place += batch.len() as u64;
        let mut entries = Vec::with_capacity(batch.len());
        for ((recipient, standing), history) in batch.into_iter().zip(standings).zip(histories) {
            match look_at(&self.settings.lists.recipients, &recipient, standing) {
                Ok(standing) => entries.push(self.planner.decide(recipient, standing, history)?),
                Err(fault) => self.faults.push(fault),
            }
        }
        Ok(entries)
    }
}

impl<L: ReadLedger> Iterator for Pass<'_, L> {
    type Item = Result<Vec<Entry>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let decided = match self.batches.recv() {
            // The last batch is empty.
            Ok(Ok(batch)) if batch.is_empty() => {
                self.is_over = true;
                let faults = std::mem::take(&mut self.faults);
                return (!faults.is_empty()).then(|| Err(faults.into()));
            }
            Ok(batch) => batch.map_err(Error::from).and_then(|batch| self.decide(batch)),
            Err(_) => Err(Error::ListCutShort(self.settings.lists.recipients.clone())),
        };
        self.is_over = decided.is_err();
        Some(decided)
    }
}

/// Reads the list on a thread of its own, as far ahead as there is room.
fn read_ahead(mut list: RecipientList) -> Receiver<Result<Vec<Recipient>, Faults>> {
    let (sender, batches) = sync_channel(BATCHES_AHEAD);
    thread::spawn(move || {
        loop {
            let batch: Result<Vec<_>, Faults> = list.by_ref().take(BATCH).collect();
            let is_last = batch.as_ref().map_or(true, Vec::is_empty);
            // Nobody listens any more where something went wrong.
            if sender.send(batch).is_err() || is_last {
                break;
            }
        }
    });
    batches
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
