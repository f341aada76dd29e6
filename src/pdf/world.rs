//! What typst may see: one letter, the look of the page, and the fonts. No files, no packages, no time of day.

use std::collections::HashMap;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::fonts::Fonts;

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));
/// The look of the page.
static LOOK: LazyLock<Source> = LazyLock::new(|| Source::new(named("paper.typ"), include_str!("paper.typ").to_owned()));
static MAIN: LazyLock<FileId> = LazyLock::new(|| named("letter.typ"));

#[expect(clippy::expect_used, reason = "the names are ours, and plain")]
fn named(name: &str) -> FileId {
    RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).expect("a plain name is a path")).intern()
}

/// The pictures of letters, by their names.
pub(super) type Pictures = HashMap<String, Bytes>;

/// The world of one letter.
pub(super) struct LetterWorld<'w> {
    fonts: &'w Fonts,
    pictures: &'w Pictures,
    letter: Source,
}

impl<'w> LetterWorld<'w> {
    pub(super) fn new(fonts: &'w Fonts, pictures: &'w Pictures, letter: String) -> Self {
        Self { fonts, pictures, letter: Source::new(*MAIN, letter) }
    }
}

impl World for LetterWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        *MAIN
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match id {
            id if id == *MAIN => Ok(self.letter.clone()),
            id if id == LOOK.id() => Ok(LOOK.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.pictures.get(id.get().vpath().get_without_slash()).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.faces.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
