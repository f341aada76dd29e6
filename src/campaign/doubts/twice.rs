//! Two rows with the name and the organisation of one person, under two addresses: each gets a letter.

use std::collections::HashMap;

use super::{hash, words};
use crate::model::count::counted;
use crate::model::{Fault, ListLine, Place, printable};
use crate::plan::{Decision, Entry};

/// So many such rows are named; the rest are counted.
const MOST_NAMED: usize = 20;

/// Looks for such rows.
#[derive(Debug, Default)]
pub(super) struct Twice {
    /// The first row of each name and organisation, by their hash, and whether it is to get a letter now.
    first: HashMap<u64, (ListLine, bool)>,
    found: Vec<Fault>,
    more: Option<(Place, u64)>,
}

impl Twice {
    pub(super) fn see(&mut self, entry: &Entry, list: &str) {
        let recipient = &entry.recipient;
        let gets_it = match &entry.decision {
            Decision::Send => true,
            Decision::Settled(state) if state.may_have_left() => false,
            _ => return,
        };
        let (Some(name), Some(organisation)) = (recipient.name(), recipient.organisation()) else { return };
        let (name_words, organisation_words) = (words(name), words(organisation));
        // One word may be an office, such as `Secretariat`, or half a name.
        if !name_words.contains(' ') || organisation_words.is_empty() {
            return;
        }
        let line = recipient.list_line();
        let (first, first_gets_it) =
            *self.first.entry(hash([&name_words, &organisation_words])).or_insert((line, gets_it));
        if first == line || !(gets_it || first_gets_it) {
            return;
        }
        let place = recipient.place(list, "name");
        if self.found.len() == MOST_NAMED {
            self.more.get_or_insert((place, 0)).1 += 1;
            return;
        }
        let message = format!(
            "`{}`, {}, stands on {first} too, with another address: if that is one person, who would get two letters, keep one of the rows",
            printable(name),
            printable(organisation)
        );
        self.found.push(Fault::warning(place, message));
    }

    pub(super) fn warnings(self) -> Vec<Fault> {
        let more = self.more.map(|(place, more)| {
            let rows = counted(more, "more row has", "more rows have");
            Fault::warning(Place::file(&place.file), format!("{rows} the name and organisation of another row"))
        });
        self.found.into_iter().chain(more).collect()
    }
}
