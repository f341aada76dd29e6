//! What all pages work with.

use std::path::PathBuf;
use std::sync::Arc;

use super::gate::Gate;
use super::notice::Notices;
use crate::campaign::person::Said;
use crate::campaign::{self, Folder, Realm};
use crate::clock::Clock;

/// Where the campaign is that is shown.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its folder.
    pub directory: PathBuf,
    /// Its file, relative to the folder.
    pub config: String,
    /// Where this machine remembers the ledgers that it wrote.
    pub memory: Option<PathBuf>,
}

/// What may be done at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everything.
    Full,
    /// Looking alone: every change is refused.
    ReadOnly,
}

/// What all pages work with.
#[derive(Debug)]
pub struct Desk {
    /// Where the campaign is.
    place: Place,
    /// Who sits here: what is recorded bears their name.
    by: String,
    pub(super) clock: Clock,
    pub(super) gate: Gate,
    pub(super) notices: Notices,
}

impl Desk {
    pub(super) fn new(place: Place, by: String, clock: Clock, gate: Gate) -> Arc<Self> {
        Arc::new(Self { place, by, clock, gate, notices: Notices::default() })
    }

    /// Opens the campaign's folder as it is now: files may be edited while the pages are open.
    pub(super) fn folder(&self) -> campaign::Result<Folder> {
        let mut folder = Folder::open(&self.place.directory, &self.place.config, Realm::Real)?;
        folder.memory.clone_from(&self.place.memory);
        Ok(folder)
    }

    /// Who says something, and when.
    pub(super) fn said(&self) -> Said {
        Said { by: self.by.clone(), at: self.clock.now() }
    }

    /// Whether nothing can be changed.
    pub(super) fn is_read_only(&self) -> bool {
        self.gate.mode == Mode::ReadOnly
    }
}
