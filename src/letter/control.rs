//! Control characters: which a value may have, and how one that has others is shown in a message.

/// Control characters have no meaning in a letter, and HTML cannot hold most of them; tabs and line breaks are text.
pub(super) fn check_body(value: &str) -> Result<(), String> {
    let control = |b: &u8| (*b < 0x20 && !matches!(*b, b'\t' | b'\n' | b'\r')) || *b == 0x7f;
    match value.bytes().find(control) {
        None => Ok(()),
        Some(found) => Err(format!(
            "{} has the control character `{}`; write the cell anew",
            shown(value),
            char::from(found).escape_default()
        )),
    }
}

/// A header is one line: a value that could end it is refused, never mended (RFC 5322, 2.2).
pub(super) fn check_line(value: &str) -> Result<(), String> {
    let breaks = |c: &char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    match value.chars().find(breaks) {
        None => Ok(()),
        Some(found) => Err(format!(
            "{} has the control character `{}`, which cannot stand in the subject or preheader; write it on one line",
            shown(value),
            found.escape_default()
        )),
    }
}

/// A value as a message shows it: short, on one line, and with nothing in it that could move a terminal's cursor.
pub(super) fn shown(value: &str) -> String {
    let plain = |c: char| {
        if c.is_control() { c.escape_default().to_string() } else { c.to_string() }
    };
    let short: String = value.chars().take(40).map(plain).collect();
    let more = if value.chars().nth(40).is_some() { "…" } else { "" };
    format!("`{short}{more}`")
}
