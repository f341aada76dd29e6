//! Who was forgotten, as the ledger knows them, and what of a row may be kept beside them.

use std::collections::HashSet;

use super::file::version_of;
use crate::ledger::database::Connection;
use crate::ledger::sent_log::Marker;
use crate::model::{EmailAddress, Forgotten, TokenKey};

/// They are in ledgers from this version on.
const KNOWN_SINCE: i64 = 5;

/// What the key of an address begins with that was forgotten: its hash follows.
pub(super) const SIGN: char = '#';

/// Whom a ledger, which may be an older one that is only read, was told to forget.
pub(super) fn forgotten(connection: &Connection) -> rusqlite::Result<Forgotten> {
    if version_of(connection)? < KNOWN_SINCE {
        return Ok(Forgotten::default());
    }
    let mut statement = connection.prepare_cached("SELECT mark FROM forgotten")?;
    let marks: HashSet<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    if marks.is_empty() {
        return Ok(Forgotten::default());
    }
    Ok(Forgotten::new(marker(connection)?.hash().clone(), marks))
}

/// What makes the hashes of a ledger's addresses.
pub(super) fn marker(connection: &Connection) -> rusqlite::Result<Marker> {
    let key = "SELECT value FROM meta WHERE key = 'token-key'";
    Ok(Marker::of(&TokenKey::new(connection.prepare_cached(key)?.query_row([], |row| row.get(0))?)))
}

/// Whether an address is one that was forgotten, or stands for one.
pub(super) fn has(connection: &Connection, address_key: &str) -> rusqlite::Result<bool> {
    if address_key.starts_with(SIGN) {
        return Ok(true);
    }
    let any = "SELECT EXISTS (SELECT 1 FROM forgotten)";
    if !connection.prepare_cached(any)?.query_row([], |row| row.get(0))? {
        return Ok(false);
    }
    let mark = marker(connection)?.hash().of(address_key);
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM forgotten WHERE mark = ?1)")?
        .query_row([mark], |row| row.get(0))
}

/// Takes the addresses out of a cell that were forgotten; `None` where there are none.
pub(super) fn without(cell: &str, is_forgotten: impl Fn(&str) -> bool) -> Option<String> {
    let is_in_address =
        |c: char| !c.is_whitespace() && !matches!(c, ',' | ';' | '<' | '>' | '"' | '(' | ')' | '[' | ']');
    let mut out = String::with_capacity(cell.len());
    let mut rest = cell;
    let mut is_changed = false;
    while !rest.is_empty() {
        let word = &rest[..rest.find(|c| !is_in_address(c)).unwrap_or(rest.len())];
        if word.is_empty() {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let key = EmailAddress::parse(word).ok().map(|address| address.key());
        if key.is_some_and(|key| is_forgotten(&key)) {
            is_changed = true;
        } else {
            out.push_str(word);
        }
        rest = &rest[word.len()..];
    }
    is_changed.then(|| out.trim_matches([' ', ',', ';']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_out_of_a_cell_and_the_others_stay() {
        let ana = |key: &str| key == "ana@example.org";
        assert_eq!(without("Ana <Ana@example.org>, bo@example.org", ana).unwrap(), "Ana <>, bo@example.org");
        assert_eq!(without("bo@example.org;ana@example.org", ana).unwrap(), "bo@example.org");
        assert_eq!(without("bo@example.org, xana@example.org", ana), None);
        assert_eq!(without("", ana), None);
    }
}
