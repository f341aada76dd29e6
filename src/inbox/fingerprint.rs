//! By what a mail is known again, in whatever mailbox it lies.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{MAX_READ, Reading};

/// How many bytes of a body count: fewer than there are in the first bytes of any mail that is cut, whatever ends its
/// lines.
const COUNTED: usize = 256 * 1024;

/// A digest of what does not change on a mail's way: Message-ID, date, sender, subject, and the beginning of the body.
/// What mail systems and mail programs add to a header (`Received`, `Delivered-To`, `Status`) is not in it, nor what
/// ways of keeping mail change: line ends; a `>` before `From ` (mbox); a zero byte, which Dovecot gives as 0x80; and
/// bytes of eight bits in sender and subject, which Cyrus makes an `X`.
///
/// The Message-ID alone would not do: some reports have that of the letter that they report, or none.
#[must_use]
pub fn fingerprint(bytes: &[u8], reading: &Reading) -> String {
    let plain = |text: &Option<String>| {
        let signs = text.as_deref().unwrap_or_default().chars();
        signs.filter(|sign| sign.is_ascii_graphic() && *sign != 'X').collect::<String>()
    };
    let date = reading.date.map(|date| date.to_string()).unwrap_or_default();
    let id = reading.message_id.clone().unwrap_or_default();
    let mut digest = begun(&[&id, &date, &plain(&reading.from), &plain(&reading.subject)]);
    digest.update(kept(body(bytes)).trim_ascii_end());
    HEXLOWER.encode(&digest.finalize()[..16])
}

/// The digest by which a mail was known to earlier versions: a ledger of theirs has it.
#[must_use]
pub fn earlier_fingerprint(bytes: &[u8], reading: &Reading) -> String {
    let bytes = &bytes[..bytes.len().min(MAX_READ)];
    let date = reading.date.map(|date| date.to_string());
    let parts = [&reading.message_id, &date, &reading.from, &reading.subject];
    let mut digest = begun(&parts.map(|part| part.as_deref().unwrap_or_default()));
    for piece in body(bytes).trim_ascii_end().split(|byte| *byte == b'\r') {
        digest.update(piece);
    }
    HEXLOWER.encode(&digest.finalize()[..16])
}

fn begun(parts: &[&str]) -> Sha256 {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_string());
        digest.update(":");
        digest.update(part);
    }
    digest
}

/// What counts of a body.
fn kept(body: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(body.len().min(COUNTED));
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let marks = line.iter().take_while(|byte| **byte == b'>').count();
        let line = if line[marks..].starts_with(b"From ") { &line[marks..] } else { line };
        kept.extend(line.iter().filter(|byte| !matches!(byte, b'\r' | 0 | 0x80)));
        if kept.len() >= COUNTED {
            kept.truncate(COUNTED);
            break;
        }
    }
    kept
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

    fn of_bytes(mail: &[u8]) -> String {
        fingerprint(mail, &classify(mail))
    }

    #[test]
    fn whatever_a_way_of_keeping_mail_changes_a_mail_is_known_again() {
        let mail =
            "From: ana@example.org\nSubject: Für X\nMessage-ID: <1@example.org>\n\nYes\0.\n\n>From \u{440}\n>>From b\n";
        let dovecot = [
            mail.as_bytes()[..mail.find('\0').unwrap()].to_vec(),
            vec![0x80],
            b".\n\n>From \xd1\x80\n>>From b\n".to_vec(),
        ];
        assert_eq!(of(mail), of_bytes(&dovecot.concat()));
        assert_eq!(of(mail), of(&mail.replace('ü', "XX")));
        assert_eq!(of(mail), of(&mail.replace(">>From", "From").replace(">From", "From")));
        assert_ne!(of(mail), of(&mail.replace("Yes", "No")));
        assert_ne!(of(mail), of(&mail.replace("From b", "From c")));
    }

    #[test]
    fn a_mail_that_is_cut_is_known_again_with_other_line_ends_and_a_longer_header() {
        let mail = format!("From: ana@example.org\nSubject: x\n\n{}", "a line\n".repeat(400_000));
        let cut = |mail: &str| of_bytes(&mail.as_bytes()[..=MAX_READ]);
        assert_eq!(cut(&mail), cut(&mail.replace('\n', "\r\n")));
        assert_eq!(cut(&mail), cut(&format!("Received: by mx\n{mail}")));
        assert_ne!(cut(&mail), cut(&mail.replacen("a line", "a word", 1)));
    }

    #[test]
    fn a_header_is_known_again_with_and_without_its_body() {
        let mail = b"From: ana@example.org\r\n\r\nYes.\r\n";
        assert_eq!(header_digest(mail, Some(9)), header_digest(b"From: ana@example.org\r\n\r\n", Some(9)));
        assert_ne!(header_digest(mail, Some(9)), header_digest(mail, Some(8)));
        assert_ne!(header_digest(b"Yes.", None), header_digest(b"No.", None), "where there is no end of a header");
    }
}
