//! One SMTP connection, and letters over it, one after another: each is offered, then handed over.
//!
//! A connection on which anything went wrong is never used again: a reply that comes late would be taken for the answer
//! to the next letter. What a recipient is told is decided from this connection's own reading of the replies (see
//! `stream`).

use std::mem;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Quit, Rset};
use lettre::transport::smtp::extension::ClientId;
use secrecy::SecretString;
use tokio::time::timeout;

use super::body::{Block, Blocks};
use super::capabilities::Capabilities;
use super::letter::{Letter, Offered};
use super::limits::Limits;
use super::login::log_in;
use super::open::{open, within};
use super::open_error::{OpenError, Step};
use super::outcome::{Attempt, Cause, Outcome, Stage};
use super::reply::Lines;
use super::server::{Login, Server};
use super::stream::Stream;
use super::transaction::{Asked, End, Transaction, written};
use super::wire;
use crate::model::{EmailAddress, Reply};

/// How long an early reply is looked for after a write failed.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// An open connection, logged in where the server wants it.
pub struct Connection {
    smtp: AsyncSmtpConnection,
    stream: Stream,
    capabilities: Capabilities,
    limits: Limits,
    final_reply: Duration,
    state: State,
    sent: u32,
    buffer: Vec<u8>,
}

/// Where a connection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Between two letters.
    Idle,
    /// The server waits for the message of a letter, without these of its copies.
    Welcomed { refused_copies: Refused },
    /// In the middle of something. What is dropped half-way leaves it so for ever.
    Busy,
}

/// Copies that the server refused, with its reply to each.
type Refused = Vec<(EmailAddress, Reply)>;

impl Connection {
    /// Connects, starts TLS, says EHLO and logs in, within the limits of RFC 5321.
    ///
    /// The secret is asked for anew. Where it comes from a command and the server refuses the login for good, it is
    /// asked for once more, and shown over a new connection.
    ///
    /// # Errors
    /// Says at which step it failed; nothing was sent.
    pub async fn open(server: &Server) -> Result<Self, OpenError> {
        Self::open_within(server, Limits::default().at_most(server.timeout)).await
    }

    /// The same within other limits.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_within(server: &Server, limits: Limits) -> Result<Self, OpenError> {
        let Some(login) = &server.login else { return Self::connect(server, limits, None).await };
        let secret = login.secret.ask().await?;
        let opened = Self::connect(server, limits, Some((login, &secret))).await;
        if !opened.as_ref().is_err_and(|error| error.is_refused_login() && login.secret.is_renewed()) {
            return opened;
        }
        tracing::debug!("the login was refused: the password is asked for once more");
        let secret = login.secret.ask().await?;
        Self::connect(server, limits, Some((login, &secret))).await
    }

    async fn connect(
        server: &Server,
        limits: Limits,
        login: Option<(&Login, &SecretString)>,
    ) -> Result<Self, OpenError> {
        let stream = open(server, &limits).await?;
        stream.greet_library();
        let hello = ClientId::Domain(server.hello.clone());
        wire::sent(&format!("EHLO {}", server.hello));
        let library = AsyncSmtpConnection::connect_with_transport(Box::new(stream.clone()), &hello);
        let mut smtp = None;
        let reply = within(limits.command, Step::Ehlo, async {
            smtp = library.await.ok();
            stream.take_reply()
        })
        .await?;
        let Some(smtp) = smtp.filter(|_| reply.code == 250) else {
            return Err(OpenError::EhloRefused(reply.to_reply()));
        };
        let capabilities = Capabilities::read(reply.text.iter().map(String::as_str));
        if let Some((login, secret)) = login {
            log_in(&stream, &capabilities, login, secret, &limits).await?;
            tracing::debug!("logged in");
        }
        Ok(Self {
            smtp,
            stream,
            capabilities,
            limits,
            final_reply: server.timeout,
            state: State::Idle,
            sent: 0,
            buffer: Vec::new(),
        })
    }

    /// What the server offers, as it said after TLS began.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Whether another letter can be offered: nothing went wrong, and the server is silent. It does not wait.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.state == State::Idle && !self.stream.is_disturbed()
    }

    /// How many messages were sent over this connection, final dot included, whatever the server said to them.
    #[must_use]
    pub fn sent(&self) -> u32 {
        self.sent
    }

    /// Says QUIT and closes. Nothing depends on the reply, so it is not waited for long.
    pub async fn close(mut self) {
        if self.is_usable() {
            wire::sent("QUIT");
            let _ = timeout(self.limits.quit, self.smtp.command(Quit)).await;
        }
        let _ = timeout(self.limits.quit, tokio::io::AsyncWriteExt::shutdown(&mut self.stream)).await;
    }

    /// Whether the next letter can be offered in the same write that hands one over.
    #[must_use]
    pub fn looks_ahead(&self) -> bool {
        self.capabilities.pipelining
    }

    /// Offers a letter: everything up to the server's 354. Where it is [`Offered::Welcome`],
    /// [`hand_over`](Self::hand_over) follows, or the connection is dropped.
    ///
    /// If the returned future is dropped before it ends, the connection is not usable any more.
    pub async fn offer(&mut self, letter: Letter<'_>) -> Offered {
        let transaction = match Transaction::prepare(letter, &self.capabilities) {
            Ok(transaction) => transaction,
            Err(why) => return Offered::Ended(Outcome::Unsendable(why).into()),
        };
        let usable = self.is_usable();
        self.state = State::Busy;
        if !usable {
            let (stage, cause) = (Stage::Mail, Cause::Unusable);
            return Offered::Ended(Outcome::Broken { stage, cause }.into());
        }
        let result = self.ask(transaction.groups(&self.capabilities)).await;
        self.offered(transaction, result).await
    }

    /// Hands over the message of the letter that was offered last, and offers the next one in the same write, where
    /// there is one and the server offers PIPELINING (RFC 2920, 3.1): one round trip for each letter.
    ///
    /// Says what became of both; of the next one nothing, where the server was not asked or never answered: it can be
    /// offered again.
    ///
    /// The message has CRLF line breaks; lines that begin with a dot are taken care of here. If the returned future is
    /// dropped before it ends, the connection is not usable any more, and the outcome must be taken to be in doubt.
    pub async fn hand_over(&mut self, message: &[u8], next: Option<Letter<'_>>) -> (Attempt, Option<Offered>) {
        let State::Welcomed { refused_copies } = mem::replace(&mut self.state, State::Busy) else {
            let (stage, cause) = (Stage::Body, Cause::Unusable);
            return (Outcome::Broken { stage, cause }.into(), None);
        };
        // What cannot be sent at all is found out when it is offered alone.
        let next = next.filter(|_| self.looks_ahead());
        let next = next.and_then(|letter| Transaction::prepare(letter, &self.capabilities).ok());
        let groups = next.as_ref().map(|next| next.groups(&self.capabilities)).unwrap_or_default();
        let ahead = groups.first().map(|group| written(group)).unwrap_or_default();
        let (outcome, dropped) = match self.send(message, &ahead).await {
            Ok(accepted) => (Outcome::Accepted(accepted), false),
            Err(End::Clean(outcome)) => (outcome, false),
            Err(End::Dropped(outcome)) => (outcome, true),
        };
        let attempt = Attempt { outcome, refused_copies };
        if dropped {
            return (attempt, None);
        }
        let Some((first, rest)) = groups.split_first() else {
            match attempt.outcome {
                Outcome::Accepted(_) => self.state = State::Idle,
                _ => self.reset().await,
            }
            return (attempt, None);
        };
        let result = match self.read(first[0].stage()).await {
            Err(_) => return (attempt, None),
            // The server closes the connection (RFC 5321, 3.8), which says nothing about the next letter.
            Ok(lines) if lines.code == 421 => return (attempt, None),
            Ok(lines) => match self.hear(first, lines).await {
                Ok(refused) => self.ask(rest.to_vec()).await.map(|more| [refused, more].concat()),
                Err(end) => Err(end),
            },
        };
        let offered = match next {
            Some(transaction) => Some(self.offered(transaction, result).await),
            None => None,
        };
        (attempt, offered)
    }

    /// What the replies to an offer mean, and where they leave the connection.
    async fn offered(&mut self, transaction: Transaction<'_>, result: Result<Refused, End>) -> Offered {
        let mut refused_copies = transaction.refused_copies;
        match result {
            Ok(refused) => {
                refused_copies.extend(refused);
                self.state = State::Welcomed { refused_copies };
                Offered::Welcome
            }
            Err(End::Clean(outcome)) => {
                self.reset().await;
                Offered::Ended(outcome.into())
            }
            Err(End::Dropped(outcome)) => Offered::Ended(outcome.into()),
        }
    }

    /// Writes groups of commands, one after another, each with all its replies. Gives the copies that were refused.
    async fn ask(&mut self, groups: Vec<&[Asked<'_>]>) -> Result<Refused, End> {
        let mut refused = Refused::new();
        for group in groups {
            let first = self.command(&written(group), group[0].stage()).await.map_err(End::Dropped)?;
            refused.extend(self.hear(group, first).await?);
        }
        Ok(refused)
    }

    /// Reads all replies to a group, of which the first is here, also those after a refusal.
    async fn hear(&mut self, group: &[Asked<'_>], first: Lines) -> Result<Refused, End> {
        let mut refused = Refused::new();
        let mut refusal: Option<End> = None;
        let mut first = Some(first);
        for asked in group {
            let read = match first.take() {
                Some(lines) => Ok(lines),
                None => self.read(asked.stage()).await,
            };
            refusal = match (read, refusal) {
                (Err(outcome), None) => return Err(End::Dropped(outcome)),
                (Ok(lines), None) => match asked.judge(&lines, &mut refused) {
                    Ok(()) => None,
                    Err(End::Clean(outcome)) => Some(End::Clean(outcome)),
                    Err(dropped) => return Err(dropped),
                },
                (Ok(lines), Some(end)) if asked.is_harmless(&lines) => Some(end),
                // What the server said before stands; the connection does not.
                (_, Some(end)) => return Err(end.into_dropped()),
            };
        }
        refusal.map_or(Ok(refused), Err)
    }

    /// The message and its final dot, with the commands that go `ahead` of the next one behind it; then the reply to
    /// the dot.
    async fn send(&mut self, message: &[u8], ahead: &str) -> Result<Reply, End> {
        let mut blocks = Blocks::of(message);
        let mut buffer = mem::take(&mut self.buffer);
        let result = loop {
            let block = blocks.fill(&mut buffer);
            // The dot stands before its line break.
            let dot = buffer.len() as u64 - 3;
            if block == Block::Last {
                buffer.extend_from_slice(ahead.as_bytes());
            }
            // A server that has already said no, or has gone, is not sent the dot.
            if self.stream.is_disturbed() {
                break Err(End::Dropped(self.early_end(Cause::Closed).await));
            }
            let before = self.stream.written();
            let written = match timeout(self.limits.block, self.stream.write_all(&buffer)).await {
                Ok(written) => written,
                Err(_) => Err(Cause::TimedOut(self.limits.block)),
            };
            match (written, block) {
                (Ok(()), Block::Inner) => {}
                (Ok(()), Block::Last) => break Ok(()),
                (Err(cause), Block::Last) if self.stream.written() - before > dot => {
                    break Err(End::Dropped(Outcome::InDoubt { cause }));
                }
                (Err(cause), _) => break Err(End::Dropped(self.early_end(cause).await)),
            }
        };
        self.buffer = buffer;
        result?;
        wire::sent_message(message.len());
        wire::sent(ahead);
        self.sent = self.sent.saturating_add(1);
        self.final_reply().await
    }

    async fn final_reply(&mut self) -> Result<Reply, End> {
        let doubt = |cause| End::Dropped(Outcome::InDoubt { cause });
        let limit = self.final_reply;
        let lines = timeout(limit, self.stream.reply()).await.unwrap_or(Err(Cause::TimedOut(limit))).map_err(doubt)?;
        let reply = lines.to_reply();
        let stage = Stage::FinalDot;
        match reply.code {
            250 => Ok(reply),
            421 => Err(End::Dropped(Outcome::Refused { stage, reply })),
            400..=599 => Err(End::Clean(Outcome::Refused { stage, reply })),
            _ => Err(doubt(Cause::Unexpected(reply))),
        }
    }

    /// What the server said before it had the whole message, or why that could not be written.
    async fn early_end(&mut self, cause: Cause) -> Outcome {
        let stage = Stage::Body;
        match timeout(LAST_WORDS, self.stream.reply()).await {
            Ok(Ok(lines)) if lines.is_refusal() => Outcome::Refused { stage, reply: lines.to_reply() },
            Ok(Ok(lines)) => Outcome::Broken { stage, cause: Cause::Unexpected(lines.to_reply()) },
            Ok(Err(reading)) if cause == Cause::Closed => Outcome::Broken { stage, cause: reading },
            _ => Outcome::Broken { stage, cause },
        }
    }

    /// Writes one command or several, and reads the first reply.
    async fn command(&mut self, commands: &str, stage: Stage) -> Result<Lines, Outcome> {
        if self.stream.is_disturbed() && self.stream.has_left_over() {
            let surplus = timeout(LAST_WORDS, self.stream.reply()).await;
            let cause = match surplus {
                Ok(Ok(lines)) => Cause::Unexpected(lines.to_reply()),
                Ok(Err(cause)) => cause,
                Err(_) => Cause::NotAReply("the server sent a part of a reply that nobody asked for".to_owned()),
            };
            return Err(Outcome::Broken { stage, cause });
        }
        wire::sent(commands);
        let limit = self.limit(stage);
        let write = timeout(limit, self.stream.write_all(commands.as_bytes()));
        let written = write.await.unwrap_or(Err(Cause::TimedOut(limit)));
        written.map_err(|cause| Outcome::Broken { stage, cause })?;
        self.read(stage).await
    }

    /// Reads the next reply.
    async fn read(&mut self, stage: Stage) -> Result<Lines, Outcome> {
        let limit = self.limit(stage);
        let read = timeout(limit, self.stream.reply()).await.unwrap_or(Err(Cause::TimedOut(limit)));
        read.map_err(|cause| Outcome::Broken { stage, cause })
    }

    fn limit(&self, stage: Stage) -> Duration {
        match stage {
            Stage::Mail => self.limits.mail,
            Stage::Rcpt => self.limits.rcpt,
            Stage::Data => self.limits.data,
            Stage::Body => self.limits.block,
            Stage::FinalDot => self.final_reply,
        }
    }

    /// Ends a refused transaction; where that fails, the connection is given up.
    async fn reset(&mut self) {
        if self.stream.is_disturbed() {
            return;
        }
        wire::sent("RSET");
        let answered = timeout(self.limits.reset, self.smtp.command(Rset)).await.is_ok();
        if answered && self.stream.take_reply().is_ok_and(|reply| reply.code == 250) {
            self.state = State::Idle;
        }
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("stream", &self.stream)
            .field("capabilities", &self.capabilities)
            .field("state", &self.state)
            .field("sent", &self.sent)
            .finish_non_exhaustive()
    }
}
