//! All rows of a ledger, as they are, into another one.

use rusqlite::ToSql;
use rusqlite::types::Value;

use super::tables::{COPIED, OF_RUNS};
use crate::ledger::database::Connection;

/// How many values one statement adds at the most.
const VALUES: usize = 2_000;

/// The tables whose keys a server gives out by itself.
const KEYED: [&str; 12] = [
    "campaign",
    "account",
    "plan",
    "delivery",
    "snapshot",
    "attempt",
    "event",
    "mail",
    "hand_over",
    "copy",
    "mention",
    "test_letter",
];

/// Empties a ledger whose copy broke off.
pub(super) fn clear(target: &Connection) -> rusqlite::Result<()> {
    if target.server().is_some() {
        target.execute("ALTER TABLE event DISABLE TRIGGER USER", [])?;
    }
    for table in COPIED.iter().rev() {
        target.execute(&format!("DELETE FROM {table}"), [])?;
    }
    target.execute(target.words("DELETE FROM lease", "DELETE FROM run"), [])?;
    if target.server().is_some() {
        target.execute("ALTER TABLE event ENABLE TRIGGER USER", [])?;
    }
    Ok(())
}

/// Copies everything. What is counted in the ledger's own time is so much later there, in microseconds.
pub(super) fn copy_all(source: &Connection, target: &Connection, later: i64) -> rusqlite::Result<()> {
    target.execute("DELETE FROM meta", [])?;
    for table in COPIED {
        copy(source, target, table)?;
    }
    for table in ["attempt", "test_letter"] {
        target.execute(
            &format!("UPDATE {table} SET counted_from = counted_from + ?1 WHERE counted_from IS NOT NULL"),
            [later],
        )?;
    }
    copy_leases(source, target)?;
    if target.server().is_some() {
        for table in KEYED {
            target.query_row(
                &format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"
                ),
                [],
                |_| Ok(()),
            )?;
        }
    }
    Ok(())
}

/// The columns of a table that both ledgers have.
fn columns(source: &Connection, target: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let sql = format!("SELECT * FROM {table} LIMIT 0");
    let there = target.prepare(&sql)?.column_names()?;
    let is_of_runs = |column: &String| OF_RUNS.contains(&(table, column.as_str()));
    let mut columns = source.prepare(&sql)?.column_names()?;
    columns.retain(|column| !is_of_runs(column));
    match columns.iter().find(|column| !there.contains(column)) {
        None => Ok(columns),
        Some(missing) => Err(rusqlite::Error::InvalidColumnName(format!("{table}.{missing}"))),
    }
}

fn copy(source: &Connection, target: &Connection, table: &str) -> rusqlite::Result<()> {
    let columns = columns(source, target, table)?;
    let (width, names) = (columns.len(), columns.join(", "));
    let together = VALUES / width.max(1);
    let mut waiting: Vec<Value> = Vec::with_capacity(together * width);
    source.each(table, &format!("SELECT {names} FROM {table}"), |row| {
        waiting.extend(row);
        if waiting.len() < together * width {
            return Ok(());
        }
        add(target, (table, &names, width), &std::mem::take(&mut waiting))
    })?;
    if waiting.is_empty() { Ok(()) } else { add(target, (table, &names, width), &waiting) }
}

/// Adds rows, all of which must be new.
fn add(target: &Connection, (table, names, width): (&str, &str, usize), values: &[Value]) -> rusqlite::Result<()> {
    let row = |first: usize| {
        let places: Vec<String> = (first..first + width).map(|place| format!("?{}", place + 1)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..values.len() / width).map(|number| row(number * width)).collect();
    let sql = format!("INSERT INTO {table} ({names}) VALUES {}", rows.join(", "));
    let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
    target.execute(&sql, values.as_slice()).map(drop)
}

/// Who sent each campaign last. Nobody sends any at this moment.
fn copy_leases(source: &Connection, target: &Connection) -> rusqlite::Result<()> {
    const COLUMNS: &str = "campaign, number, since, deadline, machine, machine_name, person, ended_at";
    let sql = target.words(
        "INSERT INTO lease (campaign, number, since, deadline, machine, machine_name, person, ended_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        "INSERT INTO run (campaign, number, since, began_at, deadline, machine, host, person, ended_at, pid, lock)
        VALUES (?1, ?2, ?3, ?3, ?4, ?5, coalesce(?6, 'unknown'), ?7, coalesce(CAST(?8 AS INTEGER), CAST(?4 AS INTEGER)), 0, '')",
    );
    source.each("lease", &format!("SELECT {COLUMNS} FROM lease"), |row| {
        let values: Vec<&dyn ToSql> = row.iter().map(|value| value as &dyn ToSql).collect();
        target.execute(sql, values.as_slice()).map(drop)
    })
}
