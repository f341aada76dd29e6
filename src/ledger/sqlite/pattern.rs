//! What is looked for in a text, as SQLite's GLOB takes it.

/// A pattern of SQLite's GLOB that finds a text anywhere, in whatever case: its LIKE knows the cases of ASCII alone.
pub(super) fn in_any_case(text: &str) -> String {
    let mut pattern = "*".to_owned();
    for c in text.chars() {
        let cases: String = [c].into_iter().chain(c.to_lowercase()).chain(c.to_uppercase()).collect();
        // What stands for itself alone, and what would say something else in brackets.
        match c {
            '*' | '?' | '[' => pattern.extend(['[', c, ']']),
            '^' | ']' | '-' => pattern.push(c),
            _ if cases.chars().count() == 3 => pattern.extend(["[", &cases, "]"]),
            // "ß" is two letters in capitals: it stands for itself.
            _ => pattern.push(c),
        }
    }
    pattern + "*"
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params};

    use super::*;

    #[test]
    fn a_text_is_found_in_whatever_case_and_never_read_as_a_pattern() {
        let connection = Connection::open_in_memory().unwrap();
        let is_in = |text: &str, sought: &str| -> bool {
            connection.query_row("SELECT ?1 GLOB ?2", params![text, in_any_case(sought)], |row| row.get(0)).unwrap()
        };
        for (text, sought) in [
            ("Ålvfolket", "åLV"),
            ("ana@example.org", "EXAMPLE"),
            ("a*b", "*"),
            ("a?b", "?"),
            ("a[b]c", "[b]"),
            ("x^y-z]", "^y-z]"),
            ("Straße", "straß"),
            ("ΑΘΗΝΑ", "αθηνα"),
            ("Ǆ", "ǆ"),
            ("", ""),
        ] {
            assert!(is_in(text, sought), "{sought} in {text}");
        }
        for (text, sought) in [("ab", "*b*c"), ("ab", "?"), ("ab", "[ab]"), ("abc", "ac")] {
            assert!(!is_in(text, sought), "{sought} in {text}");
        }
    }
}
