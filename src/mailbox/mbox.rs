//! A file in the mbox form (RFC 4155; quoting of `From ` as in mboxo and mboxrd): mails one after another.
//!
//! Our own reading: a library's keeps each mail whole in memory, whatever its size.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use super::{Arrived, MailboxError, Mails};

/// A line is read in pieces of at most this size: a file may be one line of a gigabyte.
const PIECE: u64 = 64 * 1024;

/// The mails of an mbox, in their order. Of each, `limit` bytes are kept.
///
/// # Errors
/// Where the file cannot be read, or is no mbox. An empty file is one without mail.
pub fn mbox(file: &Path, limit: u64) -> Result<Mails, MailboxError> {
    let unreadable = |why| MailboxError::Unreadable { path: file.to_owned(), why };
    let mut reader = BufReader::new(File::open(file).map_err(unreadable)?);
    let mut first = Vec::new();
    let length = line(&mut reader, &mut first).map_err(unreadable)?;
    if length > 0 && !first.starts_with(b"From ") {
        return Err(MailboxError::NoMbox(file.to_owned()));
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let path = file.to_owned();
    let (mut number, mut more) = (0_u64, length > 0);
    Ok(Box::new(std::iter::from_fn(move || {
        if !more {
            return None;
        }
        number += 1;
        Some(match next(&mut reader, limit) {
            Ok((bytes, goes_on)) => {
                more = goes_on;
                Ok(Arrived { place: format!("{}, mail {number}", path.display()), bytes })
            }
            Err(why) => {
                more = false;
                Err(MailboxError::Unreadable { path: path.clone(), why })
            }
        })
    })))
}

/// The mail whose `From ` line was read, and whether another follows it.
fn next(reader: &mut impl BufRead, limit: usize) -> io::Result<(Vec<u8>, bool)> {
    let mut mail = Vec::new();
    let (mut after_blank, mut at_start) = (false, true);
    let mut piece = Vec::new();
    loop {
        piece.clear();
        if line(reader, &mut piece)? == 0 {
            return Ok((mail, false));
        }
        // mboxo does not quote every `From `; only one after an empty line divides.
        if at_start && after_blank && is_divider(&piece) {
            return Ok((mail, true));
        }
        if at_start {
            after_blank = matches!(piece.as_slice(), b"\n" | b"\r\n");
        }
        let quoted = at_start && is_quoted(&piece);
        at_start = piece.ends_with(b"\n");
        let kept = &piece[usize::from(quoted)..];
        mail.extend_from_slice(&kept[..kept.len().min(limit.saturating_sub(mail.len()))]);
    }
}

/// Whether a line divides mails: behind who sent it stands when (RFC 4155, appendix A), of which programs write more or
/// less. "From today on" stands in a mail.
fn is_divider(line: &[u8]) -> bool {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let rest = String::from_utf8_lossy(&rest[..rest.len().min(200)]).to_lowercase();
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_time = |word: &str| word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit());
    rest.split_whitespace()
        .skip(1)
        .any(|word| DAYS.contains(&word.trim_end_matches(',')) || is_year(word) || is_time(word))
}

/// Whether a line is a quoted `From `: mboxo quotes with one `>`, mboxrd with one more than there are.
fn is_quoted(line: &[u8]) -> bool {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    marks > 0 && line[marks..].starts_with(b"From ")
}

/// A line, or a piece of it where it is long; its length, 0 at the end of the file.
fn line(reader: &mut impl BufRead, into: &mut Vec<u8>) -> io::Result<usize> {
    reader.take(PIECE).read_until(b'\n', into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(text: &[u8], limit: u64) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mbox");
        std::fs::write(&file, text).unwrap();
        let text = |mail: Result<Arrived, MailboxError>| String::from_utf8(mail.unwrap().bytes).unwrap();
        mbox(&file, limit).unwrap().map(text).collect()
    }

    #[test]
    fn a_mail_ends_where_a_from_line_follows_an_empty_one() {
        let text =
            b"From a Mon\nA: 1\n\nSo says\nFrom here\n\nFrom today on.\n\nFrom b Tue\nB: 2\n\n>From x\n>>From y\n> z\n";
        let expected = ["A: 1\n\nSo says\nFrom here\n\nFrom today on.\n\n", "B: 2\n\nFrom x\n>From y\n> z\n"];
        assert_eq!(mails(text, 1000), expected);
    }

    #[test]
    fn line_ends_of_any_kind_and_none_at_the_end_divide_mails_alike() {
        let text = "From a Mon\nA: 1\n\n>From x\n\nFrom b Tue\nB: 2\n\nend";
        let expected = ["A: 1\n\nFrom x\n\n", "B: 2\n\nend"];
        assert_eq!(mails(text.as_bytes(), 1000), expected);
        let crlf = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(mails(crlf(text).as_bytes(), 1000), expected.map(crlf));
        // A mail of nothing is one all the same, and what a piece of a long line begins with divides nothing.
        assert_eq!(mails(b"From a Mon\n\nFrom b Tue\n", 1000), ["\n", ""]);
        let long = format!("From a Mon\n\n{}From x\n", " ".repeat(64 * 1024));
        assert_eq!(mails(long.as_bytes(), 10).len(), 1);
    }

    #[test]
    fn a_file_of_any_size_is_read_mail_by_mail() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mbox");
        let one = format!("From a Mon\nA: 1\n\n{}\n", format!("{}\n", "x".repeat(99)).repeat(10_000));
        std::fs::write(&file, one.repeat(5)).unwrap();
        let mut read = mbox(&file, 1000).unwrap();
        // The file grows while it is read: what is added counts too.
        assert_eq!(read.next().unwrap().unwrap().bytes.len(), 1000);
        let mut open = std::fs::OpenOptions::new().append(true).open(&file).unwrap();
        std::io::Write::write_all(&mut open, b"From b Tue\nB: 2\n").unwrap();
        let rest: Vec<_> = read.map(|mail| mail.unwrap().bytes).collect();
        assert_eq!(rest.len(), 5);
        assert_eq!(rest[4], b"B: 2\n");
    }

    #[test]
    fn no_more_is_kept_of_a_mail_than_was_asked_for() {
        let mut text = b"From a Mon\nA: 1\n\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 300_000));
        text.extend(b"\n\nFrom b Tue\nB: 2\n");
        assert_eq!(mails(&text, 10), ["A: 1\n\nxxxx", "B: 2\n"]);
    }

    #[test]
    fn a_file_of_another_kind_is_refused_and_an_empty_one_has_no_mail() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mail.eml");
        std::fs::write(&file, "Subject: no mbox\n\n").unwrap();
        assert!(matches!(mbox(&file, 1000), Err(MailboxError::NoMbox(_))));
        assert!(mails(b"", 1000).is_empty());
    }
}
