//! What came back, and what became of the letters.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::model::DeliveryState;

/// Reads the inbox.
#[derive(Debug, Args)]
pub struct Sync {
    /// Read this Maildir instead of the inbox
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "mbox")]
    pub maildir: Option<PathBuf>,

    /// Read this mbox instead of the inbox
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub mbox: Option<PathBuf>,

    /// Read nothing; list the mails of all times that are about no letter for sure
    #[arg(long, conflicts_with_all = ["maildir", "mbox"])]
    pub unmatched: bool,

    /// Print one JSON object a line for each mail
    #[arg(long)]
    pub json: bool,

    /// For the sandbox's ledger
    #[arg(long)]
    pub sandbox: bool,
}

/// Reads mail.
#[derive(Debug, Args)]
pub struct Read {
    /// A mail as a file, `-` for standard input; of a long one the first megabyte is read
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,

    /// Print one JSON object a line for each file
    #[arg(long)]
    pub json: bool,
}

/// Shows the status.
#[derive(Debug, Args)]
pub struct Status {
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,

    /// Of the sandbox
    #[arg(long)]
    pub sandbox: bool,
}

/// Shows the log.
#[derive(Debug, Args)]
pub struct Log {
    /// The form
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: LogFormat,

    /// Only deliveries in this state; may be given several times
    #[arg(long, value_name = "STATE", value_parser = read_state)]
    pub state: Vec<DeliveryState>,

    /// Only this round
    #[arg(long, value_name = "N")]
    pub round: Option<u32>,

    /// Only the rows of the recipients list whose delivery failed or bounced, in that list's own columns, and the
    /// reason after them: mended, the CSV can be sent again as a list
    #[arg(long, conflicts_with = "state")]
    pub failed: bool,

    /// Everything that ever happened, as one JSON object a line
    #[arg(long, conflicts_with_all = ["format", "state", "round", "failed"])]
    pub events: bool,

    /// Of the sandbox
    #[arg(long)]
    pub sandbox: bool,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Table,
    /// For spreadsheets; the columns do not change without notice
    Csv,
    /// For scripts; the same names as in the CSV
    Json,
}

fn read_state(text: &str) -> Result<DeliveryState, String> {
    text.parse().map_err(|_| {
        let words: Vec<&str> = DeliveryState::ALL.iter().map(|state| state.as_str()).collect();
        format!("it is one of {}", words.join(", "))
    })
}
