//! Rows without a language in a list where most have one: they get the letter in the campaign's language.

use crate::letter::Letters;
use crate::model::count::counted;
use crate::model::{Fault, Place};
use crate::plan::{Decision, Entry};

/// So many are named.
const NAMED: usize = 3;

/// Looks for such rows.
#[derive(Debug, Default)]
pub(super) struct Unsaid {
    said: u64,
    unsaid: u64,
    first: Option<Place>,
    named: Vec<String>,
}

impl Unsaid {
    pub(super) fn see(&mut self, entry: &Entry, list: &str) {
        if entry.decision != Decision::Send {
            return;
        }
        let recipient = &entry.recipient;
        if recipient.lang.is_some() {
            self.said += 1;
            return;
        }
        self.unsaid += 1;
        self.first.get_or_insert_with(|| recipient.place(list, "lang"));
        if self.named.len() < NAMED {
            self.named.push(format!("`{}` ({})", entry.id, recipient.list_line()));
        }
    }

    /// What is said of them, where the letter is there in several languages. Where most say none, that is on purpose.
    pub(super) fn warning(self, letters: &Letters) -> Option<Fault> {
        let place = self.first.filter(|_| self.unsaid < self.said && letters.iter().count() > 1)?;
        let who = self.named.join(", ");
        let more = match self.unsaid.saturating_sub(self.named.len() as u64) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let language = letters.choose(None).letter.language();
        let rows = counted(self.unsaid, "row has", "rows have");
        let get = if self.unsaid == 1 { "gets" } else { "get" };
        let message =
            format!("{rows} no `lang`, while most have one, and {get} the letter in `{language}`: {who}{more}");
        Some(Fault::warning(place, message))
    }
}
