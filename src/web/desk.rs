//! What all pages work with.

use std::path::PathBuf;
use std::sync::Arc;

use super::files::Files;
use super::gate::{Gate, Mode};
use super::list_read::ListRead;
use super::notice::Notices;
use super::picture::Picture;
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
    /// What was found in the files when they were looked at last.
    pub(super) files: Files,
    /// The list, before the first letter leaves.
    pub(super) list: ListRead,
    /// The picture of what was sent and answered.
    pub(super) picture: Picture,
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
            files: Files::default(),
            list: ListRead::default(),
            picture: Picture::default(),
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

    /// The desk is to be closed: what goes on is to stop, and whoever follows it is told no more.
    pub(super) fn close(&self) {
        self.jobs.drain();
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
