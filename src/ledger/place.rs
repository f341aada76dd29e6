//! Where a ledger is used: on which machine its runs were, and who goes on with it elsewhere.

use std::fmt;
use std::future::Future;

use jiff::Timestamp;

use super::{Result, Word};
use crate::model::CampaignId;

/// A machine, as a ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// What stays the same when it is given another name; the name, where the system tells nothing of the kind.
    pub id: String,
    /// Its name, for people.
    pub name: String,
}

/// A run that sent a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// The machine's name.
    pub host: String,
    /// Who ran it there; unknown where an older version of the program did.
    pub person: Option<String>,
    /// When it began.
    pub began: Timestamp,
    /// When it gave the lease back; `None` where it never did, as far as this ledger knows.
    pub ended: Option<Timestamp>,
}

/// That a person handed a ledger over: somebody else goes on with a copy of its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// When.
    pub at: Timestamp,
    /// Who did.
    pub person: String,
    /// To whom, where that was said.
    pub to: Option<String>,
    /// On which machine.
    pub host: String,
    /// Whether this is the file that was handed over, which is locked, and not a copy of it.
    pub is_here: bool,
}

/// What a ledger took along when it was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// How many letters it knows; none, where all of it had been copied before.
    pub letters: u64,
    /// How many events.
    pub events: u64,
}

/// What keeps a run from beginning on this machine until a person says that it may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elsewhere {
    /// The ledger was handed over, and this is the copy with which somebody goes on.
    HandedOver(HandOver),
    /// The ledger was handed over from here and taken back: somebody may have sent with the copy meanwhile.
    TakenBack(HandOver),
    /// The last run was on another machine.
    SentFrom(LastRun),
}

/// What is asked and told of where a ledger is used. What is locked, and what has to be asked, is decided by
/// `rules::place`.
pub trait PlaceLedger {
    /// That the ledger was handed over, where it was and neither taken back nor taken over since.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    fn handed_over(&self) -> Result<Option<HandOver>>;

    /// What a person has to be asked before a run of the campaign begins on this machine.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    fn elsewhere(&self, campaign: &CampaignId) -> Result<Option<Elsewhere>>;

    /// Hands the ledger over: from here on nothing is written to this file, but to a copy of it.
    ///
    /// # Errors
    /// [`LedgerError::HandedOver`](super::LedgerError::HandedOver) where it is already, and
    /// [`LedgerError::Held`](super::LedgerError::Held) while a run sends any of its campaigns.
    fn hand_over(&self, to: Option<String>, word: &Word) -> impl Future<Output = Result<HandOver>> + Send;

    /// Takes back a ledger that was handed over from here; gives how it was.
    ///
    /// # Errors
    /// [`LedgerError::NotHandedOver`](super::LedgerError::NotHandedOver) where this file was not.
    fn take_back(&self, word: &Word) -> impl Future<Output = Result<HandOver>> + Send;

    /// Records a person's word that the ledger is used on this machine from now on: whatever ran elsewhere has stopped.
    ///
    /// # Errors
    /// [`LedgerError::HandedOver`](super::LedgerError::HandedOver) where this file was handed over: it is taken back.
    fn take_over(&self, word: &Word) -> impl Future<Output = Result<()>> + Send;
}

impl Machine {
    /// Whether what was recorded of a machine is this one: by its id, or by its name where no id was recorded.
    #[must_use]
    pub fn is(&self, id: Option<&str>, name: &str) -> bool {
        id.map_or(name == self.name, |id| id == self.id)
    }
}

impl Elsewhere {
    /// What a person is asked.
    #[must_use]
    pub fn question(&self) -> &'static str {
        match self {
            Self::HandedOver(_) => "do you go on with it here?",
            Self::TakenBack(_) => "has nobody sent with the copy?",
            Self::SentFrom(_) => "has it stopped there?",
        }
    }

    /// What to do before a run can begin here.
    #[must_use]
    pub fn what_to_do(&self) -> &'static str {
        match self {
            Self::HandedOver(_) => "whoever goes on with it here says so by `--take-over`",
            Self::TakenBack(_) => {
                "whoever got a letter by the copy meanwhile would get it again: where nobody sent with the copy, go on from here by \
                 `--take-over`; where somebody did, go on with the copy"
            }
            Self::SentFrom(_) => "see that it has stopped there, and go on from here by `--take-over`",
        }
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HandedOver(handed) => write!(f, "the ledger was {handed}"),
            Self::TakenBack(handed) => write!(f, "the ledger was {handed}, and taken back since"),
            Self::SentFrom(run) => run.fmt(f),
        }
    }
}

impl fmt::Display for HandOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = self.to.as_ref().map(|to| format!(" to {to}")).unwrap_or_default();
        let from = if self.is_here { String::new() } else { format!(" from {}", self.host) };
        write!(f, "handed over{to}{from} by {} on {}", self.person, self.at.strftime("%F %T UTC"))
    }
}

impl fmt::Display for LastRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, person, began, ended } = self;
        let by = |before: &str| person.as_ref().map(|person| format!("{before}by {person}")).unwrap_or_default();
        match ended {
            Some(ended) => write!(f, "last sent from {host}, {}{}", ended.strftime("%F %T UTC"), by(", ")),
            None => write!(f, "a run on {host}{} that began {} did not end", by(" "), began.strftime("%F %T UTC")),
        }
    }
}
