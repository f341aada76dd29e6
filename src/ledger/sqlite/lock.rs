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
    /// `None` where a server has the lock.
    _file: Option<File>,
}

impl CampaignLock {
    /// A lock that a session with a server has.
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

/// Whether somebody has the lock of a campaign of the ledger beside which `ledger` names files: on this machine, or
/// where a server has the locks, anywhere. `None` where it cannot be told.
pub(super) fn is_held(connection: &Connection, ledger: &Path, campaign: &CampaignId) -> Option<bool> {
    if let Some(server) = connection.server() {
        return server.is_locked(campaign).ok();
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
