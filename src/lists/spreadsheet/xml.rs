//! XML, event by event: in little memory whatever it holds, and checked to its end.

use std::io::{self, BufRead, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::limits::{SheetError, shortened};

/// The longest text or tag, in bytes: a cell has 32,767 characters at the most in the programs that write it.
const LONGEST_PIECE: usize = 4 * 1024 * 1024;

/// The deepest nesting: a cell of a spreadsheet stands less than twenty elements deep.
const DEEPEST: u32 = 256;

/// An XML file that is read once, from its beginning to its end.
pub(super) struct Xml<R> {
    reader: Reader<Piecewise<R>>,
    buffer: Vec<u8>,
    depth: u32,
}

impl<R: BufRead> Xml<R> {
    /// The XML of a source.
    pub(super) fn new(source: R) -> Self {
        let mut reader = Reader::from_reader(Piecewise { source, left: LONGEST_PIECE });
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// The next event: an empty element is a start and an end. After the last one, `Event::Eof`.
    pub(super) fn next(&mut self) -> Result<Event<'_>, SheetError> {
        self.buffer.clear();
        self.reader.get_mut().left = LONGEST_PIECE;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| SheetError::damaged(&error))?;
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => return Err(SheetError::damaged(&"its content ends too early")),
            _ => {}
        }
        if self.depth > DEEPEST {
            return Err(SheetError::damaged(&"its content is nested too deep"));
        }
        Ok(event)
    }

    /// Passes over the rest of the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<(), SheetError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    /// The text of the element that has just begun, without what stands in elements of it.
    pub(super) fn text(&mut self, text: &mut String) -> Result<(), SheetError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            let inside = self.depth == outside + 1;
            match self.next()? {
                Event::Text(piece) if inside => text.push_str(&piece.xml10_content()),
                Event::CData(piece) if inside => text.push_str(&piece.xml10_content()),
                Event::GeneralRef(name) if inside => text.push(resolve(&name)?),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The character that a reference such as `&amp;` or `&#233;` stands for.
pub(super) fn resolve(name: &BytesRef<'_>) -> Result<char, SheetError> {
    if let Some(c) = name.resolve_char_ref().map_err(|error| SheetError::damaged(&error))? {
        return Ok(c);
    }
    match name.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        // What a file defines itself is not followed: a few lines of it can unfold to gigabytes.
        other => Err(SheetError::Damaged(format!("`&{};` is not known", shortened(other)))),
    }
}

/// The value of an attribute, by its name without a prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, SheetError> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| SheetError::damaged(&error))?;
        if attribute.key.local_name().as_ref() == name {
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|error| SheetError::damaged(&error))?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Whether a flag of an element is set (`xsd:boolean`).
pub(super) fn flag(element: &BytesStart<'_>, name: &str) -> Result<bool, SheetError> {
    Ok(attribute(element, name)?.is_some_and(|value| is_true(&value)))
}

/// Whether a text says yes (`xsd:boolean`).
pub(super) fn is_true(value: &str) -> bool {
    matches!(value.trim(), "1" | "true" | "on")
}

/// A source of which only so much may be read for one event: the buffer of the event grows with it.
struct Piecewise<R> {
    source: R,
    left: usize,
}

impl<R: BufRead> Read for Piecewise<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        buffer[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Piecewise<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(format!("a text or tag of it is longer than {} MiB", LONGEST_PIECE >> 20)));
        }
        let available = self.source.fill_buf()?;
        Ok(&available[..available.len().min(self.left)])
    }

    fn consume(&mut self, amount: usize) {
        self.left -= amount.min(self.left);
        self.source.consume(amount);
    }
}
