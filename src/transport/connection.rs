//! One SMTP connection, and attempts over it, one after another.
//!
//! A connection on which anything went wrong is never used again: a reply that comes late would be taken for the answer to the next
//! letter. What a recipient is told is decided from this connection's own reading of the replies (see `stream`).

use std::fmt::Write;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Quit, Rset};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

use super::body::{self, Block, Blocks};
use super::capabilities::Capabilities;
use super::limits::Limits;
use super::login::log_in;
use super::open::{open, within};
use super::open_error::{OpenError, Step};
use super::outcome::{Attempt, Cause, Outcome, Stage, Unsendable};
use super::reply::Lines;
use super::server::Server;
use super::stream::Stream;
use crate::model::{EmailAddress, Envelope, Reply};

/// How many RCPT go out before their replies are read: few enough that neither side waits for the other (RFC 2920, 3.1).
const GROUP: usize = 50;

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

/// An outcome that ends the attempt before the message is under way, and whether the connection survives it.
enum End {
    /// The server said no, and every reply is read.
    Clean(Outcome),
    /// Replies may still come, or never will.
    Dropped(Outcome),
}

impl Connection {
    /// Connects, starts TLS, says EHLO and logs in, within the limits of RFC 5321.
    ///
    /// # Errors
    /// Says at which step it failed; nothing was sent.
    pub async fn open(server: &Server) -> Result<Self, OpenError> {
        Self::open_within(server, Limits::default()).await
    }

    /// The same within other limits.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_within(server: &Server, limits: Limits) -> Result<Self, OpenError> {
        let stream = open(server, &limits).await?;
        stream.greet_library();
        let hello = ClientId::Domain(server.hello.clone());
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
            let _ = timeout(self.limits.quit, self.smtp.command(Quit)).await;
        }
        let _ = timeout(self.limits.quit, tokio::io::AsyncWriteExt::shutdown(&mut self.stream)).await;
    }

    /// Makes one attempt. Every way in which it can end is an [`Outcome`].
    ///
    /// The message has CRLF line breaks; lines that begin with a dot are taken care of here. If the returned future is dropped before
    /// it ends, the connection is not usable any more, and the outcome must be taken to be in doubt.
    pub async fn attempt(&mut self, envelope: &Envelope, message: &[u8]) -> Attempt {
        let (copies, mut refused_copies, parameters) = match self.prepare(envelope, message) {
            Ok(prepared) => prepared,
            Err(why) => return Outcome::Unsendable(why).into(),
        };
        if !self.is_usable() {
            let (stage, cause) = (Stage::Mail, Cause::Unusable);
            self.state = State::Busy;
            return Outcome::Broken { stage, cause }.into();
        }
        self.state = State::Busy;
        let result = self.transact(envelope, &copies, &parameters, &mut refused_copies).await;
        let result = match result {
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
        Attempt {
            outcome,
            refused_copies,
        }
    }

    /// Looks at the letter before anything is written: the copies that can be offered, those that cannot, and the parameters of MAIL.
    #[expect(clippy::type_complexity, reason = "three values that are used once")]
    fn prepare<'a>(
        &self,
        envelope: &'a Envelope,
        message: &[u8],
    ) -> Result<(Vec<&'a EmailAddress>, Vec<(EmailAddress, Reply)>, String), Unsendable> {
        let offered = &self.capabilities;
        let size = body::size(message);
        if !offered.takes(size) {
            let limit = offered.size.unwrap_or_default();
            return Err(Unsendable::TooLarge { size, limit });
        }
        if !body::has_whole_line_breaks(message) {
            return Err(Unsendable::BareLineBreak);
        }
        let mut parameters = String::new();
        if offered.size.is_some() {
            // Writing to a string cannot fail.
            let _ = write!(parameters, " SIZE={size}");
        }
        if !message.is_ascii() {
            if !offered.eight_bit_mime {
                return Err(Unsendable::EightBit);
            }
            parameters.push_str(" BODY=8BITMIME");
        }
        let (mut copies, mut refused) = (Vec::new(), Vec::new());
        let mut international = false;
        for (address, unsendable) in [
            (&envelope.from, Unsendable::Sender),
            (&envelope.to, Unsendable::Recipient),
        ] {
            if address.needs_smtputf8() {
                if !offered.smtputf8 {
                    return Err(unsendable);
                }
                international = true;
            }
        }
        for copy in &envelope.copies {
            if copy.needs_smtputf8() && !offered.smtputf8 {
                // RFC 6531, 3.5 and RFC 5248: 553 and X.6.7, said by us in the server's place.
                let reply = Reply::new(
                    553,
                    ["5.6.7 not offered: the server has no SMTPUTF8, which this address needs"],
                );
                refused.push((copy.clone(), reply));
            } else {
                international |= copy.needs_smtputf8();
                copies.push(copy);
            }
        }
        if international {
            parameters.push_str(" SMTPUTF8");
        }
        Ok((copies, refused, parameters))
    }

    /// MAIL, RCPT and DATA, up to the server's 354.
    async fn transact(
        &mut self,
        envelope: &Envelope,
        copies: &[&EmailAddress],
        parameters: &str,
        refused_copies: &mut Vec<(EmailAddress, Reply)>,
    ) -> Result<(), End> {
        let mail = format!("MAIL FROM:<{}>{parameters}\r\n", envelope.from.to_ascii());
        let to = rcpt(&envelope.to);
        if !self.capabilities.pipelining {
            self.step(&mail, Stage::Mail).await?;
            self.step(&to, Stage::Rcpt).await?;
            for copy in copies {
                let reply = self.command(&rcpt(copy), Stage::Rcpt).await.map_err(End::Dropped)?;
                copy_reply(copy, &reply, refused_copies)?;
            }
        } else if copies.is_empty() {
            return self.transact_at_once(&(mail + &to)).await;
        } else {
            self.offer(mail + &to, copies, refused_copies).await?;
        }
        self.step("DATA\r\n", Stage::Data).await
    }

    /// One recipient: MAIL, RCPT and DATA in one write (RFC 2920, 3.1).
    async fn transact_at_once(&mut self, mail_and_rcpt: &str) -> Result<(), End> {
        let group = format!("{mail_and_rcpt}DATA\r\n");
        let mail = self.command(&group, Stage::Mail).await.map_err(End::Dropped)?;
        let mut first = judge(Stage::Mail, &mail).err();
        for stage in [Stage::Rcpt, Stage::Data] {
            if matches!(first, Some(End::Dropped(_))) {
                break;
            }
            let reply = match (self.read(stage).await, &first) {
                (Ok(reply), _) => reply,
                (Err(outcome), None) => return Err(End::Dropped(outcome)),
                // The refusal is known; that the rest of the replies did not come costs the connection only.
                (Err(_), Some(_)) => {
                    first = first.map(End::into_dropped);
                    break;
                }
            };
            first = match first {
                None => judge(stage, &reply).err(),
                // Nobody was accepted, and still the server waits for a message: none may be sent.
                Some(end) if stage == Stage::Data && !is_refusal(&reply) => Some(end.into_dropped()),
                Some(end) if reply.code == 421 => Some(end.into_dropped()),
                Some(end) => Some(end),
            };
        }
        first.map_or(Ok(()), Err)
    }

    /// Several recipients: MAIL and every RCPT in as few writes as is safe. DATA goes alone, so that nobody is sent anything where the
    /// address that the letter is for was refused.
    async fn offer(
        &mut self,
        mail_and_rcpt: String,
        copies: &[&EmailAddress],
        refused_copies: &mut Vec<(EmailAddress, Reply)>,
    ) -> Result<(), End> {
        let mut group = mail_and_rcpt;
        let mut copies = copies.chunks(GROUP);
        let chunk = copies.next().unwrap_or_default();
        group.extend(chunk.iter().map(|copy| rcpt(copy)));
        let mail = self.command(&group, Stage::Mail).await.map_err(End::Dropped)?;
        let mut first = judge(Stage::Mail, &mail).err();
        if !matches!(first, Some(End::Dropped(_))) {
            let reply = self.read(Stage::Rcpt).await;
            first = match (first, reply) {
                (None, Ok(reply)) => judge(Stage::Rcpt, &reply).err(),
                (None, Err(outcome)) => Some(End::Dropped(outcome)),
                (Some(end), Ok(reply)) if reply.code != 421 => Some(end),
                (Some(end), _) => Some(end.into_dropped()),
            };
        }
        if matches!(first, Some(End::Dropped(_))) {
            return first.map_or(Ok(()), Err);
        }
        for copy in chunk {
            match (self.read(Stage::Rcpt).await, &first) {
                (Ok(reply), None) => copy_reply(copy, &reply, refused_copies)?,
                (Ok(reply), Some(_)) if reply.code != 421 => {}
                (Err(outcome), None) => return Err(End::Dropped(outcome)),
                (_, Some(_)) => {
                    first = first.map(End::into_dropped);
                    break;
                }
            }
        }
        if let Some(end) = first {
            return Err(end);
        }
        for chunk in copies {
            let group: String = chunk.iter().map(|copy| rcpt(copy)).collect();
            let mut reply = self.command(&group, Stage::Rcpt).await.map_err(End::Dropped)?;
            for (at, copy) in chunk.iter().enumerate() {
                if at > 0 {
                    reply = self.read(Stage::Rcpt).await.map_err(End::Dropped)?;
                }
                copy_reply(copy, &reply, refused_copies)?;
            }
        }
        Ok(())
    }

    /// The message, its final dot, and the reply to it.
    async fn send(&mut self, message: &[u8]) -> Result<Reply, End> {
        let mut blocks = Blocks::of(message);
        let mut buffer = std::mem::take(&mut self.buffer);
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
            Ok(lines) if is_refusal(&lines) => Outcome::Refused {
                stage,
                reply: lines.to_reply(),
            },
            Ok(lines) => Outcome::Broken {
                stage,
                cause: Cause::Unexpected(lines.to_reply()),
            },
            Err(reading) => Outcome::Broken {
                stage,
                cause: if said && cause == Cause::Closed { reading } else { cause },
            },
        }
    }

    /// One command that must succeed.
    async fn step(&mut self, command: &str, stage: Stage) -> Result<(), End> {
        let reply = self.command(command, stage).await.map_err(End::Dropped)?;
        judge(stage, &reply)
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
        let in_time = timeout(limit, self.smtp.command(commands)).await.is_ok();
        self.taken(stage, limit, in_time)
    }

    /// Reads the next reply to commands that were written together.
    async fn read(&mut self, stage: Stage) -> Result<Lines, Outcome> {
        let limit = self.limit(stage);
        let in_time = timeout(limit, self.smtp.read_response()).await.is_ok();
        self.taken(stage, limit, in_time)
    }

    fn taken(&self, stage: Stage, limit: Duration, in_time: bool) -> Result<Lines, Outcome> {
        let broken = |cause| Outcome::Broken { stage, cause };
        if in_time {
            self.stream.take_reply().map_err(broken)
        } else {
            Err(broken(Cause::TimedOut(limit)))
        }
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

impl End {
    fn into_dropped(self) -> Self {
        match self {
            Self::Clean(outcome) | Self::Dropped(outcome) => Self::Dropped(outcome),
        }
    }
}

fn rcpt(address: &EmailAddress) -> String {
    format!("RCPT TO:<{}>\r\n", address.to_ascii())
}

fn is_refusal(reply: &Lines) -> bool {
    (400..600).contains(&reply.code)
}

/// What a reply means for the transaction: 2xx lets MAIL and RCPT go on, 354 alone lets DATA go on.
fn judge(stage: Stage, lines: &Lines) -> Result<(), End> {
    let goes_on = match stage {
        Stage::Data => lines.code == 354,
        _ => (200..300).contains(&lines.code),
    };
    if goes_on {
        return Ok(());
    }
    let reply = lines.to_reply();
    Err(match lines.code {
        // 421: the server closes the connection, whatever was asked (RFC 5321, 3.8).
        421 => End::Dropped(Outcome::Refused { stage, reply }),
        400..600 => End::Clean(Outcome::Refused { stage, reply }),
        _ => End::Dropped(Outcome::Broken {
            stage,
            cause: Cause::Unexpected(reply),
        }),
    })
}

/// A refused copy does not stop the letter; a server that closes the connection does.
fn copy_reply(copy: &EmailAddress, lines: &Lines, refused: &mut Vec<(EmailAddress, Reply)>) -> Result<(), End> {
    match judge(Stage::Rcpt, lines) {
        Ok(()) => Ok(()),
        Err(End::Clean(Outcome::Refused { reply, .. })) => {
            refused.push((copy.clone(), reply));
            Ok(())
        }
        Err(end) => Err(end),
    }
}
