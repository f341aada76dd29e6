//! A run: it holds the campaign's lease, sends, and gives the lease back.

use std::cell::OnceCell;
use std::sync::Arc;

use super::concluded::{Concluded, Reach};
use super::inputs::Inputs;
use super::outlook::Outlook;
use super::planned::Planned;
use super::prepare::{Prepared, Wish};
use crate::campaign::contacted::write_contacted;
use crate::campaign::error::{Error, Result};
use crate::campaign::filing::Filer;
use crate::campaign::folder::{Folder, Ledger};
use crate::campaign::note::Note;
use crate::clock::Clock;
use crate::config::Pace;
use crate::dispatch::{self, Assignment, Drain, DrainHandle, Filing, Happening, LetterMaker};
use crate::ledger::{Lease, ReadLedger, RunLedger};
use crate::model::Round;
use crate::transport::Server;
use crate::transport::sandbox::Sandbox;

/// Who holds a campaign's lease.
#[derive(Debug)]
pub(super) struct Holding {
    pub(super) ledger: Ledger,
    pub(super) lease: Lease,
}

impl Holding {
    /// Gives the lease back; says why, where that is not possible.
    pub(super) async fn release(&self, clock: &Clock) -> Option<Note> {
        let released = self.ledger.release(&self.lease, clock.now()).await;
        released.err().map(|error| Note::LeaseKept(error.to_string()))
    }
}

/// Which way the letters of a run go.
#[derive(Debug)]
pub(super) enum Way {
    /// A server inside this program, which ends with the run.
    Sandbox(Sandbox),
    /// The campaign's server.
    Server { server: Arc<Server>, account: String, filer: Option<Filer> },
}

/// A run that has begun: its plan stands in the ledger, and its lease keeps others from sending the campaign. Whoever
/// drops it without [`send`](Self::send) leaves the lease to end with the process.
#[derive(Debug)]
pub struct Run {
    /// What is to be sent.
    pub planned: Planned,
    /// How fast.
    pub pace: Pace,
    folder: Folder,
    round: Round,
    wish: Wish,
    maker: Arc<LetterMaker>,
    clock: Clock,
    inputs: Inputs,
    holding: Holding,
    way: Way,
}

impl Run {
    pub(super) fn new(prepared: Prepared, holding: Holding, planned: Planned, way: Way) -> Self {
        let Prepared { folder, round, wish, pace, maker, clock, inputs, .. } = prepared;
        Self { planned, pace, folder, round, wish, maker: Arc::new(maker), clock, inputs, holding, way }
    }

    /// Sends until nothing is left, something stops it, or it is told to drain. `watch` is told of everything that
    /// happens on the way.
    ///
    /// However it ends, the log is written and the lease given back.
    ///
    /// # Errors
    /// Where the run as a whole failed before any letter was handed over. Once one was, whatever goes wrong is in what
    /// is concluded.
    pub async fn send(self, drain: Drain, watch: &mut (dyn FnMut(&Happening) + Send)) -> Result<Concluded> {
        let (server, account, filer, sandbox) = match self.way {
            Way::Server { server, account, filer } => (server, account, filer, None),
            Way::Sandbox(sandbox) => (Arc::new(sandbox.server()), "sandbox".to_owned(), None, Some(sandbox)),
        };
        let Holding { ledger, lease } = &self.holding;
        let settings = &self.folder.settings;
        let assignment = Assignment {
            ledger: ledger.clone(),
            lease: lease.clone(),
            campaign: settings.id.clone(),
            round: self.round,
            continues: settings.continues.clone(),
            only: self.wish.only_keys(),
            letters: self.maker,
            server,
            account,
            pace: self.pace,
            retry: settings.retry,
            outcomes: settings.outcomes,
            filing: if filer.is_some() { Filing::Kept } else { Filing::NotKept },
            limit: self.wish.limit,
            patience: self.wish.patience,
            largest: self.planned.largest,
            clock: self.clock.clone(),
        };
        let outlook = Outlook::of(&assignment.pace, &self.planned.totals);
        let mut sees = |happening| watch(&happening);
        let (stop, stopped) = DrainHandle::new();
        let changed = OnceCell::new();
        let watching = Box::pin(self.inputs.watch_beside(ledger, self.round, (drain, stop), &changed));
        let sending = Box::pin(dispatch::run(assignment, stopped, &mut sees));
        let sending = Box::pin(async {
            tokio::select! { finished = sending => finished, never = watching => match never {} }
        });
        let (finished, unfiled) = match &filer {
            Some(filer) => filer.beside(sending, ledger).await,
            None => (sending.await, None),
        };
        if let Some(sandbox) = sandbox {
            sandbox.stop().await;
        }
        let reach = if self.wish.limit.is_none() && self.wish.only.is_empty() { Reach::All } else { Reach::Some };
        let tally = ledger.tally(&settings.id, self.round);
        let tally = tally.and_then(|tally| Ok((tally, ledger.copies(&settings.id, self.round)?))).map_err(Error::from);
        let written = write_contacted(&self.folder, ledger);
        let concluded = Concluded::of(finished, self.round, (reach, outlook), tally, written);
        let kept = self.holding.release(&self.clock).await;
        match concluded {
            Ok(concluded) => Ok(Concluded { kept, unfiled, changed: changed.into_inner(), ..concluded }),
            Err(error) => {
                for note in kept.into_iter().chain(unfiled) {
                    tracing::warn!("{note}");
                }
                Err(error)
            }
        }
    }
}
