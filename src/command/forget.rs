//! `forget`: what is kept of a person goes, and nobody writes to them any more. `export`: what is kept of a person.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::{Result, bail};

use super::output::{Form, stdout};
use super::person::said;
use super::runtime::wait_for;
use super::terminal::{say, say_note, warn};
use super::{Context, Exit};
use crate::campaign::person::{self, Forgot, KnownOf, Recorded};
use crate::cli;
use crate::model::EmailAddress;
use crate::report::counted;

pub(super) fn run(context: &Context, args: &cli::Forget) -> Result<Exit> {
    let folder = context.folder(false)?;
    let address = address(&args.address)?;
    if !args.yes {
        ask(&person::known_of(&folder, &address)?, &address)?;
    }
    let Recorded { what, note } = wait_for(person::forget(&folder, &address, &said(context)))??;
    if let Some(note) = note {
        say_note(context, note);
    }
    tell(context, &what);
    Ok(if what.left.is_empty() { Exit::Done } else { Exit::WithFailures })
}

pub(super) fn export(context: &Context, args: &cli::Export) -> Result<Exit> {
    let folder = context.folder(false)?;
    let known = person::export(&folder, &address(&args.address)?)?;
    writeln!(stdout(Form::Json), "{}", serde_json::to_string_pretty(&known)?)?;
    Ok(Exit::Done)
}

fn address(text: &str) -> Result<EmailAddress> {
    match EmailAddress::parse(text) {
        Ok(address) => Ok(address),
        Err(why) => bail!("`{text}` is not an email address; {why}"),
    }
}

/// Says what is known, and asks for the address to be typed in.
fn ask(known: &KnownOf, address: &EmailAddress) -> Result<()> {
    if !io::stdin().is_terminal() {
        bail!("stdin is not a terminal: look at `undersigned export {address}`, then forget with `--yes`");
    }
    let letters = counted(known.letters, "letter", "letters");
    let mails = counted(known.mails, "mail", "mails");
    say(format_args!(
        "{letters} to `{address}` and {mails} are known, in all campaigns of this ledger; there is no way back"
    ));
    say(format_args!("Type {address} to have it forgotten, anything else to stop:"));
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed)?;
    if EmailAddress::parse(typed.trim()).is_ok_and(|typed| typed.key() == address.key()) {
        Ok(())
    } else {
        bail!("not confirmed; nothing was forgotten")
    }
}

/// Says what went, and where more of it lies.
fn tell(context: &Context, Forgot { erased, removed, elsewhere, left }: &Forgot) {
    for place in left {
        warn(format_args!("it could not be forgotten everywhere: {place}"));
    }
    if context.quiet {
        return;
    }
    let counts = [
        counted(erased.letters, "letter", "letters"),
        counted(erased.copies, "copy", "copies"),
        counted(erased.mails, "mail", "mails"),
        counted(erased.events, "event", "events"),
        counted(*removed, "file", "files"),
    ];
    say(format_args!("forgotten: what told of them in {}; the numbers stay", counts.join(", ")));
    if erased.unsent > 0 {
        say(format_args!(
            "{} that was still to be sent to them is not sent",
            counted(erased.unsent, "letter", "letters")
        ));
    }
    if erased.lost_copies > 0 {
        let copies = counted(erased.lost_copies, "copy of their letter", "copies of their letters");
        warn(format_args!("{copies} to others was still to be sent, and is not sent any more"));
    }
    say("nobody writes to this address any more, in any campaign of this ledger, which knows it by a keyed hash alone");
    for place in elsewhere {
        warn(format_args!("{place} has the address still: take it out yourself"));
    }
    say(
        "not reached: backups and copies of this folder, the mailboxes that were read or written, and what mail servers keep",
    );
}
