//! `publish`: the public letter as a folder for a web server.

use anyhow::Result;

use super::terminal::{say, say_note};
use super::{Context, Exit};
use crate::campaign::Note;
use crate::campaign::publish::{FOLDER, Published, publish};
use crate::cli;
use crate::model::Round;

pub(super) fn run(context: &Context, args: &cli::Publish) -> Result<Exit> {
    let campaign = context.campaign(Round(0))?;
    let folder = args.out.clone().unwrap_or_else(|| context.directory().join(FOLDER));
    let mut tell = |note: Note| {
        if !context.quiet {
            say_note(context, note);
        }
    };
    let Published { files, removed } = publish(&campaign, &folder, &mut tell)?;
    if !context.quiet {
        say(format_args!("the public letter is in {}: {}", folder.display(), files.join(", ")));
        if !removed.is_empty() {
            say(format_args!("no longer part of it, and removed: {}", removed.join(", ")));
        }
    }
    Ok(Exit::Done)
}
