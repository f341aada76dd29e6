//! The two realms of a campaign: for real, and the sandbox. Their ledgers and logs never meet.

use crate::config::{LedgerSpec, Settings};

/// For real, or in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    /// Letters go to their recipients.
    Real,
    /// Letters go to a server inside this program.
    Sandbox,
}

/// The folder of the sandbox, relative to the workspace.
pub const SANDBOX: &str = "logs/sandbox";

impl Realm {
    /// Where the ledger is kept.
    pub(super) fn ledger(self, settings: &Settings) -> LedgerSpec {
        match self {
            Self::Real => settings.ledger.clone(),
            Self::Sandbox => LedgerSpec::File(format!("{SANDBOX}/ledger.db")),
        }
    }

    /// The log that is written anew after every run, relative to the workspace.
    #[must_use]
    pub fn contacted(self) -> String {
        match self {
            Self::Real => "logs/contacted.csv".to_owned(),
            Self::Sandbox => format!("{SANDBOX}/contacted.csv"),
        }
    }

    /// How a campaign that is stopped goes on.
    #[must_use]
    pub fn lets_go_on(self) -> &'static str {
        match self {
            Self::Real => "`undersigned stop --undo` lets it go on",
            Self::Sandbox => "`undersigned stop --undo --sandbox` lets it go on",
        }
    }
}
