//! The recipients list: read once to see everybody, and once more to decide about each.

use std::collections::BTreeSet;
use std::io;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use super::error::{Error, Result};
use super::folder::Folder;
use super::readdress::{Readdressed, Readdressing, taken_by_another};
use super::retention::refuse_expired;
use super::shared_mailbox::SharedMailbox;
use crate::config::{Counts, Settings};
use crate::ledger::{ReadLedger, Standing};
use crate::lists::{ColumnFaults, Oddities, RecipientList};
use crate::model::{
    Addressee, Columns, Fault, Faults, History, Listed, Place, Recipient, Round, SharedAddress, Thread, Unaddressed,
};
use crate::plan::{Census, Planner, Row};

/// How many recipients are read, and the ledger asked about, at once.
const BATCH: usize = 128;
/// How many such batches may be read before they are wanted.
const BATCHES_AHEAD: usize = 4;

/// What the first reading of the list shows.
pub(super) struct Seen {
    /// Its header.
    pub columns: Arc<Columns>,
    /// The numbers of columns that known ones are made of.
    pub sources: BTreeSet<usize>,
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
    let open = || RecipientList::open(workspace, path, &settings.lists.format, &settings.lists.rules);
    let (batches, reading) = read_ahead(found.keep(open())?);
    let weighs = settings.pace.counts == Counts::Recipients;
    let mut census = Census::new(settings.pace.smallest().filter(|_| weighs));
    let mut oddities = Oddities::default();
    let (mut rows, mut unaddressed) = (0, 0);
    let mut enclosed = BTreeSet::new();
    let mut faults = Faults::new();
    for row in batches.iter().take_while(|batch| !batch.is_empty()).flatten() {
        rows += 1;
        match faults.keep(row) {
            Some(Listed::Recipient(recipient)) => {
                census.see(path, &recipient);
                oddities.see(path, &recipient);
                enclosed.extend(recipient.attachments);
            }
            Some(Listed::Unaddressed(row)) => {
                census.see_unaddressed(&row);
                unaddressed += 1;
            }
            None => {}
        }
    }
    let mut list = reading.join().unwrap_or_else(|panic| resume_unwind(panic));
    faults.extend(of_all_rows(&mut census, path, rows));
    faults.extend((rows == unaddressed && rows > 0).then(|| no_address(path)));
    let planner = census.into_planner().map_err(|error| unsorted(path, rows, &error).into());
    let mut planner = faults.keep(planner);
    if let Some(planner) = planner.as_mut().filter(|planner| planner.reuses_ids()) {
        // Who it is was not kept: the list is read again, and the faults of both readings put in the order of the
        // lines.
        let again = open().into_iter().flatten().flatten().filter_map(Listed::recipient);
        faults.extend(again.filter_map(|recipient| planner.reused_id(path, &recipient)));
        let mut in_order: Vec<Fault> = std::mem::take(&mut faults).into_iter().collect();
        in_order.sort_by(|one, other| one.place.cmp(&other.place));
        faults.extend(in_order);
    }
    if let Some(planner) = planner.as_mut().filter(|_| settings.lists.rules.shared_address == SharedAddress::Each) {
        // Who shares an address is known once all rows were seen.
        let again = open().into_iter().flatten().flatten().filter_map(Listed::recipient);
        faults.extend(meet(planner, path, again));
    }
    found.extend(faults);
    found.extend(list.take_warnings());
    found.extend(oddities.warnings());
    Some(Seen {
        columns: Arc::clone(list.columns()),
        sources: list.sources().collect(),
        planner: planner?,
        rows,
        enclosed,
        origin: match list.left_out() {
            Some((left_out, of)) => format!("{}; `rows` leaves out {left_out} of {of} rows", list.origin()),
            None => list.origin().to_string(),
        },
        column_faults: list.take_column_faults(),
    })
}

/// What is said of rows beside each other.
fn of_all_rows(census: &mut Census, path: &str, rows: u64) -> Vec<Fault> {
    let same_names = census.same_names(path).unwrap_or_else(|error| vec![unsorted(path, rows, &error)]);
    census.too_heavy().into_iter().chain(same_names).collect()
}

fn no_address(path: &str) -> Fault {
    Fault::error(Place::file(path), "no row has an address; is `email` the right column?")
}

/// Tells the planner who is at which address. Gives the faults of rows that have somebody else's id there.
fn meet<'a>(
    planner: &'a mut Planner,
    list: &'a str,
    recipients: impl Iterator<Item = Recipient> + 'a,
) -> impl Iterator<Item = Fault> + 'a {
    recipients.filter_map(move |recipient| {
        let met = planner.meet(list, &recipient);
        met.unwrap_or_else(|alike| Some(Fault::error(Place::file(list), alike.to_string())))
    })
}

fn unsorted(list: &str, rows: u64, error: &io::Error) -> Fault {
    let message = format!(
        "its {rows} rows cannot be sorted in the temporary folder: {error}; make room in it, or name another in `TMPDIR`"
    );
    Fault::error(Place::file(list), message)
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
    /// Where the first letters stand, in a follow-up: what is a fault there is one here.
    first_letters: Option<&'a L>,
    batches: Receiver<Batch>,
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
        if let Some(ledger) = standings {
            planner.note_copied(ledger.copied(&folder.settings.id, round)?);
        }
        Ok(Self { standings, ..Self::anew(folder, planner, round, ledger)? })
    }

    /// What would be planned for each row if nothing of the round were sent yet.
    ///
    /// # Errors
    /// Where the list or the ledger cannot be read.
    pub(super) fn anew(
        folder: &'a Folder,
        planner: &'a mut Planner,
        round: Round,
        ledger: Option<&'a L>,
    ) -> Result<Self> {
        let settings = &folder.settings;
        let lists = &settings.lists;
        let list = RecipientList::open(&folder.workspace, &lists.recipients, &lists.format, &lists.rules)?;
        // Whoever goes through the list heeds the ledger: none of the ways to a plan can leave that out.
        refuse_expired(folder, ledger)?;
        if let Some(ledger) = ledger {
            planner.suppress(ledger.suppressions()?);
            planner.forget(ledger.forgotten()?);
        }
        let thread = Thread {
            campaign: settings.id.clone(),
            before: round,
            continues: settings.continues.clone(),
            quotes: settings.quotes(round),
        };
        let first_letters = match ledger {
            Some(ledger) if round > Round(0) && ledger.tally(&settings.id, Round(0))?.total() > 0 => Some(ledger),
            _ => None,
        };
        Ok(Self {
            settings,
            first_letters,
            histories: ledger.filter(|_| thread.has_earlier()),
            thread,
            planner,
            standings: None,
            batches: read_ahead(list).0,
            place: 0,
            faults: Faults::new(),
            is_over: false,
        })
    }

    fn decide(&mut self, mut batch: Vec<Listed>) -> Result<Vec<Row>> {
        let rows = batch.len();
        let mut standings = self.standings_at(self.standings, self.thread.before, &batch)?;
        self.refuse_taken_ids(&mut batch, &mut standings)?;
        self.share_out(&mut batch, &mut standings)?;
        self.place += rows as u64;
        let mut listed = Vec::with_capacity(batch.len());
        let mut readdressing = Readdressing {
            planner: self.planner,
            standings: self.standings,
            campaign: &self.thread.campaign,
            round: self.thread.before,
            list: &self.settings.lists.recipients,
        };
        for (row, standing) in batch.into_iter().zip(standings) {
            match row {
                Listed::Recipient(recipient) => match readdressing.find(*recipient, standing)? {
                    Ok(readdressed) => listed.push(Ok(readdressed)),
                    Err(fault) => self.faults.push(fault),
                },
                Listed::Unaddressed(row) => listed.push(Err(row)),
            }
        }
        let mut histories = self.histories_of(&listed)?.into_iter();
        let mut decided = Vec::with_capacity(rows);
        for row in listed {
            decided.push(match row {
                Ok(Readdressed { recipient, passed, standing }) => {
                    let history = histories.next().unwrap_or_default();
                    let mut entry = self.planner.decide(recipient, standing, history)?;
                    entry.left_out.splice(0..0, passed);
                    Row::Entry(Box::new(entry))
                }
                Err(row) => self.planner.pass_over(row)?,
            });
        }
        Ok(decided)
    }

    /// Finds where the letters of those stand who share a mailbox with others and get one each. A row of which nobody
    /// can tell is a fault, and taken out.
    fn share_out(&mut self, batch: &mut Vec<Listed>, standings: &mut Vec<Option<Standing>>) -> Result<()> {
        if self.settings.lists.rules.shared_address != SharedAddress::Each {
            return Ok(());
        }
        let (rows, stands) = (std::mem::take(batch), std::mem::take(standings));
        for (mut row, mut standing) in rows.into_iter().zip(stands) {
            if let Listed::Recipient(recipient) = &mut row
                && let Some(residents) = self.planner.residents(recipient)?
                && let Some(ledger) = self.standings
                && residents.iter().any(|resident| resident.line == recipient.list_line())
            {
                let (campaign, round) = (&self.thread.campaign, self.thread.before);
                let list = &self.settings.lists.recipients;
                let mailbox = SharedMailbox { ledger, campaign, round, list, residents };
                match mailbox.standing(recipient)? {
                    Ok(found) => standing = found,
                    Err(fault) => {
                        self.faults.push(fault);
                        continue;
                    }
                }
            }
            batch.push(row);
            standings.push(standing);
        }
        Ok(())
    }

    /// Takes out the rows of a follow-up that have the id of one first letter and the address of another, as a fault: a
    /// column was put in another order than the rest, and they would be reminded in somebody else's name.
    fn refuse_taken_ids(&mut self, batch: &mut Vec<Listed>, standings: &mut Vec<Option<Standing>>) -> Result<()> {
        let Some(ledger) = self.first_letters else { return Ok(()) };
        let first = self.standings_at(Some(ledger), Round(0), batch)?;
        let (rows, stands) = (std::mem::take(batch), std::mem::take(standings));
        for ((row, standing), first) in rows.into_iter().zip(stands).zip(first) {
            if let (Listed::Recipient(recipient), Some(first)) = (&row, first)
                && let Some(fault) = taken_by_another(&self.settings.lists.recipients, recipient, &first)
                && !ledger.letters_to(&self.settings.id, Round(0), &recipient.to.key())?.is_empty()
            {
                self.faults.push(fault);
                continue;
            }
            batch.push(row);
            standings.push(standing);
        }
        Ok(())
    }

    /// Where the deliveries of a round to rows stand.
    fn standings_at(&self, ledger: Option<&L>, round: Round, batch: &[Listed]) -> Result<Vec<Option<Standing>>> {
        let (Some(ledger), place) = (ledger, self.place) else { return Ok(vec![None; batch.len()]) };
        let name = |row: &Listed| match row {
            Listed::Recipient(recipient) => (recipient.id.clone(), recipient.to.key()),
            Listed::Unaddressed(row) => (row.id.clone(), String::new()),
        };
        let recipients: Vec<_> = batch.iter().map(name).collect();
        Ok(ledger.standings(&self.thread.campaign, round, place, &recipients)?)
    }

    /// What went before to those who have an address, in their order.
    fn histories_of(&self, listed: &[std::result::Result<Readdressed, Unaddressed>]) -> Result<Vec<History>> {
        let recipients = listed.iter().flatten().map(|row| Addressee::from(&row.recipient));
        match self.histories {
            Some(ledger) => Ok(ledger.histories(&self.thread, &recipients.collect::<Vec<_>>())?),
            None => Ok(Vec::new()),
        }
    }
}

impl<L: ReadLedger> Iterator for Pass<'_, L> {
    type Item = Result<Vec<Row>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let decided = match self.batches.recv() {
            // The last batch is empty.
            Ok(batch) if batch.is_empty() => {
                self.is_over = true;
                let faults = std::mem::take(&mut self.faults);
                return (!faults.is_empty()).then(|| Err(faults.into()));
            }
            Ok(batch) => {
                let rows: Result<Vec<_>, Faults> = batch.into_iter().collect();
                rows.map_err(Error::from).and_then(|rows| self.decide(rows))
            }
            Err(_) => Err(Error::ListCutShort(self.settings.lists.recipients.clone())),
        };
        self.is_over = decided.is_err();
        Some(decided)
    }
}

/// Rows of the list, in its order, or what is wrong with each; none where the list is at its end.
type Batch = Vec<Result<Listed, Faults>>;

/// Reads the list on a thread of its own, as far ahead as there is room. The thread gives the list back when it is at
/// its end, or when nobody listens any more.
fn read_ahead(mut list: RecipientList) -> (Receiver<Batch>, JoinHandle<RecipientList>) {
    let (sender, batches) = sync_channel(BATCHES_AHEAD);
    let reading = thread::spawn(move || {
        loop {
            let batch: Batch = list.by_ref().take(BATCH).collect();
            let is_last = batch.is_empty();
            if sender.send(batch).is_err() || is_last {
                return list;
            }
        }
    });
    (batches, reading)
}
