//! Deliveries, the rows that they were made of, and copies.

use rusqlite::params;

use super::super::forgotten;
use super::super::value::{json, person as named, texts};
use super::{Letter, Person};
use crate::ledger::Erased;
use crate::ledger::database::Connection;
use crate::model::{AddressHash, Forgotten};

/// Takes a person out of their own rows, and out of those of others. `standing` stands for their address.
pub(super) fn forget(
    connection: &Connection,
    (person, standing): (&Person, &str),
    hash: &AddressHash,
    letters: &[Letter],
    erased: &mut Erased,
) -> rusqlite::Result<()> {
    for letter in letters {
        forget_letter(connection, letter, standing, erased)?;
    }
    forget_names(connection, person, standing, hash)?;
    forget_list_rows(connection, person, standing, hash)?;
    for (table, key) in [("former_address", "email_key"), ("copy", "address_key")] {
        // Where what stands for them is there already, this is the same once more.
        let twice = format!(
            "DELETE FROM {table} WHERE {key} = ?2 AND delivery IN (SELECT o.delivery FROM {table} o WHERE o.{key} = ?1)"
        );
        connection.execute(&twice, [&person.key, standing])?;
    }
    let former = "UPDATE former_address SET email_key = ?2 WHERE email_key = ?1";
    connection.execute(former, [&person.key, standing])?;
    erased.copies += connection.execute(
        "UPDATE copy SET address = '', address_key = ?2, smtp_text = NULL, reason = NULL,
            state = iif(state = 'deferred', 'skipped', state), next_attempt_at = NULL WHERE address_key = ?1",
        [&person.key, standing],
    )? as u64;
    forget_in_rows_of_others(connection, person)
}

fn forget_letter(
    connection: &Connection,
    Letter { delivery, id, .. }: &Letter,
    standing: &str,
    erased: &mut Erased,
) -> rusqlite::Result<()> {
    erased.unsent += connection.execute(
        "UPDATE delivery SET state = 'skipped', next_attempt_at = NULL, holds_address = 0
        WHERE id = ?1 AND state IN ('planned', 'deferred')",
        [delivery],
    )? as u64;
    connection.execute(
        "UPDATE delivery SET recipient = ?2, email = '', email_key = ?3, name = '', organisation = '', note = NULL,
            reason = iif(state = 'skipped', ?4, NULL), smtp_text = NULL, message_id = NULL, token = NULL, subject = NULL,
            returns_on = NULL WHERE id = ?1",
        params![delivery, id, standing, Forgotten::REASON],
    )?;
    connection.execute("UPDATE attempt SET smtp_text = NULL, reason = NULL WHERE delivery = ?1", [delivery])?;
    connection.execute("DELETE FROM sent_row WHERE delivery = ?1", [delivery])?;
    // The letter is kept for copies of it that were put off: it cannot be sent without the person it is for.
    connection.execute("DELETE FROM kept_letter WHERE delivery = ?1", [delivery])?;
    // A letter to somebody who was forgotten goes into no mailbox any more.
    connection.execute("DELETE FROM unfiled WHERE delivery = ?1", [delivery])?;
    erased.lost_copies += connection.execute(
        "UPDATE copy SET state = 'skipped', reason = ?2, next_attempt_at = NULL WHERE delivery = ?1 AND state = 'deferred'",
        params![delivery, Forgotten::REASON],
    )? as u64;
    connection.execute("UPDATE copy SET smtp_text = NULL WHERE delivery = ?1", [delivery])?;
    Ok(())
}

/// The names by which letters to several people at one address are told apart: the marks of these letters in the log
/// stand for them.
fn forget_names(connection: &Connection, person: &Person, standing: &str, hash: &AddressHash) -> rusqlite::Result<()> {
    for (select, update) in [
        (
            "SELECT id, person FROM delivery WHERE email_key = ?1 AND person <> ''",
            "UPDATE delivery SET person = ?2 WHERE id = ?1",
        ),
        (
            "SELECT delivery, person FROM former_address WHERE email_key = ?1 AND person <> ''",
            "UPDATE former_address SET person = ?2 WHERE delivery = ?1 AND email_key = ?3",
        ),
    ] {
        for key in [&person.key, standing] {
            let mut statement = connection.prepare(select)?;
            let named = statement.query_map([key], |row| Ok((row.get::<_, i64>(0)?, named(row, 1)?)))?;
            for (delivery, name) in named.collect::<rusqlite::Result<Vec<_>>>()? {
                if name.as_str().starts_with(forgotten::SIGN) {
                    continue;
                }
                let mark = format!("{}{}", forgotten::SIGN, hash.of_person(&person.key, &name));
                if update.contains("?3") {
                    connection.execute(update, params![delivery, mark, key])?;
                } else {
                    connection.execute(update, params![delivery, mark])?;
                }
            }
        }
    }
    Ok(())
}

/// The rows of all lists that are theirs, also of plans that are not current.
fn forget_list_rows(
    connection: &Connection,
    person: &Person,
    standing: &str,
    hash: &AddressHash,
) -> rusqlite::Result<()> {
    let ids = Forgotten::new(hash.clone(), std::collections::HashSet::new());
    let mut statement = connection.prepare("SELECT id, recipient, cells FROM list_row WHERE email_key = ?1")?;
    let mut rows = statement.query([&person.key])?;
    while let Some(ref row) = rows.next()? {
        let cells: Vec<String> = json(row, 2)?;
        let id = ids.id(row.get_ref(1)?.as_str()?);
        let blank: Vec<String> = cells.iter().map(|_| String::new()).collect();
        connection.execute(
            "UPDATE list_row SET recipient = ?2, person = '', email = '', email_key = ?3, name = '', organisation = '', cells = ?4,
                left_out = '[]', skip = iif(skip IS NULL, NULL, ?5) WHERE id = ?1",
            params![row.get::<_, i64>(0)?, id, standing, texts(&blank)?, Forgotten::REASON],
        )?;
    }
    Ok(())
}

/// Their address among the copies of other people's rows.
fn forget_in_rows_of_others(connection: &Connection, person: &Person) -> rusqlite::Result<()> {
    for (select, update) in [
        ("SELECT id, cells, left_out FROM list_row", "UPDATE list_row SET cells = ?2, left_out = ?3 WHERE id = ?1"),
        (
            "SELECT delivery, cells, '[]' FROM sent_row",
            "UPDATE sent_row SET cells = ?2 WHERE delivery = ?1 AND ?3 <> ''",
        ),
    ] {
        let mut statement = connection.prepare(select)?;
        let mut rows = statement.query([])?;
        while let Some(ref row) = rows.next()? {
            if !person.is_in(row.get_ref(1)?.as_str()?) && !person.is_in(row.get_ref(2)?.as_str()?) {
                continue;
            }
            let (mut cells, mut left_out): (Vec<String>, Vec<String>) = (json(row, 1)?, json(row, 2)?);
            for cell in cells.iter_mut().filter(|cell| person.is_in(cell)) {
                // Where it is no address of its own, such as in a sentence, the cell goes.
                let rest = forgotten::without(cell, |key| key == person.key);
                *cell = rest.filter(|rest| !person.is_in(rest)).unwrap_or_default();
            }
            left_out.retain(|key| *key != person.key);
            connection.execute(update, params![row.get::<_, i64>(0)?, texts(&cells)?, texts(&left_out)?])?;
        }
    }
    Ok(())
}
