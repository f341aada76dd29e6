//! The plan of a round as it stands: who would get what now, who is skipped and why. Nothing is written, nothing is
//! sent.

use std::io::Write;

use jiff::Timestamp;

use super::error::Result;
use super::folder::{Folder, Ledger};
use super::how_long::Load;
use super::load::Campaign;
use super::recipients::Pass;
use crate::ledger::{AwayBy, Halt, MailLedger, ReadLedger};
use crate::letter::Letters;
use crate::model::{CampaignId, Faults, Round};
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
}

impl Plan {
    /// Reads what the plan of the campaign's round depends on.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn read(campaign: Campaign) -> Result<Self> {
        let Campaign { folder, round, mut planner, letters, warnings, .. } = campaign;
        let settings = &folder.settings;
        let ledger = folder.known_ledger()?;
        let (mut halt, mut inbox_read_at) = (None, None);
        if let Some(ledger) = &ledger {
            planner.suppress(ledger.suppressions()?);
            planner.forget(ledger.forgotten()?);
            halt = ledger.halt(&settings.id)?;
            if settings.inbox.is_some() {
                inbox_read_at = ledger.inbox_read_at(&settings.id)?;
            }
        }
        if halt.is_some() {
            planner.halt();
        }
        Ok(Self { round, halt, inbox_read_at, warnings, folder, planner, letters, ledger })
    }

    /// Whether somebody may have answered of whom the plan knows nothing: there is an inbox, and a follow-up looks at
    /// answers.
    #[must_use]
    pub fn depends_on_inbox(&self) -> bool {
        self.round > Round(0) && self.folder.settings.inbox.is_some()
    }

    /// Writes the plan as a table, with its totals below it.
    ///
    /// # Errors
    /// Where the list or the ledger cannot be read, or the table not be written.
    pub fn write_table(&mut self, out: impl Write) -> Result<()> {
        let mut table = PlanTable::new(out);
        let mut load = Load::default();
        self.each(|letters, row, away| {
            row.entry().into_iter().for_each(|entry| load.add(entry));
            Ok(table.add(letters, row, away)?)
        })?;
        Ok(table.finish(&load.how_long(&self.folder.settings.pace).into_takes())?)
    }

    /// Writes the plan as JSON: the totals, for which all rows are decided about, and then the rows.
    ///
    /// # Errors
    /// Where the list or the ledger cannot be read, or the JSON not be written.
    pub fn write_json(&mut self, out: impl Write) -> Result<()> {
        let mut totals = Totals::default();
        let mut load = Load::default();
        self.each(|_, row, _| {
            totals.add_row(row);
            row.entry().into_iter().for_each(|entry| load.add(entry));
            Ok(())
        })?;
        let (campaign, round, inbox_read_at) = (self.folder.settings.id.clone(), self.round, self.inbox_read_at);
        let takes = load.how_long(&self.folder.settings.pace).into_takes();
        let warnings = self.warnings.clone();
        let mut json = PlanJson::begin(out, &PlanHead { campaign, round, totals, inbox_read_at, takes, warnings })?;
        self.each(|letters, row, away| Ok(json.add(letters, row, away)?))?;
        Ok(json.finish()?)
    }

    /// Goes through the list once; of a row that waits for a day of return, with the mail that says so.
    fn each(&mut self, mut each: impl FnMut(&Letters, &Row, Option<&AwayBy>) -> Result<()>) -> Result<()> {
        let ledger = self.ledger.as_ref();
        for batch in Pass::over(&self.folder, &mut self.planner, self.round, ledger)? {
            for row in batch? {
                let away = away_by(ledger, &self.folder.settings.id, &row)?;
                each(&self.letters, &row, away.as_ref())?;
            }
        }
        Ok(())
    }
}

/// The mail by which a row waits for a day of return.
fn away_by(ledger: Option<&Ledger>, campaign: &CampaignId, row: &Row) -> Result<Option<AwayBy>> {
    let (Some(ledger), Some(entry)) = (ledger, row.entry()) else { return Ok(None) };
    let Decision::Skip(SkipReason::NotBefore { date, away: true }) = entry.decision else { return Ok(None) };
    Ok(ledger.away_by(campaign, &entry.id, &entry.recipient.to.key(), date)?)
}
