//! How an attempt ended: what was seen on the wire, not yet what it means for anybody (that is
//! [`verdict`](super::verdict)).

use std::fmt;
use std::time::Duration;

use crate::model::{EmailAddress, Reply};

/// Everything an attempt gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// How it ended for the address that the letter is addressed to.
    pub outcome: Outcome,
    /// The copies that were refused, with the reply to each. Where [`Capabilities::smtputf8`](super::Capabilities) is
    /// missing, an address that needs it was not even offered, and the reply is one of our own: `553 5.6.7`.
    pub refused_copies: Vec<(EmailAddress, Reply)>,
}

impl From<Outcome> for Attempt {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, refused_copies: Vec::new() }
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took the letter: its reply to the final dot has the code 250, exactly.
    Accepted(Reply),
    /// The server said no: a reply with a 4xx or 5xx code.
    Refused {
        /// To what.
        stage: Stage,
        /// In which words.
        reply: Reply,
    },
    /// The attempt broke before the final dot left: the letter was certainly not accepted.
    Broken {
        /// Where.
        stage: Stage,
        /// Why.
        cause: Cause,
    },
    /// The final dot left, or may have, and no answer came that says what became of the letter.
    InDoubt {
        /// Why.
        cause: Cause,
    },
    /// Nothing was written: this letter cannot be sent through this server.
    Unsendable(Unsendable),
}

impl Outcome {
    /// The server's reply that decided, where there is one.
    #[must_use]
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Accepted(reply) | Self::Refused { reply, .. } => Some(reply),
            Self::Broken { cause, .. } | Self::InDoubt { cause } => match cause {
                Cause::Unexpected(reply) => Some(reply),
                _ => None,
            },
            Self::Unsendable(_) => None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted(reply) => write!(f, "accepted: {reply}"),
            Self::Refused { stage, reply } => write!(f, "refused {stage}: {reply}"),
            Self::Broken { stage, cause } => write!(f, "broken off {stage}: {cause}"),
            Self::InDoubt { cause } => write!(f, "in doubt after the final dot: {cause}"),
            Self::Unsendable(why) => why.fmt(f),
        }
    }
}

/// The steps of a mail transaction (RFC 5321, 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// MAIL: the sender.
    Mail,
    /// RCPT: the recipient.
    Rcpt,
    /// DATA: the wish to send the message.
    Data,
    /// The message, before its final dot.
    Body,
    /// The final dot.
    FinalDot,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mail => "at MAIL",
            Self::Rcpt => "at RCPT",
            Self::Data => "at DATA",
            Self::Body => "in the message",
            Self::FinalDot => "at the final dot",
        })
    }
}

/// Why an attempt ended without a refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The server closed the connection.
    #[error("the server closed the connection")]
    Closed,
    /// The network failed.
    #[error("the connection failed: {0}")]
    Network(String),
    /// Nothing came in time.
    #[error("no reply within {}", Span(*.0))]
    TimedOut(Duration),
    /// What came is no SMTP reply.
    #[error("{0}")]
    NotAReply(String),
    /// A reply that does not belong here, such as a second one to the same command, or 354 to RCPT.
    #[error("the reply `{0}` does not belong here")]
    Unexpected(Reply),
    /// The connection had been given up before.
    #[error("the connection was not usable any more")]
    Unusable,
}

/// A time span for people.
pub(super) struct Span(pub(super) Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() {
            seconds if seconds >= 120 && seconds.is_multiple_of(60) => write!(f, "{} minutes", seconds / 60),
            0 => write!(f, "{} ms", self.0.as_millis()),
            1 => f.write_str("1 second"),
            seconds => write!(f, "{seconds} seconds"),
        }
    }
}

/// Why a letter cannot be sent through a server, whatever it would say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// The recipient's address is not ASCII before the `@`.
    #[error("the server does not offer SMTPUTF8, which the recipient's address needs; use another address or server")]
    Recipient,
    /// The address of a copy that the message names is not ASCII before the `@`.
    #[error(
        "the server does not offer SMTPUTF8, which the address of a copy needs; use another address or server, or leave that copy out"
    )]
    Copy,
    /// The sender's address is not ASCII before the `@`.
    #[error("the server does not offer SMTPUTF8, which the sender's address needs; change `[sender]` or the server")]
    Sender,
    /// The message is larger than the server says it takes (RFC 1870).
    #[error("the letter has {size} bytes and the server takes {limit}; make its attachments smaller")]
    TooLarge {
        /// The bytes of the message.
        size: u64,
        /// The most that the server takes.
        limit: u64,
    },
    /// The message has bytes beyond ASCII and the server does not offer 8BITMIME (RFC 6152, 3).
    #[error("the letter has 8-bit bytes and the server does not offer 8BITMIME; use another server")]
    EightBit,
    /// A CR without LF or the reverse, which may not be sent (RFC 5321, 2.3.8): servers disagree on what it means.
    #[error("the letter has a bare CR or LF, which could hide a second message in it")]
    BareLineBreak,
}
