//! The letter that a report is about, from what the report returns of it.

use super::header::{Headers, line_at, name_end};
use super::structure::{Mail, Role};

/// What a returned letter says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Original {
    /// Its Message-ID, without angle brackets.
    pub(super) message_id: Option<String>,
    /// Its subject.
    pub(super) subject: Option<String>,
    /// Whom it was addressed to: `To` and `Cc`.
    pub(super) to: Vec<String>,
    /// Whom it was delivered to, where a trace field says it.
    pub(super) delivered_to: Vec<String>,
    /// Who sent it.
    pub(super) from: Option<String>,
}

/// Fields that name whom a letter was delivered to. The last is Microsoft's, on the letters that its feedback programme
/// returns.
const TRACES: [&str; 6] =
    ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "x-hmxmroriginalrecipient"];

impl Original {
    /// The letter within a report: a part of its own, or the header at the end of a text.
    pub(super) fn of(mail: &Mail<'_>, text: &str) -> Self {
        for part in mail.with_role(Role::Message) {
            let original = Self::from_bytes(part.message());
            if original != Self::default() {
                return original;
            }
        }
        Self::in_text(text)
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let (headers, rest) = Headers::split(bytes);
        let (mut headers, mut rest) = (headers, rest);
        // Some reports put a line of their own, or an empty one, before the letter; a blank line in a header ends it
        // too early.
        for _ in 0..3 {
            if headers.has("message-id") || headers.has("subject") || rest.is_empty() {
                break;
            }
            (headers, rest) = Headers::split(rest.trim_ascii_start());
        }
        Self {
            message_id: headers.ids("message-id").into_iter().next(),
            subject: headers.text("subject"),
            to: ["to", "cc"].iter().flat_map(|name| headers.addresses(name)).collect(),
            delivered_to: TRACES.iter().flat_map(|name| headers.addresses(name)).collect(),
            from: headers.addresses("from").into_iter().next(),
        }
    }

    /// The header that begins somewhere in a text, and the text before it is the report's.
    fn in_text(text: &str) -> Self {
        start_in(text).map(|at| Self::from_bytes(&text.as_bytes()[at..])).unwrap_or_default()
    }
}

/// Where a letter's header begins in a text: at the first of two fields, one of which every header has.
pub(super) fn start_in(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut first: Option<(usize, u8)> = None;
    while at < bytes.len() {
        let line = line_at(bytes, at);
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if let Some(colon) = name_end(line) {
            let name = &line[..colon];
            let (start, seen) = first.unwrap_or((at, 0));
            let mark = mark(name);
            let seen = seen | mark;
            // One field that only a header has, or three that most have.
            if seen & TRACE != 0 && (seen & !TRACE != 0 || seen.count_ones() > 1 || at > start)
                || seen.count_ones() >= 3
            {
                return Some(start);
            }
            first = Some((start, seen));
        } else if !folded || first.is_none() {
            first = None;
        }
        at += line.len();
    }
    None
}

const TRACE: u8 = 1;

fn mark(name: &[u8]) -> u8 {
    let marks: [(&[u8], u8); 10] = [
        (b"received", TRACE),
        (b"return-path", TRACE),
        (b"x-received", TRACE),
        (b"dkim-signature", TRACE),
        (b"delivered-to", TRACE),
        (b"message-id", 2),
        (b"from", 4),
        (b"to", 8),
        (b"subject", 16),
        (b"mime-version", 32),
    ];
    marks.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or(0, |&(_, mark)| mark)
}
