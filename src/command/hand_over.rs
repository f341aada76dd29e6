//! `hand-over`: somebody else goes on with a copy of the folder.

use anyhow::Result;

use super::person::said;
use super::runtime::wait_for;
use super::terminal::{say, say_note, warn};
use super::{Context, Exit};
use crate::campaign::person::{self, Handed, Recorded};
use crate::cli;

pub(super) fn run(context: &Context, args: &cli::HandOver) -> Result<Exit> {
    let folder = context.folder(false)?;
    let said = said(context);
    let note = if args.undo {
        let Recorded { what, note } = wait_for(person::take_back(&folder, &said))??;
        if !context.quiet {
            say(format_args!(
                "the ledger was {what}; that is taken back: `send` and `follow-up` go on from here, once you say by `--take-over`, or when asked, that nobody sent with the copy"
            ));
        }
        warn(
            "letters that somebody sent with a copy meanwhile are not known here, and would go again: use one of the two, and put the other away",
        );
        note
    } else {
        let Recorded { what, note } = wait_for(person::hand_over(&folder, args.to.clone(), &said))??;
        if !context.quiet {
            tell(&what);
        }
        if let Some(log) = &what.unfinished {
            warn(format_args!(
                "another program has the ledger open: end it, and copy {} too while it is there",
                log.display()
            ));
        }
        note
    };
    if let Some(note) = note {
        say_note(context, note);
    }
    Ok(Exit::Done)
}

/// Says what is to be copied, and what the copy does not have.
fn tell(Handed { how, folder, ledger, left_behind, going_along, .. }: &Handed) {
    say(format_args!(
        "the ledger is {how}: nothing is sent or recorded from here any more; `undersigned hand-over --undo` takes it back"
    ));
    say(format_args!("copy the whole folder, with logs/ in it: {}", folder.display()));
    if let Some(ledger) = ledger {
        say(format_args!(
            "and the ledger, which lies outside of it: {}; `url` in `[ledger]` says where it lies there",
            ledger.display()
        ));
    }
    for secret in left_behind {
        say(format_args!("left behind is {secret}"));
    }
    for secret in going_along {
        warn(format_args!("what goes along is {secret}: take it out of the copy, where it is not for them"));
    }
    say(
        "whoever goes on runs `undersigned send` or `undersigned follow-up` in the copy; the first run there asks, or takes `--take-over`",
    );
}
