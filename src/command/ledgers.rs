//! Where a campaign's ledgers are: the real one, and the sandbox's, which never meet.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::config::Campaign;
use crate::ledger::sqlite::SqliteLedger;
use crate::workspace::Workspace;

/// For real, or in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Realm {
    Real,
    Sandbox,
}

/// The folder of the sandbox.
pub(super) const SANDBOX: &str = "logs/sandbox";

impl Realm {
    /// The realm that a flag names.
    pub(super) fn of(sandbox: bool) -> Self {
        if sandbox { Self::Sandbox } else { Self::Real }
    }

    fn ledger(self, campaign: &Campaign) -> String {
        match self {
            Self::Real => campaign.ledger.clone(),
            Self::Sandbox => format!("{SANDBOX}/ledger.db"),
        }
    }

    /// The log that is written anew after every run, relative to the workspace.
    pub(super) fn contacted(self) -> String {
        match self {
            Self::Real => "logs/contacted.csv".to_owned(),
            Self::Sandbox => format!("{SANDBOX}/contacted.csv"),
        }
    }

    fn path(self, workspace: &Workspace, campaign: &Campaign) -> Result<PathBuf> {
        Ok(workspace.path(&self.ledger(campaign))?)
    }

    /// Opens the ledger, and makes it where it is not there.
    pub(super) fn open(self, workspace: &Workspace, campaign: &Campaign) -> Result<SqliteLedger> {
        Ok(SqliteLedger::open(&self.path(workspace, campaign)?)?)
    }

    /// Opens the ledger, where it is there.
    pub(super) fn open_existing(self, workspace: &Workspace, campaign: &Campaign) -> Result<Option<SqliteLedger>> {
        Ok(SqliteLedger::open_existing(&self.path(workspace, campaign)?)?)
    }

    /// Opens the ledger for writing, which must be there.
    pub(super) fn expect(self, workspace: &Workspace, campaign: &Campaign) -> Result<SqliteLedger> {
        let path = self.ledger(campaign);
        self.open_existing(workspace, campaign)?
            .with_context(|| format!("`{path}` does not exist: nothing was sent yet"))?;
        self.open(workspace, campaign)
    }
}
