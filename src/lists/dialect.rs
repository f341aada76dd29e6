//! One row of a text file: where it ends and where its cells are (RFC 4180, and what people's programs make of it).
//!
//! Pure: a row is found in a text, or more text is asked for. What could be read in two ways is refused.

/// How rows and cells are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// `,`, `;` or a tab.
    pub(super) delimiter: u8,
    /// How lines end.
    pub(super) line_end: LineEnd,
}

/// How the lines of a file end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// LF or CRLF. A CR by itself is a character like any other: taken for the end of a line, it could begin a row that
    /// no person sees in the file.
    Lf,
    /// CR alone, as the first line has it; then LF and CRLF end a line too.
    Cr,
}

/// Where a cell stands in its row's text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Its first byte, after the quote of a quoted cell.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
    /// Whether it stands in quotes, so that `""` in it is one quote.
    pub(super) quoted: bool,
}

/// What stands at the beginning of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A row.
    Row {
        /// Its cells; a line without anything has one empty cell.
        cells: Vec<Span>,
        /// Its length with its line break.
        length: usize,
    },
    /// The text ends before the row does.
    More {
        /// Where a quote is open.
        open: Option<usize>,
    },
    /// A quote that nothing closes.
    Unclosed {
        /// Where the quote is.
        open: usize,
    },
    /// Something after a closing quote that is neither a delimiter nor the end of the line.
    AfterQuote {
        /// Where the cell's opening quote is.
        open: usize,
        /// Where the thing stands.
        at: usize,
    },
}

impl Dialect {
    /// Whether a byte ends a line.
    fn ends_line(self, byte: u8) -> bool {
        byte == b'\n' || (byte == b'\r' && self.line_end == LineEnd::Cr)
    }

    /// The length of the line break at a place of a text, 0 where there is none.
    pub(super) fn line_break(self, text: &[u8], at: usize) -> usize {
        match text.get(at) {
            Some(b'\r') if text.get(at + 1) == Some(&b'\n') => 2,
            // The last character of a file ends its last line, whatever the lines before end with.
            Some(b'\r') if at + 1 == text.len() => 1,
            Some(byte) if self.ends_line(*byte) => 1,
            _ => 0,
        }
    }

    /// The first blank-free place from `at` on. A tab is a blank where it is no delimiter.
    fn after_blanks(self, text: &[u8], at: usize) -> usize {
        let blank = |byte: &u8| *byte == b' ' || (*byte == b'\t' && self.delimiter != b'\t');
        let blanks = text[at..].iter().take_while(|byte| blank(byte)).count();
        at + blanks
    }

    /// Reads one row at the beginning of a text; `at_end` says that nothing follows the text.
    pub(super) fn row(self, text: &str, at_end: AtEnd) -> Found {
        let text = text.as_bytes();
        let more = at_end == AtEnd::No;
        let mut cells = Vec::new();
        let mut at = 0;
        loop {
            let open = self.after_blanks(text, at);
            if open == text.len() && more {
                return Found::More { open: None };
            }
            if text.get(open) == Some(&b'"') {
                let close = match closing_quote(text, open + 1) {
                    Some(close) if close + 1 < text.len() || !more => close,
                    None if !more => return Found::Unclosed { open },
                    _ => return Found::More { open: Some(open) },
                };
                cells.push(Span { start: open + 1, end: close, quoted: true });
                at = self.after_blanks(text, close + 1);
                let delimited = text.get(at).is_none_or(|byte| *byte == self.delimiter);
                let cut_off = more && text[at..] == *b"\r";
                if !delimited && !cut_off && self.line_break(text, at) == 0 {
                    return Found::AfterQuote { open, at };
                }
            } else {
                let start = at;
                at = self.end_of_cell(text, at);
                cells.push(Span { start, end: at, quoted: false });
            }
            // A CR at the end of the text may be half of a line break.
            let half = text.get(at) == Some(&b'\r') && at + 1 == text.len();
            if (at == text.len() || half) && more {
                return Found::More { open: None };
            }
            if text.get(at) == Some(&self.delimiter) {
                at += 1;
                continue;
            }
            let length = at + self.line_break(text, at);
            return Found::Row { cells, length };
        }
    }

    /// The place of the delimiter or line break that ends the unquoted cell at `at`.
    fn end_of_cell(self, text: &[u8], at: usize) -> usize {
        let mut end = at;
        while let Some(byte) = text.get(end) {
            let cr = *byte == b'\r' && (end + 1 == text.len() || text[end + 1] == b'\n');
            if *byte == self.delimiter || cr || self.ends_line(*byte) {
                break;
            }
            end += 1;
        }
        end
    }
}

/// Whether a text is the last of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtEnd {
    /// Nothing follows.
    Yes,
    /// More may follow.
    No,
}

/// The quote that closes a cell: the first from `at` on that is not doubled.
fn closing_quote(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += text.get(at..)?.iter().position(|byte| *byte == b'"')?;
        if text.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}
