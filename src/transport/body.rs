//! A message as it goes over the wire: dots at the start of a line doubled, and a lone dot at its end (RFC 5321,
//! 4.5.2).

/// About how much is written at once, in bytes. A line is never cut, so a block may be longer by one line.
const BLOCK: usize = 64 * 1024;

/// What ends a message that ends with a line break.
const FINAL: &[u8] = b".\r\n";

/// The blocks of a message, one after another in the same buffer, so that a large message is never copied whole.
#[derive(Debug)]
pub(super) struct Blocks<'a> {
    rest: &'a [u8],
}

/// Where a block stands in its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// More follow.
    Inner,
    /// This is the last one: its last three bytes are the final dot and its line break.
    Last,
}

impl<'a> Blocks<'a> {
    /// The message must have CRLF line breaks only.
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    /// Puts the next block into `buffer`, in place of what it held.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>) -> Block {
        buffer.clear();
        while buffer.len() < BLOCK && !self.rest.is_empty() {
            if self.rest.starts_with(b".") {
                buffer.push(b'.');
            }
            let (lines, rest) = self.rest.split_at(lines_length(self.rest, BLOCK - buffer.len()));
            buffer.extend_from_slice(lines);
            self.rest = rest;
            if rest.is_empty() && !lines.ends_with(b"\r\n") {
                buffer.extend_from_slice(b"\r\n");
            }
        }
        if self.rest.is_empty() {
            buffer.extend_from_slice(FINAL);
            Block::Last
        } else {
            Block::Inner
        }
    }
}

/// The bytes of the whole lines up to the next one that begins with a dot, or up to the first that passes `most` bytes.
fn lines_length(bytes: &[u8], most: usize) -> usize {
    let most = most.clamp(1, bytes.len());
    if let Some(at) = memchr::memmem::find(&bytes[..most], b"\n.") {
        return at + 1;
    }
    memchr::memchr(b'\n', &bytes[most - 1..]).map_or(bytes.len(), |at| most + at)
}

/// The size of a message as SIZE declares it: doubled dots and the final dot do not count (RFC 1870, 5).
pub(super) fn size(message: &[u8]) -> u64 {
    let missing = if message.is_empty() || message.ends_with(b"\r\n") { 0 } else { 2 };
    message.len() as u64 + missing
}

/// Whether every CR is followed by LF and every LF follows CR.
pub(super) fn has_whole_line_breaks(message: &[u8]) -> bool {
    let (Some((last, before)), Some((first, after))) = (message.split_last(), message.split_first()) else {
        return true;
    };
    // Two slices and no early end: so the compiler compares many bytes at a time.
    let pairs = before.iter().zip(after);
    let odd = pairs.fold(0, |odd, (byte, next)| odd | (u8::from(*byte == b'\r') ^ u8::from(*next == b'\n')));
    odd == 0 && *first != b'\n' && *last != b'\r'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(message: &[u8]) -> Vec<u8> {
        let (mut whole, mut buffer, mut blocks) = (Vec::new(), Vec::new(), Blocks::of(message));
        loop {
            let block = blocks.fill(&mut buffer);
            assert!(buffer.len() <= BLOCK + 1100, "{}", buffer.len());
            whole.extend_from_slice(&buffer);
            if block == Block::Last {
                assert!(whole.ends_with(b".\r\n"));
                return whole;
            }
        }
    }

    #[test]
    fn dots_are_doubled_at_the_start_of_a_line_only() {
        assert_eq!(wire(b".a\r\nb.c\r\n.\r\n..\r\n"), b"..a\r\nb.c\r\n..\r\n...\r\n.\r\n");
    }

    #[test]
    fn no_blank_line_is_added_at_the_end() {
        assert_eq!(wire(b"a\r\n"), b"a\r\n.\r\n");
        assert_eq!(wire(b"a"), b"a\r\n.\r\n");
        assert_eq!(wire(b"a\r\n\r\n"), b"a\r\n\r\n.\r\n");
        assert_eq!(wire(b""), b".\r\n");
    }

    #[test]
    fn a_large_message_goes_in_blocks_that_end_with_a_line() {
        let message = b"0123456789\r\n.dot\r\n".repeat(50_000);
        let expected = String::from_utf8(message.clone()).unwrap().replace("\n.", "\n..") + ".\r\n";
        assert_eq!(wire(&message), expected.into_bytes());
    }

    #[test]
    fn a_bare_cr_or_lf_is_found_wherever_it_hides() {
        for good in [&b""[..], b"a", b"a\r\n", b"\r\n\r\n"] {
            assert!(has_whole_line_breaks(good), "{good:?}");
        }
        for bad in [&b"a\n"[..], b"a\r", b"\n\r", b"a\r\r\n", b"a\n\r\n", b"\r\n\n.\r\n", b"a\r\n.\rb\r\n", b"\n\r\r\n"]
        {
            assert!(!has_whole_line_breaks(bad), "{bad:?}");
        }
    }

    #[test]
    fn the_declared_size_counts_the_line_break_that_is_added() {
        assert_eq!(size(b"a\r\n"), 3);
        assert_eq!(size(b"a"), 3);
    }
}
