//! The public letter is made, and put into a folder for a web server.

use std::path::Path;

use jiff::civil::Date;

use super::error::Result;
use super::load::{Campaign, load_letters};
use super::note::Note;
use super::{public, public_folder};
use crate::letter::{Forms, Letters};
use crate::model::{Fault, Faults, Language, Place, Round, Signatory};
use crate::page::Words;
use crate::pdf::Press;
use crate::publish::{Edition, files};

/// The folder's name where none is given.
pub const FOLDER: &str = "public";

/// What stands in the folder.
#[derive(Debug)]
pub struct Published {
    /// The names of its files.
    pub files: Vec<String>,
    /// The names of those of the last time that were removed, since they are no longer part of it.
    pub removed: Vec<String>,
}

/// Puts the public letter into a folder: a page for each language, the signatories as a table, and checksums. What is
/// worth a word is told.
///
/// # Errors
/// Everything that is wrong with `[publish]` or the letters, and where something stands in the folder that an earlier
/// run did not write.
pub fn publish(campaign: &Campaign, folder: &Path, tell: &mut dyn FnMut(Note)) -> Result<Published> {
    let settings = &campaign.folder.settings;
    if settings.letter.date.is_none() {
        let message = "`date` is missing in [letter]; a public letter bears one date, whenever its pages are made";
        return Err(Faults::from(Fault::error(Place::file(&settings.file), message)).into());
    }
    campaign.warnings.iter().cloned().map(Note::Row).for_each(&mut *tell);
    let opened = open_press(campaign)?;
    let press = campaign.press.as_ref().or(opened.as_ref());
    let marked = with_late_ones_marked(campaign)?;
    let all = marked.as_ref().unwrap_or(&campaign.letters);
    let (published, kept) = public::public(settings, all);
    for letter in kept {
        let (path, language) = (letter.path().to_owned(), letter.language().clone());
        tell(Note::Unpublished { path, language, file: settings.file.clone() });
    }
    let letters = public::versions(settings, all, &published, &campaign.columns, press)?;
    let edition = Edition {
        sender: settings.sender.name.as_deref().unwrap_or(&settings.name),
        url: settings.publish.as_ref().and_then(|spec| spec.url.as_deref()),
        letters: &letters,
        date: settings.letter.date,
        signatories: &campaign.signatories.signatories,
    };
    let files = files(&edition);
    let removed = public_folder::replace(folder, &files)?;
    Ok(Published { files: files.into_iter().map(|file| file.name).collect(), removed })
}

/// The letters with whoever signed after their date marked in the list of signatories; nothing, where nobody did.
fn with_late_ones_marked(campaign: &Campaign) -> Result<Option<Letters>> {
    let Campaign { folder, letters, columns, signatories, .. } = campaign;
    let Some(date) = folder.settings.letter.date else { return Ok(None) };
    let mut signatories = signatories.signatories.clone();
    let languages: Vec<Language> = letters.iter().map(|letter| letter.language().clone()).collect();
    let mut is_marked = false;
    for row in signatories.iter_mut().filter(|row| row.publish) {
        let Some(signed) = row.signed_at.filter(|signed| *signed > date) else { continue };
        is_marked = true;
        let named = |language: &Language| (language.clone(), marked_name(row, language, signed));
        let names: Vec<(Language, String)> = languages.iter().map(named).collect();
        row.names.retain(|(known, _)| !languages.contains(known));
        row.names.extend(names);
    }
    let load = || load_letters(&folder.workspace, &folder.settings, Round(0), campaign.date, columns, &signatories);
    Ok(is_marked.then(load).transpose()?)
}

/// A name with the day on which it was signed.
fn marked_name(row: &Signatory, language: &Language, signed: Date) -> String {
    let (name, day) = (row.name_in(language), Forms::of(language).date(signed));
    match Words::of(language) {
        Some(words) => format!("{name} ({}: {day})", words.signed_later),
        None => format!("{name} ({day})"),
    }
}

/// A press where the campaign has none of its own: a program that can print does so, whether the letter's recipients
/// get a PDF or not.
fn open_press(campaign: &Campaign) -> Result<Option<Press>> {
    if campaign.press.is_some() || cfg!(not(feature = "pdf")) {
        return Ok(None);
    }
    let settings = &campaign.folder.settings;
    let fonts = settings.letter.fonts.as_deref();
    Ok(Some(Press::open(&campaign.folder.workspace, fonts, Place::file(&settings.file))?))
}
