//! `serve`: the campaign in a browser on this machine.

use std::io::{self, Write as _};

use anyhow::{Context as _, Result};

use super::output::{Form, stdout};
use super::person::said;
use super::runtime::{threads, wait_for};
use super::terminal::{say, warn};
use super::{Context, Exit, signal};
use crate::campaign::send::DrainHandle;
use crate::cli::Serve;
use crate::web::{Door, Mode, Work};

pub(super) fn run(context: &Context, args: &Serve) -> Result<Exit> {
    // What is wrong with campaign.toml is better said here than on every page.
    context.folder(false)?;
    let mode = if args.read_only { Mode::ReadOnly } else { Mode::Full };
    let by = said(context).by;
    threads()?.block_on(async {
        let door = Door::open(context.place(), by, args.port, mode, (context.clock.clone(), aside)).await;
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
        // The second signal ends the program at once, as it ends a run in the terminal.
        let (handle, mut drain) = DrainHandle::new();
        tokio::spawn(signal::listen(handle));
        door.serve(async move { drain.told().await }).await.context("the desk broke down")?;
        Ok(Exit::Done)
    })
}

/// A run has a thread and a runtime of its own, as in the terminal: no page waits for it.
fn aside(work: Box<dyn FnOnce() -> Work + Send>) -> io::Result<()> {
    let thread = std::thread::Builder::new().name("run".to_owned());
    thread.spawn(move || wait_for(async { work().await })).map(drop)
}
