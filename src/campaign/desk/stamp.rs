//! Whether a campaign's files are what they were: by their names, sizes and times, without reading them.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use super::standing::RoundStanding;
use crate::campaign::folder::Folder;
use crate::model::DeliveryState;

/// A folder with more files than this is looked at anew each time.
const MOST: usize = 5_000;

/// What a look at the campaign's files depends on: it changes with them, once a first letter may have left, and with
/// every answer. It stays while letters leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64);

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The stamp of now; nothing, where it cannot be told.
#[must_use]
pub fn stamp(folder: &Folder, rounds: &[RoundStanding]) -> Option<Stamp> {
    let mut hasher = DefaultHasher::new();
    let mut folders: Vec<PathBuf> = vec![folder.workspace.root().to_owned()];
    let logs = folder.workspace.root().join("logs");
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = std::fs::read_dir(&folder).ok()?.collect::<Result<_, _>>().ok()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let found = std::fs::metadata(&path).ok()?;
            seen += 1;
            if seen > MOST {
                return None;
            }
            path.hash(&mut hasher);
            if found.is_dir() {
                // Where a link leads to is looked at too, but not for ever.
                if path != logs && !entry.file_type().ok()?.is_symlink() {
                    folders.push(path);
                }
            } else {
                (found.len(), found.modified().ok()?).hash(&mut hasher);
            }
        }
    }
    for round in rounds {
        let has_left = DeliveryState::ALL.into_iter().any(|state| state.may_have_left() && round.tally.of(state) > 0);
        (round.round, has_left, round.tally.total()).hash(&mut hasher);
        for (answer, count) in &round.answers {
            (answer.as_str(), count).hash(&mut hasher);
        }
    }
    Some(Stamp(hasher.finish()))
}
