//! What documents tell: of Word, Excel and `PowerPoint` (ECMA-376, part 2, 11), and of Writer, Calc and Impress
//! (`OpenDocument` 1.3, part 3, 4.3); and what stands in a ZIP file.

use super::archive::{self, Archive};
use super::trace::{Kind, Looked, Subject};
use super::xml::{self, Said};
use super::{pdf, picture};

/// What stands in comments and in changes that are tracked.
const CHANGES: &str = "comments and changes";

const LOCKED: &str = "a file within is damaged, or opens by a password only";

const PICTURES: [&str; 7] = ["jpg", "jpeg", "png", "tif", "tiff", "webp", "heic"];
const DOCUMENTS: [&str; 6] = ["docx", "odt", "xlsx", "ods", "pptx", "odp"];

/// Looks into a document, or into the files of a ZIP file.
pub(super) fn look(archive: Archive<'_>) -> Looked {
    if is_document(&archive) { look_into_document(archive) } else { look_into_files(archive) }
}

fn is_document(archive: &Archive<'_>) -> bool {
    archive.names().iter().any(|name| matches!(name.as_str(), "[Content_Types].xml" | "mimetype" | "meta.xml"))
}

fn look_into_document(mut archive: Archive<'_>) -> Looked {
    let mut found = Looked::new(Kind::Office);
    for name in archive.names() {
        let is_about = is_properties(&name) || may_name_authors(&name);
        if !is_about && !ends_in(&name, &PICTURES) {
            continue;
        }
        match archive.read(&name) {
            Some(content) if is_about => read_part(&name, &content, &mut found),
            Some(content) => picture::look(&content).into_iter().for_each(|of_picture| found.take(of_picture)),
            None => found.closed = Some(LOCKED),
        }
    }
    found
}

/// What stands in a ZIP file; of one within another, nothing.
fn look_into_files(mut archive: Archive<'_>) -> Looked {
    let mut found = Looked::new(Kind::Other);
    for name in archive.names() {
        let is_document_by_name = ends_in(&name, &DOCUMENTS);
        if !is_document_by_name && !ends_in(&name, &PICTURES) && !ends_in(&name, &["pdf"]) {
            continue;
        }
        let Some(content) = archive.read(&name) else {
            found.closed = Some(LOCKED);
            continue;
        };
        let of_file = if is_document_by_name {
            archive::open(&content).ok().filter(is_document).map(look_into_document)
        } else {
            picture::look(&content).or_else(|| Some(pdf::look(&content)))
        };
        found.closed = found.closed.or(of_file.as_ref().and_then(|of_file| of_file.closed));
        if let Some(of_file) = of_file {
            found.take(of_file);
        }
    }
    found
}

fn ends_in(name: &str, endings: &[&str]) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| endings.contains(&ending.as_str()))
}

/// The parts that say who made a document.
fn is_properties(name: &str) -> bool {
    name.starts_with("docProps/") && ends_in(name, &["xml"])
        || name == "meta.xml"
        || name.ends_with("settings.xml.rels")
}

/// The parts in which comments and changes bear names.
fn may_name_authors(name: &str) -> bool {
    matches!(name, "content.xml" | "ppt/commentAuthors.xml" | "ppt/authors.xml" | "word/people.xml")
        || (ends_in(name, &["xml"])
            && (name.starts_with("word/document") || name.contains("/comments") || name.starts_with("xl/persons/")))
}

fn read_part(name: &str, xml: &[u8], found: &mut Looked) {
    let is_properties = is_properties(name);
    xml::walk(&String::from_utf8_lossy(xml), |said| match said {
        Said::Text(open, value) => match open.last().map(String::as_str).unwrap_or_default() {
            tag if is_properties => read_property(tag, value, found),
            "dc:creator" | "author" => found.note(Subject::Author, CHANGES, value),
            _ => {}
        },
        Said::Attribute(_, "w:author" | "w15:author", value)
        | Said::Attribute("p:cmAuthor" | "p188:author", "name", value)
        | Said::Attribute("person", "displayName", value) => found.note(Subject::Author, CHANGES, value),
        Said::Attribute(_, "Target", value) => found.note_path("template", value),
        Said::Attribute(..) => {}
    });
}

fn read_property(tag: &str, value: &str, found: &mut Looked) {
    match tag {
        "dc:creator" | "cp:lastModifiedBy" | "meta:initial-creator" | "meta:printed-by" | "Company" | "Manager" => {
            found.note(Subject::Author, tag, value);
        }
        _ => found.note_path(tag, value),
    }
}
