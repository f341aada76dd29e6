//! What the letters compare cells with, beside the values that the cells have.

use std::collections::{BTreeMap, BTreeSet};

use crate::letter::{Comparison, Letter};
use crate::model::{Fault, Recipient, RowsInWords, canonical};

/// How many values of a column are remembered, to be shown.
const SHOWN: usize = 6;

/// The comparisons of all letters, and what was compared so far.
#[derive(Debug, Default)]
pub(super) struct Comparisons {
    /// By the letter's path.
    of: BTreeMap<String, Vec<Compared>>,
}

#[derive(Debug)]
struct Compared {
    comparison: Comparison,
    column: String,
    is_met: bool,
    /// Cells that differ in case, blanks, `-` and `_` alone: the value of the first, and all rows.
    nearly: Option<(String, RowsInWords)>,
    others: BTreeSet<String>,
}

impl Comparisons {
    /// Compares as the letter to one recipient does.
    pub(super) fn see(&mut self, letter: &Letter, recipient: &Recipient, list: &str) {
        if !self.of.contains_key(letter.path()) {
            let names = recipient.fields.columns().names();
            let compared = letter.comparisons().into_iter().map(|comparison| Compared {
                column: names.get(comparison.cell).cloned().unwrap_or_default(),
                comparison,
                is_met: false,
                nearly: None,
                others: BTreeSet::new(),
            });
            self.of.insert(letter.path().to_owned(), compared.collect());
        }
        for compared in self.of.get_mut(letter.path()).into_iter().flatten() {
            let Comparison { cell, with, .. } = &compared.comparison;
            let value = recipient.fields.cells().get(*cell).map_or("", String::as_str);
            if value == with {
                compared.is_met = true;
            } else if !value.is_empty() && canonical(value) == canonical(with) {
                let place = recipient.fields.place(list, recipient.line, Some(*cell));
                compared.nearly.get_or_insert_with(|| (value.to_owned(), RowsInWords::new())).1.add(&place);
            } else if compared.others.len() < SHOWN {
                compared.others.insert(value.chars().take(40).collect());
            }
        }
    }

    /// A comparison that no cell meets, or that some nearly meet.
    pub(super) fn warnings(&self) -> Vec<Fault> {
        let all = self.of.values().flatten();
        all.filter_map(Compared::warning).collect()
    }
}

impl Compared {
    fn warning(&self) -> Option<Fault> {
        let Self { comparison: Comparison { at, with, .. }, column, is_met, nearly, others } = self;
        let message = match nearly {
            Some((value, rows)) => format!(
                "`{column}` is compared with `{with}`, and has `{value}`{}, which is not the same text; write it in one way",
                rows.behind(" in")
            ),
            None if *is_met => return None,
            None => {
                let others: Vec<String> =
                    others.iter().filter(|other| !other.is_empty()).map(|other| format!("`{other}`")).collect();
                let has = if others.is_empty() { "is empty".to_owned() } else { format!("has {}", others.join(", ")) };
                format!(
                    "`{column}` is compared with `{with}`, which it never is among those who get this letter: it {has}; mend the word, or \
                     take the block out"
                )
            }
        };
        Some(Fault::warning(at.clone(), message))
    }
}
