//! What tells one plan from another: what a person looked at is what is sent.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::config::{Settings, Smtp};
use crate::ledger::FrozenFile;
use crate::model::Round;
use crate::plan::{Decision, Entry, Row};

/// A hash over the rows of a plan: of each the recipient, the addresses, the cells, and what is decided.
#[derive(Debug, Default)]
pub(in crate::campaign) struct Fingerprint {
    hasher: DefaultHasher,
}

impl Fingerprint {
    /// Takes a row in.
    pub(in crate::campaign) fn see(&mut self, row: &Row) {
        match row {
            Row::Entry(entry) => self.see_entry(entry),
            Row::Unaddressed { id, row } => {
                id.as_str().hash(&mut self.hasher);
                row.fields.cells().hash(&mut self.hasher);
            }
        }
    }

    /// A letter whose outcome the ledger has learned meanwhile was not to be sent, and is not: that changes no plan.
    fn see_entry(&mut self, entry: &Entry) {
        let hasher = &mut self.hasher;
        entry.id.as_str().hash(hasher);
        entry.recipient.fields.cells().hash(hasher);
        for address in entry.recipient.addresses() {
            address.key().hash(hasher);
        }
        match &entry.decision {
            Decision::Send => "send".hash(hasher),
            Decision::Skip(reason) => reason.to_string().hash(hasher),
            Decision::Settled(_) => "settled".hash(hasher),
        }
    }

    /// The hash.
    pub(in crate::campaign) fn finish(self) -> u64 {
        self.hasher.finish()
    }
}

/// What a person looks at before a run: the rows of the plan, how many letters go, what they are made of, and through
/// which server. It is shown as 16 hexadecimal digits, and is the same within one process alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanMark(u64);

impl PlanMark {
    /// The mark of a round whose rows have this fingerprint, and of which so many letters would be sent.
    pub(in crate::campaign) fn of(
        settings: &Settings,
        (round, letters): (Round, u64),
        rows: u64,
        files: &[FrozenFile],
    ) -> Self {
        let mut hasher = DefaultHasher::new();
        (round.0, letters, rows).hash(&mut hasher);
        for file in files {
            (&file.path, &file.sha256).hash(&mut hasher);
        }
        settings.smtp.as_ref().map(Smtp::address).hash(&mut hasher);
        settings.sender.address.to_string().hash(&mut hasher);
        Self(hasher.finish())
    }
}

impl fmt::Display for PlanMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
