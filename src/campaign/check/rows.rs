//! The rows of the recipients list: each is looked at, and its letter tried out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::beyond_ascii::BeyondAscii;
use super::comparisons::Comparisons;
use super::entry_warnings;
use super::fallbacks::{Fallbacks, Naming};
use super::stumbles::Stumbles;
use crate::campaign::how_long::Load;
use crate::campaign::past::foresight::Foresight;
use crate::config::ListSpec;
use crate::dispatch::LetterMaker;
use crate::letter::Letters;
use crate::model::count::counted;
use crate::model::{Fault, Faults, ListLine, Place};
use crate::plan::{Decision, Entry, Row, Totals};

/// The most lines of rows that a warning names.
const LINES_SHOWN: usize = 10;

/// Looks at the rows of a list one by one.
pub(super) struct Rows<'a> {
    lists: &'a ListSpec,
    now: Timestamp,
    maker: LetterMaker,
    /// The follow-ups, to be tried out for everybody as if each were sent now.
    foresight: Foresight,
    fallbacks: Fallbacks,
    /// The lines of the first rows without an address.
    unaddressed: Vec<(ListLine, Place)>,
    beyond_ascii: BeyondAscii,
    stumbles: Stumbles,
    comparisons: Comparisons,
    /// The languages of letters that may have left.
    sent_in: BTreeSet<String>,
    seen: Seen,
}

/// What the rows show.
#[derive(Default)]
pub(super) struct Seen {
    /// What would be sent.
    pub(super) totals: Totals,
    /// How many letters there are in each language.
    pub(super) languages: BTreeMap<String, u64>,
    /// The largest message, in bytes; 0 where there is none.
    pub(super) largest: u64,
    /// What the pace limits.
    pub(super) load: Load,
    /// What is wrong with the letters, and what goes with it.
    pub(super) faults: Faults,
    /// What is worth a look and stops nothing.
    pub(super) warnings: Faults,
}

impl<'a> Rows<'a> {
    /// None seen so far.
    pub(super) fn new(
        lists: &'a ListSpec,
        maker: LetterMaker,
        foresight: Foresight,
        naming: Naming,
        now: Timestamp,
    ) -> Self {
        Self {
            lists,
            unaddressed: Vec::new(),
            now,
            maker,
            foresight,
            fallbacks: Fallbacks::new(naming),
            beyond_ascii: BeyondAscii::default(),
            stumbles: Stumbles::default(),
            comparisons: Comparisons::default(),
            sent_in: BTreeSet::new(),
            seen: Seen::default(),
        }
    }

    /// The letters that are tried out.
    pub(super) fn letters(&self) -> &Letters {
        self.maker.letters()
    }

    /// Looks at a row.
    pub(super) fn see_row(&mut self, row: &Row) {
        self.seen.totals.add_row(row);
        match row {
            Row::Entry(entry) => self.see(entry),
            Row::Unaddressed { row, .. } if self.unaddressed.len() < LINES_SHOWN => {
                let place = row.fields.place(&self.lists.recipients, row.line, None);
                self.unaddressed.push((row.fields.list_line(row.line), place));
            }
            Row::Unaddressed { .. } => {}
        }
    }

    fn see(&mut self, entry: &Entry) {
        self.seen.load.add(entry);
        self.seen.warnings.extend(entry_warnings(self.lists, entry));
        match entry.decision {
            Decision::Send => {
                self.beyond_ascii.see(entry, &self.lists.recipients);
                self.try_out(entry);
            }
            Decision::Settled(state) if state.may_have_left() => {
                let letter = self.maker.letters().choose(entry.recipient.lang.as_ref()).letter;
                self.sent_in.insert(letter.language().to_string());
                if self.is_sound(entry) {
                    self.try_follow_ups(entry);
                }
            }
            _ => {}
        }
    }

    fn try_out(&mut self, entry: &Entry) {
        match self.maker.try_out(&entry.recipient, &entry.history, self.now) {
            Ok(size) => {
                self.seen.largest = self.seen.largest.max(size);
                self.try_follow_ups(entry);
            }
            Err(found) => self.seen.faults.extend(found),
        }
        let letters = self.maker.letters();
        let letter = letters.choose(entry.recipient.lang.as_ref()).letter;
        self.seen.faults.extend(self.stumbles.see(letter, &entry.recipient, &self.lists.recipients));
        self.comparisons.see(letter, &entry.recipient, &self.lists.recipients);
        let language = letter.language();
        *self.seen.languages.entry(language.to_string()).or_default() += 1;
        self.fallbacks.note(letters, entry, &self.lists.recipients);
    }

    /// Whether a first letter that was sent can be made of the row of now; where it cannot, nothing can be said of what
    /// follows it.
    fn is_sound(&self, entry: &Entry) -> bool {
        self.maker.merge(&entry.recipient, &entry.history, self.now).is_ok()
    }

    fn try_follow_ups(&mut self, entry: &Entry) {
        let tried = self.foresight.complete(&entry.id, &entry.recipient, &mut entry.history.clone());
        self.seen.faults.extend(tried.err().into_iter().flatten());
        let lang = entry.recipient.lang.as_ref();
        for letters in self.foresight.follow_ups() {
            let letter = letters.choose(lang).letter;
            self.seen.faults.extend(self.stumbles.see(letter, &entry.recipient, &self.lists.recipients));
            self.comparisons.see(letter, &entry.recipient, &self.lists.recipients);
        }
    }

    /// What all rows together show.
    pub(super) fn finish(mut self) -> Seen {
        self.seen.warnings.extend(self.fallbacks.warnings(self.maker.letters()));
        self.seen.warnings.extend(self.stumbles.warnings());
        self.seen.warnings.extend(self.comparisons.warnings());
        let without = self.without_address();
        self.seen.warnings.extend(without);
        self.seen.warnings.extend(self.beyond_ascii.warning());
        if self.seen.totals.to_send > 0 {
            let unread = self.unread();
            self.seen.warnings.extend(unread);
        }
        self.seen
    }

    /// The rows without an address, in one line.
    fn without_address(&self) -> Option<Fault> {
        let (_, first) = self.unaddressed.first()?;
        let lines = || self.unaddressed.iter().map(|(line, _)| *line);
        let (what, number): (_, fn(ListLine) -> u64) = if lines().all(|line| line.row() == line.line()) {
            ("line", ListLine::line)
        } else {
            ("row", ListLine::row)
        };
        let lines: Vec<String> = lines().map(|line| number(line).to_string()).collect();
        let count = self.seen.totals.no_address;
        let more = if count > lines.len() as u64 { ", …" } else { "" };
        let message = format!(
            "{} no address, and {} skipped ({what} {}{more})",
            counted(count, "row has", "rows have"),
            if count == 1 { "is" } else { "are" },
            lines.join(", ")
        );
        Some(Fault::warning(first.clone(), message))
    }

    /// Letters in languages that nobody reads.
    fn unread(&self) -> Vec<Fault> {
        let others = self.maker.letters().iter().skip(1);
        let is_read = |language: &str| self.seen.languages.contains_key(language) || self.sent_in.contains(language);
        let unread = others.filter(|letter| !is_read(letter.language().as_str()));
        let warning = |(path, language)| {
            let message = format!("nobody gets {path}: no recipient's `lang` is `{language}`");
            Fault::warning(Place::file(path), message)
        };
        unread.map(|letter| (letter.path(), letter.language())).map(warning).collect()
    }
}
