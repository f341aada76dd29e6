//! ZIP files, which documents of Word and Writer are too, read within bounds.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::name::{NameError, judge_name};

/// How many files within one are looked at.
const MOST_FILES: usize = 2_000;

/// How many bytes of one of them.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// A ZIP file.
pub(super) struct Archive<'b>(ZipArchive<Cursor<&'b [u8]>>);

/// Opens one.
pub(super) fn open(content: &[u8]) -> Result<Archive<'_>, &'static str> {
    ZipArchive::new(Cursor::new(content)).map(Archive).map_err(|_| "it is damaged")
}

impl Archive<'_> {
    /// The paths of the files within.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.file_names().take(MOST_FILES).flatten().map(Cow::into_owned).collect()
    }

    /// A file within, or its first bytes where it is large; nothing where it is damaged or locked.
    pub(super) fn read(&mut self, name: &str) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        self.0.by_name(name).ok()?.take(MOST_BYTES).read_to_end(&mut content).ok()?;
        Some(content)
    }
}

/// Whether all that a ZIP file holds may go along, by their names; any other file holds nothing.
///
/// # Errors
/// Says what is wrong with the first that may not.
pub(super) fn inside(content: &[u8]) -> Result<(), NameError> {
    if !content.starts_with(b"PK") {
        return Ok(());
    }
    let Ok(archive) = open(content) else { return Ok(()) };
    archive.names().iter().try_for_each(|name| judge_name(name))
}
