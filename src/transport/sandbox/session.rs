//! Where one client at a sandbox stands, and how it is replied to: as usual, or as a test has ordered.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Shared;
use super::lines::Peer;
use super::record::Command;
use super::script::{Act, At, Context};

/// How long a server takes over a message, while more comes in.
const A_MOMENT: Duration = Duration::from_millis(100);

const OUT_OF_ORDER: &[u8] = b"503 5.5.1 bad sequence of commands\r\n";

pub(super) struct Session {
    pub(super) peer: Peer,
    pub(super) shared: Arc<Shared>,
    pub(super) number: usize,
    pub(super) encryption: Transfer,
    pub(super) greeted: Greeted,
    pub(super) login: LoggedIn,
    pub(super) transaction: Option<Transaction>,
    pub(super) begun: usize,
}

/// What MAIL began.
pub(super) struct Transaction {
    pub(super) number: usize,
    pub(super) from: String,
    pub(super) parameters: String,
    pub(super) recipients: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    Plain,
    Encrypted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Greeted {
    NotYet,
    Yes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LoggedIn {
    No,
    Yes,
}

pub(super) fn over<T>() -> io::Result<T> {
    Err(io::ErrorKind::ConnectionAborted.into())
}

pub(super) fn is_positive(code: u16) -> bool {
    (200..400).contains(&code)
}

impl Session {
    /// Remembers a line of the client's.
    pub(super) fn log(&self, verb: &str, text: &str, pipelined: bool) {
        let text = match verb {
            "AUTH" => match text.splitn(3, ' ').collect::<Vec<_>>()[..] {
                [auth, mechanism, _] => format!("{auth} {mechanism} …"),
                _ => text.to_owned(),
            },
            _ => text.to_owned(),
        };
        let command =
            Command { text, at: Instant::now(), encrypted: self.encryption == Transfer::Encrypted, pipelined };
        let number = self.number;
        self.shared.record(|connections| {
            if let Some(record) = connections.iter_mut().find(|record| record.number == number) {
                record.commands.push(command);
            }
        });
    }

    /// The fault that is due at a step.
    pub(super) fn fault(&self, at: At, recipients: &[String]) -> Option<Act> {
        let context = Context {
            connection: self.number,
            transaction: self.transaction.as_ref().map(|transaction| transaction.number),
            begun: self.begun,
            recipients,
        };
        self.shared.fault(at, &context)
    }

    /// Says a reply, or what was ordered in its place, and gives its code.
    pub(super) async fn reply(&mut self, at: At, usual: &str) -> io::Result<u16> {
        let recipients = self.transaction.as_ref().map(|transaction| transaction.recipients.clone());
        let act = self.fault(at, &recipients.unwrap_or_default());
        self.act(act, usual).await
    }

    pub(super) async fn act(&mut self, act: Option<Act>, usual: &str) -> io::Result<u16> {
        let code = |bytes: &[u8]| {
            let digits = bytes.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
            digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
        };
        let usual = usual.as_bytes();
        let half = &usual[..usual.len() / 2];
        match act {
            None => self.peer.say(usual),
            Some(Act::Reply(text)) => {
                self.peer.say(&reply_bytes(&text));
                return Ok(code(text.as_bytes()));
            }
            Some(Act::Raw(bytes)) => {
                self.peer.say(&bytes);
                return Ok(code(&bytes));
            }
            Some(Act::Followed(bytes)) => {
                self.peer.say(usual);
                self.peer.say(&bytes);
            }
            Some(Act::Close | Act::KeepAndClose) => {
                self.peer.flush().await?;
                return over();
            }
            Some(Act::Late(pause)) => {
                self.peer.flush().await?;
                tokio::time::sleep(pause).await;
                self.peer.say(usual);
            }
            Some(Act::Trickle(pause)) => {
                for byte in usual {
                    self.peer.say(&[*byte]);
                    self.peer.flush().await?;
                    tokio::time::sleep(pause).await;
                }
            }
            Some(act @ (Act::ForgetAhead | Act::RefuseAhead)) => {
                let lines = self.peer.throw_away(A_MOMENT).await?;
                self.peer.say(usual);
                (0..lines).filter(|_| act == Act::RefuseAhead).for_each(|_| self.peer.say(OUT_OF_ORDER));
            }
            Some(Act::Silence) => {
                self.peer.flush().await?;
                self.peer.drain().await?;
            }
            Some(Act::Half) => {
                self.peer.say(half);
                self.peer.drain().await?;
            }
            Some(Act::HalfAndClose) => {
                self.peer.say(half);
                self.peer.flush().await?;
                return over();
            }
        }
        Ok(code(usual))
    }
}

/// The bytes of a reply whose lines are separated by `\n`.
fn reply_bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in text.split('\n') {
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}
