//! One client at a sandbox: commands in, replies out, in the order that RFC 5321 wants.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use tokio_rustls::TlsAcceptor;

use super::lines::{Line, Peer};
use super::record::{Command, ConnectionRecord};
use super::script::{Act, At, Context};
use super::transaction::Transaction;
use super::{Encryption, Shared, auth};
use crate::transport::stream::Socket;

/// A command line, with room for long addresses and parameters (RFC 5321, 4.5.3.1.4 and the extensions).
const COMMAND_LINE: usize = 2048;
/// An answer in a login (RFC 4954, 4).
const AUTH_LINE: usize = 12_288;

pub(super) struct Session {
    pub(super) peer: Peer,
    pub(super) shared: Arc<Shared>,
    pub(super) number: usize,
    pub(super) encryption: Transfer,
    pub(super) greeted: Greeted,
    pub(super) login: LoggedIn,
    pub(super) transaction: Option<Transaction>,
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

/// Serves a client until it goes. How it went concerns nobody: a test asks the records.
pub(super) async fn serve(socket: Box<dyn Socket>, number: usize, shared: Arc<Shared>) {
    let opened_at = Instant::now();
    shared.record(|connections| {
        connections.push(ConnectionRecord { number, opened_at, closed_at: None, commands: Vec::new() });
    });
    let _ = converse(socket, number, Arc::clone(&shared)).await;
    shared.record(|connections| {
        if let Some(record) = connections.iter_mut().find(|record| record.number == number) {
            record.closed_at = Some(Instant::now());
        }
    });
}

async fn converse(socket: Box<dyn Socket>, number: usize, shared: Arc<Shared>) -> io::Result<()> {
    let (socket, encryption): (Box<dyn Socket>, _) = match &shared.options.encryption {
        Encryption::Implicit(config) => {
            let stream = TlsAcceptor::from(Arc::clone(config)).accept(socket).await?;
            (Box::new(stream), Transfer::Encrypted)
        }
        _ => (socket, Transfer::Plain),
    };
    let session = Session {
        peer: Peer::new(socket),
        shared,
        number,
        encryption,
        greeted: Greeted::NotYet,
        login: LoggedIn::No,
        transaction: None,
    };
    session.run().await
}

pub(super) fn over<T>() -> io::Result<T> {
    Err(io::ErrorKind::ConnectionAborted.into())
}

pub(super) fn is_positive(code: u16) -> bool {
    (200..400).contains(&code)
}

impl Session {
    async fn run(mut self) -> io::Result<()> {
        if !is_positive(self.reply(At::Greeting, "220 localhost ESMTP sandbox\r\n").await?) {
            return self.peer.close().await;
        }
        let mut line = Vec::with_capacity(512);
        loop {
            let pipelined = self.peer.has_input();
            let read = self.peer.line(&mut line, COMMAND_LINE).await?;
            if read == Line::TooLong {
                self.peer.say(b"500 5.5.2 line too long\r\n");
                continue;
            }
            let Ok(text) = std::str::from_utf8(&line) else {
                self.peer.say(b"500 5.5.2 not UTF-8\r\n");
                continue;
            };
            let text = text.trim_end_matches(['\r', '\n']).to_owned();
            let (verb, rest) = text.split_once(' ').unwrap_or((&text, ""));
            let verb = verb.to_ascii_uppercase();
            self.log(&verb, &text, pipelined);
            match verb.as_str() {
                "EHLO" | "HELO" => self.hello(&verb, rest).await?,
                "STARTTLS" => self = self.start_tls().await?,
                "AUTH" => self.auth(rest).await?,
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.rcpt(rest).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.transaction = None;
                    self.reply(At::Reset, "250 2.0.0 ok\r\n").await?;
                }
                "NOOP" => self.peer.say(b"250 2.0.0 ok\r\n"),
                "QUIT" => {
                    self.reply(At::Quit, "221 2.0.0 bye\r\n").await?;
                    return self.peer.close().await;
                }
                _ => self.peer.say(b"502 5.5.1 not known here\r\n"),
            }
        }
    }

    fn log(&self, verb: &str, text: &str, pipelined: bool) {
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

    async fn hello(&mut self, verb: &str, name: &str) -> io::Result<()> {
        self.transaction = None;
        if name.trim().is_empty() {
            self.peer.say(b"501 5.5.4 say who you are\r\n");
            return Ok(());
        }
        let offers = &self.shared.options.offers;
        let mut lines = vec!["localhost".to_owned()];
        if verb == "EHLO" {
            for (keyword, offered) in [
                ("PIPELINING", offers.pipelining),
                ("8BITMIME", offers.eight_bit_mime),
                ("SMTPUTF8", offers.smtputf8),
                ("DSN", offers.dsn),
                ("ENHANCEDSTATUSCODES", offers.enhanced_status_codes),
                ("STARTTLS", offers.starttls && self.encryption == Transfer::Plain),
            ] {
                if offered {
                    lines.push(keyword.to_owned());
                }
            }
            lines.extend(offers.size.map(|size| format!("SIZE {size}")));
            if !offers.auth.is_empty() {
                lines.push(format!("AUTH {}", offers.auth.join(" ")));
            }
        }
        let text = ehlo_reply(&lines);
        if is_positive(self.reply(At::Ehlo, &text).await?) {
            self.greeted = Greeted::Yes;
        }
        Ok(())
    }

    async fn start_tls(mut self) -> io::Result<Self> {
        let config = match &self.shared.options.encryption {
            Encryption::StartTls(config) if self.encryption == Transfer::Plain => Arc::clone(config),
            _ => {
                self.peer.say(b"502 5.5.1 no STARTTLS here\r\n");
                return Ok(self);
            }
        };
        let code = self.reply(At::StartTls, "220 2.0.0 go on\r\n").await?;
        if code != 220 {
            return Ok(self);
        }
        self.peer.flush().await?;
        // What came in plaintext after STARTTLS must not be taken for something said under TLS (RFC 3207, 6).
        let (socket, more) = self.peer.into_socket();
        if more {
            return over();
        }
        let stream = TlsAcceptor::from(config).accept(socket).await?;
        Ok(Self {
            peer: Peer::new(Box::new(stream)),
            encryption: Transfer::Encrypted,
            greeted: Greeted::NotYet,
            login: LoggedIn::No,
            transaction: None,
            ..self
        })
    }

    async fn auth(&mut self, rest: &str) -> io::Result<()> {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let mechanism = mechanism.to_ascii_uppercase();
        if !self.shared.options.offers.auth.contains(&mechanism) {
            self.peer.say(b"504 5.5.4 not offered\r\n");
            return Ok(());
        }
        if self.greeted == Greeted::NotYet || self.login == LoggedIn::Yes || self.transaction.is_some() {
            self.peer.say(b"503 5.5.1 not now\r\n");
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let logins = &shared.options.logins[..];
        let right = if mechanism == "LOGIN" {
            let user = self.answer("334 VXNlcm5hbWU6\r\n", initial).await?;
            let password = self.answer("334 UGFzc3dvcmQ6\r\n", "").await?;
            user.is_some_and(|user| password.is_some_and(|password| auth::known(logins, &user, &password)))
        } else {
            let answer = self.answer("334 \r\n", initial).await?.unwrap_or_default();
            match mechanism.as_str() {
                "PLAIN" => auth::plain(logins, &answer),
                _ if auth::xoauth2(logins, &answer) => true,
                _ => {
                    // {"status":"401"}
                    self.answer("334 eyJzdGF0dXMiOiI0MDEifQ==\r\n", "").await?;
                    false
                }
            }
        };
        let usual = if right { "235 2.7.0 welcome\r\n" } else { "535 5.7.8 wrong user or password\r\n" };
        if self.reply(At::Auth, usual).await? == 235 {
            self.login = LoggedIn::Yes;
        }
        Ok(())
    }

    /// The client's answer to a challenge, or the one that it gave with AUTH.
    async fn answer(&mut self, challenge: &str, initial: &str) -> io::Result<Option<String>> {
        if !initial.is_empty() {
            return Ok(auth::decode(initial.as_bytes()));
        }
        self.peer.say(challenge.as_bytes());
        let mut line = Vec::new();
        let read = self.peer.line(&mut line, AUTH_LINE).await?;
        self.log("", "…", false);
        Ok(match read {
            Line::Whole => auth::decode(line.trim_ascii_end()),
            Line::Bare | Line::TooLong => None,
        })
    }
}

/// Many lines as one reply.
fn ehlo_reply(lines: &[String]) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let mark = if at + 1 == lines.len() { ' ' } else { '-' };
        text.extend(["250", &mark.to_string(), line, "\r\n"]);
    }
    text
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
