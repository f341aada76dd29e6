//! A statement that is to be run with many rows of values is said once for all of them.
//!
//! A row that is written costs a message, an answer, and most of the server's time for a statement; a thousand rows in
//! one statement cost little more than one. The forms below are made from the statement itself, so that it is written
//! once: its places for values become the columns of a table that is sent along.

/// The table of values: for these types of the places, in their order. `n` numbers the rows.
fn table(types: &[String]) -> String {
    let arrays = types.iter().enumerate().map(|(at, kind)| format!("${}::{kind}[]", at + 1));
    let columns = (1..=types.len()).map(|place| format!("p{place}, "));
    format!("unnest({}) WITH ORDINALITY AS v({}n)", arrays.collect::<Vec<_>>().join(", "), columns.collect::<String>())
}

/// Its columns in the place of the values: `v.p1` for `$1`.
fn columns(sql: &str) -> String {
    sql.replace('$', "v.p")
}

/// A statement for many rows of values, where it has one of the plain forms: a row that is added, rows that a condition
/// names and that are changed or removed, or a question. The answer to a question begins with the number of the row,
/// from 1, in their order.
pub(super) fn for_many(sql: &str, types: &[String]) -> Option<String> {
    if types.is_empty() {
        return None;
    }
    let (sql, table) = (columns(sql.trim()), table(types));
    let verb = sql.split_whitespace().next()?;
    match verb {
        "INSERT" => {
            let (before, rest) = sql.split_once("VALUES (")?;
            let end = closing(rest)?;
            Some(format!("{before}SELECT {} FROM {table} ORDER BY v.n{}", &rest[..end], &rest[end + 1..]))
        }
        "UPDATE" | "DELETE" => {
            let (before, condition) = sql.split_once("WHERE ").filter(|(_, rest)| !rest.contains("WHERE "))?;
            let from = if verb == "UPDATE" { "FROM" } else { "USING" };
            Some(format!("{before}{from} {table} WHERE {condition}"))
        }
        "SELECT" => Some(format!("SELECT v.n, q.* FROM {table} CROSS JOIN LATERAL ({sql}) AS q ORDER BY v.n")),
        _ => None,
    }
}

/// Where the bracket closes that was opened before.
fn closing(rest: &str) -> Option<usize> {
    let mut depth = 0_u32;
    rest.char_indices().find_map(|(at, c)| {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
        None
    })
}

/// The statement that adds a row to a table whose key is `id`, with a key that is given behind all other values.
pub(super) fn with_its_key(sql: &str, places: usize) -> Option<String> {
    let (into, rest) = sql.split_once('(')?;
    let (columns, values) = rest.split_once("VALUES (")?;
    Some(format!("{into}(id, {columns}VALUES (${}, {values}", places + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_for_one_row_of_values_is_one_for_many() {
        let types = ["int8".to_owned(), "text".to_owned()];
        let table = "unnest($1::int8[], $2::text[]) WITH ORDINALITY AS v(p1, p2, n)";
        for (one, many) in [
            (
                "INSERT INTO t (a, b) VALUES ($1, coalesce($2, ''))\n ON CONFLICT DO NOTHING",
                "INSERT INTO t (a, b) SELECT v.p1, coalesce(v.p2, '') FROM {} ORDER BY v.n\n ON CONFLICT DO NOTHING",
            ),
            ("UPDATE t SET a = $2 WHERE id = $1", "UPDATE t SET a = v.p2 FROM {} WHERE id = v.p1"),
            ("DELETE FROM t WHERE id = $1 AND b = $2", "DELETE FROM t USING {} WHERE id = v.p1 AND b = v.p2"),
            (
                "SELECT a FROM t WHERE id = $1 AND b = $2",
                "SELECT v.n, q.* FROM {} CROSS JOIN LATERAL (SELECT a FROM t WHERE id = v.p1 AND b = v.p2) AS q ORDER BY v.n",
            ),
        ] {
            assert_eq!(for_many(one, &types), Some(many.replace("{}", table)));
        }
        for other in ["WITH a AS (SELECT $1) SELECT 1", "UPDATE t SET a = (SELECT 1 FROM b WHERE c = $1) WHERE id = $2"]
        {
            assert_eq!(for_many(other, &types), None);
        }
        assert_eq!(for_many("SELECT 1", &[]), None);
    }

    #[test]
    fn a_row_can_be_added_under_a_key_that_was_given_out_before() {
        let one = "INSERT INTO t (a, b) VALUES ($1, $2)";
        assert_eq!(with_its_key(one, 2).unwrap(), "INSERT INTO t (id, a, b) VALUES ($3, $1, $2)");
    }
}
