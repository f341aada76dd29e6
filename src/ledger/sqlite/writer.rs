//! The one thread that writes. It takes whatever commands have gathered, carries them out in one transaction, commits,
//! and answers.
//!
//! No command is answered before its commit, none overtakes another, and one that fails does not spoil the others.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use tokio::sync::oneshot;

use super::facts::Facts;
use super::failure::{Failure, is_full, lies_in_a_command, translate};
use super::gather::{Passenger, gather};
use super::gone::{Became, is_gone};
pub(super) use super::happened::Happened;
use super::home::Home;
use super::lost_log;
use super::open_files::OpenFiles;
use super::session::{Run, Session};
use super::shared;
use super::witness::Witnesses;
use crate::ledger::database::Connection;
use crate::ledger::postgres::Ahead;
use crate::ledger::{Lease, LedgerError, Machine, Result};
use crate::model::{CampaignId, DeliveryState, Round};

/// Something to write.
pub(super) trait Command: Send + 'static {
    /// What it gives.
    type Output: Send + 'static;

    /// Whether it has a transaction of its own: since it is long, or since it changes what the writer keeps in memory.
    const ALONE: bool = false;

    /// Whether it is carried out where the ledger was handed over from, too.
    const WHERE_HANDED_OVER: bool = false;

    /// Whether it rides with whatever comes next, for a moment, since nobody waits for it.
    fn rides(&self) -> bool {
        false
    }

    /// Says what it is going to ask of the ledger, as far as that is known before its transaction begins.
    ///
    /// # Errors
    /// Where a value cannot be said to a database.
    fn foresee(&self, _store: &Store, _ahead: &mut Ahead) -> rusqlite::Result<()> {
        Ok(())
    }

    /// Carries it out within the transaction that is open. It may be run again where that transaction was rolled back.
    fn run(&mut self, store: &mut Store) -> std::result::Result<Self::Output, Failure>;

    /// Called once it is durable.
    fn committed(&mut self, _store: &mut Store) {}
}

/// A command on its way.
pub(super) trait Work: Passenger + Send {
    fn foresee(&self, store: &Store, ahead: &mut Ahead) -> rusqlite::Result<()>;
    fn run(&mut self, store: &mut Store) -> rusqlite::Result<()>;
    fn committed(&mut self, store: &mut Store);
    /// Answers whoever asked: with `failure`, where there is one.
    fn answer(self: Box<Self>, failure: Option<&dyn Fn() -> LedgerError>);
}

/// A command, its outcome, and who waits for it.
pub(super) struct Job<C: Command> {
    command: C,
    outcome: Option<Result<C::Output>>,
    asker: oneshot::Sender<Result<C::Output>>,
}

impl<C: Command> Job<C> {
    pub(super) fn new(command: C, asker: oneshot::Sender<Result<C::Output>>) -> Self {
        Self { command, outcome: None, asker }
    }
}

impl<C: Command> Passenger for Job<C> {
    fn alone(&self) -> bool {
        C::ALONE
    }

    fn rides(&self) -> bool {
        self.command.rides()
    }
}

impl<C: Command> Work for Job<C> {
    fn foresee(&self, store: &Store, ahead: &mut Ahead) -> rusqlite::Result<()> {
        self.command.foresee(store, ahead)
    }

    fn run(&mut self, store: &mut Store) -> rusqlite::Result<()> {
        let may_write = if C::WHERE_HANDED_OVER { Ok(()) } else { store.refuse_handed_over() };
        self.outcome = Some(match may_write.and_then(|()| self.command.run(store)) {
            Ok(output) => Ok(output),
            Err(Failure::Refused(error)) => Err(error),
            Err(Failure::Sql(error)) => return Err(error),
        });
        Ok(())
    }

    fn committed(&mut self, store: &mut Store) {
        if let Some(Ok(_)) = self.outcome {
            self.command.committed(store);
        }
    }

    fn answer(self: Box<Self>, failure: Option<&dyn Fn() -> LedgerError>) {
        let outcome = match (failure, self.outcome) {
            // A refusal stands, whatever became of the rest.
            (_, Some(Err(error))) => Err(error),
            (Some(failure), _) => Err(failure()),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(LedgerError::Stopped("it left out a command".to_owned())),
        };
        // Whoever asked may have gone; the outcome is recorded all the same.
        let _ = self.asker.send(outcome);
    }
}

/// What the writer has: the connection, and what it keeps in memory about the leases that were taken through it.
pub(super) struct Store {
    pub(super) connection: Connection,
    /// What the ledger is called: its file, or where it is on a server.
    pub(super) path: PathBuf,
    /// What lies beside it on this machine has names that begin like this one.
    pub(super) beside: PathBuf,
    pub(super) home: Home,
    pub(super) machine: Machine,
    /// `run HOST/PID`: who says what this writer records.
    pub(super) source: String,
    pub(super) sessions: HashMap<CampaignId, Session>,
    pub(super) files: OpenFiles,
    pub(super) witnesses: Witnesses,
    /// Which transaction this is.
    pub(super) transaction: u64,
    /// The last attempt that was recorded in this transaction.
    pub(super) last_attempt: Option<i64>,
    /// What was asked in this transaction: nobody else writes meanwhile, so that the answers hold until its end.
    pub(super) facts: Facts,
    moves: Vec<Move>,
}

/// So many deliveries more, or fewer, in a state.
struct Move {
    campaign: i64,
    round: Round,
    state: DeliveryState,
    by: i64,
}

impl Store {
    pub(super) fn new(connection: Connection, home: &Home, machine: Machine, witnesses: Witnesses) -> Self {
        Self {
            connection,
            files: OpenFiles::of(home.beside()),
            path: home.name(),
            beside: home.beside().to_owned(),
            home: home.clone(),
            source: format!("run {}/{}", machine.name, std::process::id()),
            machine,
            witnesses,
            sessions: HashMap::new(),
            transaction: 0,
            last_attempt: None,
            facts: Facts::default(),
            moves: Vec::new(),
        }
    }

    /// Works until nobody can ask any more and everything that was asked is done.
    pub(super) fn serve(mut self, inbox: &Receiver<Box<dyn Work>>) {
        let mut next = None;
        while let Some(first) = next.take().or_else(|| inbox.recv().ok()) {
            let (batch, own) = gather(first, inbox);
            next = own;
            self.commit(batch);
        }
        if let Err(failure) = self.witnesses.close(&self.connection) {
            // What is not noted is compared again when the ledger is opened.
            tracing::warn!("{}", failure.into_error(&self.path));
        }
        self.files.save(&self.connection);
        // Whoever reads may close the file later and cannot do this then.
        if let Some(file) = self.connection.file() {
            lost_log::leave(file);
        }
    }

    fn commit(&mut self, batch: Vec<Box<dyn Work>>) {
        let writes = if batch.iter().any(|work| work.alone()) { Writes::AtOnce } else { Writes::Together };
        self.commit_with(batch, writes);
    }

    fn commit_with(&mut self, mut batch: Vec<Box<dyn Work>>, writes: Writes) {
        match self.transact(&mut batch, writes) {
            // By itself, the command that is at fault hears so, and the others are carried out.
            Err(Unfinished::Command(error))
                if (batch.len() > 1 || self.connection.has_waited()) && lies_in_a_command(&error) =>
            {
                for work in batch {
                    self.commit_with(vec![work], Writes::AtOnce);
                }
            }
            // There is room for what ends. What would begin is refused.
            Err(Unfinished::Command(error) | Unfinished::Transaction(error))
                if is_full(&error) && self.witnesses.reserve().give_up() =>
            {
                self.commit(batch);
            }
            Err(Unfinished::Command(error) | Unfinished::Transaction(error)) if is_gone(&self.connection, &error) => {
                let became = self.come_back();
                if became != Some(Became::Committed) {
                    self.witnesses.forget();
                }
                match became {
                    Some(Became::Committed) => self.conclude(batch),
                    Some(Became::Nothing) => self.commit(batch),
                    None => self.refuse(batch, &error),
                }
            }
            Err(Unfinished::Command(error) | Unfinished::Transaction(error)) => {
                tracing::warn!(%error, commands = batch.len(), "a transaction of the ledger was rolled back");
                self.refuse(batch, &error);
            }
            Ok(()) => self.conclude(batch),
        }
    }

    /// Answers that nothing came of it.
    fn refuse(&self, batch: Vec<Box<dyn Work>>, error: &rusqlite::Error) {
        for work in batch {
            work.answer(Some(&|| translate(error, &self.path)));
        }
    }

    /// Answers what is durable.
    fn conclude(&mut self, mut batch: Vec<Box<dyn Work>>) {
        for work in &mut batch {
            work.committed(self);
        }
        // Only then is anybody told: a letter leaves when its intent is in the ledger and known to the witness.
        let written = self.witnesses.write();
        for work in batch {
            match &written {
                Ok(()) => work.answer(None),
                Err(unwitnessed) => work.answer(Some(&|| unwitnessed.explain())),
            }
        }
    }

    fn transact(&mut self, batch: &mut [Box<dyn Work>], writes: Writes) -> std::result::Result<(), Unfinished> {
        self.transaction += 1;
        self.last_attempt = None;
        self.facts = Facts::default();
        let done = self.within_transaction(batch, writes);
        self.moves.clear();
        if done.is_err() {
            let _ = self.connection.roll_back();
            if !matches!(&done, Err(Unfinished::Transaction(error)) if is_gone(&self.connection, error)) {
                self.witnesses.forget();
            }
            for session in self.sessions.values_mut() {
                session.forget();
            }
        }
        done
    }

    fn within_transaction(
        &mut self,
        batch: &mut [Box<dyn Work>],
        writes: Writes,
    ) -> std::result::Result<(), Unfinished> {
        let ahead = self.foresee(batch, writes).map_err(Unfinished::Command)?;
        self.connection.begin(ahead).map_err(Unfinished::Transaction)?;
        for work in batch {
            work.run(self).map_err(Unfinished::Command)?;
        }
        self.write_moves().map_err(Unfinished::Transaction)?;
        self.connection.write_what_waits().map_err(Unfinished::Command)?;
        self.connection.commit().map_err(Unfinished::Transaction)
    }

    /// What commands are going to ask, where their writes may wait for one another.
    fn foresee(&self, batch: &[Box<dyn Work>], writes: Writes) -> rusqlite::Result<Option<Ahead>> {
        if writes == Writes::AtOnce || self.connection.server().is_none() {
            return Ok(None);
        }
        let mut ahead = Ahead::default();
        batch.iter().try_for_each(|work| work.foresee(self, &mut ahead))?;
        Ok(Some(ahead))
    }

    /// The lease's keys, where it is still the campaign's lease.
    ///
    /// Within one transaction nobody else can take it, so that the ledger is asked once.
    pub(super) fn run_of(&mut self, lease: &Lease) -> std::result::Result<Run, Failure> {
        let session = self
            .sessions
            .get_mut(&lease.campaign)
            .filter(|session| session.run.lease == lease.number)
            .ok_or(LedgerError::LeaseLost)?;
        if session.seen_in != self.transaction {
            if self.connection.server().is_some() {
                session.server_time = shared::stands(&self.connection, lease.number)?.ok_or(LedgerError::LeaseLost)?;
                session.seen_in = self.transaction;
                return Ok(session.run);
            }
            let number: Option<i64> = self
                .connection
                .prepare_cached("SELECT number FROM lease WHERE campaign = ?1")?
                .query_row([session.run.campaign], |row| row.get(0))
                .optional()?;
            if number != Some(lease.number) {
                return Err(LedgerError::LeaseLost.into());
            }
            session.seen_in = self.transaction;
        }
        Ok(session.run)
    }

    /// From when on something counts that ended at a moment of a run's: in the ledger's own time, and in the run's.
    pub(super) fn time_of(&self, lease: &Lease, at: Timestamp) -> Result<(i64, Timestamp)> {
        let session = self.sessions.get(&lease.campaign).ok_or(LedgerError::LeaseLost)?;
        let counted = session.time.counted(at, session.server_time);
        let is_later = counted > session.time.of(at);
        Ok((counted, if is_later { session.time.at(counted) } else { at }))
    }

    /// Remembers that a delivery went from one state to another, for the tally.
    pub(super) fn moved(&mut self, campaign: i64, round: Round, from: DeliveryState, to: DeliveryState) {
        for (state, by) in [(from, -1), (to, 1)] {
            let same = |known: &&mut Move| known.campaign == campaign && known.round == round && known.state == state;
            match self.moves.iter_mut().find(same) {
                Some(known) => known.by += by,
                None => self.moves.push(Move { campaign, round, state, by }),
            }
        }
    }

    fn write_moves(&mut self) -> rusqlite::Result<()> {
        for change in self.moves.iter().filter(|change| change.by != 0) {
            self.connection.change_any(
                "UPDATE tally SET count = count + ?4 WHERE campaign = ?1 AND round = ?2 AND state = ?3",
                params![change.campaign, change.round.0, change.state.as_str(), change.by],
            )?;
        }
        Ok(())
    }
}

/// When the writes of a transaction reach a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writes {
    /// Each when it is made: whoever makes it hears how it went.
    AtOnce,
    /// Many of one kind together.
    Together,
}

/// What kept a transaction from its commit.
enum Unfinished {
    /// A command.
    Command(rusqlite::Error),
    /// Its begin or its commit.
    Transaction(rusqlite::Error),
}
