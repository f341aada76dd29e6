//! What befalls the runs of a campaign, one after another.

use std::time::Duration;

use crate::ledger::Resolution;
use crate::transport::sandbox::{Act, At, Fault, When};

/// To whom the letters go.
pub(super) const RECIPIENTS: [&str; 3] = ["ana", "bo", "cy"];

/// Whose letter has a copy, and to which address.
pub(super) const COPIED: usize = 1;
pub(super) const COPY: &str = "office@example.net";

/// How long the client waits for any reply.
pub(super) const TIMEOUT: Duration = Duration::from_secs(7);

/// Runs, one after another.
#[derive(Debug, Clone, Default)]
pub(super) struct Schedule {
    pub(super) runs: Vec<Run>,
    /// Whom the server refuses all along, in words that nobody knows.
    pub(super) refuses: Option<Refuses>,
    /// Whether runs share the campaign, as on a server: then the first two take place at once, on two machines.
    pub(super) shares: bool,
}

/// What a run finds in place of what the one before it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finds {
    /// The ledger as it was before the first letter left.
    OlderLedger,
    /// No log of sent letters.
    NoWitness,
}

/// Whom a server refuses for good, without saying whom it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refuses {
    /// The account, from the nth transaction on, until the runs of the schedule are over: a quota.
    Account(usize),
    /// One recipient, for ever.
    Recipient(usize),
}

impl Refuses {
    /// What the server does about it.
    pub(super) fn faults(self) -> Vec<Fault> {
        let no = |when| Fault::always(when, At::Rcpt, Act::Reply("550 the computer says no".to_owned()));
        match self {
            Self::Account(first) => (first..first + 100).map(|number| no(When::Transaction(number))).collect(),
            Self::Recipient(recipient) => vec![no(When::Recipient(address(recipient)))],
        }
    }
}

impl Schedule {
    /// Whose letter has a copy: nobody's, where no trouble is about it.
    pub(super) fn copied(&self) -> Option<usize> {
        let mut troubles = self.runs.iter().flat_map(|run| &run.troubles);
        troubles.any(|(_, trouble)| trouble.is_for_a_copy()).then_some(COPIED)
    }
}

/// One run, and what befalls it.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) connections: u32,
    /// What the server does, once to each of these recipients.
    pub(super) troubles: Vec<(usize, Trouble)>,
    pub(super) blow: Option<Blow>,
    /// How long a command waits for its commit, in milliseconds: what is asked meanwhile rides with it.
    pub(super) lag: u8,
    /// How long the run waits at one seam after another, in milliseconds: what another connection does meanwhile comes
    /// first.
    pub(super) pauses: Vec<u8>,
    /// By how many seconds the wall clock is wrong while the run takes place.
    pub(super) clock_is_off_by: i64,
    /// What a person says after the run, of a delivery in doubt.
    pub(super) words: Vec<(usize, Resolution)>,
    /// What it finds in place of what was left; nothing else, where it is not given.
    pub(super) finds: Option<Finds>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            connections: 1,
            troubles: Vec::new(),
            blow: None,
            lag: 0,
            pauses: Vec::new(),
            clock_is_off_by: 0,
            words: Vec::new(),
            finds: None,
        }
    }
}

/// Something that happens at a seam.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blow {
    /// The number of the seam, from 1.
    pub(super) at: u32,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The process ends, as by `kill -9`.
    Crash,
    /// The run is told to stop.
    Told,
    /// Somebody sets the clock back, by a minute and a half.
    SetBack,
    /// The process is suspended. The next run, on another machine, takes the lease and does all its work; then this one
    /// goes on.
    Robbed,
    /// The same, but this one goes on as soon as the next has the lease.
    RobbedInPassing,
    /// The process stands still for longer than a run may be silent, and then goes on.
    Frozen,
}

impl Kind {
    pub(super) fn is_robbery(self) -> bool {
        matches!(self, Self::Robbed | Self::RobbedInPassing)
    }
}

/// Something that a server does to one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    GreetingClosed,
    EhloRefused,
    MailDeferred,
    MailClosed,
    RcptDeferred,
    RcptFailed,
    RcptClosed,
    RcptLate,
    DataDeferred,
    DataFailed,
    DataClosed,
    DataLate,
    BodyClosed,
    BodyDeferred,
    DotDeferred,
    DotFailed,
    /// 421: it hangs up.
    DotHungUp,
    /// It was not taken, and nobody said so.
    DotClosed,
    /// It was taken, and the reply was lost.
    ReplyLost,
    ReplyHalf,
    /// It was taken, and the reply comes when the client waits no longer.
    ReplyLate,
    ReplyNever,
    /// It was taken, and the reply is no reply.
    ReplyGarbled,
    /// It was taken, and the reply comes while the client waits.
    ReplySlow,
    /// It was taken, and what was offered behind it is forgotten.
    AheadForgotten,
    /// It was taken, and what was offered behind it is refused for where it stood.
    AheadRefused,
    /// The copy of the letter that has one is put off.
    CopyPutOff,
    /// It is one recipient too many.
    CopyTooMany,
    /// It does not exist.
    CopyFailed,
    /// It was taken by itself, and the reply was lost.
    CopyReplyLost,
    /// It was not taken by itself.
    CopyDotDeferred,
}

impl Trouble {
    pub(super) const ALL: [Self; 31] = [
        Self::GreetingClosed,
        Self::EhloRefused,
        Self::MailDeferred,
        Self::MailClosed,
        Self::RcptDeferred,
        Self::RcptFailed,
        Self::RcptClosed,
        Self::RcptLate,
        Self::DataDeferred,
        Self::DataFailed,
        Self::DataClosed,
        Self::DataLate,
        Self::BodyClosed,
        Self::BodyDeferred,
        Self::DotDeferred,
        Self::DotFailed,
        Self::DotHungUp,
        Self::DotClosed,
        Self::ReplyLost,
        Self::ReplyHalf,
        Self::ReplyLate,
        Self::ReplyNever,
        Self::ReplyGarbled,
        Self::ReplySlow,
        Self::AheadForgotten,
        Self::AheadRefused,
        Self::CopyPutOff,
        Self::CopyTooMany,
        Self::CopyFailed,
        Self::CopyReplyLost,
        Self::CopyDotDeferred,
    ];

    /// Whether it happens before it is known to whom.
    pub(super) fn is_for_anybody(self) -> bool {
        matches!(self, Self::GreetingClosed | Self::EhloRefused | Self::MailDeferred | Self::MailClosed)
    }

    /// Whether it happens to the copy.
    pub(super) fn is_for_a_copy(self) -> bool {
        matches!(
            self,
            Self::CopyPutOff | Self::CopyTooMany | Self::CopyFailed | Self::CopyReplyLost | Self::CopyDotDeferred
        )
    }

    pub(super) fn fault(self, recipient: usize) -> Fault {
        let reply = |text: &str| Act::Reply(text.to_owned());
        let (at, act) = match self {
            Self::GreetingClosed => (At::Greeting, Act::Close),
            Self::EhloRefused => (At::Ehlo, reply("421 4.3.2 not now")),
            Self::MailDeferred => (At::Mail, reply("451 4.3.0 later")),
            Self::MailClosed => (At::Mail, Act::Close),
            Self::RcptDeferred => (At::Rcpt, reply("450 4.2.1 later")),
            Self::RcptFailed | Self::CopyFailed => (At::Rcpt, reply("550 5.1.1 no such user")),
            Self::RcptClosed => (At::Rcpt, Act::Close),
            Self::RcptLate => (At::Rcpt, Act::Late(TIMEOUT * 2)),
            Self::DataDeferred => (At::Data, reply("451 4.3.0 later")),
            Self::DataFailed => (At::Data, reply("554 5.5.1 no")),
            Self::DataClosed => (At::Data, Act::Close),
            Self::DataLate => (At::Data, Act::Late(TIMEOUT * 2)),
            Self::BodyClosed => (At::Body, Act::Close),
            Self::BodyDeferred => (At::Body, reply("451 4.3.0 later")),
            Self::DotDeferred | Self::CopyDotDeferred => (At::FinalDot, reply("451 4.3.0 later")),
            Self::DotFailed => (At::FinalDot, reply("554 5.6.0 no")),
            Self::DotHungUp => (At::FinalDot, reply("421 4.3.2 bye")),
            Self::DotClosed => (At::FinalDot, Act::Close),
            Self::ReplyLost | Self::CopyReplyLost => (At::FinalDot, Act::KeepAndClose),
            Self::ReplyHalf => (At::FinalDot, Act::HalfAndClose),
            Self::ReplyLate => (At::FinalDot, Act::Late(TIMEOUT * 2)),
            Self::ReplyNever => (At::FinalDot, Act::Silence),
            Self::ReplyGarbled => (At::FinalDot, Act::Raw(b"2 is not a reply\r\n".to_vec())),
            Self::ReplySlow => (At::FinalDot, Act::Late(TIMEOUT / 2)),
            Self::AheadForgotten => (At::FinalDot, Act::ForgetAhead),
            Self::AheadRefused => (At::FinalDot, Act::RefuseAhead),
            Self::CopyPutOff => (At::Rcpt, reply("450 4.2.0 Greylisted")),
            Self::CopyTooMany => (At::Rcpt, reply("452 4.5.3 Too many recipients")),
        };
        let when = match self {
            _ if self.is_for_anybody() => When::Always,
            _ if self.is_for_a_copy() => When::Recipient(COPY.to_owned()),
            _ => When::Recipient(address(recipient)),
        };
        Fault::once(when, at, act)
    }
}

/// The address of a recipient.
pub(super) fn address(recipient: usize) -> String {
    format!("{}@example.org", RECIPIENTS[recipient])
}
