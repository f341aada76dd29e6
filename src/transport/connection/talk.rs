//! What is said of one letter: its envelope, its message and the final dot; and of the next one, which may be offered
//! in the same write.

use std::mem;
use std::time::Duration;

use tokio::time::timeout;

use super::{Connection, Refused, State};
use crate::model::Reply;
use crate::transport::body::{Block, Blocks};
use crate::transport::letter::{Letter, Offered};
use crate::transport::outcome::{Attempt, Cause, Outcome, Stage};
use crate::transport::reply::Lines;
use crate::transport::transaction::{Asked, End, NotWelcome, Standing, Transaction, written};
use crate::transport::untaken::Untaken;
use crate::transport::wire;

/// How long an early reply is looked for after a write failed.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A letter that was offered in the write that handed over the one before it. What the server says of it is still to be
/// heard; nothing can be done with the connection before.
#[derive(Debug)]
#[must_use]
pub struct Ahead<'a>(Transaction<'a>);

impl Connection {
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
    /// Says what became of the one, as soon as that is known; of the other, [`hear`](Self::hear) does. Where it gives
    /// nothing to hear of, the next one was not offered.
    ///
    /// The message has CRLF line breaks; lines that begin with a dot are taken care of here. If the returned future is
    /// dropped before it ends, the connection is not usable any more, and the outcome must be taken to be in doubt.
    pub async fn hand_over<'a>(&mut self, message: &[u8], next: Option<Letter<'a>>) -> (Attempt, Option<Ahead<'a>>) {
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
        if next.is_none() {
            match attempt.outcome {
                Outcome::Accepted(_) => self.state = State::Idle,
                _ => self.reset().await,
            }
        }
        (attempt, next.map(Ahead))
    }

    /// Hears what the server says of the letter that was offered along with the last one.
    ///
    /// Where it says nothing for [a while](crate::transport::Limits::ahead), it will not: see [`Untaken::Forgotten`].
    pub async fn hear(&mut self, ahead: Ahead<'_>) -> Offered {
        let Ahead(transaction) = ahead;
        let groups = transaction.groups(&self.capabilities);
        let Some((first, rest)) = groups.split_first() else { return Offered::Untaken(Untaken::HungUp) };
        let said = timeout(self.limits.ahead, self.read(first[0].stage())).await;
        let result = match said {
            Err(_) | Ok(Err(Outcome::Broken { cause: Cause::TimedOut(_), .. })) => {
                Err(NotWelcome::Untaken(Untaken::Forgotten))
            }
            Ok(Err(_)) => Err(NotWelcome::Untaken(Untaken::HungUp)),
            Ok(Ok(lines)) => match self.listen(first, Standing::Ahead, lines).await {
                Ok(refused) => self.ask(rest.to_vec()).await.map(|more| [refused, more].concat()),
                Err(end) => Err(end),
            },
        };
        self.offered(transaction, result).await
    }

    /// What the replies to an offer mean, and where they leave the connection.
    async fn offered(&mut self, transaction: Transaction<'_>, result: Result<Refused, NotWelcome>) -> Offered {
        let mut refused_copies = transaction.refused_copies;
        match result {
            Ok(refused) => {
                refused_copies.extend(refused);
                self.state = State::Welcomed { refused_copies };
                Offered::Welcome
            }
            Err(NotWelcome::Ended(End::Clean(outcome))) => {
                self.reset().await;
                Offered::Ended(outcome.into())
            }
            Err(NotWelcome::Ended(End::Dropped(outcome))) => Offered::Ended(outcome.into()),
            Err(NotWelcome::Untaken(why)) => Offered::Untaken(why),
        }
    }

    /// Writes groups of commands, one after another, each with all its replies. Gives the copies that were refused.
    async fn ask(&mut self, groups: Vec<&[Asked<'_>]>) -> Result<Refused, NotWelcome> {
        let mut refused = Refused::new();
        let standing = if self.begun == 0 { Standing::First } else { Standing::Later };
        for group in groups {
            let first = self.command(&written(group), group[0].stage()).await.map_err(End::Dropped)?;
            refused.extend(self.listen(group, standing, first).await?);
        }
        Ok(refused)
    }

    /// Reads all replies to a group, of which the first is here, also those after a refusal.
    async fn listen(&mut self, group: &[Asked<'_>], standing: Standing, first: Lines) -> Result<Refused, NotWelcome> {
        let mut refused = Refused::new();
        let mut refusal: Option<End> = None;
        let mut first = Some(first);
        for asked in group {
            let read = match first.take() {
                Some(lines) => Ok(lines),
                None => self.read(asked.stage()).await,
            };
            refusal = match (read, refusal) {
                (Err(outcome), None) => return Err(End::Dropped(outcome).into()),
                (Ok(lines), None) => {
                    if let Some(why) = asked.untaken(&lines, standing) {
                        return Err(NotWelcome::Untaken(why));
                    }
                    match asked.judge(&lines, &mut refused) {
                        Ok(()) => {
                            self.begun += u32::from(asked.stage() == Stage::Mail);
                            None
                        }
                        Err(End::Clean(outcome)) => Some(End::Clean(outcome)),
                        Err(dropped) => return Err(dropped.into()),
                    }
                }
                (Ok(lines), Some(end)) if asked.is_harmless(&lines) => Some(end),
                // What the server said before stands; the connection does not.
                (_, Some(end)) => return Err(end.into_dropped().into()),
            };
        }
        refusal.map_or(Ok(refused), |end| Err(end.into()))
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
}
