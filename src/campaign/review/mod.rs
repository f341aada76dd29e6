//! What was sent, and what came of it: the status, the log, and what comes next.

mod approval;
mod copies;
mod events;
mod failed;
mod log;
mod next;
mod people;
mod query;
mod report;
mod singled;
mod status;
mod upcoming;

use super::error::Result;
use super::folder::{Folder, Ledger};

pub use crate::ledger::Selection;
pub use crate::plan::{Ended, Next};
pub use crate::report::Audience;
pub use approval::{ForApproval, agree, for_approval, withdraw};
pub use failed::Failures;
pub use query::{Query, Wanted};
pub use report::Report;
pub use status::Glance;

pub(super) use log::each_row;
pub(super) use upcoming::Upcoming;

/// A campaign and its ledger, to be looked at. Nothing is written to the ledger.
#[derive(Debug)]
pub struct Review<'f> {
    folder: &'f Folder,
    /// Nothing, where nothing was sent yet.
    ledger: Option<Ledger>,
}

impl<'f> Review<'f> {
    /// Opens a campaign's ledger, where there is one.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub fn open(folder: &'f Folder) -> Result<Self> {
        Ok(Self { folder, ledger: folder.known_ledger()? })
    }
}
