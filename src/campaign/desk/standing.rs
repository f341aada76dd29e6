//! Where a campaign stands, in numbers that the ledger keeps: it takes as long for a million letters as for one.

use jiff::Timestamp;

use crate::campaign::counted_once::counted_once;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{Halt, Holder, MailLedger, PlaceLedger, ReadLedger, Running, Tally};
use crate::model::{Answer, Round};

/// Where a campaign stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its rounds, first the first; none, where nothing was sent yet.
    pub rounds: Vec<RoundStanding>,
    /// Who sends it at this moment, or did not end to, as far as the ledger knows.
    pub sending: Option<Holder>,
    /// The runs that send it at this moment, where several may.
    pub runs: Vec<Running>,
    /// That a person stopped it.
    pub halt: Option<Halt>,
    /// Whether its ledger was handed over from here.
    pub is_handed_over: bool,
    /// When its inbox was last read to the end.
    pub inbox_read_at: Option<Timestamp>,
    /// How many addresses and domains the ledger suppresses.
    pub suppressions: u64,
}

/// Where a round stands.
#[derive(Debug, Clone)]
pub struct RoundStanding {
    /// Which one.
    pub round: Round,
    /// How many of its letters stand where.
    pub tally: Tally,
    /// How many copies of them stand where.
    pub copies: Tally,
    /// How many were answered how; none left out but those without an answer.
    pub answers: Vec<(Answer, u64)>,
    /// When the next deferred one is tried again.
    pub next_attempt_at: Option<Timestamp>,
}

/// Where a campaign stands now.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn standing(folder: &Folder) -> Result<Standing> {
    let (id, name) = (&folder.settings.id, folder.settings.name.clone());
    let Some(ledger) = folder.known_ledger()? else {
        let (rounds, suppressions) = (Vec::new(), 0);
        let (sending, runs, halt, inbox_read_at, is_handed_over) = (None, Vec::new(), None, None, false);
        return Ok(Standing { name, rounds, sending, runs, halt, is_handed_over, inbox_read_at, suppressions });
    };
    let mut rounds = Vec::new();
    for round in ledger.rounds(id)? {
        rounds.push(RoundStanding {
            round,
            tally: counted_once(&ledger, id, round)?,
            copies: ledger.copies(id, round)?,
            answers: ledger.answers(id, round)?,
            next_attempt_at: ledger.next_attempt_at(id, round)?,
        });
    }
    Ok(Standing {
        name,
        rounds,
        sending: ledger.holder(id)?,
        runs: ledger.runs(id)?,
        halt: ledger.halt(id)?,
        is_handed_over: ledger.handed_over()?.is_some_and(|handed| handed.is_here),
        inbox_read_at: ledger.inbox_read_at(id)?,
        suppressions: ledger.suppressions()?.len() as u64,
    })
}

/// The runs that send a campaign at this moment, where several may.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn runs(folder: &Folder) -> Result<Vec<Running>> {
    Ok(folder.known_ledger()?.map(|ledger| ledger.runs(&folder.settings.id)).transpose()?.unwrap_or_default())
}
