//! The parts of a mail, found in one bounded walk.
//!
//! `mail-parser` decodes fields, transfer encodings and HTML, but builds the whole tree, nested messages within it: a
//! mail that is nested a hundred thousand deep overflows the stack when that tree is dropped. This walk stops at a
//! depth, never goes into a returned message, and copies nothing.

use std::borrow::Cow;
use std::cell::OnceCell;

use encoding_rs::Encoding;
use mail_parser::decoders::html::html_to_text;

use super::header::{Headers, line_at};

/// How deep parts may be nested; what is deeper is not looked at.
pub(super) const MAX_DEPTH: usize = 8;

/// How many parts are looked at.
const MAX_PARTS: usize = 64;

/// How much of one part is decoded.
const MAX_DECODED: usize = 128 * 1024;

/// What a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Text to be read.
    Text,
    /// Text to be read, as HTML.
    Html,
    /// The fields of a delivery report (RFC 3464, RFC 6533).
    DeliveryStatus,
    /// The fields of an abuse report (RFC 5965).
    Feedback,
    /// The fields of a read receipt (RFC 8098).
    Disposition,
    /// A message or the header of one, such as the letter that a report returns (RFC 3462).
    Message,
    /// A picture, a sound or a film: nothing to read.
    Media,
    /// Anything else.
    Other,
}

/// A part that has no parts itself.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    /// What it is for.
    pub(super) role: Role,
    headers: Headers<'a>,
    body: &'a [u8],
    bytes: OnceCell<Cow<'a, [u8]>>,
}

/// A mail: its header, and its parts in their order.
#[derive(Debug, Clone)]
pub(super) struct Mail<'a> {
    /// The header.
    pub(super) headers: Headers<'a>,
    /// The parts.
    pub(super) parts: Vec<Part<'a>>,
    /// The parameter `report-type` of the whole (RFC 6522), in lower case.
    pub(super) report_type: String,
    text: OnceCell<(Role, String)>,
}

/// The bytes with LF as the end of every line, whatever it was: CRLF, LF, or CR alone.
pub(super) fn normalise(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut out = Vec::new();
    let mut from = 0;
    for at in memchr::memchr_iter(b'\r', bytes) {
        if at < from {
            continue;
        }
        if from == 0 {
            out.reserve_exact(bytes.len());
        }
        out.extend_from_slice(&bytes[from..at]);
        from = at + 1;
        // CR CR LF is what a second conversion leaves.
        if bytes[from..].starts_with(b"\r\n") {
            from += 1;
        }
        if bytes.get(from) != Some(&b'\n') {
            out.push(b'\n');
        }
    }
    if from == 0 {
        return Cow::Borrowed(bytes);
    }
    out.extend_from_slice(&bytes[from..]);
    Cow::Owned(out)
}

impl<'a> Mail<'a> {
    /// Finds the parts of a mail whose lines end in LF.
    pub(super) fn parse(bytes: &'a [u8]) -> Self {
        let (headers, body) = Headers::split(bytes);
        let mut parts = Vec::new();
        walk(&headers, body, 0, Role::Text, &mut parts);
        let report_type = headers.parameter("report-type").unwrap_or_default().to_ascii_lowercase();
        Self { headers, parts, report_type, text: OnceCell::new() }
    }

    /// The parts with a role.
    pub(super) fn with_role(&self, role: Role) -> impl Iterator<Item = &Part<'a>> {
        self.parts.iter().filter(move |part| part.role == role)
    }

    /// What the mail says to its reader: its plain text, or its HTML as text where it has none.
    pub(super) fn text(&self) -> &str {
        &self.text.get_or_init(|| self.decode_text()).1
    }

    /// Its plain text, where it has one that is not blank.
    pub(super) fn plain_text(&self) -> Option<&str> {
        let (role, text) = self.text.get_or_init(|| self.decode_text());
        (*role == Role::Text && !text.trim().is_empty()).then_some(text)
    }

    /// The text, and the role of the parts that it is of.
    fn decode_text(&self) -> (Role, String) {
        let is_mixed = self.headers.media_type().as_deref() == Some("multipart/mixed");
        let leaves_out = is_mixed && self.has_files_beside_words();
        let is_shown = |part: &Part<'_>| !leaves_out || !part.is_attachment();
        let joined = |wanted: &[Role]| {
            let mut text = String::new();
            for part in self.parts.iter().filter(|part| wanted.contains(&part.role) && is_shown(part)) {
                if text.len() > MAX_DECODED {
                    break;
                }
                text.push_str(&part.text());
                text.push('\n');
            }
            text
        };
        if is_mixed && self.has_words_behind_html() {
            return (Role::Html, joined(&[Role::Html, Role::Text]));
        }
        let mut found = [Role::Text, Role::Html].into_iter().map(|role| (role, joined(&[role])));
        found.find(|(_, text)| !text.trim().is_empty()).unwrap_or((Role::Html, String::new()))
    }

    /// Whether texts go along as files beside what is said: they are no part of it (RFC 2183, 2.2), unless nothing else
    /// is there.
    fn has_files_beside_words(&self) -> bool {
        let readable = || self.parts.iter().filter(|part| matches!(part.role, Role::Text | Role::Html));
        readable().any(Part::is_attachment)
            && readable().any(|part| !part.is_attachment() && !part.text().trim().is_empty())
    }

    /// Whether plain text comes behind HTML and is no other form of it (RFC 2046, 5.1.3 and 5.1.4): what the manager of
    /// a list puts behind an answer that has HTML alone.
    fn has_words_behind_html(&self) -> bool {
        let mut readable =
            self.parts.iter().map(|part| part.role).filter(|role| matches!(role, Role::Text | Role::Html));
        readable.next() == Some(Role::Html)
    }
}

fn walk<'a>(headers: &Headers<'a>, body: &'a [u8], depth: usize, default: Role, parts: &mut Vec<Part<'a>>) {
    let media_type = headers.media_type();
    let boundary = match &media_type {
        Some(media_type) if media_type.starts_with("multipart/") => headers.parameter("boundary"),
        _ => None,
    };
    if let Some(boundary) = boundary
        && depth < MAX_DEPTH
    {
        let digest = if media_type.as_deref() == Some("multipart/digest") { Role::Message } else { Role::Text };
        let sections = split(body, boundary.as_bytes());
        if !sections.is_empty() {
            for section in sections {
                if parts.len() >= MAX_PARTS {
                    return;
                }
                let (headers, body) = section_parts(section);
                walk(&headers, body, depth + 1, digest, parts);
            }
            return;
        }
    }
    let role = media_type.map_or(default, |media_type| role(&media_type));
    parts.push(Part { role, headers: headers.clone(), body, bytes: OnceCell::new() });
}

/// A section's header and body. A section may begin with a blank line, and then has no header (RFC 2046, 5.1).
fn section_parts(section: &[u8]) -> (Headers<'_>, &[u8]) {
    match section.strip_prefix(b"\n") {
        Some(body) => (Headers::default(), body),
        None => Headers::split(section),
    }
}

fn role(media_type: &str) -> Role {
    match media_type {
        "text/html" => Role::Html,
        "message/delivery-status" | "message/global-delivery-status" => Role::DeliveryStatus,
        "message/feedback-report" => Role::Feedback,
        "message/disposition-notification" | "message/global-disposition-notification" => Role::Disposition,
        "message/rfc822"
        | "message/global"
        | "message/global-headers"
        | "message/partial"
        | "text/rfc822"
        | "text/rfc822-headers"
        | "text/rfc822-header"
        | "message/rfc822-headers" => Role::Message,
        // A multipart without a boundary, or with one that never comes, is read as text.
        "" | "text" | "text/plain" => Role::Text,
        other if other.starts_with("multipart/") => Role::Text,
        other if ["image/", "audio/", "video/"].iter().any(|kind| other.starts_with(kind)) => Role::Media,
        _ => Role::Other,
    }
}

/// The sections between the lines of a boundary; the last one may have no end.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut sections = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    while at < body.len() {
        let line = line_at(body, at);
        if let Some(rest) = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary)) {
            if let Some(start) = open {
                sections.push(&body[start..at]);
            }
            open = if rest.starts_with(b"--") { None } else { Some(at + line.len()) };
            if open.is_none() || sections.len() > MAX_PARTS {
                return sections;
            }
            at += line.len();
        } else {
            // To the next line that begins with a hyphen.
            at = memchr::memmem::find(&body[at..], b"\n--").map_or(body.len(), |next| at + next + 1);
        }
    }
    if let Some(start) = open {
        sections.push(&body[start..]);
    }
    sections
}

impl<'a> Part<'a> {
    /// The part's bytes, its transfer encoding undone (RFC 2045, 6).
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get_or_init(|| self.decode())
    }

    /// The part's file, as it is called (RFC 2183, 2.3; RFC 2045, 5 before that).
    pub(super) fn file_names(&self) -> Vec<String> {
        let fields = ["content-disposition", "content-type"].into_iter().filter_map(|name| self.headers.raw(name));
        let named = |field: Cow<'_, str>| {
            let (_, rest) = field.split_once("name=")?;
            let rest = rest.trim_start();
            let name =
                rest.strip_prefix('"').map_or_else(|| rest.split([';', ' ']).next(), |quoted| quoted.split('"').next());
            name.map(str::to_owned)
        };
        fields.filter_map(named).collect()
    }

    fn decode(&self) -> Cow<'a, [u8]> {
        let body = &self.body[..self.body.len().min(MAX_DECODED)];
        let encoding = self.headers.raw("content-transfer-encoding").unwrap_or_default();
        let decoded = if encoding.eq_ignore_ascii_case("base64") {
            decode_base64(body)
        } else if encoding.eq_ignore_ascii_case("quoted-printable") {
            decode_quoted_printable(body)
        } else {
            return Cow::Borrowed(body);
        };
        // What is encoded may have CRLF within.
        match normalise(&decoded) {
            Cow::Owned(normal) => Cow::Owned(normal),
            Cow::Borrowed(_) => Cow::Owned(decoded),
        }
    }

    /// The part's text in its charset, HTML as plain text. What is not in the charset is replaced.
    pub(super) fn text(&self) -> Cow<'_, str> {
        let text = self.source();
        if self.role == Role::Html { Cow::Owned(html_to_text(&text)) } else { text }
    }

    /// The part's text in its charset, HTML as it stands.
    pub(super) fn source(&self) -> Cow<'_, str> {
        decode_text(self.bytes(), self.headers.parameter("charset").as_deref())
    }

    /// The header of the message that this part is, and what follows it.
    pub(super) fn message(&self) -> &[u8] {
        self.bytes()
    }

    /// Whether it is a file for its reader rather than text to be read at once (RFC 2183).
    pub(super) fn is_attachment(&self) -> bool {
        self.headers.lower("content-disposition").starts_with("attachment")
    }
}

/// Bytes as text: in the charset named, else as UTF-8, else as Windows-1252.
pub(super) fn decode_text<'a>(bytes: &'a [u8], label: Option<&str>) -> Cow<'a, str> {
    // ISO-2022 is told by its escapes, whatever the label says; all else in it is ASCII.
    if memchr::memmem::find(bytes, b"\x1b$").is_some() {
        return encoding_rs::ISO_2022_JP.decode_without_bom_handling(bytes).0;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    encoding
        .filter(|encoding| *encoding != encoding_rs::UTF_8)
        .map_or_else(|| String::from_utf8_lossy(bytes), |encoding| encoding.decode_without_bom_handling(bytes).0)
}

/// Base64 with whatever else stands between its letters left out; a cut tail is dropped.
fn decode_base64(body: &[u8]) -> Vec<u8> {
    // Nearly always nothing stands there but the ends of lines.
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        joined.extend_from_slice(&rest[..end]);
        rest = &rest[end + 1..];
    }
    joined.extend_from_slice(rest);
    while joined.pop_if(|last| *last == b'=').is_some() {}
    if let Ok(decoded) = data_encoding::BASE64_NOPAD.decode(&joined) {
        return decoded;
    }
    let letters: Vec<u8> =
        body.iter().copied().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')).collect();
    let whole = &letters[..letters.len() - usize::from(letters.len() % 4 == 1)];
    data_encoding::BASE64_NOPAD
        .decode(whole)
        .or_else(|_| data_encoding::BASE64_NOPAD.decode(&whole[..whole.len() / 4 * 4]))
        .unwrap_or_default()
}

/// Quoted-printable; what is no escape stays as it is (RFC 2045, 6.7).
fn decode_quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'=', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(b"\n") {
            rest = after;
        } else if let [high, low, after @ ..] = rest
            && let (Some(high), Some(low)) = (char::from(*high).to_digit(16), char::from(*low).to_digit(16))
        {
            out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            rest = after;
        } else {
            out.push(b'=');
        }
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_a_line_becomes_one_and_none_is_lost() {
        for (text, expected) in [
            ("a\nb", "a\nb"),
            ("a\r\nb\r\n", "a\nb\n"),
            ("\r\r\na", "\na"),
            ("a\r\r\r\nb", "a\n\nb"),
            ("a\rb\r", "a\nb\n"),
            ("\r\r", "\n\n"),
            ("a\n\rb\r\n\r\n", "a\n\nb\n\n"),
            ("", ""),
        ] {
            assert_eq!(normalise(text.as_bytes()), expected.as_bytes(), "{text:?}");
        }
    }

    #[test]
    fn base64_is_decoded_whatever_stands_between_its_letters() {
        for body in ["Zm9v\nYmE=\n", "Zm9v YmE", "Zm9vYmE=\n\n-- \n", "\tZm9v\n>YmE==", "Zm9v\nYmEx"] {
            assert!(decode_base64(body.as_bytes()).starts_with(b"fooba"), "{body:?}");
        }
        assert_eq!(decode_base64(b"=\n"), b"");
    }

    #[test]
    fn a_picture_is_nothing_to_read() {
        let mail = b"Content-Type: image/png\n\nFinal-Recipient: rfc822; ana@example.org\n";
        assert_eq!(Mail::parse(mail).parts[0].role, Role::Media);
    }
}
