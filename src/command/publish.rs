//! `publish`: the public letter as a folder for a web server.

use std::path::PathBuf;

use anyhow::Result;

use super::terminal::{say, say_faults, warn};
use super::{Context, Exit};
use crate::campaign::{Folder, public, public_folder};
use crate::cli;
use crate::model::{Fault, Faults, Place, Round};
use crate::pdf::Press;
use crate::publish::{Edition, files};

/// The folder's name where none is given.
const FOLDER: &str = "public";

pub(super) fn run(context: &Context, args: &cli::Publish) -> Result<Exit> {
    let loaded = context.campaign(Round(0))?;
    let Folder { workspace, settings, .. } = &loaded.folder;
    if settings.letter.date.is_none() {
        let message = "`date` is missing in [letter]; a public letter bears one date, whenever its pages are made";
        return Err(Faults::from(Fault::error(Place::file(&settings.file), message)).into());
    }
    if !context.quiet {
        say_faults(loaded.warnings.iter());
    }
    // A program that can print does so, whether the letter's recipients get a PDF or not.
    let opened = match loaded.press {
        None if cfg!(feature = "pdf") => {
            let fonts = settings.letter.fonts.as_deref();
            Some(Press::open(workspace, fonts, Place::file(&settings.file))?)
        }
        _ => None,
    };
    let press = loaded.press.as_ref().or(opened.as_ref());
    let (published, kept) = public::public(settings, &loaded.letters);
    if !context.quiet {
        for letter in kept {
            let (path, language) = (letter.path(), letter.language());
            let file = &settings.file;
            warn(format_args!(
                "{path} is not published; `[publish.recipient.{language}]` in {file}, which may be empty, publishes a letter in `{language}`"
            ));
        }
    }
    let letters = public::versions(settings, &loaded.letters, &published, &loaded.columns, press)?;
    let edition = Edition {
        sender: settings.sender.name.as_deref().unwrap_or(&settings.name),
        url: settings.publish.as_ref().and_then(|spec| spec.url.as_deref()),
        letters: &letters,
        signatories: &loaded.signatories.signatories,
    };
    let files = files(&edition);
    let folder: PathBuf = args.out.clone().unwrap_or_else(|| context.directory().join(FOLDER));
    let removed = public_folder::replace(&folder, &files)?;
    if !context.quiet {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        say(format_args!("the public letter is in {}: {}", folder.display(), names.join(", ")));
        if !removed.is_empty() {
            say(format_args!("no longer part of it, and removed: {}", removed.join(", ")));
        }
    }
    Ok(Exit::Done)
}
