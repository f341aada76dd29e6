//! What SQLite's SQL is in PostgreSQL's words.
//!
//! The ledger's statements are written once. Most are the same for both; the rest differs in a few words, which are
//! changed here, and in functions and operators that PostgreSQL lacks, which `migrations/` makes.

use std::fmt::Write as _;
use std::sync::Arc;

use rusqlite::types::Value;

use super::many::with_its_key;

/// A statement in PostgreSQL's words.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ledger) struct Words {
    pub(super) sql: Arc<str>,
    /// The places for values that it has, in the order in which it numbers them: all up to the last, as a rule. A place
    /// that is left out has no type, and PostgreSQL takes none without.
    places: Vec<usize>,
}

impl Words {
    /// How many values it takes: as many as the highest place says.
    pub(in crate::ledger) fn takes(&self) -> usize {
        self.places.last().copied().unwrap_or_default()
    }

    /// Those of some values for which it has places.
    pub(super) fn bind(&self, mut values: Vec<Value>) -> Vec<Value> {
        if values.len() == self.places.len() {
            return values;
        }
        let take = |place: &usize| {
            values.get_mut(place - 1).map_or(Value::Null, |value| std::mem::replace(value, Value::Null))
        };
        self.places.iter().map(take).collect()
    }

    /// The same statement, which adds its row under a key that is given behind all other values.
    pub(super) fn taking_the_key(&self) -> Option<Self> {
        let sql = with_its_key(&self.sql, self.places.len())?.into();
        let places = self.places.iter().copied().chain([self.takes() + 1]).collect();
        Some(Self { sql, places })
    }

    /// The same statement, which gives the key of the row that it adds.
    pub(super) fn giving_the_key(&self) -> Arc<str> {
        format!("{} RETURNING id", self.sql).into()
    }
}

/// Translates a statement.
pub(super) fn translate(sql: &str) -> Words {
    numbered(&in_other_words(sql))
}

fn in_other_words(sql: &str) -> String {
    let mut out = sql.to_owned();
    if let Some(rest) = out.trim_start().strip_prefix("INSERT OR IGNORE ") {
        out = format!("INSERT {rest} ON CONFLICT DO NOTHING");
    }
    out = out.replace("NOT INDEXED", "");
    out = without_indexes(&out);
    out = joins(&out);
    out = conditions(&out);
    out = without_case(&out);
    out = arrays(&out);
    for (of_sqlite, of_postgres) in WORDS {
        out = out.replace(of_sqlite, of_postgres);
    }
    out
}

/// Words, and functions that `migrations/` makes.
const WORDS: [(&str, &str); 6] = [
    ("json_each(", "ledger_texts("),
    ("json_object(", "ledger_object("),
    ("char(10)", "chr(10)"),
    (" GLOB ", " @~ "),
    ("AS INTEGER)", "AS bigint)"),
    ("AS TEXT)", "AS text)"),
];

/// Places for values: `$1` for `?1`. No text in a statement has a question mark.
fn numbered(sql: &str) -> Words {
    let number = |rest: &str| rest.bytes().take_while(u8::is_ascii_digit).count();
    let mut places: Vec<usize> = sql.split('?').skip(1).filter_map(|rest| rest[..number(rest)].parse().ok()).collect();
    places.sort_unstable();
    places.dedup();
    let mut pieces = sql.split('?');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (place, rest) = piece.split_at(number(piece));
        let place = place.parse().ok().and_then(|place| places.binary_search(&place).ok()).unwrap_or_default();
        // A String takes whatever is written to it.
        let _ = write!(out, "${}{rest}", place + 1);
    }
    Words { sql: out.into(), places }
}

/// PostgreSQL chooses its indexes by itself.
fn without_indexes(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut pieces = sql.split("INDEXED BY ");
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let end = piece.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(piece.len());
        out.push_str(&piece[end..]);
    }
    out
}

/// SQLite joins in the order that is written where it says CROSS, and takes a condition all the same.
fn joins(sql: &str) -> String {
    const CROSS: &str = "CROSS JOIN ";
    let mut pieces = sql.split(CROSS);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let upto = ["JOIN ", "WHERE ", "UNION ", "ORDER "].into_iter().filter_map(|word| piece.find(word)).min();
        let own = &piece[..upto.unwrap_or(piece.len())];
        let has_condition = own.split_whitespace().any(|word| word == "ON");
        out.push_str(if has_condition { "JOIN " } else { CROSS });
        out.push_str(piece);
    }
    out
}

/// `iif(a, b, c)` is `CASE WHEN a THEN b ELSE c END`.
fn conditions(sql: &str) -> String {
    let Some(at) = sql.find("iif(") else { return sql.to_owned() };
    let (before, rest) = (&sql[..at], &sql[at + 4..]);
    let (mut depth, mut is_text, mut parts, mut from) = (0_u32, false, Vec::new(), 0);
    for (place, c) in rest.char_indices() {
        match c {
            '\'' => is_text = !is_text,
            _ if is_text => {}
            '(' => depth += 1,
            ',' if depth == 0 => {
                parts.push(&rest[from..place]);
                from = place + 1;
            }
            ')' if depth == 0 => {
                parts.push(&rest[from..place]);
                from = place + 1;
                break;
            }
            ')' => depth -= 1,
            _ => {}
        }
    }
    let [condition, yes, no] = parts[..] else { return sql.to_owned() };
    let case = format!(
        "CASE WHEN {} THEN {} ELSE {} END",
        conditions(condition.trim()),
        conditions(yes.trim()),
        conditions(no.trim())
    );
    format!("{before}{case}{}", conditions(&rest[from..]))
}

/// `d.name COLLATE NOCASE`: without regard to the case of ASCII letters.
fn without_case(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(" COLLATE NOCASE") {
        let from =
            rest[..at].rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).map_or(0, |at| at + 1);
        out.push_str(&rest[..from]);
        out.push_str("lower(");
        out.push_str(&rest[from..at]);
        out.push(')');
        rest = &rest[at + " COLLATE NOCASE".len()..];
    }
    out + rest
}

/// `json_group_array(x)` gives a text there.
fn arrays(sql: &str) -> String {
    const ARRAY: &str = "json_group_array(";
    let Some(at) = sql.find(ARRAY) else { return sql.to_owned() };
    let rest = &sql[at + ARRAY.len()..];
    let Some(end) = rest.find(')') else { return sql.to_owned() };
    format!("{}CAST(json_agg({}) AS text){}", &sql[..at], &rest[..end], arrays(&rest[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_in_words_alone_is_said_in_postgresqls() {
        for (of_sqlite, of_postgres) in [
            ("SELECT id FROM campaign WHERE name = ?1", "SELECT id FROM campaign WHERE name = $1"),
            (
                "SELECT 1 FROM a CROSS JOIN b CROSS JOIN d INDEXED BY d_x ON d.id = b.id WHERE ?1 GLOB ?2",
                "SELECT 1 FROM a CROSS JOIN b JOIN d  ON d.id = b.id WHERE $1 @~ $2",
            ),
            (
                "SET a = iif(b IN (1, 2), iif(c = ',)', 1, 0), max(0, d)) WHERE e",
                "SET a = CASE WHEN b IN (1, 2) THEN CASE WHEN c = ',)' THEN 1 ELSE 0 END ELSE max(0, d) END WHERE e",
            ),
            ("INSERT OR IGNORE INTO t (a) VALUES (?1)", "INSERT INTO t (a) VALUES ($1) ON CONFLICT DO NOTHING"),
            ("ORDER BY d.name COLLATE NOCASE ASC, d.id", "ORDER BY lower(d.name) ASC, d.id"),
            ("SELECT json_group_array(f.key) FROM f", "SELECT CAST(json_agg(f.key) AS text) FROM f"),
        ] {
            assert_eq!(&*translate(of_sqlite).sql, of_postgres);
        }
    }

    #[test]
    fn a_place_that_a_statement_leaves_out_is_left_out_among_the_values() {
        let words = translate("SELECT 1 WHERE a = ?1 AND (b, c) > (?4, ?3)");
        assert_eq!((&*words.sql, words.takes()), ("SELECT 1 WHERE a = $1 AND (b, c) > ($3, $2)", 4));
        let bound = words.bind((1..=4).map(Value::Integer).collect());
        assert_eq!(bound, [1, 3, 4].map(Value::Integer));
    }
}
