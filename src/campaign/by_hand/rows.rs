//! Whom the recipients list has under which address.

use std::collections::{BTreeMap, BTreeSet};

use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::lists::RecipientList;
use crate::model::{EmailAddress, Faults, Listed, RecipientId, lookup_key};

/// A row of the recipients list, as far as a letter that is adopted needs it.
pub(super) struct Row {
    pub(super) recipient: RecipientId,
    pub(super) email: EmailAddress,
    /// The further addresses of its cell.
    further: Vec<EmailAddress>,
    pub(super) name: String,
    pub(super) organisation: String,
}

/// The rows of the recipients list.
pub(super) struct Rows {
    pub(super) all: Vec<Row>,
    by_address: BTreeMap<String, usize>,
}

impl Rows {
    /// Reads the list. Of several rows with one address, the first has it; a row's first address comes before another's
    /// further one.
    pub(super) fn read(folder: &Folder) -> Result<Self> {
        let lists = &folder.settings.lists;
        let mut rows = Self { all: Vec::new(), by_address: BTreeMap::new() };
        let mut further = BTreeMap::new();
        let mut faults = Faults::new();
        for recipient in RecipientList::open(&folder.workspace, &lists.recipients, &lists.format, &lists.rules)? {
            let Some(recipient) = faults.keep(recipient).and_then(Listed::recipient) else { continue };
            rows.by_address.entry(recipient.to.key()).or_insert(rows.all.len());
            let in_its_cell = &recipient.cc[..recipient.further.min(recipient.cc.len())];
            for address in in_its_cell {
                further.entry(address.key()).or_insert(rows.all.len());
            }
            rows.all.push(Row {
                recipient: recipient.id.clone(),
                email: recipient.to.clone(),
                further: in_its_cell.to_vec(),
                name: recipient.name().unwrap_or_default().to_owned(),
                organisation: recipient.organisation().unwrap_or_default().to_owned(),
            });
        }
        for (address, row) in further {
            rows.by_address.entry(address).or_insert(row);
        }
        if faults.has_errors() { Err(faults.into()) } else { Ok(rows) }
    }

    /// The number of the row that has an address.
    pub(super) fn of(&self, address: &str) -> Option<usize> {
        self.by_address.get(&lookup_key(address.trim())).copied()
    }
}

impl Row {
    /// The address of its cell that a letter went to: the first of them, where it went to several.
    pub(super) fn written_to(&self, to: &[String]) -> &EmailAddress {
        let to: BTreeSet<String> = to.iter().map(|address| lookup_key(address.trim())).collect();
        let mut own = std::iter::once(&self.email).chain(&self.further);
        own.find(|address| to.contains(&address.key())).unwrap_or(&self.email)
    }
}
