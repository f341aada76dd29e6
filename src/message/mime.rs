//! The parts of a message, one after another (RFC 2046, 5.1), each byte written once.

use std::io::Write;

use lettre::message::header::Headers;

use super::attachment::Attachment;
use super::encoding::quoted_printable;
use crate::letter::{Body, Merged, Piece};
use crate::model::MessageId;

/// What stands before a part in quoted-printable.
const PLAIN: &str = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
const HTML: &str = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";

/// Writes a whole message under these headers: the letter as `multipart/alternative`, in `multipart/mixed` where files go with it.
pub(super) fn message(headers: &Headers, id: &MessageId, letter: &Merged, files: &[&Attachment]) -> Vec<u8> {
    // `=_` stands in no quoted-printable and no base64 text (RFC 2045, 6.7 and 6.8), so a boundary with it is always one.
    let boundary = |kind: &str| format!("=_{kind}_{}", id.as_str().get(..16).unwrap_or_default());
    let of_letter = boundary("letter");
    let mut bytes = Vec::with_capacity(room(letter, files));
    // Writing into memory cannot fail.
    let _ = write!(bytes, "{headers}");
    if files.is_empty() {
        alternative(&mut bytes, &of_letter, letter);
        return bytes;
    }
    let of_parts = boundary("parts");
    let _ = write!(bytes, "Content-Type: multipart/mixed; boundary=\"{of_parts}\"\r\n\r\n--{of_parts}\r\n");
    alternative(&mut bytes, &of_letter, letter);
    for file in files {
        let _ = write!(bytes, "--{of_parts}\r\n");
        bytes.extend_from_slice(file.part());
    }
    let _ = write!(bytes, "--{of_parts}--\r\n");
    bytes
}

/// The letter as text, then as HTML.
fn alternative(bytes: &mut Vec<u8>, boundary: &str, letter: &Merged) {
    let _ = write!(bytes, "Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n");
    for (head, body) in [(PLAIN, &letter.text), (HTML, &letter.html)] {
        let _ = write!(bytes, "--{boundary}\r\n{head}");
        for piece in body.pieces() {
            match piece {
                Piece::Fixed(fixed) => bytes.extend_from_slice(fixed.encoded(quoted_printable)),
                Piece::Filled(text) => quoted_printable(text, bytes),
            }
        }
        bytes.extend_from_slice(b"\r\n");
    }
    let _ = write!(bytes, "--{boundary}--\r\n");
}

/// About how many bytes a message has, so that it is written without being moved.
fn room(letter: &Merged, files: &[&Attachment]) -> usize {
    // Headers of the message and its parts, generously.
    const HEADERS: usize = 2_048;
    let body = |body: &Body| {
        let pieces = body.pieces().map(|piece| match piece {
            Piece::Fixed(fixed) => fixed.encoded(quoted_printable).len(),
            // A third more, for what is not ASCII.
            Piece::Filled(text) => text.len() + text.len() / 3,
        });
        pieces.sum::<usize>()
    };
    HEADERS + body(&letter.text) + body(&letter.html) + files.iter().map(|file| file.part().len()).sum::<usize>()
}

/// How many bytes a message of this letter and these attachments has, about: for the server's SIZE before anything is sent.
#[must_use]
pub fn estimate(letter: &Merged, files: &[&Attachment]) -> u64 {
    room(letter, files) as u64
}
