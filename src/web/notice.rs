//! What a page says of what was just done, once.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many notices are kept for pages that were not loaded yet.
const KEPT: usize = 32;

/// What was done, in the language of whoever did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    /// What is said.
    pub(super) text: String,
    /// Whether it was done.
    pub(super) kind: Kind,
    /// The form that takes it back, where there is one.
    pub(super) undo: Option<Undo>,
}

/// How a notice is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It was done.
    Done,
    /// It was not.
    Refused,
}

/// A form with one button that takes back what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Undo {
    /// Where it is sent to.
    pub(super) path: String,
    /// Its hidden fields.
    pub(super) fields: Vec<(&'static str, String)>,
}

impl Notice {
    /// Something was done.
    pub(super) fn done(text: String) -> Self {
        Self { text, kind: Kind::Done, undo: None }
    }

    /// Something was not done.
    pub(super) fn refused(text: String) -> Self {
        Self { text, kind: Kind::Refused, undo: None }
    }

    /// Whether nothing was done.
    pub(super) fn is_refusal(&self) -> bool {
        self.kind == Kind::Refused
    }
}

/// Notices that wait for their page. Nothing of them stands in an address.
#[derive(Debug, Default)]
pub(super) struct Notices(Mutex<Vec<(u64, Notice)>>);

impl Notices {
    /// Keeps a notice; gives the number under which a page finds it.
    pub(super) fn keep(&self, notice: Notice) -> u64 {
        let mut kept = self.lock();
        let number = kept.last().map_or(1, |(last, _)| last + 1);
        kept.push((number, notice));
        if kept.len() > KEPT {
            kept.remove(0);
        }
        number
    }

    /// The notice of a number. It stays for a page that is loaded again.
    pub(super) fn find(&self, number: &str) -> Option<Notice> {
        let number: u64 = number.parse().ok()?;
        self.lock().iter().find(|(known, _)| *known == number).map(|(_, notice)| notice.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(u64, Notice)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
