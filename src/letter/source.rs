//! The files a letter is made of, and where in them something stands.

use std::sync::Arc;

use crate::model::{Fault, Place};
use crate::workspace::Workspace;

/// The largest file of a letter, in bytes. Mail programs clip a page of half that size, and no reader gets so far.
const LARGEST: u64 = 256 * 1024;

/// A file that was read for a letter: what is frozen when the first letter of a round is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as the campaign names it, relative to the workspace.
    pub path: String,
    /// The bytes as they are in the file.
    pub bytes: Vec<u8>,
}

/// The text of a file, without a byte order mark and with LF line ends.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) path: String,
    pub(super) text: String,
}

/// A position in a file.
#[derive(Debug, Clone)]
pub(super) struct At {
    pub(super) origin: Arc<Origin>,
    pub(super) offset: usize,
}

impl Origin {
    /// Reads a file of the workspace.
    pub(super) fn read(workspace: &Workspace, path: &str) -> Result<(Source, Arc<Self>), Fault> {
        let place = || Place::file(path);
        let size = workspace.path(path).ok().and_then(|path| path.metadata().ok()).map_or(0, |found| found.len());
        if size > LARGEST {
            let message = format!(
                "it has {size} bytes, and a letter's file may have {LARGEST}; shorten it, or attach what is long as a file"
            );
            return Err(Fault::error(place(), message));
        }
        let bytes = workspace.read(path).map_err(|error| Fault::error(place(), error.to_string()))?;
        let text = match str::from_utf8(&bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
            Err(error) => {
                let sound = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let line = sound.split('\n').count() as u64;
                let column = sound.rsplit('\n').next().map_or(0, |line| line.chars().count()) as u64 + 1;
                let message = "what stands here is not UTF-8 text; save the file as UTF-8";
                return Err(Fault::error(Place::at(path, line, column), message));
            }
        };
        let source = Source { path: path.to_owned(), bytes };
        Ok((source, Arc::new(Self::new(path, text))))
    }

    pub(super) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The place of a byte; lines and columns count from 1, columns in characters.
    pub(super) fn place(&self, offset: usize) -> Place {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = 1 + before.matches('\n').count() as u64;
        let column = 1 + before[start..].chars().count() as u64;
        Place::at(self.path.clone(), line, column)
    }
}

impl At {
    pub(super) fn place(&self) -> Place {
        self.origin.place(self.offset)
    }

    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::error(self.place(), message)
    }
}
