//! The ledger that logs belong to, and what it makes of them.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::super::expired;
use super::super::failure::Failure;
use super::super::file::random;
use super::super::former;
use super::super::machine_memory::MachineMemory;
use super::super::occupants::prepare;
use super::super::sent_file::{Reading, SentFile, beginning, read};
use super::super::value::{person, word};
use super::Doubts;
use super::last_event::event;
use super::loss::{count, lost, unreadable};
use crate::ledger::database::Connection;
use crate::ledger::rules::witness::{Known, unknown};
use crate::ledger::sent_log::{AddressMark, Left, Letter, Line, Marker, Told, Turn};
use crate::ledger::{LedgerError, Missing};
use crate::model::{CampaignId, DeliveryState, MessageId, Round, TokenKey};

type Result<T> = std::result::Result<T, Failure>;

/// Whether a ledger knows of no letter of a campaign that was tried.
pub(super) fn has_sent_nothing(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<bool> {
    let sent = connection
        .query_row(
            "SELECT 1 FROM campaign c JOIN tally t ON t.campaign = c.id AND t.count > 0
            WHERE c.name = ?1 AND t.state <> 'planned' AND t.state <> 'skipped' LIMIT 1",
            [campaign.as_str()],
            |_| Ok(()),
        )
        .optional()?;
    Ok(sent.is_none())
}

/// Notes that the ledger knows everything that stands in a log.
pub(super) fn knows(connection: &Connection, log: &SentFile) -> Result<()> {
    let length = log.length().map_err(|error| unreadable(&log.path, &error))?;
    if let Some(file) = file_of(&log.path)? {
        connection.execute(
            "INSERT INTO witness (file, length) VALUES (?1, ?2) ON CONFLICT (file) DO UPDATE SET length = excluded.length",
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

/// What kept a log from being opened.
pub(super) enum Trouble {
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
    pub(super) fn into_failure(self, log: &Path) -> Failure {
        match self {
            Self::File(error) => unreadable(log, &error).into(),
            Self::Ledger(failure) => failure,
        }
    }
}

/// What is found under a log's name. Nothing in it is news to the ledger.
pub(super) enum Log {
    /// Nothing that could be read.
    New,
    /// Less than the ledger saw in it: this.
    Cut(Told),
    /// All that the ledger saw in it, and perhaps more.
    Whole,
}

/// What the ledger knows of letters, by their addresses' marks.
type Letters = HashMap<AddressMark, Known>;

/// Adds what is known. Of two rows with one address, one may have been sent.
fn add(known: &mut Letters, mark: AddressMark, found: Known) {
    let best = known.entry(mark).or_insert(found);
    best.attempts = best.attempts.max(found.attempts);
    if found.state.may_have_left() {
        best.state = found.state;
    }
}

/// The ledger that logs belong to.
pub(super) struct Owner<'a> {
    connection: &'a Connection,
    path: &'a Path,
    pub(super) id: String,
    pub(super) marker: Marker,
    /// Campaigns whose people were erased: it has the numbers of their letters, and knows of none whose it was. Nothing
    /// of them is sent any more.
    expired: HashSet<CampaignId>,
}

impl<'a> Owner<'a> {
    pub(super) fn of(connection: &'a Connection, path: &'a Path) -> Result<Self> {
        let meta = |key: &str| {
            connection.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get::<_, [u8; 32]>(0))
        };
        let id = HEXLOWER.encode(&meta("id")?[..16]);
        let marker = Marker::of(&TokenKey::new(meta("token-key")?));
        Ok(Self { connection, path, id, marker, expired: expired::all(connection)? })
    }

    /// Whether it knows of no letter of a campaign that was tried.
    pub(super) fn has_sent_nothing(&self, campaign: &CampaignId) -> Result<bool> {
        Ok(has_sent_nothing(self.connection, campaign)?)
    }

    /// Opens a log, and refuses where it knows of letters that the ledger does not know of. One that is new, or that
    /// was cut, gets what the ledger knows.
    pub(super) fn open(&self, path: &Path) -> std::result::Result<SentFile, Trouble> {
        match self.look(path)? {
            Log::New => self.begin(path),
            Log::Cut(told) => self.fill_up(SentFile::open(path).map_err(Trouble::File)?, &told),
            Log::Whole => SentFile::open(path).map_err(Trouble::File),
        }
    }

    /// Opens a log that may know of letters that the ledger does not know of, to take these in. It is the ledger's own
    /// from here on, whosever it was.
    pub(super) fn take_over(&self, path: &Path) -> std::result::Result<SentFile, Trouble> {
        let Some(Reading { told, .. }) = read(path, 0).map_err(Trouble::File)?.filter(|it| it.told.file.is_some())
        else {
            return self.begin(path);
        };
        let log = SentFile::open(path).map_err(Trouble::File)?;
        if told.ledger.as_ref() != Some(&self.id) {
            log.say(&Line::TakenOver { ledger: self.id.clone() }).map_err(Trouble::File)?;
        }
        Ok(log)
    }

    /// The letters in a log of which the ledger does not know; all of them, where it is another ledger's.
    pub(super) fn unknown_in(&self, path: &Path) -> std::result::Result<BTreeMap<Letter, Left>, Trouble> {
        let Some(Reading { told, .. }) = read(path, 0).map_err(Trouble::File)? else { return Ok(BTreeMap::new()) };
        let rounds = self.rounds(&told)?;
        let known = |letter: &Letter| rounds.get(&(&letter.campaign, letter.round))?.get(&letter.address).copied();
        let unknown = unknown(&told, known).filter(|(letter, _)| self.may_be_sent(letter));
        Ok(unknown.map(|(letter, left)| (letter.clone(), left.clone())).collect())
    }

    /// Looks at a log, and refuses where it knows of letters that the ledger does not know of.
    pub(super) fn look(&self, path: &Path) -> std::result::Result<Log, Trouble> {
        let Some(Line::Begins { file, .. }) = beginning(path).map_err(Trouble::File)? else {
            return Ok(Log::New);
        };
        let known = "SELECT length FROM witness WHERE file = ?1";
        let known = self.connection.query_row(known, [&file], |row| super::super::value::count(row, 0)).optional()?;
        let Some(reading) = read(path, known.unwrap_or(0)).map_err(Trouble::File)? else {
            return Ok(Log::New);
        };
        if known.is_some_and(|known| reading.length < known) {
            let told = read(path, 0).map_err(Trouble::File)?.map(|reading| reading.told).unwrap_or_default();
            self.compare(path, &told)?;
            return Ok(Log::Cut(told));
        }
        self.compare(path, &reading.told)?;
        Ok(Log::Whole)
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
        let rounds = self.rounds(told)?;
        let known = |letter: &Letter| rounds.get(&(&letter.campaign, letter.round))?.get(&letter.address).copied();
        let unknown = unknown(told, known).filter(|(letter, _)| self.may_be_sent(letter));
        match count(unknown.map(|(_, left)| left)) {
            None => Ok(()),
            Some((count, last)) => Err(lost(self.path, path, Missing::Letters { count, last }).into()),
        }
    }

    /// Whether a letter is of a campaign that may be sent still.
    fn may_be_sent(&self, letter: &Letter) -> bool {
        !self.expired.contains(&letter.campaign)
    }

    /// What the ledger knows of the letters in the rounds that a log tells of.
    fn rounds<'t>(&self, told: &'t Told) -> rusqlite::Result<HashMap<(&'t CampaignId, Round), Letters>> {
        let mut rounds = HashMap::new();
        for Letter { campaign, round, .. } in told.letters.keys().filter(|letter| self.may_be_sent(letter)) {
            if let Entry::Vacant(round_of) = rounds.entry((campaign, *round)) {
                round_of.insert(self.known(campaign, *round)?);
            }
        }
        Ok(rounds)
    }

    /// What the ledger knows of a round's letters.
    fn known(&self, campaign: &CampaignId, round: Round) -> rusqlite::Result<Letters> {
        let mut statement = prepare(
            self.connection,
            "SELECT d.email_key, d.attempts, d.state, d.person FROM campaign c JOIN delivery d ON d.campaign = c.id
            WHERE c.name = ?1 AND d.round = ?2",
        )?;
        let mut rows = statement.query(params![campaign.as_str(), round.0])?;
        let mut known = Letters::new();
        while let Some(ref row) = rows.next()? {
            let mark = self.marker.mark(row.get_ref(0)?.as_str()?, &person(row, 3)?);
            let found = Known { attempts: row.get(1)?, state: word(row, 2)? };
            add(&mut known, mark, found);
        }
        former::each(self.connection, campaign, round, |address, person, attempts| {
            let found = Known { attempts, state: DeliveryState::Bounced };
            add(&mut known, self.marker.mark(address, person), found);
        })?;
        let mut statement = self.connection.prepare(
            "SELECT y.address_key, y.attempts, y.state FROM copy y JOIN delivery d ON d.id = y.delivery
            JOIN campaign c ON c.id = d.campaign WHERE c.name = ?1 AND d.round = ?2",
        )?;
        let mut rows = statement.query(params![campaign.as_str(), round.0])?;
        while let Some(ref row) = rows.next()? {
            let mark = self.marker.mark_copy(row.get_ref(0)?.as_str()?);
            add(&mut known, mark, Known { attempts: row.get(1)?, state: word(row, 2)? });
        }
        Ok(known)
    }

    /// Adds what the ledger knows to have left and a log does not tell.
    fn fill_up(&self, log: SentFile, told: &Told) -> std::result::Result<SentFile, Trouble> {
        let mut statement = self.connection.prepare(
            "SELECT c.name, d.round, d.email_key, d.attempts, d.message_id, d.state, d.last_attempt_at, d.person
            FROM campaign c JOIN delivery d ON d.campaign = c.id
            WHERE d.state = 'attempting' OR d.state = 'accepted' OR d.state = 'in-doubt' OR d.state = 'bounced'
            UNION ALL SELECT c.name, d.round, f.email_key, f.attempts, d.message_id, 'bounced', d.last_attempt_at, f.person
            FROM former_address f JOIN delivery d ON d.id = f.delivery JOIN campaign c ON c.id = d.campaign",
        )?;
        let mut rows = statement.query([])?;
        let mut lines = String::new();
        while let Some(ref row) = rows.next()? {
            let Ok(campaign) = CampaignId::parse(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?) else {
                continue;
            };
            let address = self.marker.mark(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?, &person(row, 7)?);
            let letter = Letter { campaign, round: Round(row.get(1)?), address };
            if told.letters.contains_key(&letter) {
                continue;
            }
            let at = super::super::value::time_if_any(row, 6)?.unwrap_or(Timestamp::UNIX_EPOCH);
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

    /// Opens what this machine remembers of the ledger, and compares that with it. Without a memory, which must not
    /// keep anybody from sending, it goes on.
    pub(super) fn recall(&self, memory: &MachineMemory, doubts: Doubts) -> Result<Option<(MachineMemory, SentFile)>> {
        let path = memory.log(&self.id);
        let open = || match doubts {
            Doubts::Refuse => self.open(&path),
            Doubts::Adopt => self.take_over(&path),
        };
        match memory.make().map_err(Trouble::File).and_then(|()| open()) {
            Err(Trouble::File(error)) => {
                tracing::warn!("{}: this machine cannot remember the ledger: {error}", path.display());
                Ok(None)
            }
            Err(Trouble::Ledger(failure)) => Err(self.seen_elsewhere(failure, memory)),
            Ok(log) if doubts == Doubts::Adopt => Ok(Some((memory.clone(), log))),
            Ok(log) => self.compare_events(memory).map(|()| Some((memory.clone(), log))),
        }
    }

    /// Refuses a ledger without the last event that this machine saw in it.
    pub(super) fn compare_events(&self, memory: &MachineMemory) -> Result<()> {
        let Some(last) = memory.seen(&self.id).and_then(|seen| seen.event) else { return Ok(()) };
        if event(self.connection, last.0)? == Some(last) {
            return Ok(());
        }
        Err(self.seen_elsewhere(lost(self.path, &memory.of(&self.id), Missing::Events).into(), memory))
    }

    /// Says with a loss where this machine last used the ledger.
    pub(super) fn seen_elsewhere(&self, failure: Failure, memory: &MachineMemory) -> Failure {
        match failure {
            Failure::Refused(LedgerError::Lost(mut lost)) => {
                lost.elsewhere = memory.seen(&self.id).map(|seen| seen.at).filter(|at| at != self.path);
                LedgerError::Lost(lost).into()
            }
            other => other,
        }
    }
}
