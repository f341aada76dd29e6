//! Sends what is due: pace → claim → attempt → settle, on several connections at once, until nothing is left or
//! something stops it.
//!
//! One task, the *coordinator*, decides what goes next and when; each connection has a *worker* that merges one letter,
//! claims it, hands it over and settles it. Nothing is claimed before a connection stands ready for it, so that after a
//! crash only the letters on the wire are in doubt; where nothing limits the pace, one more for each connection, which
//! was offered with the last.

mod aside;
mod brake;
mod coordinator;
mod copies;
mod crew;
mod desk;
mod drain;
mod earlier;
mod enclosure;
mod held;
mod job;
mod letters;
mod losses;
mod on_paper;
pub mod pace;
mod queue;
mod ramp;
mod retry;
mod source;
mod streak;
#[cfg(test)]
mod tests;
mod trial;
mod unmade;
mod ways;
mod words;
mod worker;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::config::{Outcomes, Pace, Retry};
use crate::ledger::{Lease, LedgerError};
use crate::model::{CampaignId, DeliveryState, RecipientId, Reply, Round, Thread};
use crate::transport::{OpenError, Server, StopReason};

pub use coordinator::run;
pub use drain::{Drain, DrainHandle};
pub use earlier::{Earlier, Edition, Quote};
pub use enclosure::Enclosure;
pub use letters::{LetterError, LetterMaker};
pub use on_paper::OnPaper;
pub use streak::{Streak, Trouble};
pub use trial::{Tried, look_at_all};

/// What a run is to send, how, and how far.
#[derive(Debug)]
pub struct Assignment<L> {
    /// The ledger, in which the plan stands.
    pub ledger: L,
    /// The right to send the campaign.
    pub lease: Lease,
    /// Its name.
    pub campaign: CampaignId,
    /// The round.
    pub round: Round,
    /// An earlier campaign, in whose threads the letters go on.
    pub continues: Option<CampaignId>,
    /// Makes the letters.
    pub letters: Arc<LetterMaker>,
    /// Through which server.
    pub server: Arc<Server>,
    /// For which account the rolling windows count.
    pub account: String,
    /// How fast, and when.
    pub pace: Pace,
    /// When a deferred delivery is tried again.
    pub retry: Retry,
    /// When a connection goes on to its next letter.
    pub outcomes: Outcomes,
    /// Whether the letters are to lie in the Sent folder too.
    pub filing: Filing,
    /// How many letters at the most; all, where it is not given.
    pub limit: Option<u64>,
    /// To these recipients alone, by id or address; to all, where it is empty.
    pub only: HashSet<String>,
    /// Whether to wait for a limit, the hours or a deferred delivery.
    pub patience: Patience,
    /// The largest message, for the server's SIZE; in bytes.
    pub largest: u64,
    /// The time.
    pub clock: Clock,
}

impl<L> Assignment<L> {
    /// Whether there may be letters before those of this round.
    fn has_earlier(&self) -> bool {
        self.round > Round(0) || self.continues.is_some()
    }

    /// The letters that come before those of this round.
    fn thread(&self) -> Thread {
        let (campaign, continues) = (self.campaign.clone(), self.continues.clone());
        Thread { campaign, before: self.round, continues, quotes: self.letters.quotes() }
    }

    /// Whether a delivery is one that `--only` names, by its recipient's id or address.
    fn is_for(&self, recipient: &str, address: &str) -> bool {
        self.only.is_empty() || self.only.contains(recipient) || self.only.contains(address)
    }
}

/// Whether copies of the letters are to lie in the sender's own Sent folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filing {
    /// The ledger keeps each letter that may have left, until a copy lies there.
    Kept,
    /// They are not, or the server puts them there by itself.
    NotKept,
}

/// Whether a run waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Until everything has ended somewhere.
    Wait,
    /// It stops where it would have to wait, and leaves the rest for the next run.
    NoWait,
}

/// Something that happened in a run, for whoever watches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A letter was handed over, or was not.
    Attempted {
        /// To whom.
        recipient: RecipientId,
        /// Where the delivery stands now.
        state: DeliveryState,
        /// What the server said.
        reply: Option<Reply>,
        /// Why, where the server did not say.
        reason: Option<String>,
    },
    /// A copy of a letter was sent by itself, or was not.
    Copied {
        /// To whom the letter went.
        recipient: RecipientId,
        /// Where the copy stands now.
        state: DeliveryState,
        /// What the server said.
        reply: Option<Reply>,
        /// Why, where the server did not say.
        reason: Option<String>,
    },
    /// A letter was refused before, and what the server took since shows whose refusal it was.
    Decided {
        /// To whom.
        recipient: RecipientId,
        /// Where the delivery stands now.
        state: DeliveryState,
        /// What the server had said.
        reply: Option<Reply>,
        /// Why it stands there.
        reason: String,
    },
    /// A letter was not sent after all: it was suppressed or answered meanwhile.
    Withheld {
        /// To whom.
        recipient: RecipientId,
        /// Where the delivery stands now.
        state: DeliveryState,
    },
    /// A letter could not be made: it is left out of this run.
    Unmade {
        /// To whom.
        recipient: RecipientId,
        /// Why.
        why: String,
    },
    /// Nothing can go before this time.
    Waiting {
        /// Until when.
        until: Timestamp,
        /// For what.
        cause: Cause,
    },
    /// The server could not be reached; it will be tried again.
    Unreachable {
        /// What went wrong.
        error: String,
        /// When it is tried again.
        again_at: Timestamp,
    },
    /// The server takes fewer connections than the pace allows.
    FewerConnections {
        /// How many are left.
        left: usize,
        /// What it said to the one too many.
        error: String,
    },
    /// A signal came: what is on the wire is being finished.
    Draining {
        /// How many letters are on the wire.
        on_the_wire: usize,
    },
}

/// What a run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A rolling window, by its key in `[pace]`; without one, by what other runs sent.
    Limit(Option<&'static str>),
    /// The moment before which nothing is sent.
    NotBefore,
    /// The sending hours.
    Hours,
    /// A deferred delivery.
    Deferred,
    /// What other runs of the same round have.
    Others,
    /// A server that takes fewer letters at a time.
    Rate,
    /// Too many addresses that do not exist.
    Unknown,
}

/// How a run ended.
#[derive(Debug)]
pub struct Finished {
    /// Letters that were handed over or tried.
    pub attempts: u64,
    /// How it ended.
    pub end: End,
}

/// Letters that were refused, and nothing has shown whose refusal it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// How many.
    pub count: u64,
    /// What the server said to the last of them.
    pub last: Reply,
}

/// Why a run ended.
#[derive(Debug)]
pub enum End {
    /// Nothing is left, or `--limit` and `--only` are satisfied.
    Done,
    /// Work is left, and the run was not to wait for it.
    NoWait {
        /// What it would have waited for.
        cause: Cause,
        /// Until when.
        until: Option<Timestamp>,
    },
    /// A signal stopped it.
    Signal,
    /// The server could not be reached or refused the run as a whole.
    Server(OpenError),
    /// The server refused something that concerns every letter.
    Refused(StopReason),
    /// A letter is larger than the server takes.
    TooLarge {
        /// The largest message, in bytes.
        largest: u64,
        /// What the server takes.
        size: u64,
    },
    /// Letters are left of which nobody knows whether their recipients or the account were refused.
    Unclear(Unclear),
    /// So many letters ended alike that going on would only do harm.
    Streak(Streak),
    /// The ledger could not be written: nothing more is sent.
    Ledger(LedgerError),
    /// Letters could not be made, though the checks let them through, and so many in a row that going on is pointless.
    Letter(LetterError),
    /// Nothing is left but letters that could not be made.
    Unmade {
        /// How many.
        count: u64,
        /// Why the first of them.
        why: String,
    },
}
