//! What a person says of a delivery, of a recipient, of an address, of the campaign, or of its ledger.

use std::ops::RangeInclusive;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::model::day::read_day;

/// Resolves deliveries in doubt.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("resolution").required(true))]
pub struct Resolve {
    /// The recipients, by id or address
    #[arg(value_name = "ID", required_unless_present = "state", conflicts_with = "state")]
    pub ids: Vec<String>,

    /// It arrived: it counts as accepted
    #[arg(long, group = "resolution")]
    pub accepted: bool,

    /// It never left: the next `send` sends it. Also has a failed delivery tried again
    #[arg(long, group = "resolution")]
    pub not_sent: bool,

    /// All deliveries in this state that can be sent again, with --reason
    #[arg(long, value_enum, requires_all = ["reason", "not_sent"])]
    pub state: Option<ResolveState>,

    /// What stands in their reason or in the server's reply
    #[arg(long, value_name = "WORD", requires = "state")]
    pub reason: Option<String>,

    /// The round [default: the one in which the delivery is in doubt]
    #[arg(long, value_name = "N")]
    pub round: Option<u32>,

    /// In the sandbox's ledger
    #[arg(long)]
    pub sandbox: bool,
}

/// Takes letters for sent.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("from_where").required(true)))]
pub struct Adopt {
    /// What the logs of sent letters, contacted.csv and this machine know of letters that left
    #[arg(long, group = "from_where")]
    pub witness: bool,

    /// Letters that were sent by hand, in a file in the mbox form
    #[arg(long, value_name = "FILE", group = "from_where")]
    pub mbox: Option<PathBuf>,

    /// A list of letters that were sent by hand: `email`, `date`, and where known `message_id` and `subject`
    #[arg(long, value_name = "FILE", group = "from_where")]
    pub list: Option<PathBuf>,

    /// Letters that were sent by hand, in a folder on the server of `[inbox]`, such as `Sent`
    #[arg(long, value_name = "NAME", group = "from_where")]
    pub folder: Option<String>,

    /// Only letters whose subject has these words
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["witness", "list"])]
    pub subject: Option<String>,

    /// Letters from this address too, besides the sender's own
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["witness", "list"])]
    pub from: Vec<String>,

    /// In the sandbox's ledger
    #[arg(long)]
    pub sandbox: bool,
}

/// In which state deliveries can be that are sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ResolveState {
    /// Those that failed, and those that came back for the account's quota
    Failed,
    /// Only those that came back for the account's quota
    Bounced,
}

/// Records an answer.
#[derive(Debug, Args)]
pub struct Mark {
    /// The recipient, by id or address
    #[arg(value_name = "ID", required_unless_present = "mail")]
    pub id: Option<String>,

    /// What became of it
    #[arg(value_name = "STATUS", required_unless_present_any = ["undo", "note"], conflicts_with = "undo")]
    pub status: Option<MarkStatus>,

    /// A note, in place of the one that stands; an empty one takes it away. It may stand alone
    #[arg(long, value_name = "TEXT", required_if_eq("status", "note"))]
    pub note: Option<String>,

    /// The day on which they answered, as in 2024-06-12 [default: today]
    #[arg(long, value_name = "DATE", value_parser = read_day, requires = "status", conflicts_with = "undo")]
    pub on: Option<jiff::civil::Date>,

    /// Take back the answer that is recorded; where there is none, that the letter bounced
    #[arg(long)]
    pub undo: bool,

    /// With --undo: all that one mail did or suggests, by the number that `sync` shows
    #[arg(long, value_name = "N", requires = "undo", conflicts_with_all = ["id", "note"])]
    pub mail: Option<u64>,

    /// In the sandbox's ledger
    #[arg(long)]
    pub sandbox: bool,
}

/// Reads `7` or `3-9`.
fn numbers(text: &str) -> Result<RangeInclusive<u64>, String> {
    let number = |text: &str| {
        let of_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if of_digits { text.parse::<u64>().ok() } else { None };
        number.ok_or_else(|| "it is a number, as `sync` shows it, or two of them such as `3-9`".to_owned())
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let range = number(first)?..=number(last)?;
    if range.is_empty() { Err(format!("{last} is smaller than {first}")) } else { Ok(range) }
}

/// Confirms what waits.
#[derive(Debug, Args)]
pub struct Confirm {
    /// The numbers of suggestions, as `sync` shows them; `3-9` for those that wait from 3 to 9
    #[arg(value_name = "N", required_unless_present = "all_of", value_parser = numbers)]
    pub numbers: Vec<RangeInclusive<u64>>,

    /// All that waits of a mail, by its number; may be given several times
    #[arg(long, value_name = "MAIL")]
    pub all_of: Vec<u64>,

    /// In the sandbox's ledger
    #[arg(long)]
    pub sandbox: bool,
}

/// What a person can say of a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MarkStatus {
    /// Somebody answered
    Replied,
    /// It arrived, and is being looked at
    Acknowledged,
    /// The answer is no
    Declined,
    /// They ask not to be written to
    OptedOut,
    /// Nothing of this: a note alone
    Note,
}

/// Forgets a person.
#[derive(Debug, Args)]
pub struct Forget {
    /// The person's address
    #[arg(value_name = "ADDRESS")]
    pub address: String,

    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// Prints what is known of a person.
#[derive(Debug, Args)]
pub struct Export {
    /// The person's address
    #[arg(value_name = "ADDRESS")]
    pub address: String,
}

/// Suppresses an address or a domain.
#[derive(Debug, Args)]
pub struct Suppress {
    /// Whom not to write to
    #[arg(value_name = "ADDRESS|@DOMAIN")]
    pub target: Option<String>,

    /// Why
    #[arg(long, value_name = "TEXT", requires = "target", conflicts_with = "undo")]
    pub reason: Option<String>,

    /// Write to them again
    #[arg(long, requires = "target")]
    pub undo: bool,

    /// In the sandbox's ledger
    #[arg(long)]
    pub sandbox: bool,
}

/// Stops a campaign.
#[derive(Debug, Args)]
pub struct Stop {
    /// Why
    #[arg(long, value_name = "TEXT", conflicts_with = "undo")]
    pub reason: Option<String>,

    /// Let it go on
    #[arg(long)]
    pub undo: bool,

    /// In the sandbox's ledger
    #[arg(long)]
    pub sandbox: bool,
}

/// Moves the ledger, or erases campaigns in it.
#[derive(Debug, Args)]
pub struct Ledger {
    /// What is done with it
    #[arg(value_name = "WHAT")]
    pub what: LedgerCommand,

    /// `copy`: where to, as `postgres://user@host/database` or `sqlite:logs/ledger.db`, as `url` in `[ledger]`
    #[arg(long, value_name = "URL", required_if_eq("what", "copy"))]
    pub to: Option<String>,

    /// `copy`: the environment variable that has the password for the server
    #[arg(long, value_name = "NAME", requires = "to")]
    pub password_env: Option<String>,

    /// `copy`: the file that names who vouches for the server, in PEM
    #[arg(long, value_name = "FILE", requires = "to")]
    pub ca: Option<String>,

    /// `expire`: do not ask
    #[arg(long, conflicts_with = "to")]
    pub yes: bool,
}

/// What can be done with the ledger itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LedgerCommand {
    /// Move it: all of it, with its keys and ids, whole or not at all
    Copy,
    /// Erase the data of the people of campaigns that are overdue
    Expire,
}

/// Hands the ledger over.
#[derive(Debug, Args)]
pub struct HandOver {
    /// To whom: `status` and every refusal say so
    #[arg(long, value_name = "NAME", conflicts_with = "undo")]
    pub to: Option<String>,

    /// Take it back: it is used here again, and the copy no more
    #[arg(long)]
    pub undo: bool,
}
