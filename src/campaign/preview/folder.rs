//! Letters in a folder: a file for each letter and form, and a page that leads to them. Its owner alone can read them.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::Preview;
use super::form::Form;
use super::letter::Letter;
use crate::campaign::error::{Error, Result};
use crate::campaign::private;
use crate::campaign::public_folder::is_file;
use crate::model::Language;
use crate::plan::{Decision, Entry};
use crate::report::{PreviewIndex, PreviewLetter, PreviewRow};

/// What stands in a folder once all letters are written.
#[derive(Debug)]
pub struct Written {
    /// The page that leads to them.
    pub index: PathBuf,
    /// How many letters there are.
    pub letters: u64,
    /// How many of them are shown as if the letters before them had been sent now.
    pub foreseen: u64,
    /// Why the first letter without a PDF has none, where there is one and letters go without PDFs.
    pub without_pdf: Option<Error>,
}

/// What stands in a folder once a letter is written.
#[derive(Debug)]
pub struct WrittenLetter {
    /// The letter's page, or its only form.
    pub page: PathBuf,
    /// The names of all its files.
    pub names: Vec<String>,
    /// Why there is no PDF among them, where there could be and letters go without PDFs.
    pub without_pdf: Option<Error>,
}

impl Preview {
    /// Writes all letters in these forms, and the page that leads to them. The letters of an earlier preview are
    /// removed. One letter at a time is in memory; `step` is told of each row.
    ///
    /// # Errors
    /// Where the folder cannot be written, and all that is wrong with the first letter that cannot be made.
    pub fn write_all(&self, folder: &Path, forms: &[Form], step: &mut dyn FnMut()) -> Result<Written> {
        make(folder)?;
        let path = folder.join("index.html");
        let failed = |error| cannot_be_written(&path, error);
        remove_earlier(folder, &path).map_err(|error| {
            Error::file(format!("the earlier letters in {} cannot be removed", folder.display()), error)
        })?;
        // The page takes its name when it is whole; a temporary file is for its owner alone from the beginning.
        let file = NamedTempFile::with_prefix_in(".index-", folder).map_err(failed)?;
        let mut index = PreviewIndex::begin(BufWriter::new(file), &self.folder.settings.name).map_err(failed)?;
        let mut written = Written { index: path.clone(), letters: 0, foreseen: 0, without_pdf: None };
        self.each(|entry| {
            step();
            if let Some(why) = no_letter(&entry.decision) {
                return index.row(&row(&entry, Err(&why))).map_err(failed);
            }
            let letter = self.forms.letter(entry)?;
            written.letters += 1;
            written.foreseen += u64::from(letter.is_foreseen());
            let files = Files::write(&letter, folder, written.letters, forms)?;
            add(&mut index, &letter, written.letters, &files.files)?.map_err(failed)?;
            written.without_pdf = written.without_pdf.take().or(files.without_pdf);
            Ok(())
        })?;
        let mut out = index.finish().map_err(failed)?;
        out.flush().map_err(failed)?;
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(written)
    }
}

impl Letter<'_> {
    /// Writes the letter into a folder in these forms.
    ///
    /// # Errors
    /// Where the folder cannot be written, and all that is wrong with the letter.
    pub fn write(&self, folder: &Path, forms: &[Form]) -> Result<WrittenLetter> {
        make(folder)?;
        let Files { files, without_pdf } = Files::write(self, folder, 1, forms)?;
        let page = files.first().map_or_else(|| folder.to_owned(), |(_, name)| folder.join(name));
        Ok(WrittenLetter { page, names: files.into_iter().map(|(_, name)| name).collect(), without_pdf })
    }

    /// Writes the letter's page into a new temporary folder that its owner alone can enter, and gives the page's path.
    /// It stays there, since nobody knows when a browser has read it; the system clears its temporary folder.
    ///
    /// # Errors
    /// Where it cannot be written, and all that is wrong with the letter.
    pub fn write_copy(&self) -> Result<PathBuf> {
        let page = self.html()?;
        let folder = Builder::new().prefix("undersigned-preview-").tempdir();
        let folder = folder.map_err(|error| Error::file("no temporary folder can be made", error))?.keep();
        let narrowed = private::narrow(&folder);
        narrowed.map_err(|error| Error::file(format!("{} cannot be narrowed", folder.display()), error))?;
        let path = folder.join("letter.html");
        private::write(&path, page.as_bytes()).map_err(|error| cannot_be_written(&path, error))?;
        Ok(path)
    }
}

fn make(folder: &Path) -> Result<()> {
    private::make_folder(folder).map_err(|error| Error::file(format!("{} cannot be made", folder.display()), error))
}

fn cannot_be_written(path: &Path, error: io::Error) -> Error {
    Error::file(format!("{} cannot be written", path.display()), error)
}

/// Why there is no letter for a row; nothing, where there is one.
fn no_letter(decision: &Decision) -> Option<String> {
    match decision {
        Decision::Send => None,
        Decision::Skip(reason) => Some(reason.to_string()),
        Decision::Settled(state) => Some(format!("{state} before")),
    }
}

/// Adds a letter and its files to the page that leads to them; the inner result is that of writing.
fn add(
    index: &mut PreviewIndex<impl Write>,
    letter: &Letter<'_>,
    number: u64,
    files: &[(&'static str, String)],
) -> Result<io::Result<()>> {
    let choice = letter.choice();
    let wanted = letter.entry.recipient.lang.as_ref();
    let shown = PreviewLetter {
        number,
        language: choice.letter.language().as_str(),
        fell_back_from: wanted.filter(|_| choice.fell_back).map(Language::as_str),
        subject: &letter.merge()?.subject,
        attachments: &letter.attachments()?,
        files,
    };
    Ok(index.row(&row(&letter.entry, Ok(&shown))))
}

fn row<'a>(entry: &'a Entry, letter: Result<&'a PreviewLetter<'a>, &'a str>) -> PreviewRow<'a> {
    PreviewRow {
        id: entry.id.as_str(),
        name: entry.recipient.name().unwrap_or_default(),
        organisation: entry.recipient.organisation().unwrap_or_default(),
        letter,
    }
}

/// Removes the letters of an earlier preview, which may be to people who get none now: what its page names, and nothing
/// else.
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

/// Whether a file's name is one that [`Files::write`] gives.
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

/// The files of a letter.
struct Files {
    /// The form of each, and its name.
    files: Vec<(&'static str, String)>,
    /// Why there is no PDF among them, where one was wanted.
    without_pdf: Option<Error>,
}

impl Files {
    /// Writes a letter in these forms. The files' names begin with its number, so that they cannot be another's. Where
    /// no PDF goes along with the letters, one that cannot be made is no reason to show nothing.
    fn write(letter: &Letter<'_>, folder: &Path, number: u64, forms: &[Form]) -> Result<Self> {
        let plain = |c: char| if is_plain(c) { c } else { '_' };
        let stem: String = letter.id().chars().map(plain).take(80).collect();
        let mut files = Vec::with_capacity(forms.len());
        let mut without_pdf = None;
        for form in forms {
            let bytes = match letter.bytes(*form) {
                Err(error) if *form == Form::Pdf && forms.len() > 1 && !letter.encloses_pdf() => {
                    without_pdf = Some(error);
                    continue;
                }
                made => made?,
            };
            let name = format!("{number:04}-{stem}.{}", form.ending());
            let path = folder.join(&name);
            private::write(&path, &bytes).map_err(|error| cannot_be_written(&path, error))?;
            files.push((form.ending(), name));
        }
        Ok(Self { files, without_pdf })
    }
}
