//! By what a mail is known again, in whatever mailbox it lies.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{MAX_READ, Reading};

/// A digest of what does not change on a mail's way: Message-ID, date, sender, subject, and the body without what ends
/// its lines. What mail systems and mail programs add to a header (`Received`, `Delivered-To`, `Status`) is not in it.
///
/// The Message-ID alone would not do: some reports have that of the letter that they report, or none.
#[must_use]
pub fn fingerprint(bytes: &[u8], reading: &Reading) -> String {
    let bytes = &bytes[..bytes.len().min(MAX_READ)];
    let mut digest = Sha256::new();
    let date = reading.date.map(|date| date.to_string());
    for part in [&reading.message_id, &date, &reading.from, &reading.subject] {
        let part = part.as_deref().unwrap_or_default();
        digest.update(part.len().to_string());
        digest.update(":");
        digest.update(part);
    }
    for piece in body(bytes).trim_ascii_end().split(|byte| *byte == b'\r') {
        digest.update(piece);
    }
    HEXLOWER.encode(&digest.finalize()[..16])
}

/// A digest of a mail's header and size, by which one server's mail is known again under another number: the first
/// bytes of the mail will do, or its header alone.
#[must_use]
pub fn header_digest(bytes: &[u8], size: Option<u64>) -> [u8; 16] {
    let mut digest = Sha256::new();
    digest.update(size.unwrap_or_default().to_be_bytes());
    // Where no line is empty, all of it is header.
    let header = Some(&bytes[..bytes.len() - body(bytes).len()]).filter(|header| !header.is_empty()).unwrap_or(bytes);
    for piece in header.trim_ascii_end().split(|byte| *byte == b'\r') {
        digest.update(piece);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&digest.finalize()[..16]);
    short
}

/// What follows the first empty line; all of what has none.
fn body(bytes: &[u8]) -> &[u8] {
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        start += line.len();
        if line.trim_ascii_end().is_empty() {
            return &bytes[start..];
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbox::classify;

    fn of(mail: &str) -> String {
        fingerprint(mail.as_bytes(), &classify(mail.as_bytes()))
    }

    #[test]
    fn what_a_mail_program_adds_does_not_change_a_fingerprint() {
        let mail = "From: ana@example.org\nSubject: Re: x\nMessage-ID: <1@example.org>\n\nYes.\nAna\n";
        assert_eq!(of(mail), of(&mail.replace('\n', "\r\n")));
        assert_eq!(of(mail), of(&format!("Received: by mx\nStatus: RO\n{mail}\n")));
        assert_ne!(of(mail), of(&mail.replace("Yes", "No")));
        assert_ne!(of(mail), of(&mail.replace("<1@", "<2@")));
    }
}
