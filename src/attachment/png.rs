//! What PNG pictures have as text (ISO/IEC 15948, 11.3.4).

use super::trace::{Looked, Subject};

/// What every PNG file begins with.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Reads the texts of a picture that are not compressed.
pub(super) fn read(content: &[u8], found: &mut Looked) {
    let mut rest = &content[SIGNATURE.len().min(content.len())..];
    while let [a, b, c, d, kind @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        // Four bytes of kind, and four of checksum behind the data.
        let Some((kind, data)) = kind.split_at_checked(4).and_then(|(kind, rest)| Some((kind, rest.get(..length)?)))
        else {
            return;
        };
        if matches!(kind, b"tEXt" | b"iTXt")
            && let Some(end) = memchr::memchr(0, data)
        {
            let keyword = String::from_utf8_lossy(&data[..end]).into_owned();
            // What stands before an international text says how it is written.
            let value = data[end + 1..].rsplit(|byte| *byte == 0).next().unwrap_or_default();
            let value = String::from_utf8_lossy(value);
            match keyword.as_str() {
                "Author" | "Copyright" | "Artist" => found.note(Subject::Author, format!("PNG {keyword}"), &value),
                "XML:com.adobe.xmp" => {}
                _ => found.note_path(format!("PNG {keyword}"), &value),
            }
        }
        rest = rest.get(12 + length..).unwrap_or_default();
    }
}
