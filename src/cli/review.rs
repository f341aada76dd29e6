//! What came back, and what became of the letters.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::model::{Answer, DeliveryState};

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

/// Writes the report.
#[derive(Debug, Args)]
pub struct Report {
    /// Write it into this file [default: stdout; on a terminal, logs/report.html]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,

    /// Tell recipients apart by this column of the list [default: country, where the list has it]
    #[arg(long, value_name = "COLUMN")]
    pub by: Option<String>,

    /// For everybody, such as a coalition's website or a funder: numbers and the public letter; no name, address, note
    /// or reply of a recipient
    #[arg(long)]
    pub public: bool,

    /// Of the sandbox
    #[arg(long)]
    pub sandbox: bool,
}

/// Shows the log.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Log {
    /// The form
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: LogFormat,

    /// Only deliveries in this state; may be given several times
    #[arg(long, value_name = "STATE", value_parser = read_state)]
    pub state: Vec<DeliveryState>,

    /// Only deliveries with this answer; may be given several times. `none`: only recipients who answered no letter
    #[arg(long, value_name = "ANSWER", value_parser = read_answer)]
    pub answer: Vec<Answer>,

    /// Only recipients in whose row of the list this column has this value, such as `country=France`; may be given
    /// several times: other values of a column are alternatives, each column must fit
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    pub cells: Vec<String>,

    /// Only this round
    #[arg(long, value_name = "N")]
    pub round: Option<u32>,

    /// The copies of letters, in Cc and Bcc, each where it stands by itself
    #[arg(long, conflicts_with_all = ["answer", "cells", "failed", "events"])]
    pub copies: bool,

    /// Only the rows of the recipients list whose delivery failed or bounced, in that list's own columns, and the
    /// reason after them: mended, the CSV can be sent again as a list
    #[arg(long, conflicts_with_all = ["state", "answer", "cells"])]
    pub failed: bool,

    /// Everything that ever happened, as one JSON object a line
    #[arg(long, conflicts_with_all = ["format", "state", "answer", "cells", "round", "failed"])]
    pub events: bool,

    /// Write it into this file, for you alone, instead of printing it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,

    /// Of the sandbox
    #[arg(long)]
    pub sandbox: bool,
}

impl Log {
    /// The same, where `--out -` is stdout, as people write it.
    #[must_use]
    pub fn with_stdout(self) -> Self {
        Self { out: self.out.filter(|path| path.as_os_str() != "-"), ..self }
    }
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
    /// A spreadsheet with one row a person, in the columns of your own list, and the times of this machine
    Xlsx,
}

fn read_state(text: &str) -> Result<DeliveryState, String> {
    text.parse().map_err(|_| {
        let words: Vec<&str> = DeliveryState::ALL.iter().map(|state| state.as_str()).collect();
        format!("it is one of {}", words.join(", "))
    })
}

fn read_answer(text: &str) -> Result<Answer, String> {
    text.parse().map_err(|_| {
        let words: Vec<&str> = Answer::ALL.iter().map(|answer| answer.as_str()).collect();
        format!("it is one of {}", words.join(", "))
    })
}
