//! The parts of a spreadsheet that is a zip file. What they unfold to is measured first, so that a small file cannot
//! be read without end.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use zip::ZipArchive;

use super::limits::{LARGEST_FILE, MOST_PARTS, SheetError, shortened};
use super::xml::Xml;

/// The parts of a file, by their names.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// In small letters, without a `/` at the beginning: names are compared without regard to case (ECMA-376 part 2,
    /// 6.2.2).
    names: HashMap<String, usize>,
}

impl Archive {
    /// Opens a file.
    pub(super) fn open(file: File) -> Result<Self, SheetError> {
        if file.metadata()?.len() > LARGEST_FILE {
            return Err(SheetError::LargeFile);
        }
        let zip = ZipArchive::new(BufReader::new(file)).map_err(|error| SheetError::damaged(&error))?;
        if zip.len() > MOST_PARTS {
            return Err(SheetError::ManyParts);
        }
        let name = |at| Some((plain_name(&zip.name_for_index(at)?.ok()?), at));
        let names = (0..zip.len()).filter_map(name).collect();
        Ok(Self { zip, names })
    }

    /// Measures what all parts unfold to, `most` bytes being allowed, and checks their checksums on the way.
    pub(super) fn measure(&mut self, most: u64) -> Result<(), SheetError> {
        let mut left = most;
        for at in 0..self.zip.len() {
            let part = self.zip.by_index(at).map_err(|error| SheetError::damaged(&error))?;
            // What the directory of the archive says of the size is no more than a claim: the bytes are counted.
            let read =
                io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|error| SheetError::damaged(&error))?;
            left = left.checked_sub(read).ok_or(SheetError::LargeContent(most))?;
        }
        Ok(())
    }

    /// Whether there is a part of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains_key(&plain_name(name))
    }

    /// A part as XML.
    ///
    /// # Errors
    /// Where there is none of that name.
    pub(super) fn xml(&mut self, name: &str) -> Result<Xml<impl BufRead>, SheetError> {
        let missing = || SheetError::Damaged(format!("it has no `{}`", shortened(name)));
        let at = *self.names.get(&plain_name(name)).ok_or_else(missing)?;
        let part = self.zip.by_index(at).map_err(|error| SheetError::damaged(&error))?;
        Ok(Xml::new(BufReader::with_capacity(64 * 1024, part)))
    }
}

/// A name of a part as it is looked up.
fn plain_name(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}
