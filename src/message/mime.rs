//! The parts of a message, one after another (RFC 2046, 5.1), each byte written once.

use std::io::Write;

use data_encoding::BASE64_MIME;

use super::attachment::Attachment;
use super::encoding::quoted_printable;
use crate::letter::{Body, Merged, Piece};
use crate::model::MessageId;
use crate::picture::Picture;

/// What stands before a part in quoted-printable.
const PLAIN: &str = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
const HTML: &str = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";

/// Writes a whole message under this head: the letter as `multipart/alternative`, in `multipart/mixed` where files
/// go with it.
pub(super) fn message(head: &str, id: &MessageId, letter: &Merged, files: &[&Attachment]) -> Vec<u8> {
    // `=_` stands in no quoted-printable and no base64 text (RFC 2045, 6.7 and 6.8), so a boundary with it is always
    // one.
    let boundary = |kind: &str| format!("=_{kind}_{}", id.as_str().get(..16).unwrap_or_default());
    let mut bytes = Vec::with_capacity(room(letter, files));
    bytes.extend_from_slice(head.as_bytes());
    if files.is_empty() {
        alternative(&mut bytes, boundary, letter);
        return bytes;
    }
    let mut of_parts = boundary("parts");
    // A mail that goes along stands there as it is.
    while files.iter().any(|file| file.may_hold(&of_parts)) {
        of_parts.push('_');
    }
    let encoding =
        if files.iter().any(|file| file.is_eight_bit()) { "Content-Transfer-Encoding: 8bit\r\n" } else { "" };
    // Writing into memory cannot fail.
    let _ = write!(bytes, "Content-Type: multipart/mixed; boundary=\"{of_parts}\"\r\n{encoding}\r\n--{of_parts}\r\n");
    alternative(&mut bytes, boundary, letter);
    for file in files {
        let _ = write!(bytes, "--{of_parts}\r\n");
        bytes.extend_from_slice(file.part());
    }
    let _ = write!(bytes, "--{of_parts}--\r\n");
    bytes
}

/// The letter as text, then as HTML, which its pictures are related to (RFC 2387).
fn alternative(bytes: &mut Vec<u8>, boundary: impl Fn(&str) -> String, letter: &Merged) {
    let of_letter = boundary("letter");
    let _ = write!(bytes, "Content-Type: multipart/alternative; boundary=\"{of_letter}\"\r\n\r\n--{of_letter}\r\n");
    text(bytes, PLAIN, &letter.text);
    let _ = write!(bytes, "--{of_letter}\r\n");
    if letter.pictures.is_empty() {
        text(bytes, HTML, &letter.html);
    } else {
        let of_page = boundary("page");
        let _ = write!(
            bytes,
            "Content-Type: multipart/related; type=\"text/html\";\r\n boundary=\"{of_page}\"\r\n\r\n--{of_page}\r\n"
        );
        text(bytes, HTML, &letter.html);
        for picture in &*letter.pictures {
            let _ = write!(bytes, "--{of_page}\r\n");
            bytes.extend_from_slice(picture.encoded(picture_part));
        }
        let _ = write!(bytes, "--{of_page}--\r\n");
    }
    let _ = write!(bytes, "--{of_letter}--\r\n");
}

fn text(bytes: &mut Vec<u8>, head: &str, body: &Body) {
    bytes.extend_from_slice(head.as_bytes());
    for piece in body.pieces() {
        match piece {
            Piece::Fixed(fixed) => bytes.extend_from_slice(fixed.encoded(quoted_printable)),
            Piece::Filled(text) => quoted_printable(text, bytes),
        }
    }
    bytes.extend_from_slice(b"\r\n");
}

/// A picture's part of a message. It has no name, which would only tell what its file was called.
fn picture_part(picture: &Picture) -> Vec<u8> {
    let (content_type, id) = (picture.content_type(), picture.id());
    let content = BASE64_MIME.encode(picture.bytes());
    let part = format!(
        "Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{id}>\r\n\
         Content-Disposition: inline\r\n\r\n{}\r\n",
        content.trim_end()
    );
    part.into_bytes()
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
    let pictures = letter.pictures.iter().map(|picture| picture.encoded(picture_part).len()).sum::<usize>();
    let files = files.iter().map(|file| file.part().len()).sum::<usize>();
    HEADERS + body(&letter.text) + body(&letter.html) + pictures + files
}

/// How many bytes a message of this letter and these attachments has, about: for the server's SIZE before anything is
/// sent.
#[must_use]
pub fn estimate(letter: &Merged, files: &[&Attachment]) -> u64 {
    room(letter, files) as u64
}
