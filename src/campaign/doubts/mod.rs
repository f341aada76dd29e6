//! What a list has that may be a slip, and that nobody can know: it stops nothing, and is told with its rows.

mod successors;
mod twice;
mod unsaid;

use self::successors::Successors;
use self::twice::Twice;
use self::unsaid::Unsaid;
use super::error::Result;
use super::folder::Folder;
use crate::ledger::ReadLedger;
use crate::letter::Letters;
use crate::model::Fault;
use crate::plan::Entry;

/// Looks for such rows.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    successors: Successors,
    twice: Twice,
    unsaid: Unsaid,
}

impl Doubts {
    /// Reads whom the first letter went to.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(super) fn begin(folder: &Folder, ledger: Option<&impl ReadLedger>) -> Result<Self> {
        Ok(Self { successors: Successors::begin(folder, ledger)?, ..Self::default() })
    }

    /// Takes in what is planned for a row.
    pub(super) fn see(&mut self, entry: &Entry, list: &str) {
        self.successors.see(entry, list);
        self.twice.see(entry, list);
        self.unsaid.see(entry, list);
    }

    /// What is said of them.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(super) fn found(
        self,
        folder: &Folder,
        ledger: Option<&impl ReadLedger>,
        letters: &Letters,
    ) -> Result<Vec<Fault>> {
        let mut warnings = self.successors.found(folder, ledger)?;
        warnings.extend(self.twice.warnings());
        warnings.extend(self.unsaid.warning(letters));
        Ok(warnings)
    }
}

/// The words of a text in small letters, as they are compared.
fn words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

fn hash(parts: [&str; 2]) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}
