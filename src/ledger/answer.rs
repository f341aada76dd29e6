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

/// Whether an answer that is said counts, where another stands by the word of `witness`.
///
/// A person's word always counts. A mail's never changes a person's, nor an answer that says more: they are in the order of
/// [`Answer::ALL`].
pub(super) fn weigh(stands: Answer, witness: Option<Witness>, said: Answer, by: Witness) -> Hearing {
    match (by, witness) {
        // A person who confirms what a mail said makes it theirs.
        (Witness::Person, Some(Witness::Mail)) => Hearing::Counts,
        _ if said == stands => Hearing::Known,
        (Witness::Mail, Some(Witness::Person)) => Hearing::PersonSaidOtherwise,
        (Witness::Mail, _) if said < stands => Hearing::MoreWasSaid,
        (Witness::Person | Witness::Mail, _) => Hearing::Counts,
    }
}

/// The note that stands after one was said.
pub(super) fn weigh_note(stands: Option<String>, said: Option<&str>, by: Witness) -> Option<String> {
    match said.map(str::trim) {
        Some(said) if by == Witness::Person || stands.is_none() => (!said.is_empty()).then(|| said.to_owned()),
        _ => stands,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mail_changes_what_a_person_said() {
        for (stands, said) in Answer::ALL.into_iter().flat_map(|one| Answer::ALL.map(|other| (one, other))) {
            let by_mail = weigh(stands, Some(Witness::Person), said, Witness::Mail);
            assert_ne!(by_mail, Hearing::Counts, "{said} after {stands}");
            let by_person = weigh(stands, Some(Witness::Mail), said, Witness::Person);
            assert_eq!(by_person, Hearing::Counts, "{said} after {stands}");
        }
    }

    #[test]
    fn among_mails_the_one_that_says_most_counts() {
        let after = |stands, said| weigh(stands, Some(Witness::Mail), said, Witness::Mail);
        assert_eq!(after(Answer::Replied, Answer::AutoReply), Hearing::MoreWasSaid);
        assert_eq!(after(Answer::AutoReply, Answer::Replied), Hearing::Counts);
        assert_eq!(after(Answer::Replied, Answer::OptedOut), Hearing::Counts);
        assert_eq!(after(Answer::Replied, Answer::Replied), Hearing::Known);
        assert_eq!(weigh(Answer::None, None, Answer::AutoReply, Witness::Mail), Hearing::Counts);
    }

    #[test]
    fn a_mails_note_stands_only_where_there_is_none() {
        let stands = || Some("by phone".to_owned());
        assert_eq!(weigh_note(None, Some(" by phone "), Witness::Person), stands());
        assert_eq!(weigh_note(stands(), Some(""), Witness::Person), None);
        assert_eq!(weigh_note(stands(), Some("moved"), Witness::Mail), stands());
        assert_eq!(weigh_note(None, Some("by phone"), Witness::Mail), stands());
        assert_eq!(weigh_note(stands(), None, Witness::Person), stands());
    }
}
