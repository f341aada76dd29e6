//! Letters in a folder: a file for each letter and form, and a page that leads to them. Its owner alone can read them.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result};
use tempfile::NamedTempFile;

use super::Preview;
use super::form::{self, Forms};
use crate::campaign::private;
use crate::campaign::public_folder::is_file;
use crate::cli::PreviewFormat;
use crate::command::steps::Steps;
use crate::command::terminal::say;
use crate::model::Language;
use crate::plan::{Decision, Entry};
use crate::report::{PreviewIndex, PreviewLetter, PreviewRow, counted};

/// Writes all letters, in one form or in all of them, and the page that leads to them, whose path it gives. One letter at a time
/// is in memory.
pub(super) fn write_all(preview: &mut Preview<'_>, folder: &Path, forms: &[PreviewFormat]) -> Result<PathBuf> {
    make(folder)?;
    let path = folder.join("index.html");
    let doing = || format!("{} cannot be written", path.display());
    remove_earlier(folder, &path)
        .with_context(|| format!("the earlier letters in {} cannot be removed", folder.display()))?;
    // The page takes its name when it is whole; a temporary file is for its owner alone from the beginning.
    let file = NamedTempFile::with_prefix_in(".index-", folder).with_context(doing)?;
    let mut index = PreviewIndex::begin(BufWriter::new(file), &preview.folder.settings.name).with_context(doing)?;
    let mut steps = Steps::new("letters", preview.rows, preview.context.quiet);
    let mut written = 0_u64;
    let mut without_pdf = None;
    preview.each(|desk, entry| {
        steps.step();
        let Decision::Send = entry.decision else {
            let why = match &entry.decision {
                Decision::Skip(reason) => reason.to_string(),
                Decision::Settled(state) => format!("{state} before"),
                Decision::Send => String::new(),
            };
            return index.row(&row(&entry, Err(&why))).with_context(doing);
        };
        let entry = desk.complete(entry)?;
        written += 1;
        let (files, failed) = write_files(desk, folder, written, &entry, forms)?;
        without_pdf = without_pdf.take().or(failed);
        let choice = desk.maker().letters().choose(entry.recipient.lang.as_ref());
        let letter = PreviewLetter {
            number: written,
            language: choice.letter.language().as_str(),
            fell_back_from: entry.recipient.lang.as_ref().filter(|_| choice.fell_back).map(Language::as_str),
            subject: &desk.merge(&entry)?.subject,
            attachments: &desk.attachments(&entry)?,
            files: &files,
        };
        index.row(&row(&entry, Ok(&letter))).with_context(doing)
    })?;
    steps.finish();
    say_without_pdf(without_pdf);
    let mut out = index.finish().with_context(doing)?;
    out.flush().with_context(doing)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error).with_context(doing)?;
    file.persist(&path).map_err(|error| error.error).with_context(doing)?;
    if !preview.context.quiet {
        let letters = counted(written, "letter is", "letters are");
        say(format_args!("{letters} in {}; open {} in a browser", folder.display(), path.display()));
    }
    Ok(path)
}

/// Writes one letter, and gives the path of its page, or of its only form.
pub(super) fn write_one(
    preview: &Preview<'_>,
    folder: &Path,
    entry: &Entry,
    forms: &[PreviewFormat],
) -> Result<PathBuf> {
    make(folder)?;
    let (files, without_pdf) = write_files(&preview.forms, folder, 1, entry, forms)?;
    say_without_pdf(without_pdf);
    if !preview.context.quiet {
        let names: Vec<&str> = files.iter().map(|(_, name)| name.as_str()).collect();
        say(format_args!("the letter is in {}: {}", folder.display(), names.join(", ")));
    }
    Ok(files.first().map_or_else(|| folder.to_owned(), |(_, name)| folder.join(name)))
}

fn make(folder: &Path) -> Result<()> {
    private::make_folder(folder).with_context(|| format!("{} cannot be made", folder.display()))
}

/// Removes the letters of an earlier preview, which may be to people who get none now: what its page names, and nothing else.
fn remove_earlier(folder: &Path, index: &Path) -> io::Result<()> {
    if !is_file(index) {
        return Ok(());
    }
    let mut is_preview = false;
    for line in BufReader::new(File::open(index)?).lines() {
        let line = line?;
        is_preview |= line.starts_with(PreviewIndex::TITLE);
        let links = line.split("<a href=\"").skip(1).filter_map(|link| link.split_once('"'));
        for (name, _) in links.filter(|(name, _)| is_preview && is_letter(name)) {
            let path = folder.join(name);
            if is_file(&path) {
                fs::remove_file(&path)?;
            }
        }
    }
    Ok(())
}

/// Whether a file's name is one that [`write_files`] gives.
fn is_letter(name: &str) -> bool {
    let Some((number, rest)) = name.split_once('-') else { return false };
    let Some((stem, ending)) = rest.rsplit_once('.') else { return false };
    number.len() >= 4
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && stem.chars().all(is_plain)
        && ["html", "txt", "eml", "pdf"].contains(&ending)
}

/// Whether a character may be in a file's name wherever it goes.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "@.-_+".contains(c)
}

/// The form of each file, and its name.
type Written = Vec<(&'static str, String)>;

/// Writes a letter in these forms. The files' names begin with its number, so that they cannot be another's. Where no PDF goes along
/// with the letters, one that cannot be made is no reason to show nothing: why it cannot is given too.
fn write_files(
    desk: &Forms,
    folder: &Path,
    number: u64,
    entry: &Entry,
    forms: &[PreviewFormat],
) -> Result<(Written, Option<Error>)> {
    let plain = |c: char| if is_plain(c) { c } else { '_' };
    let stem: String = entry.id.as_str().chars().map(plain).take(80).collect();
    let mut files = Vec::with_capacity(forms.len());
    let mut without_pdf = None;
    for form in forms {
        let bytes = match desk.bytes(entry, *form) {
            Err(error) if *form == PreviewFormat::Pdf && forms.len() > 1 && !desk.maker().encloses_pdf() => {
                without_pdf = Some(error);
                continue;
            }
            made => made?,
        };
        let ending = form::ending(*form);
        let name = format!("{number:04}-{stem}.{ending}");
        let path = folder.join(&name);
        private::write(&path, &bytes).with_context(|| format!("{} cannot be written", path.display()))?;
        files.push((ending, name));
    }
    Ok((files, without_pdf))
}

fn say_without_pdf(why: Option<Error>) {
    if let Some(error) = why {
        say(format_args!("not every letter can be a PDF, and those that cannot are shown without one: {error:#}"));
    }
}

fn row<'a>(entry: &'a Entry, letter: Result<&'a PreviewLetter<'a>, &'a str>) -> PreviewRow<'a> {
    PreviewRow {
        id: entry.id.as_str(),
        name: entry.recipient.name().unwrap_or_default(),
        organisation: entry.recipient.organisation().unwrap_or_default(),
        letter,
    }
}
