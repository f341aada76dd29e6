//! All that a ledger knows of a person, as JSON: for whoever asks for a copy of their data.

use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};

use super::super::file::version_of;
use super::{Person, Read};
use crate::ledger::database::{Connection, Params};

/// What mails said, and copies, are in ledgers from these versions on.
const KNOWS_COPIES: i64 = 3;
const KNOWS_MENTIONS: i64 = 4;

/// Their letters with all that happened to them, the copies that they got, mails, and whether they are suppressed.
pub(super) fn of(connection: &Connection, person: &Person) -> Read<Value> {
    let version = version_of(connection)?;
    let mut letters = all(
        connection,
        "SELECT d.id AS \"(delivery)\", c.name AS campaign, d.round, d.recipient, d.email, d.name, d.organisation, d.state, d.reason,
            d.attempts, d.first_attempt_at, d.last_attempt_at, d.accepted_at, d.answer, d.answered_at, d.returns_on, d.smtp_code,
            d.smtp_text, d.message_id, d.subject, d.note, p.header AS \"(header)\", coalesce(s.cells, r.cells) AS \"(cells)\"
        FROM delivery d JOIN campaign c ON c.id = d.campaign JOIN plan p ON p.campaign = d.campaign AND p.round = d.round
            LEFT JOIN list_row r ON r.id = d.list_row LEFT JOIN sent_row s ON s.delivery = d.id
        WHERE d.email_key = ?1 ORDER BY d.campaign, d.round, d.id",
        [&person.key],
    )?;
    for letter in &mut letters {
        with_history(connection, version, letter)?;
    }
    let copies = if version < KNOWS_COPIES {
        Vec::new()
    } else {
        all(
            connection,
            "SELECT c.name AS campaign, d.round, y.address, y.state, y.attempts, y.first_attempt_at, y.last_attempt_at, y.smtp_text, y.reason
            FROM copy y JOIN delivery d ON d.id = y.delivery JOIN campaign c ON c.id = d.campaign WHERE y.address_key = ?1",
            [&person.key],
        )?
    };
    Ok(json!({
        "letters": letters,
        "copies": copies,
        "mails": mails(connection, version, person)?,
        "suppressed": all(connection, "SELECT key, reason, at, source FROM suppression WHERE key = ?1", [&person.key])?,
    }))
}

/// Adds to a letter the cells of its row, its attempts, its events, and what mails said of it.
fn with_history(connection: &Connection, version: i64, letter: &mut Map<String, Value>) -> Read<()> {
    let delivery = letter.remove("(delivery)").and_then(|id| id.as_i64()).unwrap_or_default();
    let texts = |value: Option<Value>| -> Vec<String> {
        value.and_then(|value| serde_json::from_str(value.as_str()?).ok()).unwrap_or_default()
    };
    let (header, cells) = (texts(letter.remove("(header)")), texts(letter.remove("(cells)")));
    let row: Map<String, Value> = header.into_iter().zip(cells.into_iter().map(Value::from)).collect();
    letter.insert("row".to_owned(), Value::Object(row));
    let attempts = all(
        connection,
        "SELECT number, started_at, ended_at, outcome, smtp_code, smtp_text, reason FROM attempt WHERE delivery = ?1 ORDER BY number",
        [delivery],
    )?;
    letter.insert("tries".to_owned(), json!(attempts));
    let events = all(
        connection,
        "SELECT e.at, e.kind, e.source, e.detail FROM delivery d JOIN event e ON e.campaign = d.campaign AND e.round = d.round
            AND e.recipient = d.recipient WHERE d.id = ?1 ORDER BY e.id",
        [delivery],
    )?;
    letter.insert("events".to_owned(), json!(events));
    if version >= KNOWS_MENTIONS {
        let said = "SELECT mail, says, why, standing FROM mention WHERE delivery = ?1 ORDER BY id";
        letter.insert("said".to_owned(), json!(all(connection, said, [delivery])?));
    }
    Ok(())
}

/// The mails that they sent, or that name them.
fn mails(connection: &Connection, version: i64, person: &Person) -> Read<Vec<Map<String, Value>>> {
    let more = if version < KNOWS_MENTIONS { "NULL AS first_line, NULL AS name" } else { "first_line, name" };
    let mut mails = all(
        connection,
        &format!("SELECT id, read_at, kind, sender, subject, {more}, place, reason, suggestions FROM mail ORDER BY id"),
        [],
    )?;
    let of_letters = if version < KNOWS_MENTIONS {
        Vec::new()
    } else {
        all(
            connection,
            "SELECT DISTINCT m.mail FROM mention m JOIN delivery d ON d.id = m.delivery WHERE d.email_key = ?1",
            [&person.key],
        )?
    };
    mails.retain(|mail| {
        let is_of_letter = of_letters.iter().any(|other| other.get("mail") == mail.get("id"));
        is_of_letter || mail.values().any(|value| value.as_str().is_some_and(|text| person.is_in(text)))
    });
    Ok(mails)
}

/// Rows as JSON, by the names of their columns. Times are RFC 3339.
fn all(connection: &Connection, sql: &str, parameters: impl Params) -> Read<Vec<Map<String, Value>>> {
    let mut statement = connection.prepare(sql)?;
    let names = statement.column_names()?;
    let mut rows = statement.query(parameters)?;
    let mut found = Vec::new();
    while let Some(ref row) = rows.next()? {
        let mut fields = Map::new();
        for (place, name) in names.iter().enumerate() {
            let is_time = name == "at" || name.ends_with("_at");
            let value = match row.get_ref(place)? {
                ValueRef::Integer(number) if is_time => jiff::Timestamp::from_microsecond(number)
                    .map_or(Value::from(number), |at| Value::from(at.to_string())),
                ValueRef::Integer(number) => Value::from(number),
                ValueRef::Real(number) => Value::from(number),
                ValueRef::Text(text) => {
                    let text = String::from_utf8_lossy(text);
                    let is_json = matches!(name.as_str(), "detail" | "says" | "suggestions");
                    let parsed = is_json.then(|| serde_json::from_str(&text).ok()).flatten();
                    parsed.unwrap_or_else(|| Value::from(text.into_owned()))
                }
                ValueRef::Null | ValueRef::Blob(_) => Value::Null,
            };
            fields.insert(name.clone(), value);
        }
        found.push(fields);
    }
    Ok(found)
}
