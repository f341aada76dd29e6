//! What photographs tell: JPEG, PNG, WebP, TIFF, HEIF and AVIF.

use std::io::Cursor;

use exif::{Context, Exif, In, Reader, Tag, Value};

use super::trace::{Kind, Looked, Subject};
use super::{iptc, png, xmp};

/// Windows' own field for an author, in UTF-16.
const XP_AUTHOR: Tag = Tag(Context::Tiff, 0x9c9d);

/// Who took a photograph, and who changed it (Exif 3.0, 4.6.6).
const PHOTOGRAPHER: Tag = Tag(Context::Exif, 0xa437);
const IMAGE_EDITOR: Tag = Tag(Context::Exif, 0xa438);

const TEXTS: [(Tag, &str, Subject); 9] = [
    (Tag::Artist, "Artist", Subject::Author),
    (Tag::Copyright, "Copyright", Subject::Author),
    (Tag::CameraOwnerName, "CameraOwnerName", Subject::Author),
    (PHOTOGRAPHER, "Photographer", Subject::Author),
    (IMAGE_EDITOR, "ImageEditor", Subject::Author),
    (Tag(Context::Tiff, 0x13c), "HostComputer", Subject::Device),
    (Tag::BodySerialNumber, "BodySerialNumber", Subject::Device),
    (Tag::LensSerialNumber, "LensSerialNumber", Subject::Device),
    (Tag::GPSAreaInformation, "GPSAreaInformation", Subject::Position),
];

/// Looks into a picture, if the file is one.
pub(super) fn look(content: &[u8]) -> Option<Looked> {
    if !is_picture(content) {
        return None;
    }
    let mut found = Looked::new(Kind::Picture);
    let mut reader = Reader::new();
    // A damaged field hides none of the others.
    reader.continue_on_error(true);
    let read = reader.read_from_container(&mut Cursor::new(content));
    match read.or_else(|error| error.distill_partial_result(|_| ())) {
        Ok(exif) => read_fields(&exif, &mut found),
        Err(exif::Error::NotFound(_)) => {}
        Err(_) => found.closed = Some("what is said of how it was taken (Exif) is damaged"),
    }
    if content.starts_with(png::SIGNATURE) {
        png::read(content, &mut found);
    }
    iptc::find(content, &mut found);
    xmp::find(content, &mut found);
    Some(found)
}

fn is_picture(content: &[u8]) -> bool {
    content.starts_with(b"\xff\xd8\xff")
        || content.starts_with(png::SIGNATURE)
        || content.starts_with(b"II*\0")
        || content.starts_with(b"MM\0*")
        || (content.starts_with(b"RIFF") && content.get(8..12) == Some(b"WEBP"))
        || (content.get(4..8) == Some(b"ftyp")
            && content.get(8..12).is_some_and(|brand| {
                [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"]
                    .iter()
                    .any(|known| brand == *known)
            }))
}

fn read_fields(exif: &Exif, found: &mut Looked) {
    for (tag, name, subject) in TEXTS {
        for field in exif.fields().filter(|field| field.tag == tag) {
            found.note(subject, name, &text(&field.value));
        }
    }
    for field in exif.fields().filter(|field| field.tag == XP_AUTHOR) {
        if let Value::Byte(bytes) = &field.value {
            let author = encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0;
            found.note(Subject::Author, "XPAuthor", author.trim_end_matches('\0'));
        }
    }
    for (tag, name) in [(Tag::GPSLatitude, "GPSLatitude"), (Tag::GPSLongitude, "GPSLongitude")] {
        if let Some(field) = exif.get_field(tag, In::PRIMARY) {
            found.note(Subject::Position, name, &field.display_value().with_unit(exif).to_string());
        }
    }
    for (tag, name) in [
        (Tag::ImageDescription, "ImageDescription"),
        (Tag(Context::Tiff, 0x10d), "DocumentName"),
        (Tag::UserComment, "UserComment"),
        (Tag::RelatedSoundFile, "RelatedSoundFile"),
    ] {
        for field in exif.fields().filter(|field| field.tag == tag) {
            found.note_path(name, &text(&field.value));
        }
    }
}

fn text(value: &Value) -> String {
    let bytes: Vec<u8> = match value {
        Value::Ascii(texts) => texts.join(&b' '),
        Value::Undefined(bytes, _) | Value::Byte(bytes) => bytes.clone(),
        _ => return String::new(),
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned(),
    }
}
