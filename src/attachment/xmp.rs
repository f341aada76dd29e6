//! XMP, which pictures and PDFs hold as XML (ISO 16684-1): who made it, where, and out of which files.

use super::trace::{Looked, Subject};
use super::xml::{self, Said};

/// More of it is not read.
const MOST_BYTES: usize = 1024 * 1024;

/// What the name of a property says of its value, without its prefix.
fn subject(name: &str) -> Option<Subject> {
    match name {
        "creator" | "Author" | "AuthorsPosition" | "Artist" | "OwnerName" | "Owner" | "CameraOwnerName" | "Byline"
        | "CaptionWriter" | "LastModifiedBy" | "CreatorContactInfo" | "CiEmailWork" | "CiTelWork" | "CiAdrExtadr"
        | "Company" | "Manager" | "Photographer" => Some(Subject::Author),
        "GPSLatitude" | "GPSLongitude" | "City" | "Sublocation" | "Location" => Some(Subject::Position),
        "SerialNumber" | "BodySerialNumber" | "LensSerialNumber" | "HostComputer" => Some(Subject::Device),
        _ => None,
    }
}

/// Reads the packet that stands somewhere in these bytes, if one does.
pub(super) fn find(content: &[u8], found: &mut Looked) {
    let end = |start: usize, close: &[u8]| memchr::memmem::find(&content[start..], close).map(|at| start + at);
    for (open, close) in [(&b"<x:xmpmeta"[..], &b"</x:xmpmeta>"[..]), (b"<rdf:RDF", b"</rdf:RDF>")] {
        if let Some(start) = memchr::memmem::find(content, open)
            && let Some(end) = end(start, close)
        {
            read(&content[start..end + close.len()], found);
            return;
        }
    }
}

/// Reads a packet. A value may stand in a list within its property, or be an attribute.
pub(super) fn read(packet: &[u8], found: &mut Looked) {
    let packet = String::from_utf8_lossy(&packet[..packet.len().min(MOST_BYTES)]);
    xml::walk(&packet, |said| match said {
        Said::Text(open, value) => {
            let mut names = open.iter().rev().map(|name| local(name));
            if let Some(name) = names.find(|name| !matches!(*name, "li" | "Seq" | "Bag" | "Alt")) {
                note(name, value, found);
            }
        }
        Said::Attribute(_, name, value) if !name.starts_with("xmlns") => note(local(name), value, found),
        Said::Attribute(..) => {}
    });
}

fn note(name: &str, value: &str, found: &mut Looked) {
    match subject(name) {
        Some(subject) => found.note(subject, format!("XMP {name}"), value),
        None => found.note_path(format!("XMP {name}"), value),
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or_default()
}
