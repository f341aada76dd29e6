//! What is wrong with cells whose column may be one that nothing uses: it counts where the column is used.

use std::collections::BTreeMap;

use crate::model::{Fault, Place};

/// The most faults that are kept of one column; the others are counted.
const MOST_FAULTS: usize = 100;

/// The most merged cells of a column that are named.
const MOST_NAMED: usize = 10;

/// What is wrong with the cells of columns that the list itself has no use for. A letter may have one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ColumnFaults {
    columns: BTreeMap<usize, Kept>,
}

/// What is kept of a column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Kept {
    faults: Vec<Fault>,
    /// How many faults there are beside those that are kept.
    more: u64,
    /// The first and the last row of each merged cell, and where the first begins.
    merged: Vec<(u64, u64)>,
    merged_more: u64,
    merged_at: Option<Place>,
    name: String,
}

impl ColumnFaults {
    /// What is wrong with the cells of the columns that are used, by their numbers in the header.
    pub fn of(&self, is_used: impl Fn(usize) -> bool) -> Vec<Fault> {
        let used = self.columns.iter().filter(|(column, _)| is_used(**column));
        used.flat_map(|(_, kept)| kept.all()).collect()
    }

    /// The same, and they are no longer kept.
    pub(super) fn take(&mut self, is_used: impl Fn(usize) -> bool) -> Vec<Fault> {
        let found = self.of(&is_used);
        self.columns.retain(|column, _| !is_used(*column));
        found
    }

    /// Keeps a fault of a cell.
    pub(super) fn push(&mut self, column: usize, fault: Fault) {
        let kept = self.columns.entry(column).or_default();
        if kept.faults.len() < MOST_FAULTS {
            kept.faults.push(fault);
        } else {
            kept.more += 1;
        }
    }

    /// Takes note of a cell that is a part of a merged one: in which row that begins, and where the cell stands.
    pub(super) fn see_merged(&mut self, column: usize, name: &str, top: u64, place: Place) {
        let kept = self.columns.entry(column).or_default();
        let line = place.line.unwrap_or(top);
        let is_full = kept.merged.len() == MOST_NAMED;
        match kept.merged.last_mut() {
            Some((begun, last)) if *begun == top => *last = line,
            _ if is_full => kept.merged_more += 1,
            _ => kept.merged.push((top, line)),
        }
        if kept.merged_at.is_none() {
            name.clone_into(&mut kept.name);
            kept.merged_at = Some(place);
        }
    }
}

impl Kept {
    fn all(&self) -> Vec<Fault> {
        let mut faults = self.faults.clone();
        if let (Some(last), true) = (faults.last().cloned(), self.more > 0) {
            let message = format!("and {} more cells of this column are like those above", self.more);
            faults.push(Fault { message, ..last });
        }
        faults.extend(self.merged_at.clone().map(|place| Fault::warning(place, self.merged_message())));
        faults
    }

    fn merged_message(&self) -> String {
        let rows =
            |(first, last): &(u64, u64)| if first == last { first.to_string() } else { format!("{first}-{last}") };
        let mut named: Vec<String> = self.merged.iter().map(rows).collect();
        if self.merged_more > 0 {
            named.push("…".to_owned());
        }
        format!(
            "cells of `{}` are merged (rows {}), and all but the first of each count as empty; write the value into each, or set `merged_cells = \"first\"` under `[lists]`",
            super::shown(&self.name),
            named.join(", ")
        )
    }
}
