//! What a ledger has lost, as its witnesses tell it.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;

/// What is missing in a ledger, and who tells it. Nothing is written to such a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The ledger's file.
    pub ledger: PathBuf,
    /// The file that tells it.
    pub witness: PathBuf,
    /// What is missing.
    pub what: Missing,
    /// Where this machine last used the ledger, if that was elsewhere.
    pub elsewhere: Option<PathBuf>,
}

/// What is missing in a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Letters that may have left.
    Letters {
        /// How many.
        count: usize,
        /// When the last one left.
        last: Timestamp,
    },
    /// The ledger itself, and with it these letters.
    Ledger {
        /// How many.
        count: usize,
        /// When the last one left.
        last: Timestamp,
    },
    /// The history: the witness belongs to another ledger.
    History,
    /// What this machine saw happen to it later, such as an answer.
    Events,
    /// SQLite's log of a run that did not end.
    Log {
        /// The machine of the run.
        host: String,
        /// When it began.
        since: Timestamp,
    },
}

impl Missing {
    fn letters(count: usize, last: Timestamp) -> impl fmt::Display {
        let letters = if count == 1 { "a letter that left".to_owned() } else { format!("{count} letters that left") };
        format!("{letters}, the last one on {}", last.strftime("%F %T UTC"))
    }
}

const BACK: &str = "Nothing was written. Put the newest ledger back, with all files whose names begin as its does (after a run that lost \
    it, it is the one whose name has `.saved-`)";
const ADOPT: &str =
    "or let `undersigned adopt --witness` take for sent what is known of these letters, so that nobody gets them twice";

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ledger, witness) = (self.ledger.display(), self.witness.display());
        let last_used = |path: &PathBuf| format!(" (this machine last used it as {})", path.display());
        let elsewhere = self.elsewhere.as_ref().map(last_used).unwrap_or_default();
        match &self.what {
            Missing::Letters { count, last } => write!(
                f,
                "{ledger}: the ledger does not know of {}, and {witness} does: it was lost, or is a copy from before, or letters were \
                 sent with another copy{elsewhere}. {BACK}; {ADOPT}",
                Missing::letters(*count, *last)
            ),
            Missing::Ledger { count, last } => write!(
                f,
                "{ledger}: the ledger is not there, and {witness} tells of {}: it was lost. {BACK}; {ADOPT}; to begin anew, move {witness} away",
                Missing::letters(*count, *last)
            ),
            Missing::History => write!(
                f,
                "{ledger}: this is not the ledger that {witness} belongs to. {BACK}; {ADOPT}; for a campaign that has nothing to do with it, \
                 name another file in `[ledger]`"
            ),
            Missing::Events => write!(
                f,
                "{ledger}: this machine saw later entries of this ledger, such as answers or marks, as {witness} tells: it is a copy \
                 from before, or another copy was used{elsewhere}. {BACK}; or go on without those entries by `undersigned adopt --witness`"
            ),
            Missing::Log { host, since } => write!(
                f,
                "{witness}: the run on {host} that began on {} did not end, and what it recorded last stood in this file, which is \
                 gone or empty. {BACK}; {ADOPT}",
                since.strftime("%F %T UTC")
            ),
        }
    }
}

/// Letters of a campaign that left by another ledger on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentElsewhere {
    /// How many.
    pub letters: usize,
    /// When the last one left.
    pub last: Timestamp,
    /// Where that ledger was, as far as it is known.
    pub at: Option<PathBuf>,
}

impl fmt::Display for SentElsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Missing::letters(self.letters, self.last))?;
        self.at.as_ref().map_or(Ok(()), |at| write!(f, " ({})", at.display()))
    }
}
