//! The ledger's witnesses: the log of sent letters beside it, and this machine's memory of it, which is such a log too.
//!
//! Both are added to after each commit and before anybody is told of it, so that whatever they say is in the ledger by
//! then. A ledger is compared with them before it is opened for writing: with what they gained since it last knew them.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::failure::Failure;
use super::file::{random, sibling};
use super::machine_memory::{MachineMemory, Seen};
use super::sent_file::{Reading, SentFile, beginning, read};
use super::value::word;
use crate::ledger::rules::witness::{Known, unknown};
use crate::ledger::sent_log::{AddressMark, Left, Letter, Line, Marker, Told, Turn};
use crate::ledger::{LedgerError, Lost, Missing};
use crate::model::{CampaignId, DeliveryState, MessageId, Round, TokenKey};

type Result<T> = std::result::Result<T, Failure>;

/// Whoever keeps a log of its own beside the ledger's.
pub(super) struct Witnesses {
    marker: Marker,
    beside: SentFile,
    /// This machine's memory and its log; `None` where it has none.
    memory: Option<(MachineMemory, SentFile)>,
    ledger: PathBuf,
    /// The ledger's id.
    id: String,
    /// What is to be added once the transaction is committed.
    lines: String,
}

/// The log beside a ledger.
pub(super) fn beside(ledger: &Path) -> PathBuf {
    sibling(ledger, "-sent")
}

/// Refuses to make a ledger where a witness tells of one.
pub(super) fn refuse_missing_ledger(
    ledger: &Path,
    memory: Option<&MachineMemory>,
) -> std::result::Result<(), LedgerError> {
    let remembered = memory.and_then(|memory| memory.log_of_ledger_at(ledger));
    for witness in [Some(beside(ledger)), remembered].into_iter().flatten() {
        let found = read(&witness, 0).map_err(|error| unreadable(&witness, &error))?;
        if let Some(Reading { told, .. }) = found
            && let Some((count, last)) = count(told.letters.values())
        {
            return Err(lost(ledger, &witness, Missing::Ledger { count, last }));
        }
    }
    Ok(())
}

/// How many letters there are, and when the last one left; `None` where there is none.
fn count<'a>(letters: impl Iterator<Item = &'a Left>) -> Option<(usize, Timestamp)> {
    let (count, last) = letters.fold((0, None), |(count, last), left| (count + 1, last.max(Some(left.at))));
    last.map(|last| (count, last))
}

fn lost(ledger: &Path, witness: &Path, what: Missing) -> LedgerError {
    LedgerError::Lost(Lost { ledger: ledger.to_owned(), witness: witness.to_owned(), what, elsewhere: None })
}

fn unreadable(witness: &Path, error: &io::Error) -> LedgerError {
    let what = format!("it cannot be read or written: {error}; check the permissions of the file and of its folder");
    LedgerError::Store { path: witness.to_owned(), what }
}

impl Witnesses {
    /// Opens the witnesses of a ledger that is open for writing, and compares it with them.
    ///
    /// # Errors
    /// [`LedgerError::Lost`] where one of them knows of something that the ledger does not.
    pub(super) fn open(connection: &Connection, ledger: &Path, memory: Option<&MachineMemory>) -> Result<Self> {
        let owner = Owner::of(connection, ledger)?;
        let path = beside(ledger);
        let beside = owner.open(&path).map_err(|trouble| trouble.into_failure(&path))?;
        let memory = memory.map(|memory| owner.recall(memory)).transpose()?.flatten();
        let Owner { id, marker, .. } = owner;
        Ok(Self { marker, beside, memory, ledger: ledger.to_owned(), id, lines: String::new() })
    }

    /// The mark of an address in the logs.
    pub(super) fn mark(&self, address_key: &str) -> AddressMark {
        self.marker.mark(address_key)
    }

    /// Notes what happens to a letter, for when it is committed.
    pub(super) fn note(&mut self, letter: Letter, at: Timestamp, turn: Turn) {
        // A String takes whatever is written to it.
        let _ = writeln!(self.lines, "{}", Line::Letter { letter, at, turn });
    }

    /// Forgets what was noted in a transaction that did not come about.
    pub(super) fn forget(&mut self) {
        self.lines.clear();
    }

    /// Adds to the logs what was noted; returns once that is on the disk.
    pub(super) fn write(&mut self) -> io::Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let lines = std::mem::take(&mut self.lines);
        if let Some((_, log)) = &self.memory
            && let Err(error) = log.add(&lines)
        {
            tracing::warn!("{}: this machine cannot remember what was sent: {error}", log.path.display());
        }
        self.beside.add(&lines).and_then(|()| self.beside.flush())
    }

    /// Why nothing could be added to the log.
    pub(super) fn explain(&self, error: &io::Error) -> LedgerError {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                LedgerError::Full { path: self.beside.path.clone() }
            }
            _ => unreadable(&self.beside.path, error),
        }
    }

    /// Notes in the ledger how much of the logs it knows, and in this machine's memory what was last seen of it.
    pub(super) fn close(&self, connection: &Connection) -> Result<()> {
        if let Some((memory, log)) = &self.memory {
            let seen = Seen { event: last_event(connection)?, at: self.ledger.clone() };
            log.flush().and_then(|()| memory.see(&self.id, &seen)).map_err(|error| unreadable(&log.path, &error))?;
            knows(connection, log)?;
        }
        knows(connection, &self.beside)
    }
}

/// Notes that the ledger knows everything that stands in a log.
fn knows(connection: &Connection, log: &SentFile) -> Result<()> {
    let length = log.length().map_err(|error| unreadable(&log.path, &error))?;
    if let Some(file) = file_of(&log.path)? {
        connection.execute(
            "INSERT INTO witness (file, length) VALUES (?1, ?2)
            ON CONFLICT DO UPDATE SET length = max(length, excluded.length) WHERE length < excluded.length",
            params![file, i64::try_from(length).unwrap_or(i64::MAX)],
        )?;
    }
    Ok(())
}

fn file_of(log: &Path) -> Result<Option<String>> {
    let line = beginning(log).map_err(|error| unreadable(log, &error))?;
    Ok(match line {
        Some(Line::Begins { file, .. }) => Some(file),
        _ => None,
    })
}

/// The ledger's last event: its number, and a digest of what nobody ever changes of it.
fn last_event(connection: &Connection) -> rusqlite::Result<Option<(i64, String)>> {
    let last: Option<i64> = connection.query_row("SELECT max(id) FROM event", [], |row| row.get(0))?;
    Ok(last.map(|number| event(connection, number)).transpose()?.flatten())
}

fn event(connection: &Connection, number: i64) -> rusqlite::Result<Option<(i64, String)>> {
    connection
        .query_row("SELECT campaign, at, kind FROM event WHERE id = ?1", [number], |row| {
            let (campaign, at, kind): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let digest = Sha256::digest(format!("{number} {campaign} {at} {kind}"));
            Ok((number, HEXLOWER.encode(&digest[..8])))
        })
        .optional()
}

/// What kept a log from being opened.
enum Trouble {
    /// The file.
    File(io::Error),
    /// The ledger, which is older than the log.
    Ledger(Failure),
}

impl<E: Into<Failure>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Ledger(error.into())
    }
}

impl Trouble {
    fn into_failure(self, log: &Path) -> Failure {
        match self {
            Self::File(error) => unreadable(log, &error).into(),
            Self::Ledger(failure) => failure,
        }
    }
}

/// The ledger that logs belong to.
struct Owner<'a> {
    connection: &'a Connection,
    path: &'a Path,
    id: String,
    marker: Marker,
}

impl<'a> Owner<'a> {
    fn of(connection: &'a Connection, path: &'a Path) -> Result<Self> {
        let meta = |key: &str| {
            connection.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get::<_, [u8; 32]>(0))
        };
        let id = HEXLOWER.encode(&meta("id")?[..16]);
        Ok(Self { connection, path, id, marker: Marker::of(&TokenKey::new(meta("token-key")?)) })
    }

    /// Opens a log, and refuses where it knows of letters that the ledger does not know of. One that is new, or that
    /// was cut, gets what the ledger knows.
    fn open(&self, path: &Path) -> std::result::Result<SentFile, Trouble> {
        let file = beginning(path).map_err(Trouble::File)?;
        let Some(Line::Begins { file, .. }) = file else {
            return self.begin(path);
        };
        let known = "SELECT length FROM witness WHERE file = ?1";
        let known = self.connection.query_row(known, [&file], |row| super::value::count(row, 0)).optional()?;
        let Some(reading) = read(path, known.unwrap_or(0)).map_err(Trouble::File)? else {
            return self.begin(path);
        };
        if known.is_some_and(|known| reading.length < known) {
            let told = read(path, 0).map_err(Trouble::File)?.map(|reading| reading.told).unwrap_or_default();
            self.compare(path, &told)?;
            return self.fill_up(SentFile::open(path).map_err(Trouble::File)?, &told);
        }
        self.compare(path, &reading.told)?;
        SentFile::open(path).map_err(Trouble::File)
    }

    /// Begins a log, with what the ledger knows.
    fn begin(&self, path: &Path) -> std::result::Result<SentFile, Trouble> {
        let file = random().map_err(|what| LedgerError::Store { path: path.to_owned(), what })?;
        let log = SentFile::open(path).map_err(Trouble::File)?;
        let begins = Line::Begins { ledger: self.id.clone(), file: HEXLOWER.encode(&file[..8]) };
        log.say(&begins).map_err(Trouble::File)?;
        self.fill_up(log, &Told::default())
    }

    /// Refuses a log of another ledger, and letters that this one does not know of.
    fn compare(&self, path: &Path, told: &Told) -> Result<()> {
        if told.ledger.as_ref().is_some_and(|ledger| *ledger != self.id) {
            return Err(lost(self.path, path, Missing::History).into());
        }
        let mut rounds = HashMap::new();
        for Letter { campaign, round, .. } in told.letters.keys() {
            if !rounds.contains_key(&(campaign, *round)) {
                rounds.insert((campaign, *round), self.known(campaign, *round)?);
            }
        }
        let known = |letter: &Letter| rounds.get(&(&letter.campaign, letter.round))?.get(&letter.address).copied();
        match count(unknown(told, known).map(|(_, left)| left)) {
            None => Ok(()),
            Some((count, last)) => Err(lost(self.path, path, Missing::Letters { count, last }).into()),
        }
    }

    /// What the ledger knows of a round's letters.
    fn known(&self, campaign: &CampaignId, round: Round) -> rusqlite::Result<HashMap<AddressMark, Known>> {
        let mut statement = self.connection.prepare(
            "SELECT d.email_key, d.attempts, d.state FROM campaign c JOIN delivery d ON d.campaign = c.id
            WHERE c.name = ?1 AND d.round = ?2",
        )?;
        let mut rows = statement.query(params![campaign.as_str(), round.0])?;
        let mut known: HashMap<AddressMark, Known> = HashMap::new();
        while let Some(row) = rows.next()? {
            let mark = self.marker.mark(row.get_ref(0)?.as_str()?);
            let found = Known { attempts: row.get(1)?, state: word(row, 2)? };
            // Of two rows with one address, one may have been sent.
            let best = known.entry(mark).or_insert(found);
            best.attempts = best.attempts.max(found.attempts);
            if found.state.may_have_left() {
                best.state = found.state;
            }
        }
        Ok(known)
    }

    /// Adds what the ledger knows to have left and a log does not tell.
    fn fill_up(&self, log: SentFile, told: &Told) -> std::result::Result<SentFile, Trouble> {
        let mut statement = self.connection.prepare(
            "SELECT c.name, d.round, d.email_key, d.attempts, d.message_id, d.state, d.last_attempt_at
            FROM campaign c JOIN delivery d ON d.campaign = c.id
            WHERE d.state = 'attempting' OR d.state = 'accepted' OR d.state = 'in-doubt' OR d.state = 'bounced'",
        )?;
        let mut rows = statement.query([])?;
        let mut lines = String::new();
        while let Some(row) = rows.next()? {
            let Ok(campaign) = CampaignId::parse(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?) else {
                continue;
            };
            let address = self.marker.mark(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?);
            let letter = Letter { campaign, round: Round(row.get(1)?), address };
            if told.letters.contains_key(&letter) {
                continue;
            }
            let at = super::value::time_if_any(row, 6)?.unwrap_or(Timestamp::UNIX_EPOCH);
            let id: Option<String> = row.get(4)?;
            let message_id = MessageId::from_text(id.unwrap_or_else(|| "unknown@invalid".to_owned()));
            let turn = Turn::Leaves { attempt: row.get(3)?, message_id };
            let _ = writeln!(lines, "{}", Line::Letter { letter: letter.clone(), at, turn });
            if matches!(word(row, 5)?, DeliveryState::Accepted | DeliveryState::Bounced) {
                let _ = writeln!(lines, "{}", Line::Letter { letter, at, turn: Turn::Accepted });
            }
            if lines.len() > 1 << 20 {
                log.add(&std::mem::take(&mut lines)).map_err(Trouble::File)?;
            }
        }
        log.add(&lines).and_then(|()| log.flush()).map_err(Trouble::File)?;
        knows(self.connection, &log)?;
        Ok(log)
    }

    /// Compares the ledger with what this machine remembers of it. Without a memory, which must not keep anybody from
    /// sending, it goes on.
    fn recall(&self, memory: &MachineMemory) -> Result<Option<(MachineMemory, SentFile)>> {
        let path = memory.log(&self.id);
        let seen = memory.seen(&self.id);
        let opened = memory.make().map_err(Trouble::File).and_then(|()| self.open(&path));
        match opened {
            Err(Trouble::File(error)) => {
                tracing::warn!("{}: this machine cannot remember the ledger: {error}", path.display());
                Ok(None)
            }
            Err(Trouble::Ledger(failure)) => Err(self.seen_elsewhere(failure, seen)),
            Ok(log) => {
                if let Some(last) = seen.as_ref().and_then(|seen| seen.event.clone())
                    && event(self.connection, last.0)? != Some(last)
                {
                    let failure = lost(self.path, &memory.of(&self.id), Missing::Events).into();
                    return Err(self.seen_elsewhere(failure, seen));
                }
                Ok(Some((memory.clone(), log)))
            }
        }
    }

    /// Says with a loss where this machine last used the ledger.
    fn seen_elsewhere(&self, failure: Failure, seen: Option<Seen>) -> Failure {
        match failure {
            Failure::Refused(LedgerError::Lost(mut lost)) => {
                lost.elsewhere = seen.map(|seen| seen.at).filter(|at| at != self.path);
                LedgerError::Lost(lost).into()
            }
            other => other,
        }
    }
}
