//! A campaign's folder: its settings, and the way to its ledger and its log.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use secrecy::SecretString;

use super::error::{Error, Result};
use super::realm::Realm;
use super::shared_disk::SharedDisk;
use crate::config::{LedgerServer, LedgerSpec, SecretSource, Settings};
use crate::ledger::Unknown;
use crate::ledger::postgres::{Address, Encryption};
use crate::ledger::sqlite::{Home, SqliteLedger};
use crate::ledger::{LedgerError, PlaceLedger, SentElsewhere};
use crate::model::Faults;
use crate::workspace::Workspace;

/// The store that a campaign's ledger is kept in. Nothing above names it.
pub type Ledger = SqliteLedger;

/// What this machine keeps for a ledger on a server lies under names that begin like this, relative to the workspace.
const BESIDE_SERVER: &str = "logs/ledger.postgres";

/// A folder with a `campaign.toml` that was read and checked: what everything that is done with a campaign begins with.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The folder itself.
    pub workspace: Workspace,
    /// What `campaign.toml` says.
    pub settings: Settings,
    /// Whether this is for real, or the sandbox.
    pub realm: Realm,
    /// What is worth a look in `campaign.toml` and stops nothing.
    pub warnings: Faults,
    /// Where this machine remembers the ledgers that it wrote; nowhere, where it is not given.
    pub memory: Option<PathBuf>,
    /// The password for the ledger's server, once it was needed.
    pub(super) known_password: Arc<OnceLock<SecretString>>,
}

impl Folder {
    /// Opens a folder. `config` is the campaign's file, relative to it.
    ///
    /// # Errors
    /// Where the folder cannot be entered, and all faults of the campaign's file.
    pub fn open(directory: &Path, config: &str, realm: Realm) -> Result<Self> {
        let doing = || format!("the folder `{}` cannot be opened", directory.display());
        let workspace = Workspace::open(directory).map_err(|source: io::Error| Error::file(doing(), source))?;
        let (settings, warnings) = Settings::load(&workspace, config)?;
        Ok(Self { workspace, settings, realm, warnings, memory: None, known_password: Arc::default() })
    }

    /// The ledger to read from, where there is one.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub fn known_ledger(&self) -> Result<Option<Ledger>> {
        Ok(SqliteLedger::open_existing_at(&self.home()?)?)
    }

    /// The ledger to write to; it is made where there is none.
    ///
    /// # Errors
    /// [`LedgerError::HandedOver`] where it was handed over from here, and where it cannot be opened.
    pub fn ledger(&self) -> Result<Ledger> {
        self.refuse_handed_over()?;
        self.open_ledger()
    }

    /// Refuses a ledger that was handed over from here. It refuses each command too; seen before, nothing is done in
    /// vain, and nothing else is said of it.
    ///
    /// # Errors
    /// [`LedgerError::HandedOver`] where that is so, and where it cannot be read.
    pub(super) fn refuse_handed_over(&self) -> Result<()> {
        let handed = self.known_ledger()?.map(|ledger| ledger.handed_over()).transpose()?.flatten();
        match handed.filter(|handed| handed.is_here) {
            Some(handed) => Err(LedgerError::HandedOver(handed).into()),
            None => Ok(()),
        }
    }

    /// The ledger that was handed over: it can be taken back, and nothing else can be written to it.
    ///
    /// # Errors
    /// [`Error::NoLedger`] where it is not there, or it cannot be opened.
    pub(super) fn ledger_that_was_handed_over(&self) -> Result<Ledger> {
        match self.known_ledger()? {
            Some(_) => self.open_ledger(),
            None => Err(Error::NoLedger(self.realm.ledger(&self.settings).name())),
        }
    }

    fn open_ledger(&self) -> Result<Ledger> {
        Ok(SqliteLedger::open_at(&self.home()?, self.memory.as_deref())?)
    }

    /// Refuses a ledger that was handed over, or does not know what a witness of its knows; changes nothing.
    ///
    /// # Errors
    /// [`LedgerError::Lost`](crate::ledger::LedgerError::Lost) where that is so, and where something cannot be read.
    pub(super) fn refuse_lost_ledger(&self) -> Result<()> {
        self.refuse_handed_over()?;
        Ok(SqliteLedger::refuse_lost(&self.home()?, self.memory.as_deref())?)
    }

    /// That letters of the campaign left by another ledger on this machine, where none left by this one.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(super) fn sent_elsewhere(&self) -> Result<Option<SentElsewhere>> {
        Ok(SqliteLedger::sent_elsewhere(&self.home()?, self.memory.as_deref(), &self.settings.id)?)
    }

    /// The letters that witnesses know and the ledger does not, also where there is none.
    ///
    /// # Errors
    /// Where something cannot be read.
    pub(super) fn unknown_letters(&self) -> Result<Unknown> {
        Ok(SqliteLedger::unknown_letters(&self.home()?, self.memory.as_deref(), &self.settings.id)?)
    }

    /// The ledger to write to, whatever its witnesses know, to take that in; it is made where there is none.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub(super) fn ledger_to_adopt(&self) -> Result<Ledger> {
        Ok(SqliteLedger::open_to_adopt(&self.home()?, self.memory.as_deref())?)
    }

    /// The ledger to write to, which must be there.
    ///
    /// # Errors
    /// [`Error::NoLedger`] where it is not there, or it cannot be opened.
    pub fn existing_ledger(&self) -> Result<Ledger> {
        match self.known_ledger()? {
            Some(_) => self.ledger(),
            None => Err(Error::NoLedger(self.realm.ledger(&self.settings).name())),
        }
    }

    /// That another machine may write the ledger too, by where it lies; nothing in the sandbox, which sends to nobody.
    ///
    /// # Errors
    /// Where its place cannot be told.
    pub fn shared_ledger(&self) -> Result<Option<SharedDisk>> {
        match self.realm {
            Realm::Real => match &self.settings.ledger {
                LedgerSpec::File(path) => Ok(SharedDisk::of(&self.workspace.root().join(path))),
                // It is there for several machines.
                LedgerSpec::Server(_) => Ok(None),
            },
            Realm::Sandbox => Ok(None),
        }
    }

    /// The place of the log that is written anew after every run.
    ///
    /// # Errors
    /// Where a symbolic link leads it out of the folder.
    pub fn contacted(&self) -> Result<PathBuf> {
        Ok(self.workspace.path(&self.realm.contacted())?)
    }

    /// Where the ledger is kept.
    pub(super) fn home(&self) -> Result<Home> {
        self.home_of(self.realm.ledger(&self.settings))
    }

    /// Where a ledger would be kept.
    pub(super) fn home_of(&self, spec: LedgerSpec) -> Result<Home> {
        let server = match spec {
            // Campaigns in several folders may share one, which lies outside of them.
            LedgerSpec::File(path) if self.realm == Realm::Real => {
                return Ok(Home::File(self.workspace.root().join(path)));
            }
            LedgerSpec::File(path) => return Ok(Home::File(self.workspace.path(&path)?)),
            LedgerSpec::Server(server) => server,
        };
        let beside = self.workspace.path(BESIDE_SERVER)?;
        Ok(Home::Server { address: Box::new(self.address(*server)?), beside })
    }

    fn address(&self, server: LedgerServer) -> Result<Address> {
        let LedgerServer { host, port, user, database, schema, is_encrypted, authorities, password } = server;
        let authorities = authorities.map(|path| self.workspace.path(&path)).transpose()?;
        let encryption = if is_encrypted { Encryption::Verified(authorities) } else { Encryption::None };
        let password = password.map(|source| self.password(&source)).transpose()?;
        Ok(Address { host, port, user, password, database, schema, encryption })
    }

    /// The password for the ledger's server. A command may ask a person for it: it is run once.
    fn password(&self, source: &SecretSource) -> Result<SecretString> {
        if let Some(known) = self.known_password.get() {
            return Ok(known.clone());
        }
        let found = source.fetch(&self.workspace).map_err(Error::LedgerPassword)?;
        Ok(self.known_password.get_or_init(|| found).clone())
    }
}
