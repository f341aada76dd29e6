//! `suppress`: whom to write to no more, in any campaign of the ledger.

use std::io::Write;

use anyhow::Result;

use super::output::{Form, stdout};
use super::person::said;
use super::runtime::wait_for;
use super::terminal::{say, say_note, warn};
use super::{Context, Exit};
use crate::campaign::person::{self, Lifted, Recorded, Suppressed, Whom};
use crate::cli;
use crate::model::Suppression;
use crate::report::{Table, counted};

pub(super) fn run(context: &Context, args: &cli::Suppress) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let Some(text) = &args.target else {
        return list(person::suppressions(&folder)?);
    };
    let (whom, said) = (Whom::read(text)?, said(context));
    if args.undo {
        let Recorded { what, note } = wait_for(person::lift(&folder, &whom, &said))??;
        if !context.quiet {
            tell_lifted(&whom, &what);
        }
        if let Some(note) = note {
            say_note(context, note);
        }
    } else {
        let suppressed = person::suppress(&folder, &whom, args.reason.clone(), &said);
        let Recorded { what, note } = wait_for(suppressed)??;
        if !context.quiet {
            tell_suppressed(&whom, &what);
        }
        if let Some(note) = note {
            say_note(context, note);
        }
    }
    Ok(Exit::Done)
}

/// Prints whom the ledger suppresses.
fn list(suppressions: Vec<Suppression>) -> Result<Exit> {
    let mut table = Table::new(stdout(Form::Text), &["not written to", "why"]);
    for Suppression { target, reason } in suppressions {
        table.add(&[target.as_key(), reason.unwrap_or_default()])?;
    }
    table.finish()?.flush()?;
    Ok(Exit::Done)
}

/// Says whom nobody writes to any more, and which letters that stops.
fn tell_suppressed(whom: &Whom, Suppressed { before, letters }: &Suppressed) {
    let already = if before.is_some() { ", as before" } else { "" };
    say(format_args!("`{}` is written to no more{already}, in any campaign of this ledger", whom.shown));
    match letters {
        Ok(0) => say("no letter of this campaign was to go there"),
        Ok(count) => {
            let letters = counted(*count, "letter of this campaign is", "letters of this campaign are");
            say(format_args!("{letters} not sent"));
        }
        Err(error) => warn(format_args!("which letters this stops cannot be said: {}", error.in_full())),
    }
}

/// Says who is not suppressed in the ledger any more, and what still keeps letters from them.
fn tell_lifted(whom: &Whom, Lifted { listed, answered }: &Lifted) {
    say(format_args!("`{}` is not suppressed in the ledger any more", whom.shown));
    if let Some(list) = listed {
        warn(format_args!(
            "it stands in {list} too: until its row is taken out there, this campaign does not write to it"
        ));
    }
    for (recipient, answer) in answered {
        warn(format_args!(
            "the answer of `{recipient}` is `{answer}`: `undersigned mark {recipient} --undo` takes that back"
        ));
    }
}
