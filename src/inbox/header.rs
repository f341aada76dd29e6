//! The header of a mail, or of a part of it.

use std::borrow::Cow;

use jiff::Timestamp;
use mail_parser::parsers::MessageStream;
use mail_parser::{DateTime, HeaderValue};

use super::address;

/// How many fields are read of one header: a flood of them is cut there.
const MAX_FIELDS: usize = 512;

/// How many fields a header has, more or less.
const USUAL_FIELDS: usize = 32;

/// How many addresses or ids are taken from one field.
const MAX_LISTED: usize = 512;

/// The fields of a header, in their order, as slices of the mail.
#[derive(Debug, Clone, Default)]
pub(super) struct Headers<'a> {
    fields: Vec<Field<'a>>,
}

/// A field: its name, and its value with the folds in it and the last line end behind it.
#[derive(Debug, Clone, Copy)]
struct Field<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

impl<'a> Headers<'a> {
    /// Splits a mail or a part, whose lines end in LF, into its header and its body.
    ///
    /// A line that is no field ends the header where it follows fields; in front of them (such as mbox's `From `) it is
    /// passed over.
    pub(super) fn split(text: &'a [u8]) -> (Self, &'a [u8]) {
        let mut fields: Vec<Field<'a>> = Vec::with_capacity(USUAL_FIELDS);
        // Where the value of the last field begins.
        let mut value = 0;
        let mut at = 0;
        let mut ends = memchr::memchr_iter(b'\n', text);
        while at < text.len() {
            let next = ends.next().map_or(text.len(), |end| end + 1);
            let line = &text[at..next];
            if line == b"\n" {
                return (Self { fields }, &text[next..]);
            }
            if line[0] == b' ' || line[0] == b'\t' {
                if let Some(last) = fields.last_mut() {
                    last.value = &text[value..next];
                }
            } else if let Some(colon) = name_end(line) {
                if fields.len() < MAX_FIELDS {
                    let name = line[..colon].trim_ascii_end();
                    value = at + colon + 1;
                    fields.push(Field { name, value: &text[value..next] });
                }
            } else if !fields.is_empty() {
                return (Self { fields }, &text[at..]);
            }
            at = next;
        }
        (Self { fields }, &[])
    }

    /// Whether there is no field at all.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.fields
            .iter()
            .filter(move |field| field.name.len() == name.len() && field.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|field| field.value)
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// The names of the fields.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a [u8]> {
        self.fields.iter().map(|field| field.name)
    }

    /// A field's text as it stands, unfolded.
    pub(super) fn raw(&self, name: &str) -> Option<Cow<'a, str>> {
        self.first(name).map(unfold)
    }

    /// The texts of all fields of this name as they stand, unfolded.
    pub(super) fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Cow<'a, str>> + 's {
        self.all(name).map(unfold)
    }

    /// A field's text in lower case, or nothing.
    pub(super) fn lower(&self, name: &str) -> String {
        self.raw(name).map(|text| text.to_lowercase()).unwrap_or_default()
    }

    /// A field's text with its encoded words decoded (RFC 2047).
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let value = self.first(name)?;
        if memchr::memmem::find(value, b"=?").is_none() {
            return Some(unfold(value).into_owned()).filter(|text| !text.is_empty());
        }
        match MessageStream::new(value).parse_unstructured() {
            HeaderValue::Text(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            _ => None,
        }
    }

    /// The addresses in all fields of this name. `Final-Recipient` and the like are not of this form.
    pub(super) fn addresses(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        for value in self.all(name) {
            // The library's reader is for lists of any form; a lone address, by far the most common, needs none.
            let text = unfold(value);
            match address::alone(&text) {
                Some(lone) => found.push(lone.to_owned()),
                None => {
                    if let HeaderValue::Address(list) = MessageStream::new(value).parse_address() {
                        let addresses = list.iter().filter_map(|one| one.address.as_deref());
                        found.extend(addresses.filter(|text| address::is_address(text)).map(str::to_owned));
                    }
                }
            }
            found.truncate(MAX_LISTED);
        }
        found
    }

    /// The message ids in a field, without their angle brackets.
    pub(super) fn ids(&self, name: &str) -> Vec<String> {
        let Some(value) = self.raw(name) else { return Vec::new() };
        let mut ids: Vec<String> = value
            .split('<')
            .skip(1)
            .filter_map(|rest| rest.split_once('>'))
            .map(|(id, _)| id.split_whitespace().collect::<String>())
            .filter(|id| !id.is_empty())
            .take(MAX_LISTED)
            .collect();
        if ids.is_empty() {
            ids.extend(value.split_whitespace().next().map(str::to_owned).filter(|id| id.contains('@')));
        }
        ids
    }

    /// When the mail was written, by its `Date`.
    pub(super) fn date(&self) -> Option<Timestamp> {
        let HeaderValue::DateTime(date) = MessageStream::new(self.first("date")?).parse_date() else { return None };
        timestamp(&date)
    }

    /// The type, such as `text/plain`, in lower case; nothing where there is no such field.
    pub(super) fn media_type(&self) -> Option<String> {
        let value = self.raw("content-type")?;
        let end = value.find([';', ' ', '\t']).unwrap_or(value.len());
        Some(value[..end].trim().to_ascii_lowercase())
    }

    /// A parameter of `Content-Type`, such as `boundary` (RFC 2045, 5.1).
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let value = self.raw("content-type")?;
        let mut rest = value.split_once(';')?.1;
        loop {
            rest = rest.trim_start_matches([';', ' ', '\t']);
            let (key, after) = rest.split_once('=')?;
            let after = after.trim_start();
            let (text, left) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => after.find([';', ' ', '\t']).map_or((after, ""), |end| after.split_at(end)),
            };
            if key.trim().eq_ignore_ascii_case(name) {
                return Some(text.to_owned()).filter(|text| !text.is_empty());
            }
            rest = left.split_once(';').map_or("", |(_, left)| left);
        }
    }
}

fn timestamp(date: &DateTime) -> Option<Timestamp> {
    if !date.is_valid() {
        return None;
    }
    Timestamp::from_second(date.to_timestamp()).ok()
}

/// The line that begins at a place, with its line end.
pub(super) fn line_at(text: &[u8], at: usize) -> &[u8] {
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end + 1);
    &text[at..end]
}

/// Where the name of a field ends, if the line begins one (RFC 5322, 2.2).
pub(super) fn name_end(line: &[u8]) -> Option<usize> {
    let colon = line.iter().position(|&byte| !(33..=126).contains(&byte) || byte == b':')?;
    let blanks = line[colon..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    (colon > 0 && line.get(colon + blanks) == Some(&b':')).then_some(colon + blanks)
}

/// A value with its folds and runs of blanks made single blanks, and its ends trimmed.
pub(super) fn unfold(value: &[u8]) -> Cow<'_, str> {
    let value = value.trim_ascii();
    let text = std::str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed);
    if text.bytes().any(|byte| matches!(byte, b'\n' | b'\t')) {
        Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
    } else {
        text
    }
}
