//! Many faults of one kind, told in one line.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::{Fault, Faults, RowsInWords, Severity};

/// So many warnings that differ in their values alone are told one by one; of more, the first is, and the rows of the
/// rest.
const ONE_BY_ONE: u64 = 5;

/// So many errors with the same words are told one by one: each has to be mended.
const ERRORS_ONE_BY_ONE: u64 = 10;

impl Faults {
    /// The faults as a person is told of them: what is equal but for its row is one line, with the number of rows and
    /// the first of them, and so are many warnings that differ in their values alone. The order stays.
    #[must_use]
    pub fn folded(&self) -> Vec<Fault> {
        let mut kinds: HashMap<(Severity, &str, String), (usize, RowsInWords)> = HashMap::new();
        let mut equal: HashMap<(Severity, &str, &str), RowsInWords> = HashMap::new();
        for (n, fault) in self.iter().enumerate().filter(|(_, fault)| fault.place.line.is_some()) {
            let kind =
                kinds.entry((fault.severity, &fault.place.file, shape(fault))).or_insert((n, RowsInWords::new()));
            kind.1.add(&fault.place);
            equal.entry((fault.severity, &fault.place.file, &fault.message)).or_default().add(&fault.place);
        }
        let mut told = HashSet::new();
        let mut folded = Vec::new();
        for (n, fault) in self.iter().enumerate() {
            let kind = kinds.get(&(fault.severity, fault.place.file.as_str(), shape(fault)));
            let same = equal.get(&(fault.severity, fault.place.file.as_str(), fault.message.as_str()));
            let (Some((first, rows)), Some(same), Some(_)) = (kind, same, fault.place.line) else {
                folded.push(fault.clone());
                continue;
            };
            let (limit, are_alike) = match fault.severity {
                Severity::Warning => (1, rows.count() > ONE_BY_ONE),
                Severity::Error => (ERRORS_ONE_BY_ONE, false),
            };
            if are_alike {
                if n == *first {
                    folded.push(with_rows(fault, rows, "and so for others"));
                }
            } else if same.count() > limit {
                if told.insert((fault.severity, &fault.place.file, &fault.message)) {
                    folded.push(with_rows(fault, same, "the same"));
                }
            } else {
                folded.push(fault.clone());
            }
        }
        folded
    }
}

fn with_rows(fault: &Fault, rows: &RowsInWords, word: &str) -> Fault {
    // A letter has lines, a list has rows.
    let is_letter = Path::new(&fault.place.file).extension().is_some_and(|ending| ending == "md");
    let rows_or_lines = if is_letter { "lines" } else { "rows" };
    let message = format!("{}; {word}: {} {rows_or_lines} in all ({})", fault.message, rows.count(), rows.first());
    Fault { message, ..fault.clone() }
}

/// What is said, without values and numbers. An error is told by its words.
fn shape(fault: &Fault) -> String {
    if fault.severity == Severity::Error {
        return fault.message.clone();
    }
    let mut shape = String::with_capacity(fault.message.len());
    for (n, part) in fault.message.split('`').enumerate() {
        // Every other part stands in backticks.
        if n % 2 == 0 {
            shape.extend(part.chars().filter(|c| !c.is_ascii_digit()));
        } else {
            shape.push('`');
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;

    fn told(faults: impl IntoIterator<Item = Fault>) -> Vec<String> {
        let mut all = Faults::new();
        all.extend(faults);
        all.folded().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_equal_is_one_line_with_its_rows() {
        let empty = |line| Fault::warning(Place::at("a.csv", line, 1), "`title` is empty");
        assert_eq!(
            told([empty(2), Fault::warning(Place::file("b"), "odd"), empty(5), empty(7)]),
            ["a.csv:2:1: `title` is empty; the same: 3 rows in all (2, 5, 7)", "b: odd"]
        );
        assert_eq!(told([empty(2)]), ["a.csv:2:1: `title` is empty"]);
    }

    #[test]
    fn many_that_differ_in_their_values_are_one_line() {
        let skipped = |n: u64| Fault::warning(Place::line("a.csv", n), format!("`r{n}` is skipped: line {n} has it"));
        assert_eq!(told((2..7).map(skipped)).len(), 5);
        assert_eq!(
            told((2..9).map(skipped)),
            ["a.csv:2: `r2` is skipped: line 2 has it; and so for others: 7 rows in all (2, 3, 4, 5, 6 …)"]
        );
    }

    #[test]
    fn every_error_is_told_that_says_something_of_its_own() {
        let wrong = |n: u64| Fault::error(Place::line("a.csv", n), format!("`r{n}` is wrong"));
        assert_eq!(told((0..50).map(wrong)).len(), 50);
        let font = |n: u64| Fault::error(Place::line("a.csv", n), "no font has `…`");
        assert_eq!(
            told((2..3_036).map(font)),
            ["a.csv:2: no font has `…`; the same: 3034 rows in all (2, 3, 4, 5, 6 …)"]
        );
    }
}
