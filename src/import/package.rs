//! The parts of a Word document: XML files in a zip (ECMA-376, part 2), each read within bounds.

use std::io::{Cursor, Read};

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::ImportError;

/// A file with more bytes is not opened: pictures make documents large, text does not.
const LARGEST_FILE: usize = 64 * 1024 * 1024;
/// A part that is read may unfold to so many bytes.
const LARGEST_PART: u64 = 32 * 1024 * 1024;
/// How deep elements may stand in each other. Word's own stand in some dozens, also where tables stand in tables.
const DEEPEST: usize = 200;

/// A document's file, opened.
pub(super) struct Package<'b>(ZipArchive<Cursor<&'b [u8]>>);

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, ImportError> {
        if bytes.len() > LARGEST_FILE {
            return Err(ImportError::Long);
        }
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(ImportError::OldWord);
        }
        if !bytes.starts_with(b"PK") {
            return Err(ImportError::NotWord);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| ImportError::Damaged(error.to_string()))?;
        Ok(Self(archive))
    }

    /// The names of all parts.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.file_names().flatten().map(std::borrow::Cow::into_owned).collect()
    }

    /// A part; `None` where there is none of that name.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, ImportError> {
        let damaged = |why: String| ImportError::Damaged(why);
        let part = match self.0.by_name(name) {
            Ok(part) => part,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damaged(error.to_string())),
        };
        let mut bytes = Vec::new();
        // What the archive says of the size is no more than a claim: the bytes are counted.
        part.take(LARGEST_PART + 1).read_to_end(&mut bytes).map_err(|error| damaged(error.to_string()))?;
        if bytes.len() as u64 > LARGEST_PART {
            return Err(ImportError::Bomb(LARGEST_PART));
        }
        let text = String::from_utf8(bytes).map_err(|_| damaged(format!("`{name}` is not UTF-8")))?;
        Ok(Some(text.trim_start_matches('\u{feff}').to_owned()))
    }
}

/// What stands in a part.
pub(super) enum Token<'t> {
    /// An element begins; an empty one ends with the next token.
    Start(&'t BytesStart<'t>),
    End(&'t str),
    Text(&'t str),
}

/// Reads a part from its beginning to its end; names are without their prefix.
pub(super) fn walk(xml: &str, mut each: impl FnMut(Token<'_>) -> Result<(), ImportError>) -> Result<(), ImportError> {
    let damaged = |error: &dyn std::fmt::Display| ImportError::Damaged(error.to_string());
    let mut reader = Reader::from_str(xml);
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|error| damaged(&error))? {
            Event::Start(element) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(ImportError::Deep(DEEPEST));
                }
                each(Token::Start(&element))?;
            }
            Event::Empty(element) => {
                each(Token::Start(&element))?;
                each(Token::End(element.local_name().as_ref()))?;
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                each(Token::End(element.local_name().as_ref()))?;
            }
            Event::Text(text) => each(Token::Text(&text.xml10_content()))?,
            Event::CData(text) => each(Token::Text(&text.xml10_content()))?,
            Event::GeneralRef(reference) => each(Token::Text(&resolve(&reference)?))?,
            Event::DocType(_) => return Err(ImportError::DocumentType),
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(ImportError::Damaged("it ends too early".to_owned())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// The five references that need no declaration (XML 1.0, 4.6), and those by number.
fn resolve(reference: &BytesRef<'_>) -> Result<String, ImportError> {
    let by_number = reference.resolve_char_ref().map_err(|error| ImportError::Damaged(error.to_string()))?;
    if let Some(c) = by_number {
        return Ok(c.to_string());
    }
    let known = quick_xml::escape::resolve_predefined_entity(reference);
    known.map(str::to_owned).ok_or(ImportError::DocumentType)
}

/// An attribute by its name without a prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes().flatten();
    let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}
