//! Who stands in the recipients list now, so as to find letters whose recipient was taken out of it since.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash as _, Hasher as _};

use super::error::Result;
use super::folder::Folder;
use crate::ledger::Delivery;
use crate::lists::RecipientList;
use crate::model::{Listed, Person, Recipient, SharedAddress, lookup_key};
use crate::plan::id_of;

/// Who stands in the list, by hashes of ids and addresses: sixteen bytes for a row.
#[derive(Debug, Default)]
pub(super) struct Listing {
    ids: HashSet<u64>,
    /// The addresses that a letter may be for: the first of a row, and those behind it in its cell.
    addresses: HashSet<u64>,
    /// Where each of several people at an address gets a letter, who is there.
    people: Option<HashMap<u64, Vec<Person>>>,
    /// Whether every row could be read. Of nobody is it said that they are gone, where one could not.
    is_whole: bool,
}

impl Listing {
    /// Reads the list; what is wrong with a row is said by whoever decides about it.
    ///
    /// # Errors
    /// Where it cannot be read at all.
    pub(super) fn read(folder: &Folder) -> Result<Self> {
        let lists = &folder.settings.lists;
        let list = RecipientList::open(&folder.workspace, &lists.recipients, &lists.format, &lists.rules)?;
        let each = lists.rules.shared_address == SharedAddress::Each;
        let mut listing = Self { people: each.then(HashMap::new), is_whole: true, ..Self::default() };
        for row in list {
            match row {
                Ok(Listed::Recipient(recipient)) => listing.see(&recipient),
                Ok(Listed::Unaddressed(row)) => _ = listing.ids.insert(hash(row.id.as_str())),
                Err(_) => listing.is_whole = false,
            }
        }
        Ok(listing)
    }

    fn see(&mut self, recipient: &Recipient) {
        for address in std::iter::once(&recipient.to).chain(recipient.cc.iter().take(recipient.further)) {
            self.addresses.insert(hash(&address.key()));
        }
        match &mut self.people {
            None => _ = self.ids.insert(hash(recipient.id.as_str())),
            Some(people) => {
                let person = Person::named(recipient.name().unwrap_or_default());
                self.ids.insert(hash(id_of(recipient, &person).as_str()));
                people.entry(hash(&recipient.to.key())).or_default().push(person);
            }
        }
    }

    /// Whether the recipient of a letter stands in the list.
    pub(super) fn has(&self, delivery: &Delivery) -> bool {
        let address = hash(&lookup_key(&delivery.email));
        let at_address = || match self.people.as_ref().and_then(|people| people.get(&address)) {
            Some(people) => {
                let person = Person::named(&delivery.name);
                people.iter().any(|other| other.may_be(&person))
            }
            None => self.addresses.contains(&address),
        };
        self.ids.contains(&hash(delivery.recipient.as_str())) || at_address()
    }

    /// Whether the recipient of a letter does not stand in the list any more, for sure.
    pub(super) fn lacks(&self, delivery: &Delivery) -> bool {
        self.is_whole && !self.has(delivery)
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
