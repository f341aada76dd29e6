//! The texts that the cells of an `.xlsx` workbook share (ECMA-376 part 1, 18.4).

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::events::Event;

use super::limits::{MOST_TEXT, SheetError};
use super::xml::{Xml, resolve};

/// The shared texts, one after another.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// Reads the table of them.
    pub(super) fn read<R: BufRead>(xml: &mut Xml<R>) -> Result<Self, SheetError> {
        let mut strings = Self::default();
        loop {
            match xml.next()? {
                Event::Start(element) if element.local_name().as_ref() == "si" => {
                    read_rich_text(xml, &mut strings.text)?;
                    if strings.text.len() > MOST_TEXT {
                        return Err(SheetError::ManyCells);
                    }
                    strings.ends.push(u32::try_from(strings.text.len()).unwrap_or(u32::MAX));
                }
                Event::Eof => return Ok(strings),
                _ => {}
            }
        }
    }

    /// The text with a number.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let begin = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[begin as usize..end as usize])
    }
}

/// Reads the text of the element that has just begun, `si` or `is`: all of its runs, without the reading aid that may
/// stand above them (`rPh`).
pub(super) fn read_rich_text<R: BufRead>(xml: &mut Xml<R>, text: &mut String) -> Result<(), SheetError> {
    let begin = text.len();
    let mut depth = 1_u32;
    let mut in_text = false;
    while depth > 0 {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "rPh" => xml.skip()?,
                name => {
                    depth += 1;
                    in_text = name == "t";
                }
            },
            Event::End(_) => {
                depth -= 1;
                in_text = false;
            }
            Event::Text(piece) if in_text => text.push_str(&piece.xml10_content()),
            Event::CData(piece) if in_text => text.push_str(&piece.xml10_content()),
            Event::GeneralRef(name) if in_text => text.push(resolve(&name)?),
            Event::Eof => return Err(SheetError::damaged(&"its content ends too early")),
            _ => {}
        }
    }
    if let Cow::Owned(plain) = unescape(&text[begin..]) {
        text.truncate(begin);
        text.push_str(&plain);
    }
    Ok(())
}

/// A text without the escapes for characters that XML cannot hold, such as `_x000D_` (ECMA-376 part 1, 22.9.2.19), and
/// with one kind of line break.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") && !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        match escaped(rest) {
            Some(c) => {
                plain.push(c);
                rest = &rest["_x000D_".len()..];
            }
            None => {
                plain.push_str("_x");
                rest = &rest["_x".len()..];
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain.replace("\r\n", "\n"))
}

/// The character that an escape at the beginning of a text stands for.
fn escaped(text: &str) -> Option<char> {
    let digits = text.get(2..6).filter(|_| text.as_bytes().get(6) == Some(&b'_'))?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
}
