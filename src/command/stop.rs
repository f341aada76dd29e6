//! `stop`: nothing of the campaign is sent any more, until that is taken back.

use anyhow::Result;

use super::person::said;
use super::runtime::wait_for;
use super::terminal::{say, say_note};
use super::{Context, Exit};
use crate::campaign::Realm;
use crate::campaign::person::{self, Halt, Recorded, Stopped};
use crate::cli;

pub(super) fn run(context: &Context, args: &cli::Stop) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let said = said(context);
    let (told, note) = if args.undo {
        let Recorded { what, note } = wait_for(person::resume(&folder, &said))??;
        (told_resumed(&what), note)
    } else {
        let Recorded { what, note } = wait_for(person::stop(&folder, args.reason.clone(), &said))??;
        (told_stopped(&what, folder.realm), note)
    };
    if !context.quiet {
        // Each thing on its own line.
        told.lines().for_each(say);
    }
    if let Some(note) = note {
        say_note(context, note);
    }
    Ok(Exit::Done)
}

/// How a campaign was stopped that goes on now.
fn told_resumed(halt: &Halt) -> String {
    format!("the campaign was {halt}; that is taken back: `send` and `follow-up` go on where they were")
}

/// What it means that a campaign is stopped, also for a run that is sending it.
fn told_stopped(Stopped { before, sending }: &Stopped, realm: Realm) -> String {
    let what = match before {
        Some(_) => "the campaign is stopped, as before",
        None => "the campaign is stopped: neither its letter nor a follow-up is sent",
    };
    let run = sending.as_ref().map(|holder| {
        if holder.is_here {
            format!(
                "\nprocess {} on {} is sending it: it ends within seconds, once what is on the wire is recorded",
                holder.pid, holder.host
            )
        } else {
            format!("\n{holder}, as far as this ledger knows: see that it has stopped there")
        }
    });
    format!("{what}; {}{}", realm.lets_go_on(), run.unwrap_or_default())
}
