//! Where the ledger is used: it is handed over, taken back and taken over, and says on which machine the last run was.

use std::future::Future;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::campaign::{campaign_key, known_campaign};
use super::failure::Failure;
use super::hold::lock;
use super::open_files::identity;
use super::value::{self, micros, time, time_if_any};
use super::writer::{Command, Happened, Store};
use super::{SqliteLedger, file, transfer};
use crate::ledger::database::{Connection, Row};
use crate::ledger::rules::place::{Remembered, Spot, elsewhere, is_original};
use crate::ledger::{Elsewhere, HandOver, Holder, LastRun, LedgerError, Machine, PlaceLedger, Result, Word};
use crate::model::{CampaignId, RecipientId, Round};

/// Ledgers from this version on know where they are used.
const KNOWN_SINCE: i64 = 3;

const LAST_RUN: &str = "SELECT number, machine, coalesce(machine_name, host), person, since, ended_at FROM lease";

impl PlaceLedger for SqliteLedger {
    fn handed_over(&self) -> Result<Option<HandOver>> {
        self.read(|connection| Ok(handed_over(connection, &spot(self.inner.home.beside(), &self.inner.machine))?))
    }

    fn elsewhere(&self, campaign: &CampaignId) -> Result<Option<Elsewhere>> {
        self.read(|connection| {
            if file::version_of(connection)? < KNOWN_SINCE {
                return Ok(None);
            }
            let key = known_campaign(connection, campaign)?;
            Ok(ran_elsewhere(connection, key, self.inner.home.beside(), &self.inner.machine)?)
        })
    }

    fn hand_over(&self, to: Option<String>, word: &Word) -> impl Future<Output = Result<HandOver>> + Send {
        self.ask(GiveAway { to, word: word.clone() })
    }

    fn take_back(&self, word: &Word) -> impl Future<Output = Result<HandOver>> + Send {
        self.ask(TakeBack { word: word.clone() })
    }

    fn take_over(&self, word: &Word) -> impl Future<Output = Result<()>> + Send {
        self.ask(TakeOver { word: word.clone() })
    }
}

/// Who holds a campaign's lease, as the ledger has it.
pub(super) fn holder(
    connection: &Connection,
    campaign: &CampaignId,
    here: &Machine,
) -> rusqlite::Result<Option<Holder>> {
    let kept = if file::version_of(connection)? < KNOWN_SINCE { "NULL, NULL" } else { "l.person, l.machine" };
    let found = connection
        .prepare_cached(&format!(
            "SELECT l.host, l.pid, l.since, {kept} FROM campaign c JOIN lease l ON l.campaign = c.id WHERE c.name = ?1"
        ))?
        .query_row([campaign.as_str()], |row| value::holder(row, 0, here))
        .optional()?;
    Ok(found.flatten())
}

/// Where a ledger's file lies on this machine.
fn spot(path: &Path, machine: &Machine) -> Spot {
    let file = identity(path).map(|file| file.to_string());
    Spot { machine: machine.id.clone(), path: path.to_string_lossy().into_owned(), file }
}

/// That the ledger was handed over, where nothing became of that yet.
fn handed_over(connection: &Connection, here: &Spot) -> rusqlite::Result<Option<HandOver>> {
    if file::version_of(connection)? < KNOWN_SINCE {
        return Ok(None);
    }
    let read = |row: &Row<'_>| {
        let handed = Spot { machine: row.get(4)?, path: row.get(5)?, file: row.get(6)? };
        let is_here = is_original(&handed, here);
        Ok(HandOver { at: time(row, 0)?, person: row.get(1)?, to: row.get(2)?, host: row.get(3)?, is_here })
    };
    connection
        .prepare_cached(
            "SELECT at, person, recipient, machine_name, machine, path, file FROM hand_over WHERE ended_at IS NULL
            ORDER BY id DESC LIMIT 1",
        )?
        .query_row([], read)
        .optional()
}

/// That the ledger was handed over last and taken back, where nobody has said since that it is used here.
fn taken_back(connection: &Connection) -> rusqlite::Result<Option<HandOver>> {
    let read = |row: &Row<'_>| {
        let (person, to, host) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(HandOver { at: time(row, 0)?, person, to, host, is_here: true })
    };
    connection
        .prepare_cached(
            "SELECT at, person, recipient, machine_name FROM hand_over WHERE ended = 'taken-back'
                AND id = (SELECT max(id) FROM hand_over)",
        )?
        .query_row([], read)
        .optional()
}

/// What a person has to be asked before a run of a campaign begins on this machine. Of a campaign that was never sent,
/// the last run of any other counts.
fn ran_elsewhere(
    connection: &Connection,
    campaign: Option<i64>,
    path: &Path,
    here: &Machine,
) -> rusqlite::Result<Option<Elsewhere>> {
    if connection.server().is_some() {
        // There is one ledger, however many machines use it, and the server tells who holds it.
        return Ok(None);
    }
    let mut own = connection.prepare_cached(&format!("{LAST_RUN} WHERE campaign = ?1"))?;
    let own = campaign.map(|campaign| own.query_row([campaign], run).optional()).transpose()?.flatten();
    let last = match own {
        Some(own) => Some(own),
        None => connection
            .prepare_cached(&format!("{LAST_RUN} ORDER BY number DESC LIMIT 1"))?
            .query_row([], run)
            .optional()?,
    };
    let taken_over: Option<i64> = connection
        .prepare_cached("SELECT lease FROM taken_over WHERE machine = ?1")?
        .query_row([&here.id], |row| row.get(0))
        .optional()?;
    let handed = (handed_over(connection, &spot(path, here))?, taken_back(connection)?);
    Ok(elsewhere(here, handed, last.flatten(), taken_over))
}

/// A run; `None` where an older version of the program did not keep where it was.
fn run(row: &Row<'_>) -> rusqlite::Result<Option<Remembered>> {
    let (lease, machine): (i64, Option<String>) = (row.get(0)?, row.get(1)?);
    let (host, person): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
    let (began, ended): (Timestamp, Option<Timestamp>) = (time(row, 4)?, time_if_any(row, 5)?);
    Ok(host.map(|host| Remembered { lease, machine, run: LastRun { host, person, began, ended } }))
}

impl Store {
    /// Refuses what is to be written to a ledger that was handed over from here. While a run holds a lease through this
    /// writer, nobody can hand it over.
    pub(super) fn refuse_handed_over(&mut self) -> std::result::Result<(), Failure> {
        if !self.sessions.is_empty() || self.is_known_to_be_here() {
            return Ok(());
        }
        transfer::refuse_moved(&self.connection)?;
        if let Some(handed) = handed_over(&self.connection, &spot(&self.beside, &self.machine))?.filter(|it| it.is_here)
        {
            return Err(LedgerError::HandedOver(handed).into());
        }
        self.is_here();
        Ok(())
    }

    /// Refuses a run that begins on another machine than the last one.
    pub(super) fn refuse_elsewhere(&self, campaign: i64) -> std::result::Result<(), Failure> {
        match ran_elsewhere(&self.connection, Some(campaign), &self.beside, &self.machine)? {
            Some(elsewhere) => Err(LedgerError::Elsewhere(elsewhere).into()),
            None => Ok(()),
        }
    }

    /// Notes what became of the ledger's being handed over, where it was.
    fn end_hand_over(&self, ended: &str, word: &Word) -> rusqlite::Result<()> {
        self.connection.execute(
            "UPDATE hand_over SET ended_at = ?1, ended_by = ?2, ended = ?3 WHERE ended_at IS NULL",
            params![micros(word.at), word.by.name(), ended],
        )?;
        Ok(())
    }

    fn record_move(&self, kind: &str, to: Option<&str>, word: &Word) -> rusqlite::Result<()> {
        self.record(&Happened {
            campaign: campaign_key(&self.connection, &word.campaign)?,
            at: word.at,
            delivery: None::<(Round, &RecipientId)>,
            kind,
            source: &word.by.to_string(),
            detail: &json!({ "host": self.machine.name, "to": to }),
        })
    }
}

/// Hands the ledger over.
struct GiveAway {
    to: Option<String>,
    word: Word,
}

impl Command for GiveAway {
    type Output = HandOver;
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<HandOver, Failure> {
        let Self { to, word } = &*self;
        for (key, campaign) in campaigns(&store.connection)? {
            // Free in this moment, and nobody can take a lease before this transaction ends.
            lock(store, &campaign, key, word.at)?;
        }
        // A run that died holds nothing any more. It is remembered as one that did not end, and what it recorded goes
        // into the file with everything else.
        let file = store.connection.file();
        file.map_or(Ok(0), |file| file.execute(
            "UPDATE lease SET machine_name = coalesce(machine_name, host), host = NULL, pid = NULL WHERE host IS NOT NULL",
            [],
        ))?;
        store.end_hand_over("taken-over", word)?;
        let Spot { machine, path, file } = spot(&store.beside, &store.machine);
        store.connection.execute(
            "INSERT INTO hand_over (at, person, recipient, machine, machine_name, path, file) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![micros(word.at), word.by.name(), to, machine, store.machine.name, path, file],
        )?;
        store.record_move("handed-over", to.as_deref(), word)?;
        let (person, host) = (word.by.name().to_owned(), store.machine.name.clone());
        Ok(HandOver { at: word.at, person, to: to.clone(), host, is_here: true })
    }
}

/// The campaigns that were ever sent.
pub(super) fn campaigns(connection: &Connection) -> rusqlite::Result<Vec<(i64, CampaignId)>> {
    let mut statement = connection.prepare("SELECT c.id, c.name FROM lease l JOIN campaign c ON c.id = l.campaign")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let named = |(key, name): (i64, String)| CampaignId::parse(&name).ok().map(|name| (key, name));
    rows.filter_map(|row| row.map(named).transpose()).collect()
}

/// Takes the ledger back.
struct TakeBack {
    word: Word,
}

impl Command for TakeBack {
    type Output = HandOver;
    const WHERE_HANDED_OVER: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<HandOver, Failure> {
        let handed = handed_over(&store.connection, &spot(&store.beside, &store.machine))?;
        let handed = match handed {
            Some(handed) if handed.is_here => handed,
            other => return Err(LedgerError::NotHandedOver(other).into()),
        };
        store.end_hand_over("taken-back", &self.word)?;
        store.record_move("taken-back", None, &self.word)?;
        Ok(handed)
    }
}

/// Goes on with the ledger on this machine.
struct TakeOver {
    word: Word,
}

impl Command for TakeOver {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        store.end_hand_over("taken-over", &self.word)?;
        store.connection.execute("UPDATE hand_over SET ended = 'taken-over' WHERE ended = 'taken-back'", [])?;
        store.connection.execute(
            "INSERT INTO taken_over (machine, lease) VALUES (?1, (SELECT coalesce(max(number), 0) FROM lease))
            ON CONFLICT (machine) DO UPDATE SET lease = excluded.lease",
            [&store.machine.id],
        )?;
        store.record_move("taken-over", None, &self.word)?;
        Ok(())
    }
}
