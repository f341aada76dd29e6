//! Faults to order: what goes wrong, where, and how often.

use std::time::Duration;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// To whom it happens.
    pub when: When,
    /// At which step.
    pub at: At,
    /// What happens.
    pub act: Act,
    /// How many times more; `None` for always.
    pub times: Option<u32>,
}

impl Fault {
    /// A fault that happens whenever it fits.
    #[must_use]
    pub fn always(when: When, at: At, act: Act) -> Self {
        let times = None;
        Self { when, at, act, times }
    }

    /// A fault that happens the first time that it fits, as greylisting does.
    #[must_use]
    pub fn once(when: When, at: At, act: Act) -> Self {
        let times = Some(1);
        Self { when, at, act, times }
    }

    /// Whether it happens now.
    pub(super) fn is_due(&self, at: At, context: &Context<'_>) -> bool {
        self.at == at
            && self.times != Some(0)
            && match &self.when {
                When::Always => true,
                When::Connection(number) => *number == context.connection,
                When::Transaction(number) => Some(*number) == context.transaction,
                When::Beyond(letters) => context.begun > *letters,
                When::Recipient(address) => context.recipients.iter().any(|to| to.eq_ignore_ascii_case(address)),
            }
    }

    /// Counts one time down, and says whether none is left.
    pub(super) fn use_up(&mut self) -> bool {
        self.times = self.times.map(|times| times.saturating_sub(1));
        self.times == Some(0)
    }
}

/// What is known where a fault may happen.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) connection: usize,
    pub(super) transaction: Option<usize>,
    /// How many transactions the connection has begun.
    pub(super) begun: usize,
    pub(super) recipients: &'a [String],
}

/// To whom a fault happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// To everybody.
    Always,
    /// To the nth connection, from 1.
    Connection(usize),
    /// To the nth transaction of all connections, from 1; MAIL begins one.
    Transaction(usize),
    /// To each connection that has begun more transactions than that.
    Beyond(usize),
    /// To an address: at RCPT to itself, later to every transaction in which it was accepted.
    Recipient(String),
}

/// The steps at which a fault can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Before the greeting.
    Greeting,
    /// EHLO.
    Ehlo,
    /// STARTTLS.
    StartTls,
    /// AUTH: its last reply.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// Within the message: what is ordered here happens when its first line was read, and then the connection is
    /// closed.
    Body,
    /// The final dot.
    FinalDot,
    /// RSET.
    Reset,
    /// QUIT.
    Quit,
}

/// What goes wrong.
///
/// A message counts as taken, and goes to the sink, where the reply to its final dot would have been 2xx and nothing
/// but the reply is hurt; [`Act::Close`] there does not keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Another reply, such as `450 4.7.1 later`; `\n` separates its lines. With 2xx or 3xx the server goes on as if all
    /// were well.
    Reply(String),
    /// These bytes in place of a reply, whatever they are.
    Raw(Vec<u8>),
    /// The usual reply, with these bytes behind it in the same write.
    Followed(Vec<u8>),
    /// The connection is closed without a reply.
    Close,
    /// The message is kept, and the connection is closed without a reply.
    KeepAndClose,
    /// The usual reply, later.
    Late(Duration),
    /// The usual reply, one byte at a time with this pause.
    Trickle(Duration),
    /// The usual reply, and what came behind the message before it is thrown away without a word (as Courier 1.4 does).
    ForgetAhead,
    /// The usual reply, and 503 to each command that came behind the message before it (as Haraka 3.3.4 does).
    RefuseAhead,
    /// No reply; the connection stays open. Within a message, nothing more is read either.
    Silence,
    /// The first half of the usual reply, then silence.
    Half,
    /// The first half of the usual reply, then the end of the connection.
    HalfAndClose,
}
