//! Links: what a letter may link to, and how a value stands in a URL.

use super::control::shown;

const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];
const ADVICE: &str = "a link begins with `https://`, `http://`, `mailto:` or `tel:`";

/// Where in a URL a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// At its beginning: the value is a URL itself.
    Whole,
    /// The address of a `mailto:`, which keeps its `@`.
    Address,
    /// Anywhere else: every character with a meaning in a URL is percent-encoded (RFC 3986, 2.1).
    Part,
}

impl Position {
    /// Where a value stands that comes behind `before`.
    pub(super) fn behind(before: &str) -> Self {
        let mail = before.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
        match before {
            "" => Self::Whole,
            _ if mail && !before.contains('?') => Self::Address,
            _ => Self::Part,
        }
    }
}

/// Whether a URL that begins with this text is one a letter may link to.
pub(super) fn check(url: &str) -> Result<(), String> {
    let refused = || Err(format!("{} is not a link that a letter may have; {ADVICE}", shown(url)));
    let Some((scheme, rest)) = url.split_once(':') else {
        return refused();
    };
    let scheme = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&scheme.as_str()) {
        return refused();
    }
    let web = scheme.starts_with("http");
    let host = rest.strip_prefix("//").unwrap_or_default();
    if web && (host.is_empty() || host.starts_with(['/', '?', '#'])) {
        return refused();
    }
    Ok(())
}

/// Adds a value to a URL.
pub(super) fn encode(value: &str, position: Position, url: &mut String) -> Result<(), String> {
    if position == Position::Whole {
        if value.is_empty() {
            return Err(format!(
                "an empty value cannot be a link; {ADVICE}, or put it between `{{{{#if}}}}` and `{{{{/if}}}}`"
            ));
        }
        if let Some(found) = value.chars().find(|c| c.is_control()) {
            return Err(format!(
                "{} has the control character `{}` and cannot be a link",
                shown(value),
                found.escape_default()
            ));
        }
        check(value)?;
    }
    let keeps = |byte: u8| match position {
        Position::Whole => byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte),
        Position::Address => byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte),
        Position::Part => byte.is_ascii_alphanumeric() || b"-._~".contains(&byte),
    };
    for byte in value.bytes() {
        if keeps(byte) {
            url.push(char::from(byte));
        } else {
            percent(byte, url);
        }
    }
    Ok(())
}

/// A target as the template has it, with what cannot stand in a URL percent-encoded.
pub(super) fn written(target: &str) -> String {
    let mut url = String::with_capacity(target.len());
    for byte in target.bytes() {
        if byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte) {
            url.push(char::from(byte));
        } else {
            percent(byte, &mut url);
        }
    }
    url
}

/// Adds a byte to a URL as a percent-encoded octet (RFC 3986, 2.1).
fn percent(byte: u8, url: &mut String) {
    let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble)]);
    url.extend(['%', digit(byte >> 4), digit(byte & 0x0f)]);
}
