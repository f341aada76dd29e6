//! Room on the disk for the last words of a run: what the server says of letters that are on the wire when the disk is
//! full.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::lock::name_of;
use super::place::{private, sibling};
use crate::model::CampaignId;

/// How much is kept, in bytes. A transaction of 256 outcomes writes a tenth of it as a rule.
const ROOM: u64 = 4 * 1024 * 1024;

/// A file that takes up room until it is given up.
#[derive(Debug, Default)]
pub(super) struct Reserve {
    /// `None` before it is taken up, and after it was given back.
    file: Option<PathBuf>,
    /// Whether the room was given up: from then on nothing may be begun.
    is_used: bool,
}

impl Reserve {
    /// Takes up the room for a run of a campaign, where it is not taken up already.
    pub(super) fn take_up(&mut self, ledger: &Path, campaign: &CampaignId) -> io::Result<()> {
        if self.is_used {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let path = sibling(ledger, &format!("-{}.reserve", name_of(campaign)));
        let mut file = private().create(true).truncate(false).open(&path)?;
        let taken = if file.metadata()?.len() < ROOM { allocate(&mut file) } else { Ok(()) };
        if taken.is_err() {
            // What was taken up so far is room that somebody else needs.
            let _ = fs::remove_file(&path);
            return taken;
        }
        self.file = Some(path);
        Ok(())
    }

    /// Gives the room up, for what must still be written; says whether there was any.
    pub(super) fn give_up(&mut self) -> bool {
        let had_room = self.file.take().is_some_and(|file| fs::remove_file(file).is_ok());
        self.is_used |= had_room;
        had_room
    }

    /// Whether the room was given up.
    pub(super) fn is_used(&self) -> bool {
        self.is_used
    }

    /// Gives the room back at the end of a run.
    pub(super) fn put_back(&mut self) {
        // Where that fails, the next run takes up what is there still.
        let _ = self.file.take().map(fs::remove_file);
    }
}

/// Makes a file's room its own. Zeros are written, since not every file system can promise room that is not.
fn allocate(file: &mut File) -> io::Result<()> {
    let zeros = vec![0; 256 * 1024];
    file.set_len(0)?;
    for _ in 0..ROOM / zeros.len() as u64 {
        file.write_all(&zeros)?;
    }
    Ok(())
}
