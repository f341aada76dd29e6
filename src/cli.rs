//! The command line. Its doc comments are the help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::model::DeliveryState;

/// Sends a joint public letter to everyone it is addressed to, exactly once, and knows who has answered.
///
/// A campaign is a folder: `campaign.toml`, `templates/`, `lists/` and `logs/`. Begin with `undersigned init`, look with `check`,
/// `plan` and `preview`, try with `send --sandbox`, and send with `send`.
#[derive(Debug, Parser)]
#[command(name = "undersigned", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit status: 0 done; 1 done, but some deliveries failed or are in doubt; 2 refused, nothing was sent; \
                        3 stopped early with work left."
)]
pub struct Cli {
    /// The folder of the campaign
    #[arg(short = 'C', value_name = "DIR", global = true, default_value = ".", value_hint = ValueHint::DirPath)]
    pub directory: PathBuf,

    /// The campaign's file, relative to its folder
    #[arg(long, value_name = "FILE", global = true, default_value = "campaign.toml")]
    pub config: String,

    /// Say more; twice for what goes over the wire. Addresses are masked
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// Say nothing but results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub color: ColorWhen,

    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On terminals
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a workspace with a sample campaign, or with a letter of yours
    ///
    /// With `--from`, the letter says what your text says, with the signatories printed at its end; what could not be kept (pictures,
    /// tables, comments) is told. Lists and settings are those of the sample: put yours in their place.
    Init(Init),
    /// Look for everything that would go wrong: lists, letters, attachments, sender, server
    Check(Check),
    /// Show who gets what in the next round, who is skipped and why; sends nothing
    Plan(Plan),
    /// Show one letter as its reader gets it, or write all of them into a folder
    Preview(Preview),
    /// Send the letter, or go on with it; can be stopped and run again at any time
    Send(Send),
    /// Send the next round to those who are due: who got the letter before it and has not answered
    ///
    /// Each `[[follow_up]]` is a round. One run sends one round: the first that is due to anybody. Who has answered, asked not to be written
    /// to, or whose letter came back gets none: where campaign.toml has an `[inbox]`, it is read first, as `sync` does. `plan --round 1` says
    /// when it is due to whom, and to whom it is not; `preview --round 1` shows it. With `quote = true`, the first letter stands below it as it
    /// was sent. In the sandbox, nobody has to wait for it, and no inbox is read.
    FollowUp(FollowUp),
    /// Say what became of a delivery in doubt
    Resolve(Resolve),
    /// Record an answer by hand: of a telephone call, a meeting, or a mail that was taken for something else
    ///
    /// What you say counts more than any mail. `replied`, `declined` and `opted-out` stop follow-ups, and the letter itself where it has not
    /// left; `acknowledged` does not. `--undo` takes back what a mail or a person said, and a report of failure. Who opts out is written to no more, in any campaign of this ledger. It works while a run sends.
    Mark(Mark),
    /// Write to an address or a domain no more, in any campaign of this ledger; without one, list who is not written to
    ///
    /// It works while a run sends. What stands in the suppressions list of a campaign counts besides, for that campaign alone.
    Suppress(Suppress),
    /// Stop the campaign: neither its letter nor a follow-up is sent any more, until that is taken back
    ///
    /// It works while a run sends: what is on the wire is finished, and the run ends. `plan`, `status` and `log` say that the campaign is stopped,
    /// `send` and `follow-up` refuse. What comes back is recorded still.
    Stop(Stop),
    /// Read reports and answers from the inbox, and record what they say of the letters
    ///
    /// The inbox is that of `[inbox]` in campaign.toml: a mailbox on an IMAP server, a Maildir or an mbox. It is read, and never changed. Each mail counts
    /// once, in whatever mailbox it lies: this can be run as often as one likes.
    Sync(Sync),
    /// Say what a mail is (report, auto-reply, …) and why; needs no campaign, changes nothing
    Read(Read),
    /// Show the campaign at a glance
    Status(Status),
    /// Show who was contacted, with what result
    Log(Log),
    /// Write the public letter as web pages, with the signatories as a table, into a folder
    ///
    /// One page for each language of the letter, `signatories.csv` with the public columns alone, and `SHA256SUMS`. The pages hold all that
    /// they show: copy the folder to any web server, or open `index.html` here. The same campaign gives the same bytes.
    ///
    /// What stands in the place of a recipient, for example "Dear Ministers", is in `[publish.recipient.en]` of campaign.toml. No
    /// recipient's data and no signatory with `publish = no` is in any of the files.
    Publish(Publish),
    /// Print a script that completes this program's commands in a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// Starts a workspace.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder to start it in; it is made where it does not exist [default: the folder of -C]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: Option<PathBuf>,

    /// Begin with this text as the letter: Markdown (.md), plain text (.txt) or a Word document (.docx)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub from: Option<PathBuf>,
}

/// Checks a campaign.
#[derive(Debug, Args)]
pub struct Check {
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
}

/// Shows the plan.
#[derive(Debug, Args)]
pub struct Plan {
    /// The round: 0 is the first letter
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub round: u32,

    /// Print the plan as JSON
    #[arg(long)]
    pub json: bool,
}

/// Shows letters.
#[derive(Debug, Args)]
pub struct Preview {
    /// The recipient, by id or address [default: the first who gets a letter]
    #[arg(value_name = "ID")]
    pub id: Option<String>,

    /// The round: 0 is the first letter, 1 the first follow-up, as it would be sent now
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub round: u32,

    /// The form [default: text; with --out, all of them]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<PreviewFormat>,

    /// Write into this folder, for you alone: one letter where ID is given; where it is not, all of them, with an index.html that
    /// leads to them
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,

    /// Open the letter's page in the browser; with --out, the index. Nothing is sent anywhere
    #[arg(long)]
    pub open: bool,

    /// Show what is different in the letters to two recipients
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["id", "format", "out", "open"])]
    pub diff: Vec<String>,
}

/// The form of a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PreviewFormat {
    /// The headers and the plain text
    Text,
    /// The HTML part
    Html,
    /// The whole message as it goes over the wire
    Eml,
    /// The letter on paper
    Pdf,
}

/// Sends a round.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub struct Send {
    /// Send to a server inside this program instead, into logs/sandbox/; needs no server and no password
    #[arg(long)]
    pub sandbox: bool,

    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,

    /// Send N letters at the most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,

    /// Send to this recipient alone, by id or address; may be given several times
    #[arg(long, value_name = "ID")]
    pub only: Vec<String>,

    /// Stop, with exit status 3, where a limit, the sending hours or a deferral would have to be waited for
    #[arg(long)]
    pub no_wait: bool,

    /// Go on with a letter, signatories or attachments that changed since the first delivery was accepted
    #[arg(long)]
    pub accept_changes: bool,
}

/// Sends a follow-up.
#[derive(Debug, Args)]
pub struct FollowUp {
    /// As for the first letter.
    #[command(flatten)]
    pub send: Send,

    /// Do not read the inbox first: who has answered since the last `sync` may get a follow-up
    #[arg(long, conflicts_with = "require_sync")]
    pub no_sync: bool,

    /// Send nothing, with exit status 3, where the inbox cannot be read; without this, a warning says so
    #[arg(long)]
    pub require_sync: bool,
}

/// Resolves a delivery in doubt.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("resolution").required(true))]
pub struct Resolve {
    /// The recipient, by id or address
    #[arg(value_name = "ID")]
    pub id: String,

    /// It arrived: it counts as accepted
    #[arg(long, group = "resolution")]
    pub accepted: bool,

    /// It never left: the next `send` sends it. Also has a failed delivery tried again
    #[arg(long, group = "resolution")]
    pub not_sent: bool,

    /// The round [default: the one in which the delivery is in doubt]
    #[arg(long, value_name = "N")]
    pub round: Option<u32>,

    /// In the sandbox's ledger
    #[arg(long)]
    pub sandbox: bool,
}

/// Records an answer.
#[derive(Debug, Args)]
pub struct Mark {
    /// The recipient, by id or address
    #[arg(value_name = "ID")]
    pub id: String,

    /// What became of it
    #[arg(value_name = "STATUS", required_unless_present = "undo", conflicts_with = "undo")]
    pub status: Option<MarkStatus>,

    /// A note, in place of the one that stands; an empty one takes it away
    #[arg(long, value_name = "TEXT", required_if_eq("status", "note"))]
    pub note: Option<String>,

    /// Take back the answer that is recorded; where there is none, that the letter bounced
    #[arg(long)]
    pub undo: bool,

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

    /// Only the rows of the recipients list whose delivery failed or bounced, in that list's own columns, and the reason after
    /// them: mended, the CSV can be sent again as a list
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

/// Publishes the letter.
#[derive(Debug, Args)]
pub struct Publish {
    /// The folder; one that is there is renewed if `publish` wrote it [default: public/ in the campaign's folder]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}

/// Prints completions.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

fn read_state(text: &str) -> Result<DeliveryState, String> {
    text.parse().map_err(|_| {
        let words: Vec<&str> = DeliveryState::ALL.iter().map(|state| state.as_str()).collect();
        format!("it is one of {}", words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
