//! What agencies write into photographs (IPTC-NAA Information Interchange Model, version 4.2).

use super::trace::{Looked, Subject};

/// The resource of Photoshop's that holds it.
const RESOURCE: &[u8] = b"8BIM\x04\x04";

/// Reads it where a picture has it.
pub(super) fn find(content: &[u8], found: &mut Looked) {
    let Some(at) = memchr::memmem::find(content, RESOURCE) else { return };
    let mut rest = &content[at + RESOURCE.len()..];
    // A name of an even length, its own byte of length counted, then four bytes of length.
    let Some(name) = rest.first().map(|length| (usize::from(*length) + 2) & !1) else { return };
    let Some(after) = rest.get(name + 4..) else { return };
    rest = after;
    while let [0x1c, record, field, high, low, after @ ..] = rest {
        let length = usize::from(*high) << 8 | usize::from(*low);
        // Lengths above 32,767 are written in another way, and no name is so long.
        let Some(value) = after.get(..length) else { return };
        if *record == 2
            && let Some((subject, name)) = meaning(*field)
        {
            found.note(subject, format!("IPTC {name}"), &text(value));
        }
        rest = &after[length..];
    }
}

fn meaning(field: u8) -> Option<(Subject, &'static str)> {
    match field {
        80 => Some((Subject::Author, "By-line")),
        85 => Some((Subject::Author, "By-line Title")),
        90 => Some((Subject::Position, "City")),
        92 => Some((Subject::Position, "Sub-location")),
        110 => Some((Subject::Author, "Credit")),
        118 => Some((Subject::Author, "Contact")),
        122 => Some((Subject::Author, "Writer/Editor")),
        _ => None,
    }
}

fn text(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(value).0.into_owned(),
    }
}
