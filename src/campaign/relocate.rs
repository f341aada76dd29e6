//! The ledger moves: from its file to a server, or back.

use super::error::{Error, Result};
use super::folder::{Folder, Ledger};
use crate::clock::Clock;
use crate::config::{LedgerSpec, SecretSource};
use crate::ledger::{LedgerError, Moved};

/// Where a ledger is to be moved to.
#[derive(Debug, Clone)]
pub struct Destination {
    /// Its URL, as `[ledger]` has it.
    pub url: String,
    /// The environment variable that has the password for a server.
    pub password_env: Option<String>,
    /// A file in the workspace that names who may vouch for the server.
    pub authorities: Option<String>,
}

/// Moves the campaign's ledger, whole or not at all; the old one is closed. Where that broke off, it goes on.
///
/// # Errors
/// Where there is no ledger, where a run sends one of its campaigns, where another ledger is there already, and where
/// either cannot be read or written: then nothing was moved.
pub async fn relocate(folder: &Folder, to: Destination, clock: &Clock) -> Result<Moved> {
    // The URL itself is not repeated: somebody may have written a password into it.
    let refused = |what: String| LedgerError::Store { path: "--to".into(), what };
    let mut spec = LedgerSpec::parse(&to.url).map_err(refused)?;
    match &mut spec {
        LedgerSpec::Server(server) => {
            server.password = to.password_env.map(SecretSource::Env);
            server.authorities = to.authorities;
        }
        LedgerSpec::File(_) if to.password_env.is_some() || to.authorities.is_some() => {
            return Err(refused("a password and a CA file are for a `postgres://` url".to_owned()).into());
        }
        LedgerSpec::File(_) => {}
    }
    let (from, home) = (folder.home()?, folder.home_of(spec)?);
    if from.name() == home.name() {
        return Err(refused("the ledger is there already".to_owned()).into());
    }
    match Ledger::open_existing_at(&from) {
        Ok(None) => return Err(Error::NoLedger(folder.realm.ledger(&folder.settings).name())),
        Ok(Some(_)) | Err(LedgerError::Moved(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let ledger = Ledger::open_to_move(&from, folder.memory.as_deref())?;
    let moved = ledger.move_to(&home, clock).await?;
    drop(ledger);
    // It is opened as any command opens it: what its witnesses know, it knows.
    drop(Ledger::open_at(&home, folder.memory.as_deref())?);
    Ok(moved)
}
