//! The lines of IMAP (RFC 9051, 2.2), as far as they matter here: a response is a line, with the literals that stand in
//! it.
//!
//! Our own reading: a library's ends the session at the first line that it cannot parse. Here, only what was asked for
//! is looked at.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

/// The most bytes of a response outside of its literals: enough for the numbers of a million mails.
const LONGEST_LINE: usize = 8 * 1024 * 1024;

/// A response of the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Response {
    /// The line, without what ends it; where a literal stands in it, its `{length}` does.
    pub line: String,
    /// The literals, in their order.
    pub literals: Vec<Vec<u8>>,
}

/// A connection on which responses are read and lines are written, each within a limit of time.
pub(super) struct Wire<S> {
    stream: BufReader<S>,
    limit: Duration,
    longest_literal: usize,
}

impl Response {
    /// Whether it is an untagged one of a kind: `* WORD …` or `* 7 WORD …`.
    pub(super) fn is(&self, word: &str) -> bool {
        let mut words = self.line.split([' ', '(']).skip_while(|part| *part == "*" || part.parse::<u32>().is_ok());
        self.line.starts_with("* ") && words.next().is_some_and(|first| first.eq_ignore_ascii_case(word))
    }

    /// How much of the memory it takes, more or less.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>()
            + self.line.len()
            + self.literals.iter().map(|one| size_of_val(one) + one.len()).sum::<usize>()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S, limit: Duration, longest_literal: usize) -> Self {
        Self { stream: BufReader::new(stream), limit, longest_literal }
    }

    /// How long a command for this many mails may take, and how many bytes of its responses are kept at most.
    pub(super) fn bounds(&self, mails: usize) -> (Duration, usize) {
        let time = self.limit.saturating_mul(u32::try_from(mails).unwrap_or(u32::MAX).saturating_add(1));
        (time, LONGEST_LINE.saturating_add(self.longest_literal.saturating_mul(mails)))
    }

    /// The stream, for TLS to begin on it; `None` where the server has sent more than it was asked for.
    pub(super) fn into_stream(self) -> Option<S> {
        self.stream.buffer().is_empty().then(|| self.stream.into_inner())
    }

    pub(super) async fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let stream = self.stream.get_mut();
        let write = async {
            stream.write_all(line).await?;
            stream.flush().await
        };
        timeout(self.limit, write).await.unwrap_or_else(|_| Err(late()))
    }

    pub(super) async fn read(&mut self) -> io::Result<Response> {
        let mut response = Response::default();
        loop {
            let line = self.line(LONGEST_LINE.saturating_sub(response.line.len())).await?;
            response.line.push_str(&line);
            let Some(length) = literal(&line) else { return Ok(response) };
            if length > self.longest_literal.saturating_sub(response.literals.iter().map(Vec::len).sum()) {
                return Err(io::Error::other(format!("the server sends {length} bytes where fewer were asked for")));
            }
            let mut bytes = vec![0; length];
            let read = timeout(self.limit, self.stream.read_exact(&mut bytes));
            read.await.unwrap_or_else(|_| Err(late())).map_err(plainly)?;
            response.literals.push(bytes);
        }
    }

    async fn line(&mut self, most: usize) -> io::Result<String> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.stream).take(most as u64);
        let read = timeout(self.limit, bounded.read_until(b'\n', &mut line));
        read.await.unwrap_or_else(|_| Err(late())).map_err(plainly)?;
        if line.pop_if(|byte| *byte == b'\n').is_none() {
            let endless = line.len() >= most;
            return Err(if endless { io::Error::other("a line without an end") } else { closed() });
        }
        line.pop_if(|byte| *byte == b'\r');
        Ok(String::from_utf8_lossy(&line).into_owned())
    }
}

/// The length of the literal that follows a line.
fn literal(line: &str) -> Option<usize> {
    line.strip_suffix('}')?.rsplit_once('{')?.1.parse().ok()
}

/// An end that came too early, in plain words: TLS says it in many.
fn plainly(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof { closed() } else { error }
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection")
}

pub(super) fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "no answer in time")
}
