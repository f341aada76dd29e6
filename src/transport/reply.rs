//! Reads a server's replies from the bytes it sent (RFC 5321, 4.2).
//!
//! More forgiving than the client library where a real server's answer is still plain: a code without text, text that
//! is not UTF-8, a code that is not in the standard's tables. Never forgiving about where a reply ends: whatever is
//! left over belongs to the next one.

use std::mem;

use crate::model::Reply;

/// The longest reply that is read, in bytes: all its lines together.
pub const LONGEST: usize = 64 * 1024;

/// One reply, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The three digits, 200 to 599.
    pub code: u16,
    /// The text of each line, without the code and without control characters; what is not UTF-8 is replaced.
    pub text: Vec<String>,
}

impl Lines {
    /// The reply in the form in which it is kept.
    #[must_use]
    pub fn to_reply(&self) -> Reply {
        Reply::new(self.code, self.text.iter().map(String::as_str))
    }

    /// Whether it says no: 4xx or 5xx.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        (400..600).contains(&self.code)
    }
}

/// Why bytes are no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAReply {
    /// A line does not begin with three digits and a blank, a hyphen or its end.
    #[error("`{0}` is not an SMTP reply")]
    Line(String),
    /// The lines of one reply have different codes.
    #[error("a reply began with the code {0} and went on with {1}")]
    Codes(u16, u16),
    /// Longer than [`LONGEST`].
    #[error("a reply is longer than {LONGEST} bytes")]
    TooLong,
}

/// Collects bytes and takes replies off their front. It holds [`LONGEST`] bytes and one more read at the most.
#[derive(Debug, Default)]
pub struct ReplyReader {
    /// What was received and belongs to no reply yet.
    bytes: Vec<u8>,
    /// How much of it was looked at already.
    seen: usize,
    /// The lines of the reply that is being read.
    lines: Vec<String>,
    code: Option<u16>,
    /// The bytes of those lines.
    length: usize,
}

impl ReplyReader {
    /// Adds what was received.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether nothing is left over: neither a whole reply nor a part of one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.code.is_none()
    }

    /// The next whole reply, if it has arrived.
    ///
    /// # Errors
    /// Where the bytes cannot be a reply. What follows them cannot be trusted either: the connection must be given up.
    pub fn take(&mut self) -> Result<Option<Lines>, NotAReply> {
        while let Some(end) = self.bytes[self.seen..].iter().position(|b| *b == b'\n') {
            let length = self.seen + end + 1;
            self.seen = 0;
            self.length += length;
            if self.length > LONGEST {
                return Err(NotAReply::TooLong);
            }
            let line: Vec<u8> = self.bytes.drain(..length).collect();
            if self.line(&line)? == Position::Last {
                self.length = 0;
                let text = mem::take(&mut self.lines);
                return Ok(self.code.take().map(|code| Lines { code, text }));
            }
        }
        self.seen = self.bytes.len();
        if self.length + self.seen > LONGEST {
            return Err(NotAReply::TooLong);
        }
        Ok(None)
    }

    /// Reads one line, its line break included.
    fn line(&mut self, line: &[u8]) -> Result<Position, NotAReply> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let wrong = || NotAReply::Line(readable(&line[..line.len().min(80)]));
        let (digits, rest) = line.split_at_checked(3).ok_or_else(wrong)?;
        if !matches!(digits[0], b'2'..=b'5') || !digits.iter().all(u8::is_ascii_digit) {
            return Err(wrong());
        }
        let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        let position = match rest.first() {
            None | Some(b' ') => Position::Last,
            Some(b'-') => Position::NotLast,
            Some(_) => return Err(wrong()),
        };
        match self.code {
            Some(first) if first != code => return Err(NotAReply::Codes(first, code)),
            _ => self.code = Some(code),
        }
        self.lines.push(readable(rest.get(1..).unwrap_or_default()));
        Ok(position)
    }
}

/// Where a line stands in its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    NotLast,
    Last,
}

/// Text that can be shown and stored: a server's reply must not be able to steer a terminal.
fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Option<Lines>, NotAReply> {
        let mut reader = ReplyReader::default();
        reader.feed(bytes);
        reader.take()
    }

    fn reply(bytes: &[u8]) -> String {
        read(bytes).unwrap().unwrap().to_reply().to_string()
    }

    #[test]
    fn odd_but_plain_replies_are_read() {
        assert_eq!(reply(b"250 2.0.0 queued as 1\r\n"), "250 2.0.0 queued as 1");
        assert_eq!(reply(b"250\r\n"), "250");
        assert_eq!(reply(b"250 \r\n"), "250");
        assert_eq!(reply(b"250 ok\n"), "250 ok");
        assert_eq!(reply(b"471 odd\r\n"), "471 odd");
        assert_eq!(reply(b"550 bo\xeete pleine\r\n"), "550 bo\u{fffd}te pleine");
        assert_eq!(reply(b"550-5.1.1 no\r\n550-\r\n550 5.1.1 such user\r\n"), "550 5.1.1 no such user");
        assert_eq!(reply(b"550 \x1b[2Jgone\r\n"), "550 [2Jgone");
    }

    #[test]
    fn what_is_no_reply_is_an_error() {
        for bytes in [
            &b"hello\r\n"[..],
            b"\r\n",
            b"25\r\n",
            b"250ok\r\n",
            b"150 no\r\n",
            b"650 no\r\n",
            b"2x0 no\r\n",
            b"HTTP/1.1 400 Bad Request\r\n",
        ] {
            assert!(matches!(read(bytes), Err(NotAReply::Line(_))), "{bytes:?}");
        }
        assert_eq!(read(b"250-a\r\n550 b\r\n"), Err(NotAReply::Codes(250, 550)));
    }

    #[test]
    fn half_a_reply_is_not_taken_for_a_whole_one() {
        for bytes in [&b""[..], b"2", b"250", b"250 ok", b"250 ok\r", b"250-ok\r\n", b"250-ok\r\n250"] {
            assert_eq!(read(bytes), Ok(None), "{bytes:?}");
        }
    }

    #[test]
    fn replies_that_come_together_are_taken_one_by_one() {
        let mut reader = ReplyReader::default();
        reader.feed(b"250 a\r\n550 b\r\n354");
        assert_eq!(reader.take().unwrap().unwrap().code, 250);
        assert!(!reader.is_empty());
        assert_eq!(reader.take().unwrap().unwrap().code, 550);
        assert_eq!(reader.take(), Ok(None));
        reader.feed(b" c\r\n");
        assert_eq!(reader.take().unwrap().unwrap().code, 354);
        assert!(reader.is_empty());
    }

    #[test]
    fn a_reply_without_end_is_given_up() {
        let mut reader = ReplyReader::default();
        let mut fed = 0;
        while reader.take() == Ok(None) {
            reader.feed(b"250-more and more\r\n");
            fed += 19;
            assert!(fed < 2 * LONGEST);
        }
        assert_eq!(reader.take(), Err(NotAReply::TooLong));
        assert_eq!(read(&vec![b'2'; LONGEST + 1]), Err(NotAReply::TooLong));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_grow(chunks in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..200),
                Just(b"250-x\r\n".to_vec()), Just(b"250 x\r\n".to_vec()), Just(b"\r\n".to_vec()), Just(b"354".to_vec()),
            ], 0..60)) {
            let mut reader = ReplyReader::default();
            for chunk in chunks {
                reader.feed(&chunk);
                while let Ok(Some(lines)) = reader.take() {
                    prop_assert!((200..600).contains(&lines.code));
                    prop_assert!(lines.text.iter().all(|line| !line.contains(char::is_control)));
                }
            }
        }

        #[test]
        fn a_reply_in_single_bytes_reads_like_a_whole_one(
            code in 200_u16..600, lines in prop::collection::vec("[ -~]{0,40}", 1..6)) {
            let mut bytes = Vec::new();
            for (at, line) in lines.iter().enumerate() {
                let mark = if at + 1 == lines.len() { ' ' } else { '-' };
                bytes.extend_from_slice(format!("{code}{mark}{line}\r\n").as_bytes());
            }
            let mut reader = ReplyReader::default();
            let (last, front) = bytes.split_last().unwrap();
            for byte in front {
                reader.feed(&[*byte]);
                prop_assert_eq!(reader.take(), Ok(None));
            }
            reader.feed(&[*last]);
            let read = reader.take().unwrap().unwrap();
            prop_assert_eq!(read.code, code);
            prop_assert_eq!(&read.text, &lines);
            prop_assert!(reader.is_empty());
        }
    }
}
