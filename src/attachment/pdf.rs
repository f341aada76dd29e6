//! What PDFs tell: in their dictionary of information, in XMP, and in the photographs within.

use hayro_syntax::object::dict::keys::{FILTER, TYPE};
use hayro_syntax::object::{Dict, Name, Object, Stream, String as PdfString};
use hayro_syntax::{LoadPdfError, Pdf};

use super::trace::{Kind, Looked, Subject};
use super::{picture, xmp};

/// A larger stream of XMP is not unpacked.
const MOST_BYTES: usize = 256 * 1024;

/// What the keys of the dictionary of information say (ISO 32000-2, 14.3.3), those of Word's and others' among them.
const AUTHORS: [&[u8]; 5] = [b"Author", b"Company", b"Manager", b"LastModifiedBy", b"Owner"];
const OTHERS: [&[u8]; 5] = [b"Title", b"Subject", b"Keywords", b"Creator", b"Producer"];

/// Looks into a PDF.
pub(super) fn look(content: &[u8]) -> Looked {
    let pdf = match Pdf::new(content.to_vec()) {
        Ok(pdf) => pdf,
        Err(LoadPdfError::Decryption(_)) => return Looked::closed(Kind::Pdf, "it opens by a password only"),
        Err(LoadPdfError::Invalid) => return Looked::closed(Kind::Pdf, "it is damaged"),
    };
    let mut found = Looked::new(Kind::Pdf);
    for object in pdf.objects() {
        match object {
            Object::Dict(dict) => read_information(&dict, &mut found),
            Object::Stream(stream) => read_stream(&stream, &mut found),
            _ => {}
        }
    }
    found
}

/// Reads a dictionary that says which program made the file: it is known by that, and it names no type.
fn read_information(dict: &Dict<'_>, found: &mut Looked) {
    if dict.contains_key(TYPE) || !AUTHORS.iter().chain(&OTHERS[3..]).any(|key| dict.contains_key(*key)) {
        return;
    }
    let text = |key: &[u8]| dict.get::<PdfString<'_>>(key).map(|text| decode(text.as_bytes()));
    for key in AUTHORS {
        let value = text(key).unwrap_or_default();
        found.note(Subject::Author, format!("PDF {}", String::from_utf8_lossy(key)), &value);
    }
    for key in OTHERS {
        let value = text(key).unwrap_or_default();
        found.note_path(format!("PDF {}", String::from_utf8_lossy(key)), &value);
    }
}

fn read_stream(stream: &Stream<'_>, found: &mut Looked) {
    let dict = stream.dict();
    let is_named = |key: &[u8], name: &[u8]| dict.get::<Name<'_>>(key).is_some_and(|found| found.as_ref() == name);
    if is_named(TYPE, b"Metadata") {
        if stream.raw_data().len() <= MOST_BYTES
            && let Ok(packet) = stream.decoded()
        {
            xmp::read(&packet, found);
        }
    } else if is_named(FILTER, b"DCTDecode")
        && let Some(of_picture) = picture::look(&stream.raw_data())
    {
        found.take(of_picture);
    }
}

/// A text of a PDF (ISO 32000-2, 7.9.2.2).
fn decode(bytes: &[u8]) -> String {
    let (encoding, bytes) = match bytes {
        [0xfe, 0xff, rest @ ..] => (encoding_rs::UTF_16BE, rest),
        [0xff, 0xfe, rest @ ..] => (encoding_rs::UTF_16LE, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => (encoding_rs::UTF_8, rest),
        // PDFDocEncoding has the letters of Windows-1252 at their places.
        bytes => (encoding_rs::WINDOWS_1252, bytes),
    };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}
