//! An address that had the letter as one person's, and stands in the list with another one now: no second letter goes
//! to an address, so that whoever succeeded there gets none, and a follow-up reminds them of what somebody else was
//! sent.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::error::Result;
use crate::ledger::{Delivery, ReadLedger};
use crate::model::{CampaignId, Fault, Place, Round, lookup_key, printable};
use crate::plan::{Decision, Entry, SkipReason};

/// So many such rows are named; the rest are counted.
const MOST_NAMED: usize = 20;

/// Looks for rows whose address had the letter under another name.
#[derive(Debug, Default)]
pub(super) struct Successors {
    /// The addresses that may have the letter, each with the words of the name: eight bytes for each, in order.
    named: Vec<(u32, Words)>,
    /// Rows that seem to be somebody else's.
    found: Vec<Row>,
    /// How many more there are.
    more: u64,
}

/// The words of a name, each as one of 32 bits: names without a bit in common have no word in common.
type Words = u32;

#[derive(Debug)]
struct Row {
    place: Place,
    key: String,
    name: String,
    is_sent: bool,
}

impl Successors {
    /// Takes note of a first letter that may have arrived. All come before the rows, and [`in_order`](Self::in_order)
    /// behind them.
    pub(super) fn note(&mut self, delivery: &Delivery) {
        let words = words(&delivery.name);
        if words != 0 {
            self.named.push((short(&lookup_key(&delivery.email)), words));
        }
    }

    /// Says that all letters were taken note of.
    pub(super) fn in_order(&mut self) {
        self.named.sort_unstable();
        self.named.dedup();
    }

    /// Takes in what is planned for a row.
    pub(super) fn see(&mut self, entry: &Entry, list: &str) {
        let is_sent = entry.decision == Decision::Send;
        let has_it = matches!(entry.decision, Decision::Settled(_) | Decision::Skip(SkipReason::HasLetter));
        let (key, name) = (entry.recipient.to.key(), entry.recipient.name().unwrap_or_default());
        let (at, words) = (short(&key), words(name));
        if words == 0 || !(is_sent || has_it) {
            return;
        }
        let from = self.named.partition_point(|(known, _)| *known < at);
        let known = || self.named[from..].iter().take_while(|(known, _)| *known == at);
        if known().next().is_none() || known().any(|(_, known)| known & words != 0) {
            return;
        }
        if self.found.len() == MOST_NAMED {
            self.more += 1;
            return;
        }
        let place = entry.recipient.place(list, "name");
        self.found.push(Row { place, key, name: name.to_owned(), is_sent });
    }

    /// What is said of such rows.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(super) fn warnings(self, list: &str, campaign: &CampaignId, ledger: &impl ReadLedger) -> Result<Vec<Fault>> {
        let mut warnings = Vec::new();
        for row in self.found {
            let before = ledger.letters_to(campaign, Round(0), &row.key)?;
            let names = before.iter().map(|(occupant, _)| occupant.name.as_str()).filter(|name| words(name) != 0);
            let names: Vec<&str> = names.collect();
            if let Some(before) = names.first().filter(|_| names.iter().all(|name| words(name) & words(&row.name) == 0))
            {
                warnings.push(told(&row, before));
            }
        }
        if self.more > 0 && !warnings.is_empty() {
            let message =
                format!("{} more rows have another name than their letter: look at `undersigned log`", self.more);
            warnings.push(Fault::warning(Place::file(list), message));
        }
        Ok(warnings)
    }
}

fn told(row: &Row, before: &str) -> Fault {
    let Row { place, key, name, is_sent } = row;
    let (name, before) = (printable(name), printable(before));
    let then = if *is_sent {
        format!("the follow-up reminds {name} of a letter to somebody else")
    } else {
        format!("none goes to {name}, since an address gets a letter once")
    };
    let message = format!(
        "the letter went to `{key}` for {before}, and the row names {name}: {then}; if somebody new is to have it, keep the row of \
         {before} beside theirs, and write `same_address = \"each\"` under [lists]"
    );
    Fault::warning(place.clone(), message)
}

/// The words of a name that are more than an initial.
fn words(name: &str) -> Words {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().nth(1).is_some());
    words.fold(0, |bits, word| bits | 1 << (short(&word.to_lowercase()) % Words::BITS))
}

fn short(text: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let [.., a, b, c, d] = hasher.finish().to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
