//! What a file that goes along may hold.

use std::borrow::Cow;

/// The most bytes of a line of a mail, without its end (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;

/// Why a file does not go along for what it holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// It is a program, whatever it is called.
    #[error("`{0}` is a program ({1}), which mail systems refuse; send a document, or link to it")]
    Program(String, &'static str),
    /// A mail has a line that no mail may have, and no encoding helps: a mail within a mail stays as it is (RFC 2046,
    /// 5.2.1).
    #[error(
        "`{0}` is a mail with a line of {1} bytes in line {2}, and {LONGEST_LINE} are allowed; attach it as a PDF or in a ZIP file"
    )]
    LongLine(String, usize, usize),
    /// The same of a byte.
    #[error("`{0}` is a mail with a NUL byte in line {1}, which no mail may have; attach it as a PDF or in a ZIP file")]
    Nul(String, usize),
}

/// Whether a file may go along, by what it holds.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn judge_content(path: &str, content: &[u8]) -> Result<(), ContentError> {
    if let Some(kind) = program(content) {
        return Err(ContentError::Program(path.to_owned(), kind));
    }
    if !is_message(path) {
        return Ok(());
    }
    for (at, line) in as_message(content).split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > LONGEST_LINE {
            return Err(ContentError::LongLine(path.to_owned(), line.len(), at + 1));
        }
        if line.contains(&0) {
            return Err(ContentError::Nul(path.to_owned(), at + 1));
        }
    }
    Ok(())
}

/// What kind of program begins so, if one does.
fn program(content: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &'static str); 9] = [
        (b"MZ", "for Windows"),
        (b"\x7fELF", "for Linux"),
        (b"\xfe\xed\xfa\xce", "for macOS"),
        (b"\xfe\xed\xfa\xcf", "for macOS"),
        (b"\xce\xfa\xed\xfe", "for macOS"),
        (b"\xcf\xfa\xed\xfe", "for macOS"),
        (b"\xca\xfe\xba\xbe", "for macOS or Java"),
        (b"#!/", "a script"),
        (b"#! /", "a script"),
    ];
    kinds.into_iter().find(|(start, _)| content.starts_with(start)).map(|(_, kind)| kind)
}

/// Whether a file of this path is a mail, by its ending.
fn is_message(path: &str) -> bool {
    mime_guess::from_path(path).first_raw() == Some("message/rfc822")
}

/// A mail as it goes within another: with CRLF at the end of every line (RFC 5322, 2.1).
#[must_use]
pub fn as_message(content: &[u8]) -> Cow<'_, [u8]> {
    let is_so = |at: usize| match content[at] {
        b'\r' => content.get(at + 1) == Some(&b'\n'),
        _ => at > 0 && content[at - 1] == b'\r',
    };
    if memchr::memchr2_iter(b'\r', b'\n', content).all(is_so) {
        return Cow::Borrowed(content);
    }
    let mut lines = Vec::with_capacity(content.len() + content.len() / 32);
    let mut rest = content;
    while let Some(at) = memchr::memchr2(b'\r', b'\n', rest) {
        lines.extend_from_slice(&rest[..at]);
        lines.extend_from_slice(b"\r\n");
        let is_pair = rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n');
        rest = &rest[at + 1 + usize::from(is_pair)..];
    }
    lines.extend_from_slice(rest);
    Cow::Owned(lines)
}
