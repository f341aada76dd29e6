//! Files that hold lists and are none that can be read: they are named for what they are, with the way to one that can.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// How much of a file is looked at, in bytes.
const LOOKED_AT: u64 = 4096;

/// How much of one that has parts, whose names say what it is.
const LOOKED_AT_FOR_PARTS: u64 = 4 * 1024 * 1024;

/// How a zip file begins.
const ZIP: &[u8] = b"PK\x03\x04";

/// How a compound file begins.
const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];

/// How a table program gives a file that can be read.
const SAVE_AS: &str = "open it in a spreadsheet program and save it as .xlsx, .ods or .csv";

/// What a file is that cannot be read, and what to do; nothing, where it may be a list. `name` is its name.
pub(super) fn named(name: &str, file: &File) -> Option<String> {
    let mut start = start(file, LOOKED_AT).unwrap_or_default();
    if start.starts_with(ZIP) || start.starts_with(COMPOUND) {
        start = self::start(file, LOOKED_AT_FOR_PARTS).unwrap_or_default();
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
    if start.starts_with(ZIP) {
        return zip(&start, &extension);
    }
    if start.starts_with(COMPOUND) {
        return Some(compound(&start));
    }
    if start.starts_with(&[0x1F, 0x8B]) {
        let what = if extension == "gnumeric" { "is a file of Gnumeric" } else { "is compressed" };
        return Some(format!("{what}; {SAVE_AS}"));
    }
    if start.starts_with(b"%PDF") {
        return Some("is a PDF; ask for the table that it was made of, or write the list anew".to_owned());
    }
    text(&start).map(|what| match what {
        "an address book of vCards" | "an address book in LDIF" => {
            format!("is {what}; open it in a mail program such as Thunderbird and export it as CSV (.csv)")
        }
        what => format!("is {what}; {SAVE_AS}"),
    })
}

/// So much of the beginning of a file, which is left as it was.
fn start(mut file: &File, length: u64) -> std::io::Result<Vec<u8>> {
    let at = file.stream_position()?;
    file.seek(SeekFrom::Start(0))?;
    let mut start = Vec::new();
    file.take(length).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(at))?;
    Ok(start)
}

/// A zip file that is no spreadsheet which can be read. The names of its parts stand in it as they are.
fn zip(start: &[u8], extension: &str) -> Option<String> {
    let has = |part: &str| memchr::memmem::find(start, part.as_bytes()).is_some();
    let what = if extension == "xlsb" || has("xl/workbook.bin") {
        "is a binary workbook of Excel (.xlsb)"
    } else if matches!(extension, "xlsm" | "xltx" | "xltm") || has("xl/vbaProject.bin") && extension != "xlsx" {
        "is a workbook with macros or a template of Excel"
    } else if extension == "numbers" || has("Index/Tables/DataList") || has("Index/Document.iwa") {
        return Some("is a document of Numbers; export it from Numbers as .xlsx or .csv".to_owned());
    } else if matches!(extension, "docx" | "odt") || has("word/document.xml") {
        "is a text document"
    } else {
        return None;
    };
    Some(format!("{what}; {SAVE_AS}"))
}

/// A compound file, as old Office programs write them; the names of its streams are UTF-16.
fn compound(start: &[u8]) -> String {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(start, &name).is_some()
    };
    if has("EncryptedPackage") {
        "has a password; open it and save it without one, as .xlsx, .ods or .csv".to_owned()
    } else if has("WordDocument") {
        format!("is an old Word document; {SAVE_AS}")
    } else {
        format!("is an old Excel file (.xls); {SAVE_AS}")
    }
}

/// Whether a text is an address book in LDIF (RFC 2849): comments, then perhaps its version, then the first entry.
fn is_ldif(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let is_version = |line: &str| line.strip_prefix("version:").is_some_and(|version| version.trim() == "1");
    lines.next().is_some_and(|line| line.starts_with("dn:") || is_version(line))
}

/// A text that is no table of cells.
fn text(start: &[u8]) -> Option<&'static str> {
    // In UTF-16, each second byte of these words is 0.
    let head: Vec<u8> = start.iter().copied().filter(|byte| *byte != 0).collect();
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let head = head.trim_start_matches(|c: char| c == '\u{feff}' || c == '\u{fffd}' || c.is_whitespace());
    if head.starts_with("begin:vcard") {
        Some("an address book of vCards")
    } else if is_ldif(head) {
        Some("an address book in LDIF")
    } else if head.contains("urn:schemas-microsoft-com:office:spreadsheet") && head.starts_with("<?xml") {
        Some("a workbook of Excel 2003 in XML")
    } else if ["<!doctype html", "<html", "<table", "<meta", "<head", "<style"].iter().any(|tag| head.starts_with(tag))
    {
        Some("a web page (HTML), whatever its name")
    } else {
        None
    }
}
