//! The operating system's lock on a campaign: it goes with the process that has it, however that ends.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::place::{private, sibling};
use crate::ledger::database::Connection;
use crate::model::CampaignId;

/// A look at the lock ([`is_held`]) and a person's `resolve` hold it for a moment: so often a run that starts tries
/// again.
const TRIES: u32 = 10;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// An advisory lock on a file beside the ledger, exclusive, one for each campaign. Dropping it gives it back.
///
/// The file stays: whoever removed it could remove one that another process has just locked.
#[derive(Debug)]
pub(super) struct CampaignLock {
    /// `None` on a server, where whoever writes keeps all others from it.
    _file: Option<File>,
}

/// What tells this machine that a run lives.
#[derive(Debug)]
pub(super) enum Alive {
    /// It holds its campaign, which nobody else may.
    Alone(#[expect(dead_code, reason = "it is held")] CampaignLock),
    /// It is one of several.
    Beside(RunLock),
}

impl CampaignLock {
    /// Nothing that outlasts the transaction.
    pub(super) fn on_server() -> Self {
        Self { _file: None }
    }

    /// Takes the lock; `None` where another process, or this one, has it.
    pub(super) fn take(ledger: &Path, campaign: &CampaignId) -> io::Result<Option<Self>> {
        let file = private().create(true).truncate(false).open(place(ledger, campaign))?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: Some(file) })),
                Err(TryLockError::WouldBlock) => sleep(BETWEEN_TRIES),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }
}

/// A file beside a server's ledger that one run has locked for as long as its process lives.
#[derive(Debug)]
pub(super) struct RunLock {
    path: PathBuf,
    _file: File,
}

/// What stands before and behind the name of such a file.
const RUN: (&str, &str) = ("-run-", ".lock");

impl RunLock {
    /// Makes one; gives its name.
    pub(super) fn take(ledger: &Path) -> io::Result<(String, Self)> {
        let name = format!("{:016x}", fastrand::u64(..));
        let path = Self::place(ledger, &name);
        let file = private().create_new(true).open(&path)?;
        file.try_lock().map_err(io::Error::from)?;
        Ok((name, Self { path, _file: file }))
    }

    fn place(ledger: &Path, name: &str) -> PathBuf {
        sibling(ledger, &format!("{}{name}{}", RUN.0, RUN.1))
    }

    /// Whether the process of a run of this folder has ended, as far as can be told: its file is there, and nobody has
    /// locked it.
    pub(super) fn is_free(ledger: &Path, name: &str) -> bool {
        let is_name = name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_name && File::open(Self::place(ledger, name)).is_ok_and(|file| file.try_lock_shared().is_ok())
    }

    /// Removes the files that processes left which were killed.
    pub(super) fn remove_free(ledger: &Path) {
        let (Some(folder), Some(name)) = (ledger.parent(), ledger.file_name()) else { return };
        let begins = format!("{}{}", name.to_string_lossy(), RUN.0);
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let own = name.strip_prefix(&begins).and_then(|name| name.strip_suffix(RUN.1));
            if own.is_some_and(|own| Self::is_free(ledger, own)) {
                // Whoever could lock it may remove it: nobody takes the same name again.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

impl Alive {
    /// The run has ended, and nobody looks any more whether it lives.
    pub(super) fn ends(self) {
        if let Self::Beside(RunLock { path, .. }) = self {
            // What stays is removed by another run.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Whether somebody has the lock of a campaign of the ledger beside which `ledger` names files: on this machine, or
/// where a server has the locks, anywhere. `None` where it cannot be told.
pub(super) fn is_held(connection: &Connection, ledger: &Path, campaign: &CampaignId) -> Option<bool> {
    if connection.server().is_some() {
        return None;
    }
    let file = match File::open(place(ledger, campaign)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Some(false),
        Err(_) => return None,
    };
    match file.try_lock_shared() {
        Ok(()) => Some(false),
        Err(TryLockError::WouldBlock) => Some(true),
        Err(TryLockError::Error(_)) => None,
    }
}

/// Where the lock of a campaign is.
fn place(ledger: &Path, campaign: &CampaignId) -> PathBuf {
    sibling(ledger, &format!("-{}.lock", name_of(campaign)))
}

/// What a campaign is called in the names of files. It is made of a hash: ids may differ in case alone, which some file
/// systems do not see.
pub(super) fn name_of(campaign: &CampaignId) -> String {
    let digest = Sha256::digest(campaign.as_str());
    HEXLOWER.encode(&digest[..8])
}
