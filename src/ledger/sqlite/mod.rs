//! The ledger in one SQLite file.
//!
//! One thread writes (`writer`): commands gather while it flushes the disk, so that a flush serves many letters. Reading happens on
//! connections of its own and never waits. All SQL is in this folder, beside what it is about.
//!
//! Beside the file lie SQLite's `-wal` and `-shm` while it is open, and a lock for each campaign that was sent. All are readable by
//! their owner alone.

mod account_log;
mod answer;
mod bounce;
mod bulk;
mod campaign;
mod claim;
mod events;
mod failure;
mod file;
mod halt;
mod history;
mod hold;
mod host;
mod lease;
mod left_open;
mod lock;
mod mail;
mod open_files;
mod patience;
mod plan;
mod read;
mod resolve;
mod selection;
mod sent_row;
mod session;
mod settle;
mod snapshot;
mod standing;
mod suppress;
mod timeline;
mod value;
mod wal;
mod windows;
mod writer;

#[cfg(test)]
mod tests;

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::oneshot;

use self::failure::Failure;
use self::writer::{Command, Job, Store, Work};
use super::{
    Claim, Claimed, FrozenFile, Halt, Lease, LedgerError, Mark, Marked, PlannedRow, Resolution, Result, Sent,
    Settlement, Tally, Unbounced, Voice, WriteLedger,
};
use crate::clock::Clock;
use crate::model::window::Windows;
use crate::model::{CampaignId, Columns, RecipientId, Round, Suppression, Target};

/// So many connections for reading are kept open between reads.
const IDLE_READERS: usize = 4;

/// A ledger in a SQLite file. Clones share it; dropping the last one waits until everything that was asked is durable.
#[derive(Clone)]
pub struct SqliteLedger {
    inner: Arc<Inner>,
}

struct Inner {
    /// Without symbolic links.
    path: PathBuf,
    host: String,
    readers: Mutex<Vec<Connection>>,
    /// `None` where the ledger was opened for reading.
    writer: Option<Writer>,
}

/// The way to the thread that writes.
struct Writer {
    /// `None` once it is told to stop.
    commands: Option<Sender<Box<dyn Work>>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Nobody can ask any more: the writer does what was asked, closes the file and ends.
        drop(self.commands.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the ledger's writer broke down");
        }
    }
}

impl fmt::Debug for SqliteLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteLedger").field("path", &self.inner.path).finish_non_exhaustive()
    }
}

impl SqliteLedger {
    /// Opens a ledger, brought to the newest version; makes it, with its folder, where there is none.
    ///
    /// # Errors
    /// [`LedgerError::Newer`], [`LedgerError::Unusable`], [`LedgerError::Full`], or what the file system says.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_as(path, host::name(), "")
    }

    /// Opens a ledger for reading; `None` where there is none yet. Works where nothing may be written, and while a run writes.
    ///
    /// Its functions of [`WriteLedger`] fail.
    ///
    /// # Errors
    /// As [`SqliteLedger::open`].
    pub fn open_existing(path: &Path) -> Result<Option<Self>> {
        let Some((connection, path)) = file::open_for_reading(path)? else {
            return Ok(None);
        };
        let inner = Inner { path, host: host::name(), readers: Mutex::new(vec![connection]), writer: None };
        Ok(Some(Self { inner: Arc::new(inner) }))
    }

    /// The file, without symbolic links.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Opens a ledger as a machine of that name; `pragmas` are for the connection that writes.
    fn open_as(path: &Path, host: String, pragmas: &str) -> Result<Self> {
        let (connection, path) = file::open(path)?;
        connection.execute_batch(pragmas).map_err(|error| failure::translate(&error, &path))?;
        let store = Store::new(connection, path.clone(), host.clone());
        let (commands, inbox) = channel();
        let thread = std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || store.serve(&inbox))
            .map_err(|error| LedgerError::Stopped(error.to_string()))?;
        let writer = Writer { commands: Some(commands), thread: Some(thread) };
        let inner = Inner { path, host, readers: Mutex::default(), writer: Some(writer) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Reads on a connection that nobody else uses meanwhile.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> std::result::Result<T, Failure>) -> Result<T> {
        let readers = || self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = readers().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => file::reader(&self.inner.path)?,
        };
        let outcome = read(&connection).map_err(|failure| failure.into_error(&self.inner.path));
        let mut readers = readers();
        if readers.len() < IDLE_READERS {
            readers.push(connection);
        }
        outcome
    }

    /// Queues a command, now; the future resolves once it is durable, or refused.
    fn ask<C: Command>(&self, command: C) -> impl Future<Output = Result<C::Output>> + Send + use<C> {
        let (asker, answer) = oneshot::channel();
        let queued = match self.inner.writer.as_ref() {
            None => Err(LedgerError::Store {
                path: self.inner.path.clone(),
                what: "the ledger was opened for reading alone".to_owned(),
            }),
            Some(writer) => match &writer.commands {
                Some(commands) => commands
                    .send(Box::new(Job::new(command, asker)))
                    .map_err(|_| LedgerError::Stopped("it broke down".to_owned())),
                None => Err(LedgerError::Stopped("it was told to".to_owned())),
            },
        };
        async move {
            queued?;
            answer.await.unwrap_or_else(|_| Err(LedgerError::Stopped("it broke down".to_owned())))
        }
    }
}

impl WriteLedger for SqliteLedger {
    fn take_lease(&self, campaign: &CampaignId, clock: &Clock) -> impl Future<Output = Result<(Lease, u64)>> + Send {
        self.ask(lease::TakeLease { campaign: campaign.clone(), clock: clock.clone(), taken: None })
    }

    fn release(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        let lease = lease.clone();
        self.ask(lease::Release { lease, at })
    }

    fn renew(&self, lease: &Lease, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        let lease = lease.clone();
        self.ask(lease::Renew { lease, at })
    }

    fn begin_plan(
        &self,
        lease: &Lease,
        round: Round,
        header: &Columns,
        _at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send {
        self.ask(plan::BeginPlan { lease: lease.clone(), round, header: header.clone() })
    }

    fn plan(&self, lease: &Lease, round: Round, rows: Vec<PlannedRow>) -> impl Future<Output = Result<()>> + Send {
        let lease = lease.clone();
        self.ask(plan::AddRows { lease, round, rows })
    }

    fn finish_plan(&self, lease: &Lease, round: Round, at: Timestamp) -> impl Future<Output = Result<Tally>> + Send {
        let lease = lease.clone();
        self.ask(plan::FinishPlan { lease, round, at })
    }

    fn freeze(
        &self,
        lease: &Lease,
        round: Round,
        files: Vec<FrozenFile>,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send {
        self.ask(snapshot::Freeze { lease: lease.clone(), round, files, at })
    }

    fn limit(&self, lease: &Lease, account: &str, windows: Windows) -> impl Future<Output = Result<Sent>> + Send {
        self.ask(windows::SetLimit { lease: lease.clone(), account: account.to_owned(), windows, ready: None })
    }

    fn claim(&self, lease: &Lease, claim: Claim) -> impl Future<Output = Result<Claimed>> + Send {
        let lease = lease.clone();
        self.ask(claim::ClaimDelivery { lease, claim })
    }

    fn settle(&self, lease: &Lease, settlement: Settlement) -> impl Future<Output = Result<()>> + Send {
        let lease = lease.clone();
        self.ask(settle::Settle { lease, settlement })
    }

    fn resolve(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        resolution: Resolution,
        person: &str,
        at: Timestamp,
    ) -> impl Future<Output = Result<()>> + Send {
        self.ask(resolve::Resolve {
            campaign: campaign.clone(),
            round,
            recipient: recipient.clone(),
            resolution,
            person: person.to_owned(),
            at,
        })
    }

    fn mark(
        &self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        mark: Mark,
    ) -> impl Future<Output = Result<Marked>> + Send {
        self.ask(answer::MarkRecipient { campaign: campaign.clone(), recipient: recipient.clone(), mark })
    }

    fn unbounce(
        &self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        person: &str,
        at: Timestamp,
    ) -> impl Future<Output = Result<Unbounced>> + Send {
        let (campaign, recipient, person) = (campaign.clone(), recipient.clone(), person.to_owned());
        self.ask(bounce::Unbounce { campaign, recipient, person, at })
    }

    fn suppress(
        &self,
        campaign: &CampaignId,
        suppression: Suppression,
        by: Voice,
        at: Timestamp,
    ) -> impl Future<Output = Result<Option<Suppression>>> + Send {
        self.ask(suppress::Suppress { campaign: campaign.clone(), suppression, by, at })
    }

    fn stop(&self, campaign: &CampaignId, halt: Halt) -> impl Future<Output = Result<Option<Halt>>> + Send {
        self.ask(halt::Stop { campaign: campaign.clone(), halt })
    }

    fn resume(
        &self,
        campaign: &CampaignId,
        person: &str,
        at: Timestamp,
    ) -> impl Future<Output = Result<Option<Halt>>> + Send {
        self.ask(halt::Resume { campaign: campaign.clone(), person: person.to_owned(), at })
    }

    fn lift(
        &self,
        campaign: &CampaignId,
        target: Target,
        by: Voice,
        at: Timestamp,
    ) -> impl Future<Output = Result<Option<Suppression>>> + Send {
        self.ask(suppress::Lift { campaign: campaign.clone(), target, by, at })
    }
}
