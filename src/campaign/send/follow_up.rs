//! Which follow-up is to be sent: the first round that is due to anybody.

use jiff::civil::Date;

use super::survey::not_sent;
use crate::campaign::contacted::refuse_older_ledger;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::{Folder, Ledger};
use crate::campaign::left_open::put_in_doubt;
use crate::campaign::load::Campaign;
use crate::campaign::note::Note;
use crate::campaign::realm::Realm;
use crate::campaign::recipients::Pass;
use crate::campaign::retention::refuse_expired;
use crate::campaign::unlisted;
use crate::clock::Clock;
use crate::ledger::ReadLedger;
use crate::model::{DeliveryState, Fault, Round, lookup_key};
use crate::plan::{Row, Totals};

/// What a campaign's follow-ups come to today.
#[derive(Debug)]
pub enum Today {
    /// A round is due to somebody.
    Due {
        /// The campaign, read for the first round that is due.
        campaign: Box<Campaign>,
        /// The rounds after it that are due to others.
        others: Vec<Round>,
    },
    /// None is.
    Nobody {
        /// The first round that is due later, where one is: from which day on, and the plan of it.
        next: Option<(Date, Round, Totals)>,
        /// The last round.
        last: Round,
        /// How many deliveries of all follow-ups failed or are in doubt.
        in_trouble: u64,
        /// Who would get a follow-up, and is not in the list any more.
        unlisted: Vec<Fault>,
    },
}

/// The ledger of a campaign that has follow-ups, of which the first letter was sent and which nobody has
/// stopped or handed over.
///
/// # Errors
/// Where one of these is not so.
pub fn ledger_of(folder: &Folder) -> Result<Ledger> {
    if folder.settings.follow_ups.is_empty() {
        return Err(Error::NoFollowUp(folder.settings.file.clone()));
    }
    let ledger = folder.known_ledger()?;
    refuse_older_ledger(ledger.as_ref(), folder)?;
    let ledger = ledger.ok_or(Error::NothingToFollow)?;
    refuse_expired(folder, Some(&ledger))?;
    super::prepare::refuse_halted(Some(&ledger), folder)?;
    Ok(ledger)
}

/// Puts in doubt what a run left on the wire when it died, before anybody hears that nobody is due.
///
/// # Errors
/// Where the ledger cannot be opened or read.
pub async fn look_after_the_dead(folder: &Folder, clock: &Clock) -> Result<Option<Note>> {
    let campaign = &folder.settings.id;
    let is_open = |ledger: &Ledger| -> Result<bool> {
        let tallies = ledger.rounds(campaign)?.into_iter().map(|round| ledger.tally(campaign, round));
        let tallies = tallies.collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(tallies.iter().any(|tally| tally.of(DeliveryState::Attempting) > 0))
    };
    match folder.known_ledger()? {
        Some(known) if is_open(&known)? => {}
        _ => return Ok(None),
    }
    let in_doubt = put_in_doubt(&folder.ledger()?, campaign, clock).await?;
    Ok((in_doubt > 0).then_some(Note::InDoubt(in_doubt)))
}

/// Finds the round that is to be sent today.
///
/// # Errors
/// Where the campaign or the ledger cannot be read.
pub fn today(folder: &Folder, ledger: &Ledger, clock: &Clock) -> Result<Today> {
    let last = folder.settings.last_round();
    let rounds = || (1..=last.0).map(Round);
    let campaign = Campaign::read(folder.clone(), Round(1), clock)?;
    let (mut due, mut waiting) = (Vec::new(), Vec::new());
    for round in rounds() {
        let totals = totals(&campaign, round, ledger, clock)?;
        if totals.to_send > 0 {
            due.push(round);
        }
        waiting.extend(totals.next_due.map(|date| (date, round, totals)));
    }
    if let Some((first, others)) = due.split_first() {
        let campaign = match *first {
            Round(1) => campaign,
            later => Campaign::read(campaign.folder, later, clock)?,
        };
        return Ok(Today::Due { campaign: Box::new(campaign), others: others.to_vec() });
    }
    let (mut in_trouble, mut unlisted) = (0, Vec::new());
    for round in rounds() {
        unlisted.extend(unlisted::warnings(folder, round, Some(ledger))?);
        let tally = ledger.tally(&folder.settings.id, round)?;
        in_trouble += tally.of(DeliveryState::Failed) + tally.of(DeliveryState::InDoubt);
    }
    let next = waiting.into_iter().min_by_key(|(date, round, _)| (*date, *round));
    Ok(Today::Nobody { next, last, in_trouble, unlisted })
}

/// Why some who were asked for get no follow-up of a round now; `only` is ids or addresses.
///
/// # Errors
/// [`Error::OnlyNobody`] where one names nobody, and where the campaign or the ledger cannot be read.
pub fn why_not(folder: &Folder, ledger: &Ledger, round: Round, only: &[String], clock: &Clock) -> Result<Vec<Fault>> {
    let campaign = Campaign::read(folder.clone(), round, clock)?;
    let mut planner = campaign.planner_of(round, clock);
    let (mut found, mut named) = (Vec::new(), Vec::new());
    for batch in Pass::over(folder, &mut planner, round, Some(ledger))? {
        for entry in batch?.iter().filter_map(Row::entry) {
            let of = |id: &&String| **id == *entry.id.as_str() || lookup_key(id) == entry.recipient.to.key();
            let asked: Vec<&String> = only.iter().filter(of).collect();
            found.extend(asked.first().map(|_| not_sent(&folder.settings.lists, entry)));
            named.extend(asked);
        }
    }
    match only.iter().find(|id| !named.contains(id)) {
        Some(nobody) => Err(Error::OnlyNobody(nobody.clone())),
        None => Ok(found),
    }
}

/// What a run of a round would do now.
fn totals(campaign: &Campaign, round: Round, ledger: &impl ReadLedger, clock: &Clock) -> Result<Totals> {
    let mut planner = campaign.planner_of(round, clock);
    if campaign.folder.realm == Realm::Sandbox {
        planner.wait_for_nothing();
    }
    let mut totals = Totals::default();
    for batch in Pass::over(&campaign.folder, &mut planner, round, Some(ledger))? {
        batch?.iter().for_each(|row| totals.add_row(row));
    }
    Ok(totals)
}
