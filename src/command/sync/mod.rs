//! `sync`: what came back is read, matched to the letters, and recorded.

pub(super) mod held;
mod shown;

use anyhow::Result;

use self::shown::Shown;
use super::runtime::wait_for;
use super::terminal::{say, say_error, say_note};
use super::{Context, Exit};
use crate::campaign::sync::{self, News, Source};
use crate::campaign::{Folder, Retained};
use crate::cli::Sync;

pub(super) fn run(context: &Context, args: &Sync) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let mut shown = Shown::new(args.json, &folder.settings.id, folder.realm);
    if args.unmatched {
        for mail in sync::unmatched(&folder)? {
            shown.add(&mail)?;
        }
        shown.finish()?;
        return Ok(Exit::Done);
    }
    let source = source(&folder, args)?;
    let synced = wait_for(sync::take_in(&folder, source, &context.clock, &mut |news| match news {
        News::Mail(mail) => shown.add(mail),
        News::Note(note) => {
            say_note(context, note);
            Ok(())
        }
    }))??;
    for note in synced.note.into_iter().chain(synced.unfiled) {
        say_note(context, note);
    }
    if let Some(retained) = &synced.retained {
        shown.tell(retained)?;
    }
    shown.finish()?;
    if !context.quiet {
        say(synced.found);
        synced.retained.iter().flat_map(Retained::lines).for_each(say);
    }
    let waits = held::say_held(&synced.held, folder.realm);
    Ok(match synced.unread {
        None if !waits && synced.withheld.is_empty() => Exit::Done,
        None => Exit::WithFailures,
        Some(why) => {
            say_error(&why);
            Exit::Stopped
        }
    })
}

/// What the command line names, or else the campaign's inbox.
fn source(folder: &Folder, args: &Sync) -> Result<Source> {
    Ok(match (&args.maildir, &args.mbox) {
        (Some(maildir), _) => Source::maildir(maildir)?,
        (None, Some(mbox)) => Source::mbox(mbox)?,
        (None, None) => Source::inbox(folder)?,
    })
}
