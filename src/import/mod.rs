//! An existing text as the template of a letter: Markdown, plain text, or a Word document through its text.
//!
//! The letter says what the text said: what Markdown or Handlebars would take for a sign of theirs is escaped. What
//! cannot be kept is said. What is read comes from anywhere, and is bounded before it is looked at.

mod block;
mod changes;
mod docx;
mod error;
mod escape;
mod language;
mod lost;
mod markdown;
mod notes;
mod package;
mod plain;
#[cfg(test)]
mod tests;
mod write;

pub use error::ImportError;
pub use language::{Guess, language_of, may_be_taken_for};

use block::Block;
use error::LARGEST_TEMPLATE;

/// What prints the signatories in a template.
const SIGNATORIES: &str = "{{> signatories}}";

/// A text, ready to be a campaign's letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The template, with its front matter.
    pub template: String,
    /// The subject that was found in it.
    pub subject: String,
    /// The line by which the text greets its reader, where one is found.
    pub salutation: Option<String>,
    /// What could not be kept, one sentence each.
    pub lost: Vec<String>,
}

/// Reads a text; the ending of its name says what it is.
///
/// # Errors
/// Where it cannot be read, or is no letter.
pub fn read(name: &str, bytes: &[u8]) -> Result<Imported, ImportError> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let imported = match ending.as_str() {
        "md" | "markdown" => markdown::read(&text(bytes)?)?,
        "txt" | "text" => {
            let mut lost = Vec::new();
            let blocks = plain::read(&text(bytes)?);
            from_blocks(blocks, &[], &mut lost)?
        }
        "docx" => docx::read(bytes)?,
        _ => return Err(ImportError::Kind(name.to_owned())),
    };
    if imported.template.len() > LARGEST_TEMPLATE {
        return Err(ImportError::Long);
    }
    Ok(imported)
}

/// A text in whatever encoding: a byte order mark decides, then whether it is UTF-8; else Windows-1252 is taken for
/// granted.
fn text(bytes: &[u8]) -> Result<String, ImportError> {
    // Escapes and entities make a template longer than its text, never shorter.
    if bytes.len() > LARGEST_TEMPLATE * 2 {
        return Err(ImportError::Long);
    }
    let (text, encoding, _) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes),
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8.decode(bytes),
        None => encoding_rs::WINDOWS_1252.decode(bytes),
    };
    let is_binary = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    if text.contains(is_binary) || (encoding == encoding_rs::UTF_8 && text.contains('\u{fffd}')) {
        return Err(ImportError::Binary);
    }
    Ok(text.replace("\r\n", "\n").replace(['\r', '\u{c}'], "\n"))
}

/// A letter of blocks, with its notes at the end.
fn from_blocks(mut blocks: Vec<Block>, notes: &[Block], lost: &mut Vec<String>) -> Result<Imported, ImportError> {
    blocks.retain(|block| !block.is_empty());
    let subject = block::take_subject(&mut blocks).ok_or(ImportError::Empty)?;
    let salutation = block::salutation(&blocks);
    let mut body = write::markdown(&blocks, lost);
    if !body.is_empty() {
        body.push_str("\n\n");
    }
    body.push_str(SIGNATORIES);
    if !notes.is_empty() {
        body.push_str("\n\n");
        body.push_str(&write::markdown(notes, lost));
    }
    Ok(Imported { template: with_front_matter(&subject, &body), subject, salutation, lost: std::mem::take(lost) })
}

/// A template: the subject, and the Markdown below it.
fn with_front_matter(subject: &str, body: &str) -> String {
    format!("+++\nsubject = {}\n+++\n\n{}\n", escape::subject(subject), body.trim())
}
