//! `ledger copy`: the ledger moves to another place. `ledger expire`: campaigns that are overdue are erased.

use std::io::{self, BufRead as _, IsTerminal as _};

use anyhow::{Result, bail};

use super::person::said;
use super::runtime::wait_for;
use super::terminal::{say, say_note, warn};
use super::{Context, Exit};
use crate::campaign::person::Recorded;
use crate::campaign::{Destination, Folder, Gone, OverdueCampaign, expire, overdue, relocate};
use crate::cli::{self, LedgerCommand};
use crate::report::counted;

/// What a person types who has seen what goes.
const YES: &str = "erase";

pub(super) fn run(context: &Context, args: &cli::Ledger) -> Result<Exit> {
    let folder = context.folder(false)?;
    match (args.what, &args.to) {
        (LedgerCommand::Copy, Some(to)) => copy(context, &folder, to, args),
        (LedgerCommand::Expire, None) => erase(context, &folder, args.yes),
        (LedgerCommand::Copy, None) => bail!("`--to URL` says where to"),
        (LedgerCommand::Expire, Some(_)) => bail!("`--to` is for `undersigned ledger copy`"),
    }
}

fn copy(context: &Context, folder: &Folder, to: &str, args: &cli::Ledger) -> Result<Exit> {
    let (password_env, authorities) = (args.password_env.clone(), args.ca.clone());
    let destination = Destination { url: to.to_owned(), password_env, authorities };
    let moved = wait_for(relocate(folder, destination, &context.clock))??;
    if !context.quiet {
        if moved.events > 0 {
            let (letters, events) = (moved.letters, moved.events);
            say(format_args!("all of the ledger was copied: {letters} deliveries, {events} events"));
        }
        say(format_args!("the ledger is {to} now, and the old one is closed: write that as `url` in `[ledger]`"));
    }
    Ok(Exit::Done)
}

fn erase(context: &Context, folder: &Folder, yes: bool) -> Result<Exit> {
    let Some(kept) = folder.settings.retention.campaigns else {
        bail!(
            "{}: nothing says how long campaigns are kept; write `retention = {{ campaigns = \"2y\" }}` in [ledger]",
            folder.settings.file
        );
    };
    let said = said(context);
    let (open, closed): (Vec<_>, Vec<_>) =
        overdue(folder, said.at)?.into_iter().partition(|overdue| !overdue.found.open.is_empty());
    for OverdueCampaign { found, .. } in &open {
        let why: Vec<String> = found.open.iter().map(ToString::to_string).collect();
        warn(format_args!("the campaign `{}` is overdue and is kept: {}", found.campaign, why.join("; ")));
    }
    if closed.is_empty() {
        if !open.is_empty() {
            bail!("nothing was erased: see first to what is open");
        }
        say(format_args!("no campaign of the ledger is overdue: in each, something happened within {kept}"));
        return Ok(Exit::Done);
    }
    closed.iter().for_each(tell_what_goes);
    if !yes {
        ask()?;
    }
    let Recorded { what, note } = wait_for(expire(folder, &closed, &context.clock, &said))??;
    if let Some(note) = note {
        say_note(context, note);
    }
    tell(context, &what);
    Ok(if what.left.is_empty() && open.is_empty() { Exit::Done } else { Exit::WithFailures })
}

fn tell_what_goes(OverdueCampaign { found, .. }: &OverdueCampaign) {
    let unsent = match found.unsent {
        0 => String::new(),
        unsent => format!(" ({unsent} of them never sent)"),
    };
    say(format_args!(
        "the campaign `{}`, in which nothing has happened since {}: what is kept of its people in {}{unsent} and {}",
        found.campaign,
        found.last_event.strftime("%F"),
        counted(found.letters, "letter", "letters"),
        counted(found.mails, "mail", "mails")
    ));
}

/// Asks whether that is to be erased.
fn ask() -> Result<()> {
    if !io::stdin().is_terminal() {
        bail!("stdin is not a terminal: look at what would be erased, then run it with `--yes`");
    }
    say(format_args!("There is no way back. Type {YES} to have it erased, anything else to stop:"));
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed)?;
    if typed.trim() == YES { Ok(()) } else { bail!("not confirmed; nothing was erased") }
}

/// Says what went, and what did not.
fn tell(context: &Context, Gone { erased, removed, left }: &Gone) {
    for place in left {
        warn(format_args!("it could not be erased everywhere: {place}"));
    }
    if context.quiet {
        return;
    }
    for (campaign, erased) in erased {
        let counts = [
            counted(erased.letters, "letter", "letters"),
            counted(erased.copies, "copy", "copies"),
            counted(erased.mails, "mail", "mails"),
            counted(erased.events, "event", "events"),
        ];
        say(format_args!("`{campaign}` is erased: what told of its people in {}; the numbers stay", counts.join(", ")));
    }
    if *removed > 0 {
        let files = counted(*removed, "letter that lay under logs/ was", "letters that lay under logs/ were");
        say(format_args!("{files} removed"));
    }
    say(
        "nothing is sent or recorded in it any more; whoever must not be written to is not, and everybody else may be by another campaign",
    );
    say(
        "not reached: lists and other files of yours, backups and copies of this folder, other folders that share the ledger, mailboxes, \
         and what mail servers keep",
    );
}
