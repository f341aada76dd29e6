//! The ledger in one SQLite file.
//!
//! One thread writes (`writer`): commands gather while it flushes the disk, so that a flush serves many letters.
//! Reading happens on connections of its own and never waits; what a run reads, a thread reads for it (`reader`). All
//! SQL is in this folder, beside what it is about.
//!
//! Beside the file lie SQLite's `-wal` and `-shm` while it is open, and a lock for each campaign that was sent. All are
//! readable by their owner alone.

mod account_log;
mod adopt;
mod answer;
mod approval;
mod asked_once;
mod attempt;
mod belief;
mod bounce;
mod browse;
mod bulk;
mod campaign;
mod carried;
mod claim;
mod come_back;
mod copies;
mod count;
mod dead;
mod dismiss;
mod draft;
mod due;
mod erase;
mod events;
mod expire;
mod expired;
mod facts;
mod failure;
mod file;
mod filing;
mod forgotten;
mod former;
mod gather;
mod gone;
mod halt;
mod happened;
mod heard;
mod history;
mod hold;
mod home;
mod host;
mod lease;
mod left_open;
mod lock;
mod look;
mod losses;
mod lost_log;
mod machine_memory;
mod mail;
mod mailbox;
mod mailed;
mod mention;
mod occupants;
mod open_files;
mod patience;
mod pattern;
mod person;
mod place;
mod plan;
mod read;
mod reader;
mod readers;
mod record;
mod reserve;
mod resolve;
mod review;
mod rule;
mod run;
mod selection;
mod sent_file;
mod sent_row;
mod sequence;
mod session;
mod settle;
mod shared;
mod snapshot;
mod stage;
mod standing;
mod suppress;
mod take_back;
mod test_letter;
mod timeline;
mod transfer;
mod unsaid;
mod value;
mod wal;
mod ways;
mod whereabouts;
mod windows;
mod witness;
mod writer;

#[cfg(test)]
mod tests;

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use self::failure::Failure;
pub use self::home::Home;
use self::machine_memory::MachineMemory;
use self::reader::Reader;
use self::readers::Readers;
use self::witness::{Doubts, Witnesses};
use self::writer::{Command, Job, Store, Work};
use super::{Adopted, LedgerError, Machine, Result, Unknown, Word};
use crate::clock::Clock;
use crate::ledger::database::Connection;
use crate::model::CampaignId;

/// A ledger in a SQLite file. Clones share it; dropping the last one waits until everything that was asked is durable.
#[derive(Clone)]
pub struct SqliteLedger {
    inner: Arc<Inner>,
}

struct Inner {
    /// Without symbolic links.
    home: Home,
    /// What the ledger is called.
    path: PathBuf,
    machine: Machine,
    /// Both of them: `None` where the ledger was opened for reading. The reader ends first, so that the writer is the
    /// last to close the file.
    reader: Option<Reader>,
    readers: Arc<Readers>,
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
    /// [`LedgerError::Lost`] where the log of sent letters beside it knows of what the ledger does not.
    /// [`LedgerError::Newer`], [`LedgerError::Unusable`], [`LedgerError::Full`], or what the file
    /// system says.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_at(&Home::File(path.to_owned()), None)
    }

    /// The same, on a machine that remembers in the folder `memory` which ledgers it wrote.
    ///
    /// # Errors
    /// As [`SqliteLedger::open`], and where the machine remembers what the ledger does not know.
    pub fn open_remembered(path: &Path, memory: &Path) -> Result<Self> {
        Self::open_at(&Home::File(path.to_owned()), Some(memory))
    }

    /// The same, wherever the ledger is kept, and whether or not this machine remembers anything.
    ///
    /// # Errors
    /// As [`SqliteLedger::open_remembered`], and where a server cannot be reached, refuses, or may forget what it
    /// committed.
    pub fn open_at(home: &Home, memory: Option<&Path>) -> Result<Self> {
        Self::open_with(home, host::machine(), "", memory, Doubts::Refuse)?.refuse_moved()
    }

    /// The same for a ledger that is to be moved, or was and is not finished yet.
    ///
    /// # Errors
    /// As [`SqliteLedger::open_at`], but for [`LedgerError::Moved`].
    pub fn open_to_move(home: &Home, memory: Option<&Path>) -> Result<Self> {
        Self::open_with(home, host::machine(), "", memory, Doubts::Refuse)
    }

    fn refuse_moved(self) -> Result<Self> {
        self.read(transfer::refuse_moved)?;
        Ok(self)
    }

    /// Opens a ledger for reading; `None` where there is none yet. Works where nothing may be written, and while a run
    /// writes.
    ///
    /// Whatever asks one of its threads fails: all that writes, and what a run reads.
    ///
    /// # Errors
    /// As [`SqliteLedger::open`].
    pub fn open_existing(path: &Path) -> Result<Option<Self>> {
        Self::open_existing_at(&Home::File(path.to_owned()))
    }

    /// The same, wherever the ledger is kept.
    ///
    /// # Errors
    /// As [`SqliteLedger::open_at`].
    pub fn open_existing_at(home: &Home) -> Result<Option<Self>> {
        let Some((connection, home)) = home.open_for_reading()? else {
            return Ok(None);
        };
        let path = home.name();
        let readers = Arc::new(Readers::new(home.clone(), Some(connection)));
        let inner = Inner { home, path, machine: host::machine(), reader: None, readers, writer: None };
        Self { inner: Arc::new(inner) }.refuse_moved().map(Some)
    }

    /// Refuses where a witness knows of what the ledger at a path does not know, also where there is none; changes
    /// nothing. Whatever opens a ledger for writing looks itself.
    ///
    /// # Errors
    /// [`LedgerError::Lost`] where that is so; where something cannot be read.
    pub fn refuse_lost(home: &Home, memory: Option<&Path>) -> Result<()> {
        let memory = memory.map(MachineMemory::in_folder);
        if let Home::File(path) = home {
            let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
            if !path.exists() {
                return witness::refuse_missing_ledger(path, memory.as_ref());
            }
            lost_log::refuse_lost_log(path)?;
        }
        match home.open_for_reading()? {
            Some((connection, home)) => witness::compare(&connection, home.beside(), memory.as_ref())
                .map_err(|failure| failure.into_error(&home.name())),
            None if matches!(home, Home::Server { .. }) => {
                witness::refuse_missing_ledger(home.beside(), memory.as_ref())
            }
            None => Ok(()),
        }
    }

    /// That letters of a campaign left by another ledger on this machine, as its memory tells, where none left by this
    /// one: its folder was copied without the ledger, or begun anew.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn sent_elsewhere(
        home: &Home,
        memory: Option<&Path>,
        campaign: &CampaignId,
    ) -> Result<Option<super::SentElsewhere>> {
        match memory.map(MachineMemory::in_folder) {
            Some(memory) => witness::sent_elsewhere(home, &memory, campaign),
            None => Ok(None),
        }
    }

    /// The letters that witnesses know and the ledger at a path does not, also where there is none; with those of a
    /// campaign that left by another ledger on this machine, where none left by this one.
    ///
    /// # Errors
    /// Where something cannot be read.
    pub fn unknown_letters(home: &Home, memory: Option<&Path>, campaign: &CampaignId) -> Result<Unknown> {
        witness::unknown_letters(home, memory.map(MachineMemory::in_folder).as_ref(), campaign)
    }

    /// Opens a ledger, or makes it, whatever its witnesses know: to [`adopt`](Self::adopt) that.
    ///
    /// # Errors
    /// As [`SqliteLedger::open`], but for [`LedgerError::Lost`].
    pub fn open_to_adopt(home: &Home, memory: Option<&Path>) -> Result<Self> {
        Self::open_with(home, host::machine(), "", memory, Doubts::Adopt)?.refuse_moved()
    }

    /// Takes letters that witnesses know for sent, and everything else that they know for known. What is left of what
    /// was unknown are copies, each of which may have been sent.
    ///
    /// # Errors
    /// [`LedgerError::Held`] while a run sends one of the ledger's campaigns.
    pub fn adopt(
        &self,
        letters: Vec<Adopted>,
        rest: &Unknown,
        clock: &Clock,
        word: Word,
    ) -> impl Future<Output = Result<()>> + Send + use<> {
        self.ask(adopt::Adopt { letters, has_copies: rest.has_copies(), clock: clock.clone(), word })
    }

    /// The file, without symbolic links; on a server, what the ledger is called.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Opens a ledger as a machine that has this name, and no other id; `pragmas` are for the connection that writes.
    #[cfg(test)]
    fn open_as(path: &Path, name: &str, pragmas: &str) -> Result<Self> {
        let machine = Machine { id: name.to_owned(), name: name.to_owned() };
        Self::open_with(&Home::File(path.to_owned()), machine, pragmas, None, Doubts::Refuse)
    }

    fn open_with(home: &Home, machine: Machine, pragmas: &str, memory: Option<&Path>, doubts: Doubts) -> Result<Self> {
        let memory = memory.map(MachineMemory::in_folder);
        if doubts == Doubts::Refuse {
            refuse_gone(home, memory.as_ref())?;
        }
        let (connection, home) = home.open()?;
        let path = home.name();
        let opened = connection.file().map_or(Ok(()), |file| file.execute_batch(pragmas)).map_err(Failure::from);
        let witnesses = opened.and_then(|()| Witnesses::open(&connection, home.beside(), memory.as_ref(), doubts));
        let witnesses = witnesses.map_err(|failure| failure.into_error(&path))?;
        let store = Store::new(connection, &home, machine.clone(), witnesses);
        let (commands, inbox) = channel();
        let thread = std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || store.serve(&inbox))
            .map_err(|error| LedgerError::Stopped(error.to_string()))?;
        let writer = Writer { commands: Some(commands), thread: Some(thread) };
        let readers = Arc::new(Readers::new(home.clone(), None));
        let reader = Some(Reader::start(&readers)?);
        let inner = Inner { home, path, machine, reader, readers, writer: Some(writer) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What is kept beside a ledger's file that is not whole without it; nothing, once the last process has closed it.
    #[must_use]
    pub fn log_beside(path: &Path) -> Option<PathBuf> {
        let log = place::sibling(path, "-wal");
        log.metadata().is_ok_and(|found| found.len() > 0).then_some(log)
    }

    /// Reads on a connection that nobody else uses meanwhile.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> std::result::Result<T, Failure>) -> Result<T> {
        self.inner.readers.read(read)
    }

    /// Has something read by the thread that reads.
    fn look<T, R>(&self, read: R) -> impl Future<Output = Result<T>> + Send + use<T, R>
    where
        T: Send + 'static,
        R: Fn(&Connection) -> std::result::Result<T, Failure> + Send + 'static,
    {
        let asked = self.inner.reader.as_ref().map(|reader| reader.ask(read)).ok_or_else(|| self.is_read_only());
        async move { asked?.await }
    }

    fn is_read_only(&self) -> LedgerError {
        LedgerError::Store { path: self.inner.path.clone(), what: "the ledger was opened for reading alone".to_owned() }
    }

    /// Queues a command, now; the future resolves once it is durable, or refused.
    fn ask<C: Command>(&self, command: C) -> impl Future<Output = Result<C::Output>> + Send + use<C> {
        let (asker, answer) = oneshot::channel();
        let queued = match self.inner.writer.as_ref() {
            None => Err(self.is_read_only()),
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

/// Refuses to make a ledger where a witness tells of one, and to open a file without the log that belongs to it.
fn refuse_gone(home: &Home, memory: Option<&MachineMemory>) -> Result<()> {
    match home {
        Home::File(path) => match path.canonicalize() {
            Ok(path) => lost_log::refuse_lost_log(&path),
            Err(_) => witness::refuse_missing_ledger(path, memory),
        },
        Home::Server { .. } => match home.open_for_reading()? {
            Some(_) => Ok(()),
            None => witness::refuse_missing_ledger(home.beside(), memory),
        },
    }
}
