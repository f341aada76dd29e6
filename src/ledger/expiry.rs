//! What is kept no longer: campaigns that are over for long, and mails of strangers.

use std::fmt;

use jiff::Timestamp;

use crate::model::CampaignId;
use crate::model::count::counted;

/// That a campaign was erased: of its people nothing is kept, and nothing is sent or recorded in it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// Which.
    pub campaign: CampaignId,
    /// When.
    pub at: Timestamp,
    /// When the last of it had happened by then.
    pub last_event: Timestamp,
}

impl fmt::Display for Expired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the data of campaign `{}` was erased on {}, since nothing had happened in it after {}",
            self.campaign,
            self.at.strftime("%F"),
            self.last_event.strftime("%F")
        )
    }
}

/// A campaign in which nothing has happened for longer than campaigns are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Which.
    pub campaign: CampaignId,
    /// When the last of it happened.
    pub last_event: Timestamp,
    /// Its letters, of all rounds.
    pub letters: u64,
    /// How many of them were never sent, and may be still.
    pub unsent: u64,
    /// The mails that are about its letters.
    pub mails: u64,
    /// What has to be done before it can be erased.
    pub open: Vec<StillOpen>,
}

/// What keeps a campaign from being erased until a person has seen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StillOpen {
    /// So many letters and copies that a run has on the wire, or had when it died.
    OnTheWire(u64),
    /// So many letters and copies of which nobody knows whether they left.
    InDoubt(u64),
    /// So many mails of which something waits to be confirmed.
    Waits(u64),
}

impl fmt::Display for StillOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnTheWire(count) => write!(
                f,
                "{} on the wire, or {} when a run died: the campaign's next run puts that in doubt",
                counted(*count, "letter is", "letters are"),
                if *count == 1 { "was" } else { "were" }
            ),
            Self::InDoubt(count) => write!(
                f,
                "{} in doubt: `undersigned resolve` says what became of that",
                counted(*count, "letter is", "letters are")
            ),
            Self::Waits(count) => write!(
                f,
                "{} for a person: `undersigned sync --unmatched` lists what waits, `undersigned confirm` and `undersigned mark --undo \
                 --mail` end it",
                counted(*count, "mail waits", "mails wait")
            ),
        }
    }
}

/// What became of the mails of strangers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Strangers {
    /// Of so many nothing is kept any more but that they were read.
    pub erased: u64,
    /// The numbers of those that are as old, and kept since they wait for a person.
    pub waiting: Vec<u64>,
    /// Whether what was erased may still be found in the ledger's file, until a run that is under way has ended.
    pub in_file: bool,
}
