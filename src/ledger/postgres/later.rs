//! Writes that wait for one another: those of one kind go together, as one statement with many rows of values.
//!
//! They are carried out before anything else is asked or written, and before the transaction ends. What is written in
//! between is of rows that have nothing to do with each other: a transaction touches a row once before it looks at it
//! again.

use std::sync::Arc;

use rusqlite::types::Value;

use super::dialect::Words;
use super::wire::Asked;

/// What is checked of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) enum Changes {
    /// It changes one row.
    One,
    /// However many there are.
    Any,
}

/// Writes that wait.
#[derive(Debug, Default)]
pub(super) struct Later {
    groups: Vec<Group>,
}

/// Those of one kind, each with its values, in their order.
#[derive(Debug)]
pub(super) struct Group {
    words: Arc<Words>,
    changes: Changes,
    rows: Vec<Vec<Value>>,
}

impl Later {
    /// One more.
    pub(super) fn add(&mut self, words: &Arc<Words>, changes: Changes, values: Vec<Value>) {
        let values = words.bind(values);
        match self.groups.iter_mut().find(|group| Arc::ptr_eq(&group.words, words)) {
            Some(group) => group.rows.push(values),
            None => self.groups.push(Group { words: Arc::clone(words), changes, rows: vec![values] }),
        }
    }

    /// All of them, the kind first of which one came first.
    pub(super) fn take(&mut self) -> Vec<Group> {
        std::mem::take(&mut self.groups)
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        self.groups.clear();
    }
}

impl Group {
    /// How many rows it must change, where that is known.
    pub(super) fn must_change(&self) -> Option<usize> {
        (self.changes == Changes::One).then_some(self.rows.len())
    }

    /// What the server is asked.
    pub(super) fn asked(self) -> Asked {
        Asked::each(&self.words.sql, self.rows)
    }
}
