//! One function for each subcommand: wiring only.

mod adopt;
mod approval;
mod check;
mod confirm;
mod context;
mod core_dump;
mod follow_up;
mod forget;
mod hand_over;
mod init;
mod ledger;
mod log;
mod login;
mod man;
mod mark;
mod name_server;
mod output;
mod person;
mod plan;
mod preview;
mod progress;
mod publish;
mod read;
mod report;
mod resolve;
mod runtime;
mod send;
mod serve;
mod signal;
mod status;
mod steps;
mod stop;
mod suppress;
mod sync;
mod terminal;
mod test_letter;

use anyhow::Result;

use crate::cli::{Cli, Command};

pub use context::Context;
pub use core_dump::forbid as forbid_core_dumps;
pub use terminal::report_error;

/// What a command says to whoever called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Done, but some deliveries failed or are in doubt.
    WithFailures,
    /// Refused: nothing was sent.
    Refused,
    /// Stopped early with work left.
    Stopped,
}

impl Exit {
    /// The exit status.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::WithFailures => 1,
            Self::Refused => 2,
            Self::Stopped => 3,
        }
    }
}

/// Runs a command line.
///
/// # Errors
/// Where the command is refused: exit status 2.
pub fn run(cli: Cli) -> Result<Exit> {
    let context = Context::new(&cli);
    match cli.command {
        Command::Init(args) => init::run(&context, &args),
        Command::Check(args) => check::run(&context, &args),
        Command::Plan(args) => plan::run(&context, &args),
        Command::Preview(args) => preview::run(&context, &args),
        Command::Approval(args) => approval::run(&context, &args),
        Command::Send(args) => send::run(&context, &args),
        Command::FollowUp(args) => follow_up::run(&context, &args),
        Command::Test(args) => test_letter::run(&context, &args),
        Command::Resolve(args) => resolve::run(&context, &args),
        Command::Adopt(args) => adopt::run(&context, &args),
        Command::Mark(args) => mark::run(&context, &args),
        Command::Confirm(args) => confirm::run(&context, &args),
        Command::Suppress(args) => suppress::run(&context, &args),
        Command::Forget(args) => forget::run(&context, &args),
        Command::Export(args) => forget::export(&context, &args),
        Command::Stop(args) => stop::run(&context, &args),
        Command::HandOver(args) => hand_over::run(&context, &args),
        Command::Ledger(args) => ledger::run(&context, &args),
        Command::Sync(args) => sync::run(&context, &args),
        Command::Read(args) => read::run(&context, &args),
        Command::Status(args) => status::run(&context, &args),
        Command::Log(args) => log::run(&context, &args),
        Command::Report(args) => report::run(&context, &args),
        Command::Publish(args) => publish::run(&context, &args),
        Command::Serve(args) => serve::run(&context, &args),
        Command::Login(args) => login::run(&context, &args),
        Command::Logout(_) => login::forget(&context),
        Command::Completions(args) => man::completions(&args),
        Command::Man => man::page(),
    }
}
