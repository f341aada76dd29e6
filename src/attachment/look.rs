//! Looking into a file, whatever it is: its first bytes say, and not its name.

use super::trace::{Kind, Looked};
use super::{archive, office, pdf, picture};

/// Looks for what a file tells besides what it shows.
#[must_use]
pub fn traces(content: &[u8]) -> Looked {
    if let Some(found) = picture::look(content) {
        return found;
    }
    let start = &content[..content.len().min(1024)];
    if memchr::memmem::find(start, b"%PDF-").is_some() {
        return pdf::look(content);
    }
    if content.starts_with(b"PK\x03\x04") {
        return archive::open(content).map_or_else(|why| Looked::closed(Kind::Other, why), office::look);
    }
    if content.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Looked::closed(Kind::Office, "it is in an old format of Word, Excel or PowerPoint");
    }
    Looked::new(Kind::Other)
}
