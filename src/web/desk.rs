//! What all pages work with.

use std::path::PathBuf;
use std::sync::Arc;

use super::gate::Gate;
use super::notice::Notices;
use super::run::{Aside, Jobs};
use tokio::sync::watch;

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
    pub(super) jobs: Jobs,
    closing: watch::Sender<bool>,
}

impl Desk {
    pub(super) fn new(place: Place, by: String, clock: Clock, gate: Gate, aside: Aside) -> Arc<Self> {
        Arc::new(Self {
            place,
            by,
            clock,
            gate,
            notices: Notices::default(),
            jobs: Jobs::new(aside),
            closing: watch::Sender::new(false),
        })
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

    /// The desk is to be closed: whoever follows a run is told no more.
    pub(super) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Waits until the desk is to be closed.
    pub(super) fn closing(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut closing = self.closing.subscribe();
        async move {
            // An error says that the desk is gone already.
            let _ = closing.wait_for(|closing| *closing).await;
        }
    }

    /// Whether nothing can be changed.
    pub(super) fn is_read_only(&self) -> bool {
        self.gate.mode == Mode::ReadOnly
    }
}
