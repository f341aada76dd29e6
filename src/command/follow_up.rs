//! `follow-up`: reads what came back, and sends the next round to those who are due.

use anyhow::Result;

use super::runtime::wait_for;
use super::sync::held::say_held;
use super::terminal::{say, say_note, warn};
use super::{Context, Exit, send};
use crate::campaign::send::follow_up::{Today, ledger_of, look_after_the_dead, today, why_not};
use crate::campaign::sync::{self, InboxRead, News};
use crate::campaign::{Folder, Realm};
use crate::cli::FollowUp;
use crate::model::count::counted;
use crate::model::mask_addresses;
use crate::report::{last_read, summary};

pub(super) fn run(context: &Context, args: &FollowUp) -> Result<Exit> {
    let folder = context.folder(args.send.sandbox)?;
    let ledger = ledger_of(&folder)?;
    if !args.no_sync && !sync_first(context, &folder)? && args.require_sync {
        say("stopped before anything was sent, as `--require-sync` says");
        return Ok(Exit::Stopped);
    }
    if say_held(&sync::held(&folder)?, folder.realm) {
        say("nothing is sent before a person has looked at it");
        return Ok(Exit::Stopped);
    }
    drop(ledger);
    if let Some(note) = wait_for(look_after_the_dead(&folder, &context.clock))?? {
        say_note(context, note);
    }
    let ledger = ledger_of(&folder)?;
    let today = today(&folder, &ledger, &context.clock)?;
    // Whoever sends opens the ledger for itself, and should be the last to close it.
    drop(ledger);
    match today {
        Today::Due { campaign, others } => {
            send::refuse_unasked(&args.send)?;
            if folder.settings.inbox.is_none() && folder.realm == Realm::Real && !args.no_sync {
                warn(
                    "no mailbox is read, since there is no [inbox]: whoever has answered gets a follow-up, unless `mark` or \
                     `sync` was told of it",
                );
            }
            let waiting = sync::waiting(&folder)?;
            if waiting > 0 {
                let mails = counted(waiting, "mail that may be an answer waits", "mails that may be answers wait");
                warn(format_args!(
                    "{mails} for you: whoever wrote that gets a follow-up all the same; `undersigned sync --unmatched` lists what each \
                     suggests"
                ));
            }
            if !context.quiet {
                say(format_args!("round {}", campaign.round));
                for other in others {
                    say(format_args!("round {other} is due to others; `undersigned follow-up` sends it next"));
                }
            }
            send::send_round(context, &args.send, *campaign)
        }
        nobody @ Today::Nobody { .. } => say_nobody(context, args, &folder, nobody),
    }
}

/// Says that nobody gets a follow-up today, and why.
fn say_nobody(context: &Context, args: &FollowUp, folder: &Folder, today: Today) -> Result<Exit> {
    let Today::Nobody { next, last, in_trouble, unlisted } = today else { return Ok(Exit::Done) };
    unlisted.iter().for_each(warn);
    if !args.send.only.is_empty() {
        let round = next.as_ref().map_or(last, |(_, round, _)| *round);
        let why = why_not(folder, &ledger_of(folder)?, round, &args.send.only, &context.clock)?;
        why.iter().for_each(warn);
    }
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

/// Reads the inbox, where there is one; says whether all is known that came back.
fn sync_first(context: &Context, folder: &Folder) -> Result<bool> {
    let Some(inbox) = sync::inbox_to_read(folder) else { return Ok(true) };
    let read = wait_for(sync::read_before_follow_up(folder, inbox, &context.clock, &mut |news| {
        if let News::Note(note) = news {
            say_note(context, note);
        }
        Ok(())
    }))??;
    match read {
        InboxRead::ToItsEnd(found) => {
            if !context.quiet {
                say(format_args!("inbox: {found}"));
            }
            Ok(true)
        }
        InboxRead::Withheld { found, mails } => {
            if !context.quiet {
                say(format_args!("inbox: {found}"));
            }
            let mails = counted(mails.len() as u64, "mail of the inbox", "mails of the inbox");
            warn(format_args!("the server does not give {mails}, and whoever wrote that may get a follow-up"));
            Ok(false)
        }
        InboxRead::NotToItsEnd { why, last } => {
            let why = mask_addresses(&why.in_full());
            let last = last_read(last);
            warn(format_args!(
                "the inbox could not be read: {why}; {last}, and whoever has answered since may get a follow-up"
            ));
            Ok(false)
        }
    }
}
