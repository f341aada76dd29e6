//! One SMTP connection, and letters over it, one after another: each is offered, then handed over ([`talk`]).
//!
//! A connection on which anything went wrong is never used again: a reply that comes late would be taken for the answer
//! to the next letter. What a recipient is told is decided from this connection's own reading of the replies (see
//! `stream`).

mod talk;

use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Quit, Rset};
use lettre::transport::smtp::extension::ClientId;
use secrecy::SecretString;
use tokio::time::timeout;

pub use self::talk::Ahead;
use super::capabilities::Capabilities;
use super::limits::Limits;
use super::login::log_in;
use super::open::{open, within};
use super::open_error::{OpenError, Step};
use super::outcome::{Cause, Outcome, Stage};
use super::reply::Lines;
use super::server::{Login, Server};
use super::stream::Stream;
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
    begun: u32,
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
        let secret = login.secret.ask_again(&secret).await?;
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
            begun: 0,
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

    /// How many transactions the server has begun over this connection: to so many MAILs it said yes.
    #[must_use]
    pub fn begun(&self) -> u32 {
        self.begun
    }

    /// Asks whether letters from an address would be accepted: MAIL, then RSET (RFC 5321, 4.1.1.5). Nothing is sent.
    ///
    /// # Errors
    /// Where the connection broke.
    pub async fn try_sender(&mut self, from: &EmailAddress) -> Result<Reply, Outcome> {
        self.state = State::Busy;
        let parameters = if from.needs_smtputf8() && self.capabilities.smtputf8 { " SMTPUTF8" } else { "" };
        let reply = self.command(&format!("MAIL FROM:<{from}>{parameters}\r\n"), Stage::Mail).await?.to_reply();
        self.reset().await;
        Ok(reply)
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
            .field("begun", &self.begun)
            .finish_non_exhaustive()
    }
}
