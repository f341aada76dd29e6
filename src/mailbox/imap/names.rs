//! Names on the wire: quoted strings (RFC 9051, 4.3), and folders in modified UTF-7 (RFC 3501, 5.1.3).

use data_encoding::BASE64_NOPAD;

/// A quoted string.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The text of a quoted string that a line begins with, and what follows it.
pub(super) fn unquoted(line: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut signs = line.strip_prefix('"')?.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Some((text, &line[at + 2..])),
            '\\' => text.push(signs.next()?.1),
            sign => text.push(sign),
        }
    }
    None
}

/// A folder's name as it is on the wire.
pub(super) fn modified_utf7(name: &str) -> String {
    let mut encoded = String::new();
    let mut others: Vec<u8> = Vec::new();
    for c in name.chars().map(Some).chain([None]) {
        let is_plain = c.is_none_or(|c| (' '..='~').contains(&c));
        if is_plain && !others.is_empty() {
            let text = BASE64_NOPAD.encode(&std::mem::take(&mut others)).replace('/', ",");
            encoded.extend(["&", &text, "-"]);
        }
        match c {
            Some('&') => encoded.push_str("&-"),
            Some(c) if is_plain => encoded.push(c),
            Some(c) => others.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes())),
            None => {}
        }
    }
    encoded
}

/// A folder's name as people write it. What is no modified UTF-7 stays as it is: some servers say names in UTF-8.
pub(super) fn from_modified_utf7(wire: &str) -> String {
    decoded(wire).unwrap_or_else(|| wire.to_owned())
}

fn decoded(wire: &str) -> Option<String> {
    let mut name = String::new();
    let mut rest = wire;
    while let Some((plain, after)) = rest.split_once('&') {
        let (shifted, after) = after.split_once('-')?;
        name.push_str(plain);
        if shifted.is_empty() {
            name.push('&');
        } else {
            let bytes = BASE64_NOPAD.decode(shifted.replace(',', "/").as_bytes()).ok()?;
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            let text: Result<String, _> = char::decode_utf16(units).collect();
            name.push_str(&text.ok()?);
        }
        rest = after;
    }
    name.push_str(rest);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_alike_here_and_on_the_wire() {
        for (name, wire) in [
            ("Été & co", "&AMk-t&AOk- &- co"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("Entwu\u{308}rfe", "Entwu&Awg-rfe"),
            ("Спам", "&BCEEPwQwBDw-"),
            ("台北", "&U,BTFw-"),
            ("📮", "&2D3c7g-"),
            ("INBOX.Junk", "INBOX.Junk"),
        ] {
            assert_eq!(modified_utf7(name), wire);
            assert_eq!(from_modified_utf7(wire), name);
        }
        for wire in ["Été", "R&D", "&AMk", "&2D0-"] {
            assert_eq!(from_modified_utf7(wire), wire);
        }
    }

    #[test]
    fn a_quoted_string_ends_where_it_does() {
        assert_eq!(unquoted(&format!("{} rest", quoted("a \"b\\ c"))), Some(("a \"b\\ c".to_owned(), " rest")));
        assert_eq!(unquoted("\"ü\""), Some(("ü".to_owned(), "")));
        for broken in ["\"a", "a\"", "\"a\\", ""] {
            assert_eq!(unquoted(broken), None);
        }
    }
}
