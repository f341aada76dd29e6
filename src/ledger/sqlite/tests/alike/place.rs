//! Where each of the ledgers lies.

use std::sync::{Arc, Mutex};

use super::super::server;
use super::super::*;
use crate::ledger::memory::{Commits, Disk, MemoryLedger};
use crate::ledger::postgres::{Address, Encryption};
use crate::ledger::sqlite::{Doubts, Home};
use crate::ledger::{ApprovalLedger, BrowseLedger, DismissLedger, Machine, MailLedger, ReviewLedger};

/// A place where a ledger can be opened more than once.
pub(super) trait Place {
    type Ledger: ReadLedger
        + RunLedger
        + StageLedger
        + PersonLedger
        + MailLedger
        + PlaceLedger
        + BrowseLedger
        + ReviewLedger
        + ApprovalLedger
        + DismissLedger
        + Send
        + Sync;

    fn open(&self) -> Self::Ledger;

    /// As a machine that the locks of this one do not reach.
    fn open_elsewhere(&self) -> Self::Ledger;

    /// What was opened elsewhere has gone without the lease.
    fn closed_elsewhere(&self) {}

    fn kill(ledger: Self::Ledger);
}

pub(super) struct Folder(pub(super) TempDir);

impl Folder {
    fn path(&self) -> PathBuf {
        self.0.path().join("ledger.db")
    }

    fn rename(&self, from: &str, to: &str) {
        for entry in std::fs::read_dir(self.0.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == from) {
                std::fs::rename(&path, path.with_extension(to)).unwrap();
            }
        }
    }
}

impl Place for Folder {
    type Ledger = SqliteLedger;

    fn open(&self) -> SqliteLedger {
        // No disk fails here, and a flush for each command takes long.
        SqliteLedger::open_as(&self.path(), "here.example", "PRAGMA synchronous = OFF").unwrap()
    }

    fn open_elsewhere(&self) -> SqliteLedger {
        // Each machine has a lock file of its own.
        self.rename("lock", "here");
        open_elsewhere(&self.path())
    }

    fn closed_elsewhere(&self) {
        self.rename("here", "lock");
    }

    fn kill(ledger: SqliteLedger) {
        drop(ledger);
    }
}

impl Place for Arc<Mutex<Disk>> {
    type Ledger = MemoryLedger;

    fn open(&self) -> MemoryLedger {
        MemoryLedger::open(self, "here.example", Commits::AtOnce)
    }

    fn open_elsewhere(&self) -> MemoryLedger {
        MemoryLedger::open(self, "elsewhere.example", Commits::AtOnce)
    }

    fn kill(ledger: MemoryLedger) {
        ledger.die();
    }
}

/// A schema of its own on the server of the tests.
pub(super) struct OnServer {
    /// For what lies beside the ledger on this machine.
    folder: TempDir,
    address: Address,
}

impl OnServer {
    pub(super) fn new() -> Option<Self> {
        let server = server::server()?;
        let address = Address {
            host: server.folder.to_str().unwrap().to_owned(),
            port: 5432,
            user: "ledger".to_owned(),
            password: None,
            database: "ledger".to_owned(),
            schema: format!("t{:016x}", fastrand::u64(..)),
            encryption: Encryption::None,
        };
        Some(Self { folder: tempfile::tempdir().unwrap(), address })
    }

    fn open_as(&self, name: &str) -> SqliteLedger {
        let beside = self.folder.path().join(name);
        let home = Home::Server { address: Box::new(self.address.clone()), beside };
        let machine = Machine { id: name.to_owned(), name: name.to_owned() };
        SqliteLedger::open_with(&home, machine, "", None, Doubts::Refuse).unwrap()
    }
}

impl Place for OnServer {
    type Ledger = SqliteLedger;

    fn open(&self) -> SqliteLedger {
        self.open_as("here.example")
    }

    fn open_elsewhere(&self) -> SqliteLedger {
        self.open_as("elsewhere.example")
    }

    fn kill(ledger: SqliteLedger) {
        drop(ledger);
    }
}
