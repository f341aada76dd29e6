//! What a run of a round would do now: the plan in numbers, with its reasons. Nothing is written, no password is
//! fetched, and no letter is merged: preparing the run does that.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::campaign::frozen::changed;
use crate::campaign::load::Campaign;
use crate::campaign::recipients::Pass;
use crate::campaign::send::follow_up::{Today, ledger_of, today};
use crate::campaign::send::{Fingerprint, Held, Outlook, Pace, PlanMark};
use crate::clock::Clock;
use crate::ledger::{Elsewhere, Halt, PlaceLedger, ReadLedger};
use crate::model::{Faults, RecipientId, Round};
use crate::plan::{Decision, Row, Totals};

/// So many of those who get no letter are named.
const NAMED: usize = 200;

/// Which letters of a round a person wishes to send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// So many at the most.
    pub limit: Option<u64>,
    /// To these recipients alone, by id; to all, where it is empty.
    pub only: Vec<String>,
}

/// What a run of a round would do now.
#[derive(Debug)]
pub struct Outline {
    /// The round.
    pub round: Round,
    /// The whole plan in numbers.
    pub totals: Totals,
    /// How many letters the run would send.
    pub letters: u64,
    /// Who gets none, and why: the first of them.
    pub left_out: Vec<LeftOut>,
    /// Through which server, where one is named.
    pub server: Option<String>,
    /// How fast.
    pub pace: Pace,
    /// When about the last letter leaves, where the pace tells and no letter was sent yet.
    pub last_leaves: Option<Timestamp>,
    /// What is worth a look and stops nothing.
    pub warnings: Faults,
    /// Which files changed since the first letter of the round left.
    pub changed: Vec<String>,
    /// What tells this plan from any other.
    pub mark: PlanMark,
}

/// Somebody who gets no letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Their id.
    pub recipient: RecipientId,
    /// Their line in the list.
    pub line: u64,
    /// Why, in English.
    pub why: String,
}

/// What can be run now.
#[derive(Debug)]
pub struct Agenda {
    /// The campaign's name.
    pub name: String,
    /// The first letter.
    pub first: Result<Outline>,
    /// The follow-up, where there is one.
    pub follow_up: FollowUp,
    /// Whether there is an inbox to read.
    pub has_inbox: bool,
    /// That a person has stopped the campaign.
    pub halt: Option<Halt>,
    /// What a person has to be asked before a run begins here.
    pub elsewhere: Option<Elsewhere>,
}

/// What can be said of the follow-up.
#[derive(Debug)]
pub enum FollowUp {
    /// The campaign has none, or its first letter was not sent yet.
    None,
    /// A round is due to somebody.
    Due(Result<Box<Outline>>),
    /// Nobody is due; from which day on which round is due to how many, where one is.
    Later(Option<(Date, Round, u64)>),
}

/// What can be run now. A part of the first letter, or of the follow-up, may be wished: each by its round.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn agenda(folder: &Folder, wished: &[(Round, Part)], clock: &Clock) -> Result<Agenda> {
    let part =
        |round| wished.iter().find(|(known, _)| *known == round).map(|(_, part)| part.clone()).unwrap_or_default();
    let ledger = folder.known_ledger()?;
    let halt = ledger.as_ref().map(|ledger| ledger.halt(&folder.settings.id)).transpose()?.flatten();
    let elsewhere = ledger.as_ref().map(|ledger| ledger.elsewhere(&folder.settings.id)).transpose()?.flatten();
    let first = Campaign::read(folder.clone(), Round(0), clock).map_err(Into::into);
    let first = first.and_then(|campaign| outline(campaign, &part(Round(0)), clock));
    let follow_up = match ledger_of(folder) {
        // It is said elsewhere on the page why there is none.
        Err(_) => FollowUp::None,
        Ok(ledger) => match today(folder, &ledger, clock) {
            Ok(Today::Due { campaign, .. }) => {
                let part = part(campaign.round);
                FollowUp::Due(outline(*campaign, &part, clock).map(Box::new))
            }
            Ok(Today::Nobody { next, .. }) => {
                FollowUp::Later(next.map(|(date, round, totals)| (date, round, totals.waiting)))
            }
            Err(error) => FollowUp::Due(Err(error)),
        },
    };
    let (name, has_inbox) = (folder.settings.name.clone(), folder.settings.inbox.is_some());
    Ok(Agenda { name, first, follow_up, has_inbox, halt, elsewhere })
}

/// What a run of the round would do now for which the campaign was read.
fn outline(campaign: Campaign, part: &Part, clock: &Clock) -> Result<Outline> {
    let ledger = campaign.folder.known_ledger()?;
    let Campaign { folder, round, mut planner, warnings, files, .. } = campaign;
    let settings = &folder.settings;
    let mut stale = Vec::new();
    if let Some(ledger) = &ledger {
        let frozen = ledger.frozen(&settings.id, round)?;
        if !frozen.is_empty() {
            stale.extend(changed(&frozen, &files).into_iter().map(str::to_owned));
        }
    }
    let only: HashSet<&str> = part.only.iter().map(String::as_str).collect();
    let (mut totals, mut wanted, mut left_out) = (Totals::default(), 0, Vec::new());
    let mut fingerprint = Fingerprint::default();
    for batch in Pass::over(&folder, &mut planner, round, ledger.as_ref())? {
        for row in batch? {
            totals.add_row(&row);
            fingerprint.see(&row);
            if left_out.len() < NAMED {
                left_out.extend(of_row(&row));
            }
            let Row::Entry(entry) = &row else { continue };
            let is_wanted = only.is_empty() || only.contains(entry.id.as_str());
            wanted += u64::from(entry.decision == Decision::Send && is_wanted);
        }
    }
    let letters = part.limit.map_or(wanted, |limit| limit.min(wanted));
    let pace = settings.pace.clone();
    // What was sent before fills windows of which nothing is known here.
    let is_fresh = totals.settled == 0;
    let last_leaves = Outlook::of(&pace, &totals).last_leaves(letters, clock.now(), Held::Nothing);
    Ok(Outline {
        round,
        totals,
        letters,
        left_out,
        server: settings.smtp.as_ref().map(crate::config::Smtp::address),
        pace,
        last_leaves: last_leaves.filter(|_| is_fresh),
        warnings,
        changed: stale,
        mark: PlanMark::of(settings, (round, letters), fingerprint.finish(), &files),
    })
}

/// Why a row gets no letter; nothing, where it gets one or had one.
fn of_row(row: &Row) -> Option<LeftOut> {
    match row {
        Row::Unaddressed { id, row } => {
            let why = crate::plan::SkipReason::NoAddress.to_string();
            Some(LeftOut { recipient: id.clone(), line: row.line, why })
        }
        Row::Entry(entry) => match &entry.decision {
            Decision::Skip(reason) => {
                let why = reason.to_string();
                Some(LeftOut { recipient: entry.id.clone(), line: entry.recipient.line, why })
            }
            Decision::Send | Decision::Settled(_) => None,
        },
    }
}
