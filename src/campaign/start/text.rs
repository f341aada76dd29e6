//! The text that is to be the letter of a new campaign, read from a file of any kind, within bounds.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::import::{self, ImportError, Imported};

/// A text may have so many bytes, with the pictures that a Word document holds.
const LARGEST_TEXT: u64 = 64 * 1024 * 1024;

/// Why a text cannot be the letter.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// It is a folder, a device or a pipe.
    #[error("it is not a file; save the text as .docx, .md or .txt")]
    NotAFile,
    /// It is larger than a text with its pictures may be.
    #[error("it is larger than {} MiB; save its text without the pictures", LARGEST_TEXT / 1024 / 1024)]
    TooLarge,
    /// There is no letter in it.
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// Reads the text that is to be the letter.
pub(super) fn read(path: &Path) -> Result<Imported, TextError> {
    let bytes = read_bounded(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    Ok(import::read(&name, &bytes)?)
}

/// Reads a file that ends: a device or a pipe may not, and is not even opened.
fn read_bounded(path: &Path) -> Result<Vec<u8>, TextError> {
    if !fs::metadata(path)?.is_file() {
        return Err(TextError::NotAFile);
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST_TEXT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_TEXT { Err(TextError::TooLarge) } else { Ok(bytes) }
}
