//! `ledger copy`: the ledger moves to another place.

use anyhow::Result;

use super::runtime::wait_for;
use super::terminal::say;
use super::{Context, Exit};
use crate::campaign::{Destination, relocate};
use crate::cli::{self, LedgerCommand};

pub(super) fn run(context: &Context, args: &cli::Ledger) -> Result<Exit> {
    let cli::Ledger { what: LedgerCommand::Copy, to, password_env, ca } = args;
    let folder = context.folder(false)?;
    let destination = Destination { url: to.clone(), password_env: password_env.clone(), authorities: ca.clone() };
    let moved = wait_for(relocate(&folder, destination, &context.clock))??;
    if !context.quiet {
        if moved.events > 0 {
            let (letters, events) = (moved.letters, moved.events);
            say(format_args!("all of the ledger was copied: {letters} deliveries, {events} events"));
        }
        say(format_args!("the ledger is {to} now, and the old one is closed: write that as `url` in `[ledger]`"));
    }
    Ok(Exit::Done)
}
