//! The plan of a round as it stands: who would get what now, who is skipped and why. Nothing is written, nothing is
//! sent.

use std::io::Write;

use jiff::Timestamp;

use super::check::{BeyondAscii, Stumbles};
use super::doubts::Doubts;
use super::error::Result;
use super::folder::{Folder, Ledger};
use super::how_long::Load;
use super::load::Campaign;
use super::moved::Moved;
use super::past::withdrawn::withdrawn;
use super::recipients::Pass;
use super::repeated::Repeated;
use super::retention::continues_expired;
use super::unlisted;
use crate::dispatch::look_at_all;
use crate::ledger::{AwayBy, Halt, MailLedger, ReadLedger};
use crate::letter::{Letters, Stumble};
use crate::model::{CampaignId, Fault, Faults, Recipient, Round};
use crate::plan::{Decision, Planner, Row, SkipReason, Totals};
use crate::report::{PlanHead, PlanJson, PlanTable};

/// The plan of a round. However many rows it has, a batch of them at a time is in memory.
pub struct Plan {
    /// The round.
    pub round: Round,
    /// That a person has stopped the campaign, where one did: then nothing of it would be sent.
    pub halt: Option<Halt>,
    /// When the inbox was last read to its end; nothing, where it never was, or there is none.
    pub inbox_read_at: Option<Timestamp>,
    /// What is worth a look in the campaign and stops nothing.
    pub warnings: Faults,
    folder: Folder,
    planner: Planner,
    letters: Letters,
    ledger: Option<Ledger>,
    now: Timestamp,
}

impl Plan {
    /// Reads what the plan of the campaign's round depends on.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn read(campaign: Campaign, now: Timestamp) -> Result<Self> {
        let ledger = campaign.folder.known_ledger()?;
        let withdrawn = withdrawn(&campaign, campaign.round, ledger.as_ref())?;
        let Campaign { folder, round, mut planner, letters, mut warnings, .. } = campaign;
        let settings = &folder.settings;
        warnings.extend(withdrawn.map(|fault| stops(&fault)));
        let (mut halt, mut inbox_read_at) = (None, None);
        warnings.extend(continues_expired(&folder, ledger.as_ref())?);
        if let Some(ledger) = &ledger {
            halt = ledger.halt(&settings.id)?;
            if settings.inbox.is_some() {
                inbox_read_at = ledger.inbox_read_at(&settings.id)?;
            }
        }
        if halt.is_some() {
            planner.halt();
        }
        Ok(Self { round, halt, inbox_read_at, warnings, folder, planner, letters, ledger, now })
    }

    /// Whether somebody may have answered of whom the plan knows nothing: there is an inbox, and a follow-up looks at
    /// answers.
    #[must_use]
    pub fn depends_on_inbox(&self) -> bool {
        self.round > Round(0) && self.folder.settings.inbox.is_some()
    }

    /// Writes the plan as a table, with its totals below it. Gives over what the readers of its letters would stumble.
    ///
    /// # Errors
    /// Where the list or the ledger cannot be read, or the table not be written.
    pub fn write_table(&mut self, out: impl Write) -> Result<Faults> {
        let mut table = PlanTable::new(out);
        let mut load = Load::default();
        let mut stumbled = Faults::new();
        self.each(Some(&mut stumbled), |letters, row, away| {
            row.entry().into_iter().for_each(|entry| load.add(entry));
            Ok(table.add(letters, row, away)?)
        })?;
        table.finish(&load.how_long(&self.folder.settings.pace, self.now).into_takes())?;
        Ok(stumbled)
    }

    /// Writes the plan as JSON: the totals, for which all rows are decided about, and then the rows.
    ///
    /// # Errors
    /// Where the list or the ledger cannot be read, or the JSON not be written.
    pub fn write_json(&mut self, out: impl Write) -> Result<()> {
        let mut totals = Totals::default();
        let mut load = Load::default();
        let mut warnings = self.warnings.clone();
        self.each(Some(&mut warnings), |_, row, _| {
            totals.add_row(row);
            row.entry().into_iter().for_each(|entry| load.add(entry));
            Ok(())
        })?;
        let (campaign, round, inbox_read_at) = (self.folder.settings.id.clone(), self.round, self.inbox_read_at);
        let takes = load.how_long(&self.folder.settings.pace, self.now).into_takes();
        let mut json = PlanJson::begin(out, &PlanHead { campaign, round, totals, inbox_read_at, takes, warnings })?;
        self.each(None, |letters, row, away| Ok(json.add(letters, row, away)?))?;
        Ok(json.finish()?)
    }

    /// Goes through the list once; of a row that waits for a day of return, with the mail that says so. Looks over what
    /// the readers of the letters would stumble where that is asked for.
    fn each(
        &mut self,
        stumbled: Option<&mut Faults>,
        mut each: impl FnMut(&Letters, &Row, Option<&AwayBy>) -> Result<()>,
    ) -> Result<()> {
        let list = &self.folder.settings.lists.recipients;
        let (mut stumbles, mut beyond_ascii) = (Stumbles::default(), BeyondAscii::default());
        let mut found = Faults::new();
        let ledger = self.ledger.as_ref();
        let (mut moved, mut repeated, mut doubts) = (Moved::default(), Repeated::default(), Doubts::default());
        if stumbled.is_some() {
            moved = Moved::begin(&self.folder, self.round, ledger)?;
            doubts = Doubts::begin(&self.folder, ledger)?;
        }
        for batch in Pass::over(&self.folder, &mut self.planner, self.round, ledger)? {
            let batch = batch?;
            if stumbled.is_some() {
                for (recipient, over) in stumble(&self.letters, &batch) {
                    found.extend(stumbles.take(over, recipient, list));
                }
                batch.iter().filter_map(Row::entry).for_each(|entry| {
                    beyond_ascii.see(entry, list);
                    repeated.see(entry, list);
                    moved.see(entry, list);
                    doubts.see(entry, list);
                });
            }
            for row in &batch {
                let away = away_by(ledger, &self.folder.settings.id, row)?;
                each(&self.letters, row, away.as_ref())?;
            }
        }
        if let Some(stumbled) = stumbled {
            stumbled.extend(found);
            stumbled.extend(stumbles.warnings());
            stumbled.extend(beyond_ascii.warning());
            stumbled.extend(moved.found(&self.folder, ledger)?);
            stumbled.extend(repeated.warnings());
            stumbled.extend(doubts.found(&self.folder, ledger, &self.letters)?);
            stumbled.extend(unlisted::warnings(&self.folder, self.round, ledger)?);
        }
        Ok(())
    }
}

/// What stops the letters of the round, as the plan tells it, which shows them all the same.
fn stops(fault: &Fault) -> Fault {
    Fault::warning(fault.place.clone(), format!("nothing is sent: {}", fault.message))
}

/// Over what those of some rows would stumble who are to get a letter; few of them over anything.
fn stumble<'r>(letters: &Letters, rows: &'r [Row]) -> Vec<(&'r Recipient, Vec<Stumble>)> {
    let entries = rows.iter().filter_map(Row::entry).filter(|entry| entry.decision == Decision::Send);
    let letter = |recipient: &Recipient| letters.choose(recipient.lang.as_ref()).letter;
    let odd: Vec<&Recipient> =
        entries.map(|entry| &entry.recipient).filter(|recipient| letter(recipient).may_stumble(recipient)).collect();
    let found = look_at_all(&odd, |recipient| letter(recipient).stumbles(recipient));
    odd.into_iter().zip(found).collect()
}

/// The mail by which a row waits for a day of return.
fn away_by(ledger: Option<&Ledger>, campaign: &CampaignId, row: &Row) -> Result<Option<AwayBy>> {
    let (Some(ledger), Some(entry)) = (ledger, row.entry()) else { return Ok(None) };
    let Decision::Skip(SkipReason::NotBefore { date, away: true }) = entry.decision else { return Ok(None) };
    Ok(ledger.away_by(campaign, &entry.id, &entry.recipient.to.key(), date)?)
}
