//! Mails of a person, and what mails say of their letters.

use std::collections::BTreeSet;

use rusqlite::params;
use serde_json::{Map, Value};

use super::{Letter, Person};
use crate::ledger::Erased;
use crate::ledger::database::Connection;

/// What of a mention tells nothing of anybody, and is needed to read it.
const KEPT: [&str; 2] = ["effect", "old_id"];

/// What of where a delivery stood tells nothing of anybody.
const KEPT_OF_BEFORE: [&str; 4] = ["state", "answer", "by", "at"];

/// Takes a person out of mails, of what these say, out of suppressions and of what a server withholds.
pub(super) fn forget(
    connection: &Connection,
    person: &Person,
    letters: &[Letter],
    erased: &mut Erased,
) -> rusqlite::Result<()> {
    let mut mails: BTreeSet<i64> = BTreeSet::new();
    for Letter { delivery, .. } in letters {
        forget_mentions_of(connection, *delivery, &mut mails)?;
    }
    forget_in_other_mentions(connection, person)?;
    forget_mails(connection, person, &mut mails)?;
    erased.mails += mails.len() as u64;
    connection.execute("DELETE FROM suppression WHERE key = ?1", [&person.key])?;
    blank_where_named(connection, person, ("suppression", "key"), &["reason", "source"])?;
    forget_withheld(connection, person)
}

/// What mails say of a letter of theirs: that it is said, and what it does, stays.
fn forget_mentions_of(connection: &Connection, delivery: i64, mails: &mut BTreeSet<i64>) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("SELECT id, mail, says, before FROM mention WHERE delivery = ?1")?;
    let mut rows = statement.query([delivery])?;
    while let Some(ref row) = rows.next()? {
        mails.insert(row.get(1)?);
        let says = effect_alone(row.get_ref(2)?.as_str()?, "forgotten");
        let before = row.get::<_, Option<String>>(3)?.map(|before| only(&before, &KEPT_OF_BEFORE));
        connection.execute(
            "UPDATE mention SET says = ?2, why = NULL, before = ?3, standing = iif(standing = 'waits', 'taken-back', standing)
            WHERE id = ?1",
            params![row.get::<_, i64>(0)?, says, before],
        )?;
    }
    Ok(())
}

/// What a mail does to a letter, and nothing else of what it says; `by` stands for whoever says so.
pub(in crate::ledger::sqlite) fn effect_alone(says: &str, by: &str) -> String {
    let mut says: Map<String, Value> = serde_json::from_str(&only(says, &KEPT)).unwrap_or_default();
    says.insert("by".to_owned(), Value::from(by));
    Value::Object(says).to_string()
}

/// The fields of a JSON object that have these names.
fn only(text: &str, names: &[&str]) -> String {
    let fields: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let kept: Map<String, Value> = fields.into_iter().filter(|(name, _)| names.contains(&name.as_str())).collect();
    Value::Object(kept).to_string()
}

/// A JSON text without the strings that name a person; a field that has one goes.
pub(super) fn without(text: &str, person: &Person) -> String {
    fn clean(value: Value, person: &Person) -> Option<Value> {
        match value {
            Value::String(text) => (!person.is_in(&text)).then_some(Value::String(text)),
            Value::Array(items) => Some(items.into_iter().filter_map(|item| clean(item, person)).collect()),
            Value::Object(fields) => {
                let fields = fields.into_iter().filter(|(name, _)| !person.is_in(name));
                Some(Value::Object(fields.filter_map(|(name, value)| Some((name, clean(value, person)?))).collect()))
            }
            other => Some(other),
        }
    }
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    clean(value, person).unwrap_or(Value::Object(Map::new())).to_string()
}

/// What mails say of other letters and names them: where somebody moved to, or whom a letter was passed on to.
fn forget_in_other_mentions(connection: &Connection, person: &Person) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT id, says, why, before FROM mention")?;
    let mut rows = statement.query([])?;
    while let Some(ref row) = rows.next()? {
        let (id, says): (i64, String) = (row.get(0)?, row.get(1)?);
        let (why, before): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        if person.is_in_any([&Some(says.clone()), &why, &before]) {
            connection.execute(
                "UPDATE mention SET says = ?2, why = ?3, before = ?4 WHERE id = ?1",
                params![
                    id,
                    without(&says, person),
                    why.filter(|why| !person.is_in(why)),
                    before.map(|before| without(&before, person)),
                ],
            )?;
        }
    }
    Ok(())
}

/// The mails that are theirs, that are about their letters, or that name them.
fn forget_mails(connection: &Connection, person: &Person, mails: &mut BTreeSet<i64>) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare("SELECT id, sender, subject, first_line, name, place, suggestions, reason FROM mail")?;
    let mut rows = statement.query([])?;
    while let Some(ref row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let texts = (1..8).map(|column| row.get::<_, Option<String>>(column)).collect::<rusqlite::Result<Vec<_>>>()?;
        if mails.contains(&id) || person.is_in_any(&texts) {
            mails.insert(id);
        }
    }
    for mail in mails.iter() {
        connection.execute(
            "UPDATE mail SET sender = NULL, subject = NULL, first_line = NULL, name = fingerprint, place = 'forgotten',
                suggestions = '[]', reason = iif(reason IS NULL, NULL, 'forgotten') WHERE id = ?1",
            [mail],
        )?;
    }
    Ok(())
}

/// Blanks columns of a table where they name a person.
fn blank_where_named(
    connection: &Connection,
    person: &Person,
    (table, key): (&str, &str),
    columns: &[&str],
) -> rusqlite::Result<()> {
    for column in columns {
        let mut statement = connection.prepare(&format!("SELECT {key}, {column} FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(ref row) = rows.next()? {
            let text: Option<String> = row.get(1)?;
            if text.is_some_and(|text| person.is_in(&text)) {
                let key_of: String = row.get(0)?;
                connection.execute(&format!("UPDATE {table} SET {column} = 'forgotten' WHERE {key} = ?1"), [key_of])?;
            }
        }
    }
    Ok(())
}

/// Mails that a server has and does not give: who they say they are from.
fn forget_withheld(connection: &Connection, person: &Person) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT mailbox, uid, sender, subject FROM withheld")?;
    let mut rows = statement.query([])?;
    while let Some(ref row) = rows.next()? {
        let (sender, subject): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        if person.is_in_any([&sender, &subject]) {
            connection.execute(
                "UPDATE withheld SET sender = NULL, subject = NULL WHERE mailbox = ?1 AND uid = ?2",
                params![row.get::<_, String>(0)?, row.get::<_, i64>(1)?],
            )?;
        }
    }
    Ok(())
}
