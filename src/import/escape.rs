//! Text that neither Markdown nor Handlebars takes for a sign of theirs.

use std::fmt::Write;

/// Adds text to a paragraph of Markdown, so that it stays what it is. `begins` says whether it begins a line.
pub(super) fn text(text: &str, begins: bool, markdown: &mut String) {
    let mut begins = begins;
    let mut before = None;
    let mut rest = text.chars().peekable();
    let mut digits = begins;
    while let Some(c) = rest.next() {
        match c {
            // Handlebars sees two braces side by side only; Markdown reads the reference as a brace.
            '{' if before == Some('{') || markdown.ends_with('{') => markdown.push_str("&#123;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' => markdown.extend(['\\', c]),
            '&' if rest.peek().is_some_and(|next| next.is_alphanumeric() || *next == '#') => markdown.push_str("\\&"),
            '#' | '>' | '+' | '-' | '=' | '~' if begins => markdown.extend(['\\', c]),
            // A number with a dot or bracket behind it begins an item of a list.
            '.' | ')' if digits && before.is_some() => markdown.extend(['\\', c]),
            _ => markdown.push(c),
        }
        digits = digits && c.is_ascii_digit();
        begins = false;
        before = Some(c);
    }
}

/// A link's target between `<` and `>`; `None` where a letter may not lead there.
pub(super) fn target(url: &str) -> Option<String> {
    let url = url.trim();
    let (scheme, rest) = url.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let leads = match scheme.as_str() {
        "http" | "https" => {
            rest.strip_prefix("//").is_some_and(|host| !host.is_empty() && !host.starts_with(['/', '?', '#']))
        }
        "mailto" | "tel" => !rest.is_empty(),
        _ => false,
    };
    if !leads || url.chars().any(char::is_control) {
        return None;
    }
    let mut written = format!("{scheme}:");
    for c in rest.chars() {
        // What Markdown or Handlebars would read is written in its other form (RFC 3986, 2.1).
        if matches!(c, '<' | '>' | '\\' | '{' | '}' | '"' | '`' | ' ') || is_private(c) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(written, "%{byte:02X}");
            }
        } else {
            written.push(c);
        }
    }
    // A reference to a character would be read in a target too.
    Some(written.replace('&', "&amp;"))
}

/// A subject as a string of TOML. Handlebars is in it too, and knows no other form of two braces.
pub(super) fn subject(subject: &str) -> String {
    let mut line: String = subject.chars().filter(|c| !c.is_control() && !is_private(*c)).collect();
    while line.contains("{{") {
        line = line.replace("{{", "{ {");
    }
    toml::Value::String(line).to_string()
}

/// A character that no font has, and that the merge needs for itself.
pub(super) fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}')
}
