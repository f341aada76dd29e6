//! `serve`: the campaign in a browser on this machine.

use std::io::Write as _;

use anyhow::{Context as _, Result};

use super::output::{Form, stdout};
use super::person::said;
use super::runtime::threads;
use super::terminal::{say, warn};
use super::{Context, Exit, signal};
use crate::cli::Serve;
use crate::web::{Door, Mode};

pub(super) fn run(context: &Context, args: &Serve) -> Result<Exit> {
    // What is wrong with campaign.toml is better said here than on every page.
    context.folder(false)?;
    let mode = if args.read_only { Mode::ReadOnly } else { Mode::Full };
    let by = said(context).by;
    threads()?.block_on(async {
        let door = Door::open(context.place(), by, args.port, mode, context.clock.clone()).await;
        let door = door.with_context(|| format!("the port {} of 127.0.0.1 cannot be had", args.port))?;
        let address = door.address();
        let mut out = stdout(Form::Data);
        writeln!(out, "{address}")?;
        out.flush()?;
        if !args.no_open && open::that_detached(&address).is_err() {
            warn("no browser could be started; open the address in one yourself");
        }
        if !context.quiet {
            say("Ctrl-C ends it");
        }
        door.serve(signal::heard()).await.context("the desk broke down")?;
        Ok(Exit::Done)
    })
}
