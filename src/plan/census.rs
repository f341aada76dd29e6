//! The first pass over the recipients: which addresses and ids stand on more than one row. Those alone are kept.

use std::collections::HashMap;
use std::io;

use super::fingerprint::{Fingerprint, Fingerprints};
use super::known::Known;
use super::mailboxes::KnownAddress;
use super::people::Residents;
use super::planner::{KnownId, Planner};
use super::same_name::SameName;
use super::sorter::{Mark, Sorter};
use crate::model::{Fault, ListLine, Place, Recipient, RecipientId, Unaddressed, lookup_key};

/// The address is that of the letter itself.
const TO: Fingerprint = 0;
/// The address gets a copy.
const COPY: Fingerprint = 1;
/// The address stands behind the first of its cell.
const FURTHER: Fingerprint = 2;
/// The row says that it is not to be written to.
const OPTED_OUT: Fingerprint = 3;

/// What goes with the id of a row without an address.
const NO_ADDRESS: Fingerprint = 0;

/// Takes note of every row of the list, in its order. However long the list is, it needs little memory: addresses and
/// ids are sorted by their fingerprints, in a temporary file where they are many.
#[derive(Debug)]
pub struct Census {
    fingerprints: Fingerprints,
    addresses: Sorter,
    ids: Sorter,
    /// Taken once all rows were seen.
    same_name: Option<SameName>,
    /// Ids that read as an address and are not that of their row, as a letter would be looked for by them.
    address_ids: HashMap<Fingerprint, ListLine>,
    /// For how many a letter may count at the most, where the pace says so, and by which key.
    most_recipients: Option<(&'static str, u32)>,
    /// The first row that counts for more, what it counts for, and how many do.
    too_heavy: Option<(Place, usize, u64)>,
    failed: Option<io::Error>,
}

impl Census {
    /// A census that has seen nobody yet. A letter may go to `most_recipients` at the most, where the pace says so
    /// by a key.
    #[must_use]
    pub fn new(most_recipients: Option<(&'static str, u32)>) -> Self {
        Self::with(Fingerprints::new(), Sorter::new, most_recipients)
    }

    pub(super) fn with(
        fingerprints: Fingerprints,
        sorter: impl Fn() -> Sorter,
        most_recipients: Option<(&'static str, u32)>,
    ) -> Self {
        Self {
            fingerprints,
            addresses: sorter(),
            ids: sorter(),
            same_name: Some(SameName::new(sorter())),
            address_ids: HashMap::new(),
            most_recipients,
            too_heavy: None,
            failed: None,
        }
    }

    /// Takes note of a row.
    pub fn see(&mut self, file: &str, recipient: &Recipient) {
        if let Err(error) = self.mark(recipient) {
            self.failed.get_or_insert(error);
        }
        let count = recipient.addresses().count();
        if self.most_recipients.is_some_and(|(_, most)| count > most as usize) {
            let first = || (recipient.place(file, "email"), count, 0);
            self.too_heavy.get_or_insert_with(first).2 += 1;
        }
    }

    /// Takes note of a row without an address.
    pub fn see_unaddressed(&mut self, row: &Unaddressed) {
        let mark = Mark {
            what: self.fingerprints.of(row.id.as_str()),
            line: row.fields.list_line(row.line),
            with: NO_ADDRESS,
        };
        self.note_id(&row.id, mark.line, NO_ADDRESS);
        if let Err(error) = self.ids.add(mark) {
            self.failed.get_or_insert(error);
        }
    }

    /// Rows in which somebody stands who stands in one before, at another address.
    ///
    /// # Errors
    /// Where the temporary file could not be read.
    pub fn same_names(&mut self, list: &str) -> io::Result<Vec<Fault>> {
        self.same_name.take().map_or_else(|| Ok(Vec::new()), |same_name| same_name.found(list))
    }

    /// Rows with more addresses than the pace ever allows: their letters could never go. It is one fault, at the first.
    #[must_use]
    pub fn too_heavy(&self) -> Option<Fault> {
        let ((key, most), (place, count, rows)) = (self.most_recipients?, self.too_heavy.as_ref()?);
        let rows = match rows {
            1 => String::new(),
            rows => format!(", and {rows} rows have more than {most}"),
        };
        let message = format!(
            "this letter goes to {count} addresses{rows}: with `{key} = {most}` in [pace] it can never go; \
             raise that, or write `counts = \"messages\"`, where the server counts letters"
        );
        Some(Fault::error(place.clone(), message))
    }

    fn mark(&mut self, recipient: &Recipient) -> io::Result<()> {
        let line = recipient.list_line();
        let address = self.fingerprints.of(&recipient.to.key());
        self.note_id(&recipient.id, line, address);
        let is_opted_out = recipient.opted_out.is_some();
        self.addresses.add(Mark { what: address, line, with: if is_opted_out { OPTED_OUT } else { TO } })?;
        if let Some(same_name) = self.same_name.as_mut().filter(|_| !is_opted_out) {
            same_name.see(&self.fingerprints, recipient, address)?;
        }
        for (n, copy) in recipient.cc.iter().chain(&recipient.bcc).enumerate() {
            let with = match n < recipient.further {
                true if is_opted_out => OPTED_OUT,
                true => FURTHER,
                // It gets nothing by this row.
                false if is_opted_out => continue,
                false => COPY,
            };
            self.addresses.add(Mark { what: self.fingerprints.of(&copy.key()), line, with })?;
        }
        self.ids.add(Mark { what: self.fingerprints.of(recipient.id.as_str()), line, with: address })
    }

    /// Takes note of an id that may be somebody else's address.
    fn note_id(&mut self, id: &RecipientId, line: ListLine, own: Fingerprint) {
        if id.as_str().contains('@') {
            let named = self.fingerprints.of(&lookup_key(id.as_str()));
            if named != own {
                self.address_ids.entry(named).or_insert(line);
            }
        }
    }

    /// Ends the first pass.
    ///
    /// # Errors
    /// Where the temporary file could not be written or read.
    pub fn into_planner(self) -> io::Result<Planner> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut addresses = Groups::default();
        let mut known_addresses = Vec::new();
        let mut shared_copies = Vec::new();
        let mut note = |group: &Group| {
            known_addresses.extend(address(group));
            shared_copies.extend(shared_copy(group));
        };
        self.addresses.sorted(|mark| addresses.take(mark, &mut note))?;
        addresses.end(&mut note);
        let mut ids = Groups::default();
        let mut known_ids = Vec::new();
        self.ids.sorted(|mark| ids.take(mark, &mut |group| known_ids.extend(id(group))))?;
        ids.end(&mut |group| known_ids.extend(id(group)));
        let planner = Planner::new(self.fingerprints, known_addresses, shared_copies, known_ids);
        Ok(planner.with_address_ids(self.address_ids))
    }
}

/// What is known of marks alike: an address that is written to, and on another row is written to or gets a copy; or
/// one that is not to be written to by one of its rows.
fn address(group: &Group) -> Option<KnownAddress> {
    let Group { first_to, opted_out, .. } = *group;
    let is_known = group.is_shared && (first_to.is_some() || opted_out.is_some());
    let known = || Known::new(group.first.what, first_to.or(opted_out).unwrap_or(group.first.line));
    is_known.then(|| KnownAddress { known: known(), first_to, opted_out, name: None, residents: Residents::default() })
}

/// An address that several rows have and none begins with, where it stands in the cell of one that does.
fn shared_copy(group: &Group) -> Option<Fingerprint> {
    let is_one = group.is_shared && group.is_further && group.first_to.is_none() && group.opted_out.is_none();
    is_one.then_some(group.first.what)
}

/// What is known of marks alike: an id that several rows have.
fn id(group: &Group) -> Option<KnownId> {
    let Mark { what, line, with } = group.first;
    group.is_shared.then(|| KnownId { known: Known::new(what, line), address: with, is_one: group.is_one })
}

/// Marks of one thing.
struct Group {
    first: Mark,
    /// The first line on which it is an address that is written to.
    first_to: Option<ListLine>,
    /// The first line on which it is not to be written to.
    opted_out: Option<ListLine>,
    /// Whether it stands behind the first address of a cell.
    is_further: bool,
    /// Whether there are several.
    is_shared: bool,
    /// Whether the same goes with all of them.
    is_one: bool,
}

impl Group {
    fn of(mark: Mark) -> Self {
        let mut group =
            Self { first: mark, first_to: None, opted_out: None, is_further: false, is_shared: false, is_one: true };
        group.note(mark);
        group
    }

    fn add(&mut self, mark: Mark) {
        self.is_shared = true;
        self.is_one &= mark.with == self.first.with;
        self.note(mark);
    }

    fn note(&mut self, mark: Mark) {
        match mark.with {
            TO => _ = self.first_to.get_or_insert(mark.line),
            OPTED_OUT => _ = self.opted_out.get_or_insert(mark.line),
            FURTHER => self.is_further = true,
            _ => {}
        }
    }
}

/// Sorted marks, put together where they are of one thing.
#[derive(Default)]
struct Groups {
    group: Option<Group>,
}

impl Groups {
    fn take(&mut self, mark: Mark, each: &mut impl FnMut(&Group)) {
        match &mut self.group {
            Some(group) if group.first.what == mark.what => group.add(mark),
            _ => {
                self.end(each);
                self.group = Some(Group::of(mark));
            }
        }
    }

    fn end(&mut self, each: &mut impl FnMut(&Group)) {
        if let Some(group) = self.group.take() {
            each(&group);
        }
    }
}
