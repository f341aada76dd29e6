//! Addresses that get copies of several letters: somebody who reads the same letter as often as it has recipients.

use std::collections::{BTreeMap, HashMap};

use crate::model::{Fault, Place, RowsInWords};
use crate::plan::{Decision, Entry};

/// So many such addresses are named; the rest are counted.
const MOST_NAMED: usize = 20;

/// Counts the copies of the letters that are to be sent.
#[derive(Debug, Default)]
pub(super) struct Repeated {
    /// How many letters have a copy to an address, by its key.
    copies: HashMap<Box<str>, u64>,
    /// Those that have several.
    several: BTreeMap<String, Several>,
    more: u64,
}

/// An address with several copies.
#[derive(Debug)]
struct Several {
    key: Box<str>,
    /// The second row.
    place: Place,
    rows: RowsInWords,
}

impl Repeated {
    /// Takes in what is planned for a row.
    pub(super) fn see(&mut self, entry: &Entry, list: &str) {
        if entry.decision != Decision::Send {
            return;
        }
        let recipient = &entry.recipient;
        for (n, address) in recipient.cc.iter().chain(&recipient.bcc).enumerate() {
            let key = address.key();
            let count = self.copies.entry(key.as_str().into()).or_default();
            *count += 1;
            if *count == 1 {
                continue;
            }
            let column = match n {
                n if n < recipient.further => "email",
                n if n < recipient.cc.len() => "cc",
                _ => "bcc",
            };
            let place = recipient.place(list, column);
            if let Some(known) = self.several.get_mut(&address.to_string()) {
                known.rows.add(&place);
            } else if self.several.len() < MOST_NAMED {
                let mut rows = RowsInWords::new();
                rows.add(&place);
                self.several.insert(address.to_string(), Several { key: key.into(), place, rows });
            } else if *count == 2 {
                self.more += 1;
            }
        }
    }

    /// What is said of such addresses.
    pub(super) fn warnings(&self) -> Vec<Fault> {
        let warning = |(address, Several { key, place, rows }): (&String, &Several)| {
            let count = self.copies.get(key).copied().unwrap_or_default();
            let rows = rows.behind(" again in");
            let message = format!(
                "`{address}` gets {count} copies, one of each letter that has it in Cc or Bcc{rows}; where one is enough, keep it in one row"
            );
            Fault::warning(place.clone(), message)
        };
        let mut warnings: Vec<Fault> = self.several.iter().map(warning).collect();
        if let (Some(first), true) = (warnings.first(), self.more > 0) {
            let message = format!("{} more addresses get copies of several letters", self.more);
            warnings.push(Fault::warning(Place::file(&first.place.file), message));
        }
        warnings
    }
}
