//! `contacted.csv`, the log that every run leaves behind, as a witness: what it says has left cannot be missing in the ledger.

use std::path::Path;

use anyhow::{Result, bail};

use crate::ledger::ReadLedger;
use crate::ledger::sqlite::SqliteLedger;
use crate::model::{CampaignId, DeliveryState, Round};
use crate::report::{COLUMNS, counted};

/// Deliveries in these states may have reached somebody. A ledger never takes that back but by a person's word, which writes the log anew.
const LEFT: [DeliveryState; 4] =
    [DeliveryState::Accepted, DeliveryState::InDoubt, DeliveryState::Bounced, DeliveryState::Attempting];

/// Refuses to send with a ledger that knows of fewer letters than the last run's log: it was lost, or is a copy from before, and whoever
/// got a letter since would get it again.
pub(super) fn refuse_older_ledger(
    ledger: &SqliteLedger,
    contacted: &Path,
    campaign: &CampaignId,
    round: Round,
) -> Result<()> {
    let tally = ledger.tally(campaign, round)?;
    let known: u64 = LEFT.into_iter().map(|state| tally.of(state)).sum();
    let told = letters_in(contacted, campaign, round);
    if told <= known {
        return Ok(());
    }
    bail!(
        "{}: the ledger knows of {}, and {log} of {told} in round {round}: it was lost, or is a copy from before. Put the right one back \
         (after a run that lost it, it is `{}.saved-…`); to begin anew, move {log} away",
        ledger.path().display(),
        counted(known, "letter that left", "letters that left"),
        ledger.path().file_name().unwrap_or_default().to_string_lossy(),
        log = contacted.display(),
    )
}

/// How many letters of a round may have left, by the log of the last run; none, where it is not there or was made into something else.
fn letters_in(contacted: &Path, campaign: &CampaignId, round: Round) -> u64 {
    let place = |name: &str| COLUMNS.iter().position(|column| *column == name).unwrap_or_default();
    let (campaigns, rounds, states) = (place("campaign"), place("round"), place("state"));
    let Ok(mut reader) = csv::Reader::from_path(contacted) else { return 0 };
    let round = round.to_string();
    let mut row = csv::ByteRecord::new();
    let mut count = 0;
    while reader.read_byte_record(&mut row).unwrap_or(false) {
        let is = |place: usize, text: &str| row.get(place) == Some(text.as_bytes());
        let has_left = || LEFT.iter().any(|state| is(states, state.as_str()));
        count += u64::from(is(campaigns, campaign.as_str()) && is(rounds, &round) && has_left());
    }
    count
}
