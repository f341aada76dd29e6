//! One client at a sandbox: commands in, replies out, in the order that RFC 5321 wants.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::lines::{Line, Peer};
use super::record::{Command, ConnectionRecord, Received};
use super::script::{Act, At, Context};
use super::{Encryption, Shared, auth};
use crate::transport::stream::Socket;

/// A command line, with room for long addresses and parameters (RFC 5321, 4.5.3.1.4 and the extensions).
const COMMAND_LINE: usize = 2048;
/// An answer in a login (RFC 4954, 4).
const AUTH_LINE: usize = 12_288;
/// A line of a message, without the dot that is doubled (RFC 5321, 4.5.3.1.6).
const TEXT_LINE: usize = 1000;

struct Session {
    peer: Peer,
    shared: Arc<Shared>,
    number: usize,
    encryption: Transfer,
    greeted: Greeted,
    login: LoggedIn,
    transaction: Option<Transaction>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Transfer {
    Plain,
    Encrypted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Greeted {
    NotYet,
    Yes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LoggedIn {
    No,
    Yes,
}

/// What MAIL began.
struct Transaction {
    number: usize,
    from: String,
    parameters: String,
    recipients: Vec<String>,
}

/// How a message came in.
enum Body {
    Whole(Vec<u8>),
    TooLarge,
    LineTooLong,
    BareLineBreak,
}

/// Serves a client until it goes. How it went concerns nobody: a test asks the records.
pub(super) async fn serve(tcp: TcpStream, number: usize, shared: Arc<Shared>) {
    let opened_at = Instant::now();
    shared.record(|connections| {
        connections.push(ConnectionRecord {
            number,
            opened_at,
            closed_at: None,
            commands: Vec::new(),
        });
    });
    let _ = converse(tcp, number, Arc::clone(&shared)).await;
    shared.record(|connections| {
        if let Some(record) = connections.iter_mut().find(|record| record.number == number) {
            record.closed_at = Some(Instant::now());
        }
    });
}

async fn converse(tcp: TcpStream, number: usize, shared: Arc<Shared>) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let (socket, encryption): (Box<dyn Socket>, _) = match &shared.options.encryption {
        Encryption::Implicit(config) => {
            let stream = TlsAcceptor::from(Arc::clone(config)).accept(tcp).await?;
            (Box::new(stream), Transfer::Encrypted)
        }
        _ => (Box::new(tcp), Transfer::Plain),
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

fn over<T>() -> io::Result<T> {
    Err(io::ErrorKind::ConnectionAborted.into())
}

fn is_positive(code: u16) -> bool {
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
        let command = Command {
            text,
            at: Instant::now(),
            encrypted: self.encryption == Transfer::Encrypted,
            pipelined,
        };
        let number = self.number;
        self.shared.record(|connections| {
            if let Some(record) = connections.iter_mut().find(|record| record.number == number) {
                record.commands.push(command);
            }
        });
    }

    /// The fault that is due at a step.
    fn fault(&self, at: At, recipients: &[String]) -> Option<Act> {
        let context = Context {
            connection: self.number,
            transaction: self.transaction.as_ref().map(|transaction| transaction.number),
            recipients,
        };
        self.shared.fault(at, &context)
    }

    /// Says a reply, or what was ordered in its place, and gives its code.
    async fn reply(&mut self, at: At, usual: &str) -> io::Result<u16> {
        let recipients = self
            .transaction
            .as_ref()
            .map(|transaction| transaction.recipients.clone());
        let act = self.fault(at, &recipients.unwrap_or_default());
        self.act(act, usual).await
    }

    async fn act(&mut self, act: Option<Act>, usual: &str) -> io::Result<u16> {
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
        let usual = if right {
            "235 2.7.0 welcome\r\n"
        } else {
            "535 5.7.8 wrong user or password\r\n"
        };
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

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        let offers = &self.shared.options.offers;
        let refusal = if self.greeted == Greeted::NotYet || self.transaction.is_some() {
            Some("503 5.5.1 not now\r\n")
        } else if !self.shared.options.logins.is_empty() && self.login == LoggedIn::No {
            Some("530 5.7.0 authentication required\r\n")
        } else {
            None
        };
        if let Some(refusal) = refusal {
            self.peer.say(refusal.as_bytes());
            return Ok(());
        }
        let Some((from, parameters)) = path(rest, "FROM:") else {
            self.peer.say(b"501 5.5.4 MAIL FROM:<address>\r\n");
            return Ok(());
        };
        let mut usual = "250 2.1.0 ok\r\n";
        let mut international = false;
        for parameter in parameters.split_whitespace() {
            let (keyword, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match keyword.to_ascii_uppercase().as_str() {
                "SIZE" if offers.size.is_some() => {
                    if value.parse::<u64>().map_or(true, |size| !offers.takes(size)) {
                        usual = "552 5.3.4 too large\r\n";
                    }
                }
                "BODY" if offers.eight_bit_mime => {}
                "SMTPUTF8" if offers.smtputf8 => international = true,
                "RET" | "ENVID" if offers.dsn => {}
                _ => usual = "555 5.5.4 parameter not known\r\n",
            }
        }
        if !from.is_ascii() && !international {
            usual = "553 5.6.7 not without SMTPUTF8\r\n";
        }
        self.transaction = Some(Transaction {
            number: self.shared.begin_transaction(),
            from: from.to_owned(),
            parameters: parameters.trim().to_owned(),
            recipients: Vec::new(),
        });
        if !is_positive(self.reply(At::Mail, usual).await?) {
            self.transaction = None;
        }
        Ok(())
    }

    async fn rcpt(&mut self, rest: &str) -> io::Result<()> {
        let Some(transaction) = &self.transaction else {
            self.peer.say(b"503 5.5.1 MAIL first\r\n");
            return Ok(());
        };
        let Some((to, _)) = path(rest, "TO:").filter(|(to, _)| !to.is_empty()) else {
            self.peer.say(b"501 5.5.4 RCPT TO:<address>\r\n");
            return Ok(());
        };
        let international = transaction.parameters.to_ascii_uppercase().contains("SMTPUTF8");
        let usual = if to.is_ascii() || international {
            "250 2.1.5 ok\r\n"
        } else {
            "553 5.6.7 not without SMTPUTF8\r\n"
        };
        let to = to.to_owned();
        let act = self.fault(At::Rcpt, std::slice::from_ref(&to));
        if is_positive(self.act(act, usual).await?)
            && let Some(transaction) = &mut self.transaction
        {
            transaction.recipients.push(to);
        }
        Ok(())
    }

    async fn data(&mut self) -> io::Result<()> {
        let usual = match &self.transaction {
            None => "503 5.5.1 MAIL first\r\n",
            Some(transaction) if transaction.recipients.is_empty() => "554 5.5.1 no valid recipients\r\n",
            Some(_) => "354 go on\r\n",
        };
        if self.reply(At::Data, usual).await? != 354 {
            return Ok(());
        }
        let body = self.body().await?;
        let Some(transaction) = self.transaction.take() else {
            self.peer.say(b"554 5.5.1 no transaction\r\n");
            return Ok(());
        };
        let act = {
            let context = Context {
                connection: self.number,
                transaction: Some(transaction.number),
                recipients: &transaction.recipients,
            };
            self.shared.fault(At::FinalDot, &context)
        };
        let usual = match body {
            Body::TooLarge => "552 5.3.4 too large\r\n",
            Body::LineTooLong => "554 5.6.0 a line is too long\r\n",
            Body::BareLineBreak => "554 5.6.0 a line break is not CRLF\r\n",
            Body::Whole(_) if !is_kept(act.as_ref()) => "250 2.0.0 ok\r\n",
            Body::Whole(message) => {
                let received = Received {
                    connection: self.number,
                    from: transaction.from,
                    parameters: transaction.parameters,
                    recipients: transaction.recipients,
                    message,
                    at: Instant::now(),
                };
                match self.shared.store.keep(received).await {
                    Ok(()) => "250 2.0.0 ok\r\n",
                    Err(_) => "451 4.3.0 cannot be kept\r\n",
                }
            }
        };
        self.act(act, usual).await?;
        Ok(())
    }

    /// Reads a message up to its final dot.
    async fn body(&mut self) -> io::Result<Body> {
        let limit = self.shared.options.offers.size.filter(|limit| *limit > 0);
        let recipients = self
            .transaction
            .as_ref()
            .map(|transaction| transaction.recipients.clone());
        let fault = self.fault(At::Body, &recipients.unwrap_or_default());
        let mut message = Vec::with_capacity(16 * 1024);
        let mut line = Vec::with_capacity(TEXT_LINE);
        let mut flaw = None;
        // Only what follows a whole line break can be a final dot or a doubled one (RFC 5321, 4.1.1.4).
        let mut before = Line::Whole;
        loop {
            let read = self.peer.line(&mut line, TEXT_LINE + 1).await?;
            if fault == Some(Act::Silence) {
                // Nothing more is read either, until the sandbox ends.
                std::future::pending::<()>().await;
            }
            if let Some(act) = fault {
                self.act(Some(act), "250 2.0.0 ok\r\n").await?;
                self.peer.flush().await?;
                return over();
            }
            if before == Line::Whole && line == b".\r\n" {
                return Ok(flaw.unwrap_or(Body::Whole(message)));
            }
            match read {
                Line::TooLong => flaw = Some(Body::LineTooLong),
                Line::Bare => flaw = Some(Body::BareLineBreak),
                Line::Whole if line[..line.len() - 2].contains(&b'\r') => flaw = Some(Body::BareLineBreak),
                Line::Whole => {}
            }
            let doubled = before == Line::Whole && line.first() == Some(&b'.');
            let text = &line[usize::from(doubled)..];
            if text.len() > TEXT_LINE {
                flaw = Some(Body::LineTooLong);
            }
            if limit.is_some_and(|limit| (message.len() + text.len()) as u64 > limit) {
                flaw = Some(Body::TooLarge);
            }
            if flaw.is_none() {
                message.extend_from_slice(text);
            }
            before = read;
        }
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

/// Whether a message is kept, by what was ordered for its final dot.
fn is_kept(act: Option<&Act>) -> bool {
    match act {
        Some(Act::Close) => false,
        Some(Act::Reply(text)) => text.starts_with('2'),
        Some(Act::Raw(bytes)) => bytes.first() == Some(&b'2'),
        _ => true,
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

/// The address and the parameters of MAIL or RCPT.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (word, rest) = rest.split_at_checked(keyword.len())?;
    if !word.eq_ignore_ascii_case(keyword) {
        return None;
    }
    rest.trim_start().strip_prefix('<')?.split_once('>')
}
