//! One person in two rows: the same name in the same organisation, at two addresses. Each row gets a letter.

use std::io;

use super::fingerprint::{Fingerprint, Fingerprints};
use super::sorter::{Mark, Sorter};
use crate::model::{Fault, ListLine, Place, Recipient};

/// So many such rows are named; the rest are counted.
const MOST_NAMED: u64 = 20;

/// A name has so many words at least: `Secretariat` is nobody's.
const WORDS: usize = 2;

/// Takes note of who stands in the rows: it needs little memory, as [`Sorter`] does.
#[derive(Debug)]
pub(super) struct SameName {
    names: Sorter,
}

impl SameName {
    pub(super) fn new(names: Sorter) -> Self {
        Self { names }
    }

    /// Takes note of a row that is written to at an address.
    pub(super) fn see(
        &mut self,
        fingerprints: &Fingerprints,
        recipient: &Recipient,
        address: Fingerprint,
    ) -> io::Result<()> {
        let name = words(recipient.name().unwrap_or_default());
        let organisation = words(recipient.organisation().unwrap_or_default());
        if name.split(' ').count() < WORDS || organisation.is_empty() {
            return Ok(());
        }
        let what = fingerprints.of(&format!("{name}\n{organisation}"));
        self.names.add(Mark { what, line: recipient.list_line(), with: address })
    }

    /// The rows in which somebody stands who stands in one before, at another address.
    ///
    /// # Errors
    /// Where the temporary file could not be read.
    pub(super) fn found(self, list: &str) -> io::Result<Vec<Fault>> {
        let mut found: Vec<(ListLine, ListLine)> = Vec::new();
        let (mut first, mut more): (Option<Mark>, u64) = (None, 0);
        self.names.sorted(|mark| match first {
            Some(before) if before.what == mark.what && before.with == mark.with => {}
            Some(before) if before.what == mark.what => {
                if found.len() as u64 == MOST_NAMED {
                    more += 1;
                } else {
                    found.push((mark.line, before.line));
                }
            }
            _ => first = Some(mark),
        })?;
        found.sort_unstable();
        let mut warnings: Vec<Fault> = found.iter().map(|(line, before)| told(list, *line, *before)).collect();
        if more > 0 {
            let message = format!("{more} more rows have the name and the organisation of a row before them");
            warnings.push(Fault::warning(Place::file(list), message));
        }
        Ok(warnings)
    }
}

fn told(list: &str, line: ListLine, before: ListLine) -> Fault {
    let message = format!(
        "has the name and the organisation of {before}, and another address: each of the two gets a letter; if that is one person, take \
         one row out"
    );
    Fault::warning(Place::line(list, line.line()), message)
}

/// The words of a text, in lowercase.
fn words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
