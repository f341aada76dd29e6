//! A Word document through its text (ECMA-376, part 1, 17): paragraphs, headings, lists, bold, italics, links and
//! notes. Changes that are tracked are taken as accepted.

mod body;
mod found;
mod numbering;
mod parts;

use std::collections::HashMap;

use super::block::{Block, Kind, Span};
use super::package::Package;
use super::{ImportError, Imported, from_blocks};
use body::{Body, Named};
use found::{Found, NoteName};
use numbering::Numbering;
use parts::{Relations, Styles};

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<Imported, ImportError> {
    let mut package = Package::open(bytes)?;
    let root = package.part("_rels/.rels")?.map(|xml| Relations::read(&xml)).transpose()?.unwrap_or_default();
    let path = root.document().unwrap_or_else(|| "word/document.xml".to_owned());
    let document = package.part(&path)?.ok_or(ImportError::NotWord)?;
    let (folder, file) = path.rsplit_once('/').map_or(("", path.as_str()), |(folder, file)| (folder, file));
    let beside = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let relations =
        |package: &mut Package<'_>, file: &str| match package.part(&beside(&format!("_rels/{file}.rels")))? {
            Some(xml) => Relations::read(&xml),
            None => Ok(Relations::default()),
        };
    let styles = package.part(&beside("styles.xml"))?.map(|xml| Styles::read(&xml)).transpose()?.unwrap_or_default();
    let numbering = package.part(&beside("numbering.xml"))?;
    let numbering = numbering.map(|xml| Numbering::read(&xml)).transpose()?.unwrap_or_default();

    let links = relations(&mut package, file)?;
    let mut found = Found::default();
    let named = Named { styles: &styles, numbering: &numbering, relations: &links };
    let blocks = Body::read(&document, named, &mut found)?;
    if found.is_elsewhere() && blocks.iter().all(Block::is_empty) {
        return Err(ImportError::Elsewhere);
    }
    let mut notes = Vec::new();
    for (part, kind) in [("footnotes.xml", "footnote"), ("endnotes.xml", "endnote")] {
        if let Some(xml) = package.part(&beside(part))? {
            let links = relations(&mut package, part)?;
            notes.extend(Body::notes(&xml, kind, Named { relations: &links, ..named }, &mut found)?);
        }
    }
    let notes = in_order(&found.notes, notes);
    let mut lost = found.lost();
    let is_margin = |name: &String| name.starts_with(&beside("header")) || name.starts_with(&beside("footer"));
    let margins: Vec<String> = package.names().into_iter().filter(is_margin).collect();
    for margin in margins {
        if package.part(&margin)?.is_some_and(|xml| xml.contains("<w:t>") || xml.contains("<w:t ")) {
            lost.push("the headers and footers of the pages".to_owned());
            break;
        }
    }
    from_blocks(plain_blocks(blocks), &notes, &mut lost)
}

/// The notes that the text names, numbered in its order. One that is named twice stands where it is named first.
fn in_order(named: &[NoteName], notes: Vec<(NoteName, Block)>) -> Vec<Block> {
    let mut by_name: HashMap<NoteName, Vec<Block>> = HashMap::new();
    for (name, block) in notes {
        by_name.entry(name).or_default().push(block);
    }
    let mut ordered = Vec::new();
    for (n, name) in named.iter().enumerate() {
        for (place, mut block) in by_name.remove(name).unwrap_or_default().into_iter().enumerate() {
            if place == 0 {
                // The space behind the note's own mark.
                block.spans.retain(|span| !span.text.trim().is_empty());
                block.spans.iter_mut().take(1).for_each(|span| span.text = span.text.trim_start().to_owned());
                block.spans.insert(0, Span { text: format!("[{}] ", n + 1), ..Span::default() });
            }
            block.kind = Kind::Paragraph;
            ordered.push(block);
        }
    }
    ordered
}

/// Empty paragraphs stand for space in Word, and headings begin with the highest that there is.
fn plain_blocks(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.retain(|block| !block.is_empty());
    let levels =
        blocks.iter().filter_map(|block| if let Kind::Heading(level) = block.kind { Some(level) } else { None });
    let highest = levels.min().unwrap_or(1);
    for block in &mut blocks {
        if let Kind::Heading(level) = &mut block.kind {
            // The subject stands above them as the first.
            *level = (*level - highest + 2).min(6);
        }
    }
    blocks
}
