//! What is printed on stdout. Whatever a server, a mail, a list or an argument put into it, nothing in it steers the
//! terminal that shows it.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write};

use jiff::tz::TimeZone;

use crate::model::{printable_json, printable_lines};
use crate::report::Sight;

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Lines for people.
    Text,
    /// JSON: the same to whoever reads it.
    Json,
    /// A file for another program, byte for byte; on a terminal, lines for people.
    Data,
}

/// How wide a table is where nobody knows what it is looked at with.
const WIDTH: usize = 80;

/// How what is printed is looked at: as wide as the terminal, on this machine's clock.
pub(super) fn sight() -> Sight {
    let width = if io::stdout().is_terminal() { columns() } else { None };
    Sight { width: width.filter(|width| *width >= WIDTH / 2).unwrap_or(WIDTH), zone: TimeZone::system() }
}

/// How many columns the terminal has.
#[cfg(unix)]
fn columns() -> Option<usize> {
    rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn columns() -> Option<usize> {
    None
}

/// stdout, for what others wrote too. What another program reads goes there as it is: no colours are looked for in it.
pub(super) fn stdout(form: Form) -> Shown<Box<dyn Write + Send>> {
    let is_for_a_program = form == Form::Data && !io::stdout().is_terminal();
    let out: Box<dyn Write + Send> =
        if is_for_a_program { Box::new(io::stdout()) } else { Box::new(anstream::stdout()) };
    Shown::new(out, form)
}

/// The same without the stream that takes colours out of text, which in another encoding than UTF-8 would take out
/// letters.
pub(super) fn stdout_of_bytes() -> Shown<io::Stdout> {
    Shown::new(io::stdout(), Form::Data)
}

/// A stream on which characters that steer a terminal are replaced by visible ones.
pub(super) struct Shown<W> {
    out: W,
    replace: Option<fn(&str) -> Cow<'_, str>>,
    /// The beginning of a character whose end was not written yet.
    begun: Vec<u8>,
}

impl<W: Write> Shown<W> {
    fn new(out: W, form: Form) -> Self {
        let replace: Option<fn(&str) -> Cow<'_, str>> = match form {
            Form::Json => Some(printable_json),
            Form::Data if !io::stdout().is_terminal() => None,
            Form::Text | Form::Data => Some(printable_lines),
        };
        Self { out, replace, begun: Vec::new() }
    }
}

impl<W: Write> Write for Shown<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(replace) = self.replace else { return self.out.write(bytes) };
        self.begun.extend_from_slice(bytes);
        let whole = self.begun.len() - unfinished(&self.begun);
        let text = String::from_utf8_lossy(&self.begun[..whole]);
        self.out.write_all(replace(&text).as_bytes())?;
        self.begun.drain(..whole);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// How many bytes at the end are the beginning of a character.
fn unfinished(bytes: &[u8]) -> usize {
    let last = bytes.utf8_chunks().last();
    let tail = last.map_or(&[][..], |chunk| chunk.invalid());
    let is_at_end = bytes.ends_with(tail);
    // What can still become a character says so itself: the error has no length.
    let may_go_on = std::str::from_utf8(tail).is_err_and(|error| error.error_len().is_none());
    if is_at_end && may_go_on { tail.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(replace: fn(&str) -> Cow<'_, str>, pieces: &[&[u8]]) -> String {
        let mut out = Shown { out: Vec::new(), replace: Some(replace), begun: Vec::new() };
        for piece in pieces {
            out.write_all(piece).unwrap();
        }
        String::from_utf8(out.out).unwrap()
    }

    #[test]
    fn what_would_steer_a_terminal_is_shown() {
        assert_eq!(shown(printable_lines, &[b"Ana\x1b[2J\r\nRoe\xe2\x80", b"\xae\n"]), "Ana·[2J·\nRoe·\n");
        assert_eq!(shown(printable_json, &["\"Ana\u{7f}\u{202e}\"\n".as_bytes()]), "\"Ana\\u007f\\u202e\"\n");
        assert_eq!(shown(printable_lines, &[b"a\xffb\xe2", b"b"]), "a\u{fffd}b\u{fffd}b");
    }

    proptest! {
        #[test]
        fn wherever_a_write_ends_the_text_is_the_same(text in "\\PC*", at in 0..40_usize) {
            let (one, other) = text.as_bytes().split_at(at.min(text.len()));
            prop_assert_eq!(shown(printable_lines, &[one, other]), printable_lines(&text));
        }
    }
}
