//! One SMTP connection, and attempts over it, one after another.
//!
//! A connection on which anything went wrong is never used again: a reply that comes late would be taken for the answer to the next
//! letter. What a recipient is told is decided from this connection's own reading of the replies (see `stream`).

use std::mem;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Quit, Rset};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::body::{Block, Blocks};
use super::capabilities::Capabilities;
use super::limits::Limits;
use super::login::log_in;
use super::open::{open, within};
use super::open_error::{OpenError, Step};
use super::outcome::{Attempt, Cause, Outcome, Stage};
use super::reply::Lines;
use super::server::Server;
use super::stream::Stream;
use super::transaction::{Asked, End, Transaction};
use super::wire;
use crate::model::{EmailAddress, Envelope, Reply};

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

/// Whether a connection is between two attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    /// In an attempt. An attempt that is dropped half-way leaves it so for ever.
    Busy,
}

impl Connection {
    /// Connects, starts TLS, says EHLO and logs in, within the limits of RFC 5321.
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
        if let Some(login) = &server.login {
            log_in(&stream, &capabilities, login, &limits).await?;
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

    /// Whether another attempt can be made: nothing went wrong, and the server has neither spoken unasked nor hung up. Does not wait.
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

    /// Makes one attempt. Every way in which it can end is an [`Outcome`].
    ///
    /// The message has CRLF line breaks; lines that begin with a dot are taken care of here. If the returned future is dropped before
    /// it ends, the connection is not usable any more, and the outcome must be taken to be in doubt.
    pub async fn attempt(&mut self, envelope: &Envelope, message: &[u8]) -> Attempt {
        let mut transaction = match Transaction::prepare(envelope, message, &self.capabilities) {
            Ok(transaction) => transaction,
            Err(why) => return Outcome::Unsendable(why).into(),
        };
        if !self.is_usable() {
            let (stage, cause) = (Stage::Mail, Cause::Unusable);
            self.state = State::Busy;
            return Outcome::Broken { stage, cause }.into();
        }
        self.state = State::Busy;
        let result = match self.ask(&mut transaction).await {
            Ok(()) => self.send(message).await,
            Err(end) => Err(end),
        };
        let outcome = match result {
            Ok(accepted) => {
                self.state = State::Idle;
                Outcome::Accepted(accepted)
            }
            Err(End::Clean(outcome)) => {
                self.reset().await;
                outcome
            }
            Err(End::Dropped(outcome)) => outcome,
        };
        Attempt { outcome, refused_copies: transaction.refused_copies }
    }

    /// Everything up to the server's 354.
    async fn ask(&mut self, transaction: &mut Transaction<'_>) -> Result<(), End> {
        let mut refused = mem::take(&mut transaction.refused_copies);
        let mut result = Ok(());
        for group in transaction.groups(&self.capabilities) {
            result = self.ask_together(group, &mut refused).await;
            if result.is_err() {
                break;
            }
        }
        transaction.refused_copies = refused;
        result
    }

    /// Writes the commands of a group at once and reads all their replies, also those after a refusal.
    async fn ask_together(&mut self, group: &[Asked<'_>], refused: &mut Vec<(EmailAddress, Reply)>) -> Result<(), End> {
        let commands: String = group.iter().map(Asked::command).collect();
        wire::sent(&commands);
        let mut refusal: Option<End> = None;
        for (at, asked) in group.iter().enumerate() {
            let read = match at {
                0 => self.command(&commands, asked.stage()).await,
                _ => self.read(asked.stage()).await,
            };
            refusal = match (read, refusal) {
                (Err(outcome), None) => return Err(End::Dropped(outcome)),
                (Ok(lines), None) => match asked.judge(&lines, refused) {
                    Ok(()) => None,
                    Err(End::Clean(outcome)) => Some(End::Clean(outcome)),
                    Err(dropped) => return Err(dropped),
                },
                (Ok(lines), Some(end)) if asked.is_harmless(&lines) => Some(end),
                // What the server said before stands; the connection does not.
                (_, Some(end)) => return Err(end.into_dropped()),
            };
        }
        refusal.map_or(Ok(()), Err)
    }

    /// The message, its final dot, and the reply to it.
    async fn send(&mut self, message: &[u8]) -> Result<Reply, End> {
        let mut blocks = Blocks::of(message);
        let mut buffer = mem::take(&mut self.buffer);
        let result = loop {
            let block = blocks.fill(&mut buffer);
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
                (Err(cause), Block::Last) if self.stream.written() - before > buffer.len() as u64 - 3 => {
                    break Err(End::Dropped(Outcome::InDoubt { cause }));
                }
                (Err(cause), _) => break Err(End::Dropped(self.early_end(cause).await)),
            }
        };
        self.buffer = buffer;
        result?;
        wire::sent_message(message.len());
        self.sent = self.sent.saturating_add(1);
        self.final_reply().await
    }

    async fn final_reply(&mut self) -> Result<Reply, End> {
        let doubt = |cause| End::Dropped(Outcome::InDoubt { cause });
        match timeout(self.final_reply, self.smtp.read_response()).await {
            Ok(_) => {}
            Err(_) => return Err(doubt(Cause::TimedOut(self.final_reply))),
        }
        let lines = self.stream.take_reply().map_err(doubt)?;
        let reply = lines.to_reply();
        let stage = Stage::FinalDot;
        match reply.code {
            250 => Ok(reply),
            421 => Err(End::Dropped(Outcome::Refused { stage, reply })),
            400..=599 => Err(End::Clean(Outcome::Refused { stage, reply })),
            _ => Err(doubt(Cause::Unexpected(reply))),
        }
    }

    /// What the server said before it had the whole message, if it said anything; otherwise why the message could not be written.
    async fn early_end(&mut self, cause: Cause) -> Outcome {
        let stage = Stage::Body;
        let said = timeout(LAST_WORDS, self.smtp.read_response()).await.is_ok();
        match self.stream.take_reply() {
            Ok(lines) if lines.is_refusal() => Outcome::Refused { stage, reply: lines.to_reply() },
            Ok(lines) => Outcome::Broken { stage, cause: Cause::Unexpected(lines.to_reply()) },
            Err(reading) => {
                Outcome::Broken { stage, cause: if said && cause == Cause::Closed { reading } else { cause } }
            }
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
        let limit = self.limit(stage);
        // Whatever the library makes of the reply, the stream has kept it.
        let read = timeout(limit, self.smtp.command(commands)).await;
        self.taken(stage, &read.map(drop))
    }

    /// Reads the next reply to commands that were written together.
    async fn read(&mut self, stage: Stage) -> Result<Lines, Outcome> {
        let read = timeout(self.limit(stage), self.smtp.read_response()).await;
        self.taken(stage, &read.map(drop))
    }

    /// The reply that the library has just read, unless it ran out of time.
    fn taken(&self, stage: Stage, read: &Result<(), Elapsed>) -> Result<Lines, Outcome> {
        let lines = match read {
            Ok(()) => self.stream.take_reply(),
            Err(_) => Err(Cause::TimedOut(self.limit(stage))),
        };
        lines.map_err(|cause| Outcome::Broken { stage, cause })
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

    /// Ends a refused transaction, so that the next letter starts from nothing. Where that fails, the connection is given up.
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
