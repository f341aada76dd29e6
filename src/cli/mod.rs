//! The command line. Its doc comments are the help.

mod account;
mod letter;
mod person;
mod review;
mod sending;
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

pub use account::{Login, Logout};
pub use letter::{Approval, Check, Init, Plan, Preview, PreviewFormat, Publish};
pub use person::{
    Adopt, Confirm, Export, Forget, HandOver, Ledger, LedgerCommand, Mark, MarkStatus, Resolve, ResolveState, Stop,
    Suppress,
};
pub use review::{Log, LogFormat, Read, Report, Status, Sync};
pub use sending::{FollowUp, Send, Test};
pub use serve::Serve;

/// Sends a joint public letter to everyone it is addressed to, exactly once, and knows who has answered.
///
/// A campaign is a folder: `campaign.toml`, `templates/`, `lists/` and `logs/`. Begin with `undersigned init`, look
/// with `check`, `plan` and `preview`, try with `send --sandbox`, and send with `send`.
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

    /// The campaign's file; in a folder below, it is a campaign of that folder
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
    /// With `--from`, the letter says what your text says, with the signatories printed at its end; what could not be
    /// kept (pictures, tables, comments) is told. Lists and settings are those of the sample: put yours in their place.
    Init(Init),
    /// Look for everything that would go wrong: lists, letters, attachments, sender, server
    Check(Check),
    /// Show who gets what in the next round, who is skipped and why; sends nothing
    Plan(Plan),
    /// Show one letter as its reader gets it, or write all of them into a folder
    ///
    /// Before the first run, Message-IDs and tokens are placeholders: the ledger's key, which makes them, is not there
    /// yet.
    Preview(Preview),
    /// Write what colleagues must agree to before sending, as one page to hand round; note who agreed
    ///
    /// The page has the letter in each language as it goes to two recipients, the plan without addresses, and the
    /// signatories, with a version that changes with any of the files. Who agreed is noted with `--agreed NAME`;
    /// `status` and `log --events` show it, and to which version. It keeps nobody from sending.
    Approval(Approval),
    /// Send the letter, or go on with it; can be stopped and run again at any time
    Send(Send),
    /// Send the next round to those who are due: who got the letter before it and has not answered
    ///
    /// Each `[[follow_up]]` is a round. One run sends one round: the first that is due to anybody. Who has answered,
    /// asked not to be written to, or whose letter came back gets none: where campaign.toml has an `[inbox]`, it is
    /// read first, as `sync` does. `plan --round 1` says when it is due to whom, and to whom it is not; `preview
    /// --round 1` shows it. With `quote = true`, the first letter stands below it as it was sent. In the sandbox,
    /// nobody has to wait for it, and no inbox is read.
    FollowUp(FollowUp),
    /// Send a recipient's letter to an address of your own instead, through the campaign's server, to see it arrive
    ///
    /// It is the letter as its recipient gets it, without copies, under a Message-ID of its own: no answer to it
    /// counts. It is no delivery. It counts in the limits of `[pace]`, hours and `not_before` do not hold it, and it
    /// stands among the events of `log --events`.
    Test(Test),
    /// Say what became of a delivery in doubt
    Resolve(Resolve),
    /// Take letters for sent of which the ledger does not know
    ///
    /// With `--witness`, after the ledger was lost, or an older copy of it was put back: the log of sent letters beside
    /// the ledger, `contacted.csv` and this machine know what left. Who was written to since counts as accepted, or is
    /// in doubt where nobody knows whether the server took the letter; nobody of them gets it again. Where the newest
    /// ledger can be put back, that is better: answers and notes are in the ledger alone.
    ///
    /// With `--mbox`, `--list` or `--folder`, letters that were sent by hand before: each that went to somebody of the
    /// recipients list counts as the accepted first letter to them, so that follow-ups and another campaign's
    /// `continues` go on in its thread.
    Adopt(Adopt),
    /// Record an answer by hand: of a telephone call, a meeting, or a mail that was taken for something else
    ///
    /// What you say counts more than any mail. `replied`, `declined` and `opted-out` stop follow-ups, and the letter
    /// itself where it has not left; `acknowledged` does not. `--undo` takes back what a mail or a person said, and a
    /// report of failure; with `--mail`, all that one mail did. Who opts out is written to no more, in any campaign of
    /// this ledger. It works while a run sends.
    Mark(Mark),
    /// Take what `sync` suggests as it is: what it took a mail for, of which letter, is right
    ///
    /// A mail that names an address alone, or says something of many letters, may be forged: it waits for you. `sync
    /// --unmatched` lists what waits. `mark --undo --mail N` throws away all that a mail says.
    Confirm(Confirm),
    /// Write to an address or a domain no more, in any campaign of this ledger; without one, list who is not written to
    ///
    /// It works while a run sends. What stands in the suppressions list of a campaign counts besides, for that campaign
    /// alone.
    Suppress(Suppress),
    /// Erase a person's data, and write to them no more, in any campaign of this ledger
    ///
    /// What names them goes out of the ledger, the log of who was contacted, the sandbox, previews under logs/ and
    /// saved copies of the ledger. That letters left, and what became of them, still counts. What stays is a keyed hash
    /// of the address, by which nobody writes to it again. The lists and other files that have the address are named
    /// with their lines; backups, mailboxes and servers are not reached.
    Forget(Forget),
    /// Print all that is known of a person, as JSON
    Export(Export),
    /// Stop the campaign: neither its letter nor a follow-up is sent any more, until that is taken back
    ///
    /// It works while a run sends: what is on the wire is finished, and the run ends. `plan`, `status` and `log` say
    /// that the campaign is stopped, `send` and `follow-up` refuse. What comes back is recorded still.
    Stop(Stop),
    /// Lock this folder: somebody else goes on with a copy of it, on another machine or in another folder
    ///
    /// The ledger notes who handed it over, to whom and when, and its file is whole by itself then: copy or zip the
    /// folder with logs/ in it. Here, whatever sends or records refuses until `hand-over --undo` takes it back, while
    /// `status` and `log` go on. In the copy, the first `send` or `follow-up` asks whether to go on there, or is told
    /// by `--take-over`.
    HandOver(HandOver),
    /// Move the ledger to a PostgreSQL server or back (`copy`), or erase campaigns that are overdue (`expire`)
    ///
    /// `copy --to URL`: all of it is copied, with its keys and ids, whole or not at all, and the old ledger is closed:
    /// it says where the ledger is now. Nothing may be sent meanwhile. Where it breaks off, the same command goes on.
    ///
    /// `expire`: of campaigns in which nothing has happened for as long as `retention` in `[ledger]` says, the data of
    /// their people goes, in the ledger and in what this folder has under logs/; it says first what that is. The
    /// numbers stay, and whom nobody may write to. Nothing is sent or recorded in such a campaign any more. There is no
    /// way back.
    Ledger(Ledger),
    /// Read reports and answers from the inbox, and record what they say of the letters
    ///
    /// The inbox is that of `[inbox]` in campaign.toml: a mailbox on an IMAP server, a Maildir or an mbox. It is read,
    /// and never changed. Each mail counts once, in whatever mailbox it lies: this can be run as often as one likes.
    Sync(Sync),
    /// Say what a mail is (report, auto-reply, …) and why; needs no campaign, changes nothing
    Read(Read),
    /// Show the campaign at a glance
    Status(Status),
    /// Show who was contacted, with what result
    Log(Log),
    /// Write one page that tells what became of the campaign: totals, a picture over time, by country, what is open,
    /// the letter
    ///
    /// The page holds all that it shows, needs no network and can be printed; it is in the campaign's language, and the
    /// same ledger gives the same bytes. It holds names and addresses, for you alone, unless `--public` is said. Of
    /// more than a thousand recipients the first are on the page, and with `--out` all of them in a CSV beside it.
    Report(Report),
    /// Write the public letter as web pages, with the signatories as a table, into a folder
    ///
    /// One page for each language of the letter, `signatories.csv` with the public columns alone, and `SHA256SUMS`. The
    /// pages hold all that they show: copy the folder to any web server, or open `index.html` here. The same campaign
    /// gives the same bytes.
    ///
    /// What stands in the place of a recipient, for example "Dear Ministers", is in `[publish.recipient.en]` of
    /// campaign.toml. No recipient's data and no signatory with `publish = no` is in any of the files.
    Publish(Publish),
    /// Show the campaign in a browser on this machine, and do there what the commands do
    ///
    /// It prints an address, which holds a token, and opens it: nobody else on this machine comes in without it, and
    /// nobody on another machine at all. What is done there is recorded under your name, as in the terminal. A run that
    /// is started there goes on when the browser is closed, and ends with this command.
    Serve(Serve),
    /// Sign in, once: by OAuth in the browser, or with a password that goes into the keyring
    ///
    /// With `auth = "oauth"` and an `[oauth]` in campaign.toml, a browser asks for your consent, and tokens are renewed
    /// by themselves from then on, also in a run of days. What lasts of it is in the keyring; on a machine without one,
    /// in a file that `key` of `[oauth]` encrypts. With `password = { keyring = true }`, the password is asked for, or
    /// read from stdin. Where `[smtp]` and `[inbox]` have two accounts, you sign in to both.
    Login(Login),
    /// Sign out: the consent is ended where the provider has a way for that, and what is kept is forgotten
    Logout(Logout),
    /// Print a script that completes this program's commands in a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// Prints completions.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
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
