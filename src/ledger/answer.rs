//! What people and mails say of a recipient, and which word counts where they differ.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::model::{Answer, Round, UnknownWord};

/// Who says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voice {
    /// A person, by name.
    Person(String),
    /// A mail, by a name under which it is found again.
    Mail {
        /// Its Message-ID, or what stands for one.
        id: String,
    },
}

impl Voice {
    /// What kind of voice it is.
    #[must_use]
    pub fn witness(&self) -> Witness {
        match self {
            Self::Person(_) => Witness::Person,
            Self::Mail { .. } => Witness::Mail,
        }
    }

    /// The person's name, or the mail's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person(name) | Self::Mail { id: name } => name,
        }
    }
}

impl fmt::Display for Voice {
    /// As the source of an event.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(name) => write!(f, "person {name}"),
            Self::Mail { id } => write!(f, "mail {id}"),
        }
    }
}

/// Whose word an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {
    /// A person's.
    Person,
    /// A mail's.
    Mail,
}

impl Witness {
    /// As it stands in a ledger.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Mail => "mail",
        }
    }
}

impl FromStr for Witness {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Person, Self::Mail]
            .into_iter()
            .find(|witness| witness.as_str() == text)
            .ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

/// What somebody says of a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The answer; [`Answer::None`] takes one back, and without any there is a note alone.
    pub answer: Option<Answer>,
    /// A note, in place of the one that stands; an empty one takes that away. A mail's counts only where there is none.
    pub note: Option<String>,
    /// When the recipient answered, as far as that is known.
    pub said_at: Timestamp,
}

/// What became of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// The round of the delivery that it was written to.
    pub round: Round,
    /// The answer that stood there before.
    pub before: Answer,
    /// The answer that stands there now.
    pub answer: Answer,
    /// What became of the answer that was said, where one was.
    pub hearing: Option<Hearing>,
    /// What became of the address.
    pub address: AddressChange,
    /// The answer to another letter that stands again by a mail's word, where a person took back their own.
    pub again: Option<(Round, Answer)>,
}

/// What became of an answer that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearing {
    /// It stands.
    Counts,
    /// It stood already.
    Known,
    /// A person said something else, which no mail changes.
    PersonSaidOtherwise,
    /// Mail said more before: an out-of-office after a reply takes nothing back.
    MoreWasSaid,
}

/// What became of an address when an answer was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressChange {
    /// Nothing.
    AsBefore,
    /// It is suppressed now: its owner opted out.
    Suppressed,
    /// It is suppressed no more: its owner had not opted out.
    Lifted,
}

/// What became of the letters to a recipient that had bounced, when a person said that they had not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unbounced {
    /// The rounds of those letters.
    pub rounds: Vec<Round>,
    /// What became of the address.
    pub address: AddressChange,
}
