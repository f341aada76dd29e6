//! The states of a delivery, the transitions between them, and the answers.

use std::fmt;
use std::str::FromStr;

/// Where one recipient's letter of one round stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryState {
    /// It is to be sent.
    Planned,
    /// The intent to send it is durable; the result is not known yet.
    Attempting,
    /// The server took it: its 250 to the final dot was seen.
    Accepted,
    /// The server said 4xx, or the connection broke before the final dot: it will be tried again.
    Deferred,
    /// The server said 5xx for this recipient, or the time for trying again is over.
    Failed,
    /// The final dot left and its reply was never seen; a person has to say what became of it.
    InDoubt,
    /// Accepted, then a failure report came.
    Bounced,
    /// Not to be sent: suppressed, duplicate, answered, or gone from the list.
    Skipped,
}

impl DeliveryState {
    /// Every state, in the order in which they are reported.
    pub const ALL: [Self; 8] = [
        Self::Planned,
        Self::Attempting,
        Self::Accepted,
        Self::Deferred,
        Self::Failed,
        Self::InDoubt,
        Self::Bounced,
        Self::Skipped,
    ];

    /// Its word, in the ledger, the log and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Attempting => "attempting",
            Self::Accepted => "accepted",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::InDoubt => "in-doubt",
            Self::Bounced => "bounced",
            Self::Skipped => "skipped",
        }
    }

    /// Whether the ledger may move a delivery from this state to `next`.
    ///
    /// What is accepted never becomes something that is sent again; what is in doubt leaves that state by a person's
    /// word (`resolve`) or a report only.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use DeliveryState::{Accepted, Attempting, Bounced, Deferred, Failed, InDoubt, Planned, Skipped};
        match self {
            Planned => matches!(next, Attempting | Skipped),
            Attempting => matches!(next, Accepted | Deferred | Failed | InDoubt),
            Deferred => matches!(next, Attempting | Failed | Skipped),
            InDoubt => matches!(next, Accepted | Deferred | Bounced),
            Accepted => matches!(next, Bounced),
            Skipped => matches!(next, Planned),
            // By a person's word: the server's mind, or ours, was changed.
            Failed => matches!(next, Deferred),
            // By a person's word: the report was wrong, or forged; or it says that the sender's own system kept the
            // letter.
            Bounced => matches!(next, Accepted | InDoubt | Deferred),
        }
    }

    /// Whether a letter in this state is still to be sent by a run.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Deferred)
    }

    /// Whether a plan leaves it as it is: it was sent, or may have been, or has failed.
    #[must_use]
    pub fn is_settled(self) -> bool {
        !self.is_open() && self != Self::Skipped
    }

    /// Whether the letter reached the server, or may have: from then on its text is frozen.
    #[must_use]
    pub fn may_have_left(self) -> bool {
        matches!(self, Self::Attempting | Self::Accepted | Self::InDoubt | Self::Bounced)
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DeliveryState {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// What came back from a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Answer {
    /// Nothing.
    #[default]
    None,
    /// A machine's answer: out of office.
    AutoReply,
    /// A registry's or ticket system's receipt.
    Acknowledged,
    /// A person answered.
    Replied,
    /// A person said no.
    Declined,
    /// A person asked not to be written to.
    OptedOut,
}

impl Answer {
    /// Every answer.
    pub const ALL: [Self; 6] =
        [Self::None, Self::AutoReply, Self::Acknowledged, Self::Replied, Self::Declined, Self::OptedOut];

    /// Its word, as everywhere.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::AutoReply => "auto-reply",
            Self::Acknowledged => "acknowledged",
            Self::Replied => "replied",
            Self::Declined => "declined",
            Self::OptedOut => "opted-out",
        }
    }

    /// Whether nothing more is to be sent to whoever answered so.
    #[must_use]
    pub fn stops(self) -> bool {
        matches!(self, Self::Replied | Self::Declined | Self::OptedOut)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Answer {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == text).ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// A word that is no state and no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no state of a delivery and no answer")]
pub struct UnknownWord(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_as_it_is_written() {
        for state in DeliveryState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        for answer in Answer::ALL {
            assert_eq!(answer.as_str().parse(), Ok(answer));
        }
        assert!("sent".parse::<DeliveryState>().is_err());
    }

    #[test]
    fn what_may_have_left_is_never_open_again_without_a_person() {
        for state in DeliveryState::ALL.into_iter().filter(|state| state.may_have_left()) {
            assert!(!state.is_open());
            assert!(!state.may_become(DeliveryState::Planned));
        }
        assert!(!DeliveryState::Accepted.may_become(DeliveryState::Deferred));
        assert!(!DeliveryState::InDoubt.may_become(DeliveryState::Attempting));
    }
}
