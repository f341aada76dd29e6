//! A value that somebody wrote without the quotes that TOML wants.

use crate::model::day;

/// What these keys have is no secret and is shown. Anything else may be one: a password, or a URL with one in it.
const SHOWN: [&str; 22] = [
    "after",
    "continues",
    "date",
    "encoding",
    "first_after",
    "from",
    "give_up_after",
    "hours",
    "id",
    "language",
    "layout",
    "name",
    "not_before",
    "preset",
    "recipients",
    "sheet",
    "signatories",
    "suppressions",
    "template",
    "timeout",
    "timezone",
    "weekend",
];

/// The line as it should be, where at this byte of the text a value stands that is a text without quotes.
pub(super) fn quoted(text: &str, at: usize) -> Option<String> {
    let before = text.get(..at)?;
    let begin = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text[begin..].lines().next()?;
    let (key, value) = line.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let value = value.split(" #").next()?.trim_end();
    // What is in quotes or brackets has another fault; so has what is there already, or not at all.
    let is_bare = !value.is_empty() && !value.contains(['"', '\'', '[', ']', '{', '}', '\\']);
    if !is_key || !is_bare || before[begin..].len() < line.find('=')? {
        return None;
    }
    if !SHOWN.contains(&key) || value.contains("://") {
        return Some(format!("{key} = \"…\""));
    }
    match day::meant(value).as_slice() {
        [day] => Some(format!("{key} = {day}")),
        [] => Some(format!("{key} = \"{value}\"")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_without_quotes_is_shown_with_them() {
        for (text, line) in [
            ("id = \"a\"\n[sender]\nfrom = Ana <a@b.example>  # us\n", Some("from = \"Ana <a@b.example>\"")),
            ("name = Rettet die Aue", Some("name = \"Rettet die Aue\"")),
            ("date = 12.11.2026", Some("date = 2026-11-12")),
            ("date = 12/11/2026", None),
            ("attachments = [a.pdf]", None),
            ("[smtp]\npassword = hunter2", Some("password = \"…\"")),
            ("passwort = hunter2", Some("passwort = \"…\"")),
            ("url = smtps://ana:hunter2@smtp.example", Some("url = \"…\"")),
            ("name = smtps://ana:hunter2@smtp.example", Some("name = \"…\"")),
            ("name = \"Keep", None),
            ("name =", None),
        ] {
            let at = text.rfind(" = ").map_or(text.len() - 1, |at| at + 3);
            assert_eq!(quoted(text, at).as_deref(), line, "{text}");
        }
    }
}
