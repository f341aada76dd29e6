//! A run begins: the lease, the plan in the ledger, and a second look at what was agreed to.

use std::path::PathBuf;

use super::agreed::Agreed;
use super::place::take_over;
use super::planned::Planned;
use super::prepare::{Prepared, Through, refuse_changes, refuse_halted};
use super::run::{Holding, Run, Way};
use super::stage::Stage;
use super::survey::{Survey, TryOut};
use crate::campaign::contacted::refuse_older_ledger;
use crate::campaign::doubts::Doubts;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::campaign::moved::Moved;
use crate::campaign::note::Note;
use crate::campaign::realm::SANDBOX;
use crate::campaign::recipients::Pass;
use crate::ledger::{ReadLedger, RunLedger, StageLedger};
use crate::transport::sandbox::{Journal, Options, Sandbox, Sink};

impl Prepared {
    /// Takes the campaign's lease and writes the plan into the ledger. What is worth a word is told.
    ///
    /// # Errors
    /// Where another run sends the campaign, where it was stopped or its files were changed since it was prepared,
    /// where something else is planned now than was agreed to, and all faults of the letters. Nothing is sent then, and
    /// the lease is given back.
    pub async fn begin(mut self, agreed: Agreed, tell: &mut dyn FnMut(Note)) -> Result<Run> {
        // What was read from is closed first: the last to close the file should be the one that writes.
        self.known = None;
        let ledger = self.folder.ledger()?;
        // A ledger that was made just now has a key of its own.
        self.maker = self.maker.with_key(ledger.token_key()?);
        take_over(&ledger, &self.folder, self.wish.takes_over.as_ref()).await?;
        let (lease, in_doubt) = ledger.take_lease(&self.folder.settings.id, &self.clock).await?;
        let holding = Holding { ledger, lease };
        if in_doubt > 0 {
            tell(Note::InDoubt(in_doubt));
        }
        let begun = match Box::pin(holding.plan(&self, &agreed, tell)).await {
            Ok(planned) => self.way().await.map(|way| (planned, way)),
            Err(error) => Err(error),
        };
        match begun {
            Ok((planned, way)) => Ok(Run::new(self, holding, planned, way)),
            Err(error) => {
                holding.release(&self.clock).await.into_iter().for_each(tell);
                Err(error)
            }
        }
    }

    /// The server, or one inside this program.
    async fn way(&self) -> Result<Way> {
        match &self.through {
            Through::Server { server, account, filer } => {
                Ok(Way::Server { server: server.clone(), account: account.clone(), filer: filer.clone() })
            }
            Through::Sandbox => {
                let folder = self.folder.workspace.path(&format!("{SANDBOX}/letters"))?;
                let started = Sandbox::start(letters_into(folder)).await;
                Ok(Way::Sandbox(started.map_err(|error| Error::file("the sandbox cannot be started", error))?))
            }
        }
    }
}

impl Holding {
    /// Makes the plan of now the ledger's, where it is what was agreed to.
    async fn plan(&self, prepared: &Prepared, agreed: &Agreed, tell: &mut dyn FnMut(Note)) -> Result<Planned> {
        let Self { ledger, lease } = self;
        let Prepared { folder, round, wish, files, .. } = prepared;
        let now = || prepared.clock.now();
        refuse_halted(Some(ledger), folder)?;
        refuse_older_ledger(Some(ledger), folder)?;
        // Another run may have sent other files meanwhile.
        let changes = refuse_changes(ledger, folder, *round, files, wish)?;
        if changes != prepared.changes {
            changes.into_iter().for_each(&mut *tell);
        }
        ledger.begin_plan(lease, *round, &prepared.columns).await?;
        // It holds what a whole list has shown: on the stack of whoever waits for it, it would be too much.
        let planned = Box::pin(self.stage(prepared, agreed, tell)).await?;
        ledger.finish_plan(lease, *round, now()).await?;
        ledger.freeze(lease, *round, files.clone(), now()).await?;
        Ok(planned)
    }

    /// Writes the rows of the plan, which change nothing until it is finished.
    async fn stage(&self, prepared: &Prepared, agreed: &Agreed, tell: &mut dyn FnMut(Note)) -> Result<Planned> {
        let Self { ledger, lease } = self;
        let Folder { settings, .. } = &prepared.folder;
        let mut planner = prepared.planner.clone();
        // Whoever agreed to this plan has been told of its rows, and its letters were tried out.
        let try_out = if agreed.to.is_some() { TryOut::Never } else { TryOut::Each };
        let mut say = |note| match try_out {
            TryOut::Each => tell(note),
            TryOut::Never => {}
        };
        let told = match try_out {
            TryOut::Each => (
                Moved::begin(&prepared.folder, prepared.round, Some(ledger))?,
                Doubts::begin(&prepared.folder, Some(ledger))?,
            ),
            TryOut::Never => Default::default(),
        };
        let mut survey = Survey::new(prepared, try_out, told);
        let mut stage = Stage::new(ledger, lease, prepared.round);
        for batch in Pass::over(&prepared.folder, &mut planner, prepared.round, Some(ledger))? {
            let rows = batch?;
            survey.see(&rows);
            stage.take(rows).await?;
        }
        stage.finish().await?;
        survey.see_moved(Some(ledger))?;
        let planned = survey.finish(&mut say)?;
        match agreed.to {
            None => Ok(planned),
            Some(agreed) if agreed.is_same_plan(&planned) => Ok(agreed),
            Some(agreed) => Err(Error::AnotherPlan {
                campaign: settings.id.clone(),
                agreed: agreed.letters,
                found: planned.letters,
            }),
        }
    }
}

/// A sandbox that keeps letters as files and nothing else.
fn letters_into(folder: PathBuf) -> Options {
    Options { sink: Sink::Folder(folder), journal: Journal::None, ..Options::default() }
}
