//! `follow-up`: reads what came back, and sends the next round to those who are due.

use anyhow::Result;

use super::terminal::{say, warn};
use super::{Context, Exit, send, sync};
use crate::campaign::send::follow_up::{Today, ledger_of, today};
use crate::campaign::{Folder, Realm};
use crate::cli::FollowUp;
use crate::ledger::{LedgerError, MailLedger};
use crate::model::mask_addresses;
use crate::report::{last_read, summary};

pub(super) fn run(context: &Context, args: &FollowUp) -> Result<Exit> {
    let folder = context.folder(args.send.sandbox)?;
    let ledger = ledger_of(&folder)?;
    let has_inbox = folder.settings.inbox.is_some() && folder.realm == Realm::Real;
    if has_inbox && !args.no_sync && !sync_first(context, &folder)? && args.require_sync {
        say("stopped before anything was sent, as `--require-sync` says");
        return Ok(Exit::Stopped);
    }
    match today(&folder, &ledger, &context.clock)? {
        Today::Due { campaign, others } => {
            send::refuse_unasked(&args.send)?;
            if !context.quiet {
                say(format_args!("round {}", campaign.round));
                for other in others {
                    say(format_args!("round {other} is due to others; `undersigned follow-up` sends it next"));
                }
            }
            send::send_round(context, &args.send, *campaign)
        }
        Today::Nobody { next, last, in_trouble } => {
            if !context.quiet {
                match next {
                    Some((date, round, totals)) => say(format_args!(
                        "nobody is due today; round {round} is, from {date} on: {}; `undersigned plan --round {round}` says who",
                        summary(&totals)
                    )),
                    None => say(format_args!("nobody is due; `undersigned plan --round {last}` says why")),
                }
            }
            Ok(if in_trouble > 0 { Exit::WithFailures } else { Exit::Done })
        }
    }
}

/// Reads the inbox; says whether it was read to its end, and what it means where it was not.
///
/// # Errors
/// Where the ledger cannot be written: then nothing may be sent either.
fn sync_first(context: &Context, folder: &Folder) -> Result<bool> {
    let ledger = folder.ledger()?;
    let last = ledger.inbox_read_at(&folder.settings.id)?;
    let sync::Synced { found, read } = sync::read_inbox(context, folder, &ledger)?;
    match read {
        Ok(()) => {
            if !context.quiet {
                say(format_args!("inbox: {found}"));
            }
            Ok(true)
        }
        Err(error) if error.is::<LedgerError>() => Err(error),
        Err(error) => {
            let why = mask_addresses(&format!("{error:#}"));
            let last = last_read(last);
            warn(format_args!(
                "the inbox could not be read: {why}; {last}, and whoever has answered since may get a follow-up"
            ));
            Ok(false)
        }
    }
}
