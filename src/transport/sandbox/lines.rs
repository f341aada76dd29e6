//! Lines in, replies out.

use std::io::{self, BufRead};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::transport::stream::Socket;

/// A client's connection.
pub(super) struct Peer {
    socket: Box<dyn Socket>,
    input: Vec<u8>,
    at: usize,
    output: Vec<u8>,
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// With CRLF.
    Whole,
    /// With LF alone.
    Bare,
    /// It was longer than the limit; its end was skipped.
    TooLong,
}

impl Peer {
    pub(super) fn new(socket: Box<dyn Socket>) -> Self {
        Self { socket, input: Vec::with_capacity(16 * 1024), at: 0, output: Vec::new() }
    }

    /// The socket, and whether the client had sent more than was read.
    pub(super) fn into_socket(self) -> (Box<dyn Socket>, bool) {
        let more = self.has_input();
        (self.socket, more)
    }

    /// Whether bytes have arrived that were not read yet.
    pub(super) fn has_input(&self) -> bool {
        self.at < self.input.len()
    }

    /// Puts the next line, its end included, into `line`. What was said so far is sent first if the line has not
    /// arrived yet.
    pub(super) async fn line(&mut self, line: &mut Vec<u8>, limit: usize) -> io::Result<Line> {
        line.clear();
        let mut whole = true;
        loop {
            let mut rest = &self.input[self.at..];
            let count = rest.read_until(b'\n', line)?;
            self.at += count;
            let ended = line.last() == Some(&b'\n');
            if line.len() > limit {
                whole = false;
                let end = line.split_off(line.len() - 1);
                line.clear();
                line.extend(end);
            }
            if ended {
                return Ok(match (whole, line.ends_with(b"\r\n")) {
                    (false, _) => Line::TooLong,
                    (true, true) => Line::Whole,
                    (true, false) => Line::Bare,
                });
            }
            self.fill().await?;
        }
    }

    /// Reads what comes; an end of the connection is an error.
    async fn fill(&mut self) -> io::Result<()> {
        self.flush().await?;
        self.input.clear();
        self.at = 0;
        self.input.reserve(16 * 1024);
        match self.socket.read_buf(&mut self.input).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Throws away what comes until the client hangs up.
    pub(super) async fn drain(&mut self) -> io::Result<()> {
        loop {
            self.fill().await?;
        }
    }

    /// Throws away what has come and what comes within a time; gives how many lines that was.
    pub(super) async fn throw_away(&mut self, within: Duration) -> io::Result<usize> {
        let until = tokio::time::Instant::now() + within;
        let mut lines = 0;
        loop {
            lines += self.input[self.at..].split(|byte| *byte == b'\n').count() - 1;
            self.input.clear();
            self.at = 0;
            match tokio::time::timeout_at(until, self.socket.read_buf(&mut self.input)).await {
                Err(_) => return Ok(lines),
                Ok(Ok(0)) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    read?;
                }
            }
        }
    }

    /// Says something, in the next write.
    pub(super) fn say(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }

    /// Sends what was said.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        if !self.output.is_empty() {
            self.socket.write_all(&self.output).await?;
            self.output.clear();
        }
        self.socket.flush().await
    }

    /// Ends the connection in good order.
    pub(super) async fn close(mut self) -> io::Result<()> {
        self.flush().await?;
        self.socket.shutdown().await
    }
}
