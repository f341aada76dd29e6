//! `stop`: nothing of the campaign is sent any more, until that is taken back.

use anyhow::{Result, bail};

use super::log::renew_contacted;
use super::person::person;
use super::terminal::say;
use super::{Context, Exit};
use crate::campaign::Realm;
use crate::cli;
use crate::ledger::{Halt, PersonLedger, ReadLedger, Voice, Word};

pub(super) fn run(context: &Context, args: &cli::Stop) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let (settings, realm) = (&folder.settings, folder.realm);
    let known = folder.known_ledger()?;
    let stands = known.map(|ledger| ledger.halt(&settings.id)).transpose()?.flatten();
    if args.undo && stands.is_none() {
        bail!("the campaign is not stopped");
    }
    let ledger = folder.ledger()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let word = Word { campaign: settings.id.clone(), by: Voice::Person(person()), at: context.clock.now() };
    if args.undo {
        runtime.block_on(ledger.resume(&word))?;
    } else {
        runtime.block_on(ledger.stop(args.reason.clone(), &word))?;
    }
    if !context.quiet {
        say(told(args.undo, stands.as_ref(), realm));
        if let Some(holder) = ledger.holder(&settings.id)?.filter(|_| !args.undo) {
            say(format_args!(
                "process {} on {} is sending it: it ends within seconds, once what is on the wire is recorded",
                holder.pid, holder.host
            ));
        }
    }
    renew_contacted(&folder, &ledger);
    Ok(Exit::Done)
}

/// What was recorded, and what it means.
fn told(undo: bool, stood: Option<&Halt>, realm: Realm) -> String {
    match (undo, stood) {
        (true, Some(halt)) => {
            format!("the campaign was {halt}; that is taken back: `send` and `follow-up` go on where they were")
        }
        (_, Some(_)) => format!("the campaign is stopped, as before; {}", realm.lets_go_on()),
        (_, None) => {
            format!("the campaign is stopped: neither its letter nor a follow-up is sent; {}", realm.lets_go_on())
        }
    }
}
