//! What a sandbox remembers.

use std::time::Instant;

/// Whether connections and commands are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Journal {
    /// They are, for as long as the sandbox lives.
    Kept,
    /// They are not: for runs that may be long.
    None,
}

/// One connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionRecord {
    /// Its number, from 1.
    pub number: usize,
    /// When it was taken.
    pub opened_at: Instant,
    /// When it ended, if it has.
    pub closed_at: Option<Instant>,
    /// What the client said, in its order.
    pub commands: Vec<Command>,
}

impl ConnectionRecord {
    /// The commands as text, one after another.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        self.commands.iter().map(|command| command.text.as_str()).collect()
    }
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The line, without its end. What is said during a login is replaced by `…`.
    pub text: String,
    /// When it was read.
    pub at: Instant,
    /// Whether it came under TLS.
    pub encrypted: bool,
    /// Whether it had already arrived when the command before it was read: the client did not wait for the reply.
    pub pipelined: bool,
}

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The connection over which it came.
    pub connection: usize,
    /// The address of MAIL.
    pub from: String,
    /// The parameters of MAIL, as they were written.
    pub parameters: String,
    /// The addresses that were accepted.
    pub recipients: Vec<String>,
    /// The message, dots at the start of lines undone.
    pub message: Vec<u8>,
    /// When it was taken.
    pub at: Instant,
}
