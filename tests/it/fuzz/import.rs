//! A text that somebody has already, as the letter of a campaign. The first byte says of which kind it is; of a Word
//! document, the parts stand between lines of `%%%`.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{Cursor, Write as _};

use undersigned::import::read;
use zip::write::{SimpleFileOptions, ZipWriter};

/// The parts of a Word document, in the order in which they stand in an input.
const PARTS: [&str; 6] = [
    "word/document.xml",
    "word/styles.xml",
    "word/numbering.xml",
    "word/_rels/document.xml.rels",
    "word/footnotes.xml",
    "word/comments.xml",
];

/// Reads it; what comes of it is a template within bounds, and reads as what was said.
pub fn look(data: &[u8]) -> u64 {
    let Some((kind, bytes)) = data.split_first() else { return 0 };
    let (name, bytes) = match kind % 4 {
        0 => ("letter.md", bytes.to_vec()),
        1 => ("letter.txt", bytes.to_vec()),
        2 => ("letter.docx", bytes.to_vec()),
        _ => ("letter.docx", document(bytes)),
    };
    let mut way = DefaultHasher::new();
    match read(name, &bytes) {
        Ok(imported) => {
            assert!(!imported.subject.contains(['\r', '\n', '\0']), "{:?}", imported.subject);
            assert!(imported.template.starts_with("+++\n"), "{}", imported.template);
            // Text of others is never read as Handlebars: whatever opens one was written as a sign of text.
            if name != "letter.md" {
                let bare = imported.template.replace("\\{{", "").replace("{{> signatories}}", "");
                let ours = ["{{recipient.", "{{date ", "{{letter.", "{{{{raw"];
                let others =
                    bare.match_indices("{{").filter(|(at, _)| !ours.iter().any(|word| bare[*at..].starts_with(word)));
                assert_eq!(others.count(), 0, "{bare}");
            }
            let lost =
                imported.lost.iter().map(|line| line.chars().filter(char::is_ascii_alphabetic).take(20).collect());
            let lost: Vec<String> = lost.collect();
            let signs: Vec<char> = imported.template.chars().filter(char::is_ascii_punctuation).take(40).collect();
            (name, imported.salutation.is_some(), lost, signs).hash(&mut way);
        }
        Err(error) => {
            let plain: String = error.to_string().chars().filter(|c| !c.is_ascii_digit()).take(30).collect();
            (name, plain).hash(&mut way);
        }
    }
    way.finish()
}

/// A Word document of the parts in an input.
fn document(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in PARTS.iter().zip(text.split("\n%%%\n")) {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(part.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
