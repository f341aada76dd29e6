//! The text of a paragraph of an `OpenDocument` file as a person sees it (ODF 1.3 part 3, 6.1).

use std::io::BufRead;

use quick_xml::events::Event;

use super::limits::SheetError;
use super::xml::{Xml, attribute, resolve};

/// The most spaces that one element stands for: more of them nobody types.
const MOST_SPACES: usize = 1_000;

/// Reads the paragraph that has just begun onto a text.
pub(super) fn read_paragraph<R: BufRead>(xml: &mut Xml<R>, text: &mut String) -> Result<(), SheetError> {
    let mut collapsed = Collapsed { begin: text.len(), text, blank: false };
    let mut depth = 1_u32;
    while depth > 0 {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                // Comments, notes, and the reading aid above a text.
                "annotation" | "note" | "ruby-text" => xml.skip()?,
                name => {
                    depth += 1;
                    match name {
                        "s" => {
                            let count = attribute(&element, "c")?.and_then(|count| count.trim().parse().ok());
                            collapsed.push_as_is(&" ".repeat(count.unwrap_or(1).min(MOST_SPACES)));
                        }
                        "tab" => collapsed.push_as_is("\t"),
                        "line-break" => collapsed.push_as_is("\n"),
                        _ => {}
                    }
                }
            },
            Event::End(_) => depth -= 1,
            Event::Text(piece) => collapsed.push(&piece.xml10_content()),
            Event::CData(piece) => collapsed.push(&piece.xml10_content()),
            Event::GeneralRef(name) => collapsed.push(resolve(&name)?.encode_utf8(&mut [0; 4])),
            Event::Eof => return Err(SheetError::damaged(&"its content ends too early")),
            _ => {}
        }
    }
    Ok(())
}

/// A paragraph in which white space of the XML is one blank, and none at its ends (6.1.2).
struct Collapsed<'a> {
    begin: usize,
    text: &'a mut String,
    /// Whether white space came last.
    blank: bool,
}

impl Collapsed<'_> {
    fn push(&mut self, piece: &str) {
        for c in piece.chars() {
            if matches!(c, ' ' | '\t' | '\r' | '\n') {
                self.blank = true;
            } else {
                self.fill();
                self.text.push(c);
            }
        }
    }

    fn push_as_is(&mut self, piece: &str) {
        self.fill();
        self.text.push_str(piece);
    }

    /// Writes the blank that white space stands for.
    fn fill(&mut self) {
        if std::mem::take(&mut self.blank) && self.text.len() > self.begin {
            self.text.push(' ');
        }
    }
}
