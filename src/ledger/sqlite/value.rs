//! How the types of the model stand in the columns.

use std::error::Error;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::Type;

use crate::ledger::database::Row;
use crate::ledger::{Holder, Machine};
use crate::model::{EnhancedStatus, Person, Reply};

type Read<T> = rusqlite::Result<T>;

/// A time as it is stored: microseconds since 1970-01-01 UTC.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

fn unreadable(column: usize, kind: Type, error: impl Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
}

/// A time.
pub(super) fn time(row: &Row<'_>, column: usize) -> Read<Timestamp> {
    Timestamp::from_microsecond(row.get(column)?).map_err(|error| unreadable(column, Type::Integer, error))
}

/// A time that may be absent.
pub(super) fn time_if_any(row: &Row<'_>, column: usize) -> Read<Option<Timestamp>> {
    match row.get::<_, Option<i64>>(column)? {
        Some(_) => time(row, column).map(Some),
        None => Ok(None),
    }
}

/// The word of a state or an answer.
pub(super) fn word<T>(row: &Row<'_>, column: usize) -> Read<T>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    let text = row.get_ref(column)?.as_str()?;
    text.parse().map_err(|error| unreadable(column, Type::Text, error))
}

/// One of the people at a mailbox, or nobody in particular.
pub(super) fn person(row: &Row<'_>, column: usize) -> Read<Person> {
    let text = row.get_ref(column)?.as_str()?;
    Ok(if text.is_empty() { Person::default() } else { Person::from_text(text.to_owned()) })
}

/// A word that may be absent.
pub(super) fn word_if_any<T>(row: &Row<'_>, column: usize) -> Read<Option<T>>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    match row.get_ref(column)?.as_str_or_null()? {
        Some(_) => word(row, column).map(Some),
        None => Ok(None),
    }
}

/// A day that may be absent. What is no day is none: it would only be waited for.
pub(super) fn date_if_any(row: &Row<'_>, column: usize) -> Read<Option<Date>> {
    Ok(row.get_ref(column)?.as_str_or_null()?.and_then(|text| text.parse().ok()))
}

/// What is stored as JSON.
pub(super) fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> Read<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| unreadable(column, Type::Text, error))
}

/// A list of texts as it is stored.
pub(super) fn texts(texts: &[String]) -> Read<String> {
    serde_json::to_string(texts).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// A count or place as it is stored.
pub(super) fn whole(number: u64) -> Read<i64> {
    i64::try_from(number).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// A count or place.
pub(super) fn count(row: &Row<'_>, column: usize) -> Read<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// A reply in three columns: code, enhanced status code, text.
pub(super) fn reply(row: &Row<'_>, column: usize) -> Read<Option<Reply>> {
    let Some(code) = row.get(column)? else {
        return Ok(None);
    };
    let enhanced = match row.get_ref(column + 1)?.as_str_or_null()? {
        Some(text) => Some(text.parse::<EnhancedStatus>().map_err(|error| unreadable(column + 1, Type::Text, error))?),
        None => None,
    };
    let text = row.get::<_, Option<String>>(column + 2)?.unwrap_or_default();
    Ok(Some(Reply { code, enhanced, text }))
}

/// A holder in five columns: host, process, since, person, machine.
pub(super) fn holder(row: &Row<'_>, column: usize, here: &Machine) -> Read<Option<Holder>> {
    let (host, pid): (Option<String>, Option<u32>) = (row.get(column)?, row.get(column + 1)?);
    let since = time(row, column + 2)?;
    let (person, machine): (Option<String>, Option<String>) = (row.get(column + 3)?, row.get(column + 4)?);
    Ok(host.zip(pid).map(|(host, pid)| {
        let is_here = here.is(machine.as_deref(), &host);
        Holder { host, pid, since, person, is_here }
    }))
}
