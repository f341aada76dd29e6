//! A ledger in which somebody has changed a value, or the log of sent letters beside it: it is read, or refused. The
//! first three bytes say which table, column and row; the rest is the value.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::LazyLock;

use rusqlite::Connection;
use tempfile::TempDir;
use undersigned::ledger::sqlite::{Home, SqliteLedger};
use undersigned::ledger::{
    ApprovalLedger, BrowseLedger, LedgerError, MailLedger, MailboxLedger, PlaceLedger, ReadLedger, ReviewLedger,
    Selection,
};
use undersigned::model::{EmailAddress, RecipientId, Round};

static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap());

/// A sound ledger.
struct Sound {
    ledger: Vec<u8>,
    log: Vec<u8>,
    /// Tables, and a column of each.
    columns: Vec<(String, String)>,
}

static SOUND: LazyLock<Sound> = LazyLock::new(|| {
    let path = FOLDER.path().join("sound.db");
    Connection::open(&path).unwrap().execute_batch(include_str!("../older/version-1.sql")).unwrap();
    drop(SqliteLedger::open(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    let mut columns = connection
        .prepare(
            "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' ORDER BY t.name, c.cid",
        )
        .unwrap();
    let columns = columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let columns = columns.collect::<rusqlite::Result<Vec<_>>>().unwrap();
    let read = |name: &str| std::fs::read(FOLDER.path().join(name)).unwrap();
    Sound { ledger: read("sound.db"), log: read("sound.db-sent"), columns }
});

/// Reads all of it.
pub fn look(data: &[u8]) -> u64 {
    let [which, row, kind, value @ ..] = data else { return 0 };
    let Sound { ledger, log, columns } = &*SOUND;
    let path = FOLDER.path().join("ledger.db");
    for beside in ["ledger.db-wal", "ledger.db-shm"] {
        let _ = std::fs::remove_file(FOLDER.path().join(beside));
    }
    std::fs::write(&path, ledger).unwrap();
    let mut way = DefaultHasher::new();
    if *which == 0 {
        std::fs::write(FOLDER.path().join("ledger.db-sent"), value).unwrap();
    } else {
        std::fs::write(FOLDER.path().join("ledger.db-sent"), log).unwrap();
        let (table, column) = &columns[(usize::from(*which) * 251 + usize::from(*kind / 4)) % columns.len()];
        spoil(&path, (table, column), *row, *kind, value);
        (table, column).hash(&mut way);
    }
    said(&path).hash(&mut way);
    way.finish()
}

/// Writes a value over another, whatever the schema has against it.
fn spoil(path: &Path, (table, column): (&str, &str), row: u8, kind: u8, value: &[u8]) {
    let connection = Connection::open(path).unwrap();
    let lift = "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; DROP TRIGGER event_stays_as_it_is;";
    connection.execute_batch(lift).unwrap();
    let text = String::from_utf8_lossy(value).into_owned();
    let number = i64::from_le_bytes(std::array::from_fn(|place| value.get(place).copied().unwrap_or_default()));
    let new: Box<dyn rusqlite::ToSql> = match kind % 4 {
        0 | 1 => Box::new(text),
        2 => Box::new(number),
        _ => Box::new(value.to_vec()),
    };
    // One row of it; in a table without numbers of rows, all.
    let one = format!(
        "UPDATE {table} SET {column} = ?1 WHERE rowid = (SELECT rowid FROM {table} LIMIT 1 OFFSET {row} % (SELECT max(1, count(*)) FROM {table}))"
    );
    if connection.execute(&one, [&new]).is_err() {
        let _ = connection.execute(&format!("UPDATE {table} SET {column} = ?1"), [&new]);
    }
}

/// What reading comes to, question by question.
fn said(path: &Path) -> Vec<String> {
    let mut said = Vec::new();
    let mut note = |what: &str, answer: Result<usize, LedgerError>| {
        said.push(match answer {
            Ok(count) => format!("{what} {}", count.min(9)),
            Err(error) => format!("{what} {error}").chars().filter(char::is_ascii_alphabetic).take(40).collect(),
        });
    };
    note("lost", SqliteLedger::refuse_lost(&Home::File(path.to_owned()), None).map(|()| 0));
    match SqliteLedger::open_existing(path) {
        Ok(Some(ledger)) => read(&ledger, &mut note),
        Ok(None) => note("none", Ok(0)),
        Err(error) => note("open", Err(error)),
    }
    note("write", SqliteLedger::open(path).map(|_| 0));
    said
}

fn read(ledger: &SqliteLedger, note: &mut dyn FnMut(&str, Result<usize, LedgerError>)) {
    let everything = Selection::default();
    let ana = EmailAddress::parse("ana@example.org").unwrap();
    note("key", ledger.token_key().map(|_| 0));
    note("suppressions", ledger.suppressions().map(|all| all.len()));
    note("forgotten", ledger.forgotten().map(|_| 0));
    note("letters", ledger.letters().collect::<Result<Vec<_>, _>>().map(|all| all.len()));
    note("unmatched", ledger.unmatched().collect::<Result<Vec<_>, _>>().map(|all| all.len()));
    note("held", ledger.held().map(|all| all.len()));
    note("withheld", ledger.withheld().map(|all| all.len()));
    note("handed over", ledger.handed_over().map(|handed| usize::from(handed.is_some())));
    note("known", ledger.known_of(&ana).map(|_| 0));
    note("overdue", ledger.overdue(jiff::Timestamp::MAX).map(|all| all.len()));
    note("waiting", ledger.waiting().map(|_| 0));
    let campaigns = ledger.campaigns().unwrap_or_default();
    for campaign in campaigns.iter().take(3) {
        note(
            "deliveries",
            ledger.deliveries(campaign, &everything).collect::<Result<Vec<_>, _>>().map(|all| all.len()),
        );
        note("rows", ledger.rows(campaign, &everything).collect::<Result<Vec<_>, _>>().map(|all| all.len()));
        note("kept", ledger.kept_rows(campaign, &everything).collect::<Result<Vec<_>, _>>().map(|all| all.len()));
        note("copies", ledger.copy_rows(campaign, None).collect::<Result<Vec<_>, _>>().map(|all| all.len()));
        note("events", ledger.events(campaign).collect::<Result<Vec<_>, _>>().map(|all| all.len()));
        note("approvals", ledger.approvals(campaign).map(|all| all.len()));
        note("halt", ledger.halt(campaign).map(|_| 0));
        note("holder", ledger.holder(campaign).map(|_| 0));
        note("expired", ledger.expired(campaign).map(|_| 0));
        note("elsewhere", ledger.elsewhere(campaign).map(|_| 0));
        note("passed", ledger.passed(campaign).map(|_| 0));
        let who = RecipientId::new("ana@example.org");
        note("happened", ledger.happened_to(campaign, &who).map(|all| all.len()));
        note("tried", ledger.tried(campaign, &who).map(|all| all.len()));
        note("mails", ledger.mails_about(campaign, &who).map(|all| all.len()));
        for round in [Round(0), Round(1)] {
            note("tally", ledger.tally(campaign, round).map(|_| 0));
            note("columns", ledger.columns(campaign, round).map(|_| 0));
            note("frozen", ledger.frozen(campaign, round).map(|all| all.len()));
            note("sent with", ledger.sent_with(campaign, round).map(|_| 0));
            note("answers", ledger.answers(campaign, round).map(|all| all.len()));
            note("copied", ledger.copied(campaign, round).map(|all| all.len()));
            note("standing", ledger.standing(campaign, round, &who, "ana@example.org").map(|_| 0));
            note("to", ledger.letters_to(campaign, round, "ana@example.org").map(|all| all.len()));
        }
    }
}
