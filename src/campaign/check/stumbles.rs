//! Over what the readers of the letters would stumble: an empty value that is printed, a `no` that counts as a yes.
//! What many rows have in common is said once, with their number and the first of them.

use std::collections::BTreeMap;

use crate::letter::{Letter, Stumble, StumbleKind};
use crate::model::{Fault, Faults, Place, Recipient, RowsInWords, Severity};

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Stumbles {
    warnings: BTreeMap<Key, Found>,
}

/// Stumbles with the same key are said once: the place in the template, the value's name, and the word, if it is one.
type Key = (Place, String, Option<String>);

#[derive(Debug)]
struct Found {
    /// The cell of the first row.
    place: Place,
    kind: StumbleKind,
    /// The column, as the list has it.
    column: String,
    rows: RowsInWords,
}

impl Stumbles {
    /// Takes note of a letter to one recipient of this list. Gives what must not be sent.
    pub(crate) fn see(&mut self, letter: &Letter, recipient: &Recipient, list: &str) -> Faults {
        self.take(letter.stumbles(recipient), recipient, list)
    }

    /// Takes note of what was found in the letter to one recipient of this list. Gives what must not be sent.
    pub(crate) fn take(&mut self, stumbles: Vec<Stumble>, recipient: &Recipient, list: &str) -> Faults {
        let mut errors = Faults::new();
        for Stumble { kind, at, name, cell } in stumbles {
            let column = cell.and_then(|cell| recipient.fields.columns().names().get(cell)).cloned();
            let column = column.unwrap_or_else(|| "tags".to_owned());
            let cell = cell.or_else(|| recipient.fields.columns().position(&column));
            let place = recipient.fields.place(list, recipient.line, cell);
            if let StumbleKind::Gap { line, severity: Severity::Error } = &kind {
                let message = format!(
                    "`{column}` is empty, and {at} greets with it: the line reads `{line}`; write how this recipient is greeted, \
                     or `{{{{default {name} \"Dear Sir or Madam\"}}}}` in the letter"
                );
                errors.push(Fault::error(place, message));
                continue;
            }
            let word = match &kind {
                StumbleKind::Gap { .. } => None,
                StumbleKind::No(word) | StumbleKind::Truth(word) => Some(word.clone()),
            };
            let found = self.warnings.entry((at, name, word));
            let found = found.or_insert_with(|| Found { place: place.clone(), kind, column, rows: RowsInWords::new() });
            found.rows.add(&place);
        }
        errors
    }

    /// What is said of them.
    pub(crate) fn warnings(&self) -> Vec<Fault> {
        self.warnings.iter().map(|((at, name, _), found)| found.warning(at, name)).collect()
    }
}

impl Found {
    fn warning(&self, at: &Place, name: &str) -> Fault {
        let Self { place, kind, column, rows } = self;
        let rows = rows.behind(" in");
        let message = match kind {
            StumbleKind::Gap { line, .. } => format!(
                "`{column}` is empty{rows}, and {at} prints it: the line reads `{line}`; fill it in, or write \
                 `{{{{default {name} \"…\"}}}}`, or put it between `{{{{#if {name}}}}}` and `{{{{/if}}}}`"
            ),
            StumbleKind::No(word) => format!(
                "`{word}` in `{column}`{rows} counts as a yes at {at}: there, whatever is not empty does; empty the cell, or ask \
                 `{{{{#if (eq {name} \"yes\")}}}}` with the word that stands there for a yes"
            ),
            StumbleKind::Truth(word) => format!(
                "`{word}` in `{column}`{rows} counts as a yes at {at}: there, whatever is not empty does, and only an empty cell \
                 is a no; ask `{{{{#if (eq {name} \"{word}\")}}}}` if other cells have another word"
            ),
        };
        Fault::warning(place.clone(), message)
    }
}
