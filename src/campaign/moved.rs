//! Somebody whose address was changed in the list after the letter had gone to the old one: without an `id` of its own,
//! the row is a new recipient, who would get the letter again. And the other way round, whoever succeeded to an
//! address.

use std::collections::{BTreeMap, BTreeSet, hash_map::DefaultHasher};
use std::hash::{Hash as _, Hasher as _};

use jiff::tz::TimeZone;

use super::error::Result;
use super::folder::Folder;
use super::listing::Listing;
use super::successor::Successors;
use crate::ledger::{Delivery, ReadLedger, Selection};
use crate::model::{DeliveryState, Fault, Place, Recipient, RecipientId, Round, printable};
use crate::plan::{Decision, Entry};

/// So many such rows are named; the rest are counted.
const MOST_NAMED: usize = 20;

/// Looks for rows that are new, and have the name of somebody who is gone from the list and had the letter.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// The names of those who may have the letter, by their hashes, in order: eight bytes for each.
    written: Vec<u64>,
    /// New rows with such a name.
    found: Vec<New>,
    /// How many more there are.
    more: u64,
    /// Who succeeded to somebody's address.
    successors: Successors,
}

/// A row that is to get a letter, and whose name is that of somebody who has one.
#[derive(Debug)]
struct New {
    place: Place,
    id: RecipientId,
    address: String,
    name: String,
    organisation: String,
    /// Whether the row has no id but its address. One that gets the letter for an address before that in the cell is
    /// none: nobody who stands behind somebody else is lost.
    has_no_id: bool,
}

impl Moved {
    /// Reads the names of those who may have the first letter. In a follow-up nobody is new: who has no letter gets
    /// none.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(super) fn begin(folder: &Folder, round: Round, ledger: Option<&impl ReadLedger>) -> Result<Self> {
        let (mut written, mut successors) = (Vec::new(), Successors::default());
        if let Some(ledger) = ledger {
            for delivery in ledger.deliveries(&folder.settings.id, &of_first_round()) {
                let delivery = delivery?;
                if may_have_it(&delivery) {
                    successors.note(&delivery);
                    let key = key(&delivery.name, &delivery.organisation).filter(|_| round == Round(0));
                    written.extend(key.map(|key| hash(&key)));
                }
            }
        }
        written.sort_unstable();
        written.dedup();
        successors.in_order();
        Ok(Self { written, successors, ..Self::default() })
    }

    /// Takes in what is planned for a row.
    pub(super) fn see(&mut self, entry: &Entry, list: &str) {
        self.successors.see(entry, list);
        if entry.decision != Decision::Send || self.written.is_empty() {
            return;
        }
        let recipient = &entry.recipient;
        let (name, organisation) = names(recipient);
        let Some(key) = key(name, organisation) else { return };
        if self.written.binary_search(&hash(&key)).is_err() {
            return;
        }
        if self.found.len() == MOST_NAMED {
            self.more += 1;
            return;
        }
        self.found.push(New {
            place: recipient.place(list, "email"),
            id: entry.id.clone(),
            address: recipient.to.to_string(),
            name: name.to_owned(),
            organisation: organisation.to_owned(),
            has_no_id: entry.id.as_str() == recipient.to.shown_key() && entry.left_out.is_empty(),
        });
    }

    /// What is said of such rows: a row without an id of its own is a fault, since it is a new recipient by its address
    /// alone; whoever gave it one has said that it is one.
    ///
    /// # Errors
    /// Where the ledger or the list cannot be read.
    pub(super) fn found(self, folder: &Folder, ledger: Option<&impl ReadLedger>) -> Result<Vec<Fault>> {
        let Some(ledger) = ledger else { return Ok(Vec::new()) };
        let settings = &folder.settings;
        let mut warnings = self.successors.warnings(&settings.lists.recipients, &settings.id, ledger)?;
        if self.found.is_empty() {
            return Ok(warnings);
        }
        let wanted: BTreeSet<String> = self.found.iter().filter_map(|new| key(&new.name, &new.organisation)).collect();
        let listing = Listing::read(folder)?;
        let mut had: BTreeMap<String, Delivery> = BTreeMap::new();
        for delivery in ledger.deliveries(&folder.settings.id, &of_first_round()) {
            let delivery = delivery?;
            let Some(key) = key(&delivery.name, &delivery.organisation) else { continue };
            if may_have_it(&delivery) && wanted.contains(&key) && !listing.has(&delivery) {
                had.insert(key, delivery);
            }
        }
        let told = |new: &New| had.get(&key(&new.name, &new.organisation)?).map(|before| told(new, before));
        let of_new: Vec<Fault> = self.found.iter().filter_map(told).collect();
        if self.more > 0 && !of_new.is_empty() {
            let message =
                format!("{} more rows have a name to which the letter has gone: look at `undersigned log`", self.more);
            warnings.push(Fault::warning(Place::file(&settings.lists.recipients), message));
        }
        warnings.extend(of_new);
        Ok(warnings)
    }
}

fn told(new: &New, before: &Delivery) -> Fault {
    let at = before.accepted_at.or(before.last_attempt_at);
    let day = at.map(|at| format!(" on {}", at.to_zoned(TimeZone::system()).date())).unwrap_or_default();
    let parts = [&new.name, &new.organisation].into_iter().filter(|part| !part.is_empty());
    let who: Vec<_> = parts.map(|part| printable(part)).collect();
    let (new_address, old) = (&new.address, &before.email);
    let message = format!(
        "{} is new here, and gets the letter at `{new_address}`; `{old}`, who has that name and is no longer in the list, got it{day}",
        who.join(", ")
    );
    if new.has_no_id {
        let message = format!(
            "{message}: if that is the same person, write `{}` into the column `id` of the row, and it is not sent again; if it is another \
             one, write any other `id`",
            before.recipient
        );
        return Fault::error(new.place.clone(), message);
    }
    let message = format!(
        "{message}: if that is the same person, give the row the id `{}`, and it is not sent again, or `undersigned suppress {}`",
        before.recipient, new.id
    );
    Fault::warning(new.place.clone(), message)
}

/// Whether somebody may have the letter: from whom it came back has none, and gets it at another address.
fn may_have_it(delivery: &Delivery) -> bool {
    delivery.state.may_have_left() && delivery.state != DeliveryState::Bounced
}

fn of_first_round() -> Selection {
    Selection { round: Some(Round(0)), ..Selection::default() }
}

fn names(recipient: &Recipient) -> (&str, &str) {
    (recipient.name().unwrap_or_default(), recipient.organisation().unwrap_or_default())
}

/// By what somebody is known again: the words of the name, or of the organisation where there is no name.
fn key(name: &str, organisation: &str) -> Option<String> {
    let words = |text: &str| {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
    };
    [name, organisation].into_iter().map(words).find(|words| !words.is_empty())
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
