//! What is sent.

use clap::Args;

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

    /// Go on with a campaign that was last sent from another machine, or handed over: it has stopped there
    #[arg(long)]
    pub take_over: bool,
}

/// Sends a test letter.
#[derive(Debug, Args)]
pub struct Test {
    /// Where it goes: an address of your own, which is not in the list
    #[arg(value_name = "ADDRESS")]
    pub address: String,

    /// Whose letter, by id or address [default: the first who gets one]
    #[arg(long = "as", value_name = "ID")]
    pub of: Option<String>,

    /// The round: 0 is the first letter, 1 the first follow-up, as it would be sent now
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub round: u32,
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
