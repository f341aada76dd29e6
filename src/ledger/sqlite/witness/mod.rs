//! The ledger's witnesses: the log of sent letters beside it, and this machine's memory of it, which is such a log too.
//!
//! Both are added to after each commit and before anybody is told of it, so that whatever they say is in the ledger by
//! then. A ledger is compared with them before it is opened for writing: with what they gained since it last knew them.

mod adoption;
mod elsewhere;
mod last_event;
mod logs;
mod loss;
mod owner;
mod refusal;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use self::last_event::last_event;
use self::logs::{Logs, explain};
use self::loss::unreadable;
use self::owner::{Owner, knows};
use super::failure::Failure;
use super::machine_memory::{MachineMemory, Seen};
use super::place::sibling;
use super::reserve::Reserve;
use crate::ledger::LedgerError;
use crate::ledger::database::Connection;
use crate::ledger::sent_log::{AddressMark, Letter, Line, Marker, Turn};
use crate::model::{CampaignId, Person};

pub(super) use adoption::unknown_letters;
pub(super) use elsewhere::sent_elsewhere;
pub(super) use refusal::{compare, refuse_missing_ledger};

type Result<T> = std::result::Result<T, Failure>;

/// What was committed and could not be witnessed.
pub(super) struct Unwitnessed<'a> {
    log: &'a Path,
    error: io::Error,
}

impl Unwitnessed<'_> {
    /// Why.
    pub(super) fn explain(&self) -> LedgerError {
        explain(self.log, &self.error)
    }
}

/// Whoever keeps a log of its own beside the ledger's.
pub(super) struct Witnesses {
    marker: Marker,
    logs: Logs,
    /// Room for the last words, of the ledger and of the logs.
    reserve: Reserve,
    ledger: PathBuf,
    /// The ledger's id.
    id: String,
    /// What is to be added once the transaction is committed.
    lines: String,
    /// Whether the ledger knows all that they know.
    agrees: bool,
}

/// The log beside a ledger.
pub(super) fn beside(ledger: &Path) -> PathBuf {
    sibling(ledger, "-sent")
}

/// What becomes of a ledger that a witness knows more than.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubts {
    /// It is refused.
    Refuse,
    /// It is opened, to take in what the witness knows.
    Adopt,
}

impl Witnesses {
    /// Opens the witnesses of a ledger that is open for writing, and compares it with them.
    ///
    /// # Errors
    /// [`LedgerError::Lost`] where one of them knows of something that the ledger does not, and that is refused.
    pub(super) fn open(
        connection: &Connection,
        ledger: &Path,
        memory: Option<&MachineMemory>,
        doubts: Doubts,
    ) -> Result<Self> {
        let owner = Owner::of(connection, ledger)?;
        let path = beside(ledger);
        let beside = match doubts {
            Doubts::Refuse => owner.open(&path),
            Doubts::Adopt => owner.take_over(&path),
        };
        let beside = beside.map_err(|trouble| trouble.into_failure(&path))?;
        let memory = memory.map(|memory| owner.recall(memory, doubts)).transpose()?.flatten();
        let Owner { id, marker, .. } = owner;
        let agrees = doubts == Doubts::Refuse;
        Ok(Self {
            marker,
            logs: Logs { beside, memory },
            reserve: Reserve::default(),
            ledger: ledger.to_owned(),
            id,
            lines: String::new(),
            agrees,
        })
    }

    /// Has this machine remember that letters of a campaign leave by this ledger. Without a memory, which must not keep
    /// anybody from sending, it goes on.
    pub(super) fn sends(&self, campaign: &CampaignId) {
        if let Some((memory, _)) = &self.logs.memory
            && let Err(error) = memory.sends(campaign, &self.id)
        {
            tracing::warn!(%error, "this machine does not remember the campaign");
        }
    }

    /// Room for the last words.
    pub(super) fn reserve(&mut self) -> &mut Reserve {
        &mut self.reserve
    }

    /// From here on the ledger knows what they know.
    pub(super) fn agree(&mut self) {
        self.agrees = true;
    }

    /// The mark of an address in the logs, or of one of the people there.
    pub(super) fn mark(&self, address_key: &str, person: &Person) -> AddressMark {
        self.marker.mark(address_key, person)
    }

    /// The mark of a copy's address in the logs.
    pub(super) fn mark_copy(&self, address_key: &str) -> AddressMark {
        self.marker.mark_copy(address_key)
    }

    /// Notes what happens to a letter, for when it is committed.
    pub(super) fn note(&mut self, letter: Letter, at: Timestamp, turn: Turn) {
        // A String takes whatever is written to it.
        let _ = writeln!(self.lines, "{}", Line::Letter { letter, at, turn });
    }

    /// Forgets what was noted in a transaction that did not come about.
    pub(super) fn forget(&mut self) {
        self.lines.clear();
    }

    /// Adds to the logs what was noted; it is on the disk then.
    ///
    /// # Errors
    /// Where it could not be added: what was committed is not witnessed.
    pub(super) fn write(&mut self) -> std::result::Result<(), Unwitnessed<'_>> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let written = self.logs.write(&self.lines, &mut self.reserve);
        self.lines.clear();
        written.map_err(|error| Unwitnessed { log: &self.logs.beside.path, error })
    }

    /// Notes in the ledger how much of the logs it knows, and in this machine's memory what was last seen of it.
    pub(super) fn close(&self, connection: &Connection) -> Result<()> {
        if !self.agrees {
            return Ok(());
        }
        let Logs { beside, memory } = &self.logs;
        if let Some((memory, log)) = memory {
            let (event, marks) = (last_event(connection)?, self.marker.secret());
            let seen = Seen { event, marks, at: self.ledger.clone() };
            log.flush().and_then(|()| memory.see(&self.id, &seen)).map_err(|error| unreadable(&log.path, &error))?;
            knows(connection, log)?;
        }
        knows(connection, beside)
    }
}
