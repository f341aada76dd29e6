//! The rows of the recipients list whose delivery failed or bounced, in the list's own columns and with the reason:
//! mended, they can be sent again as a list.

use std::io::{self, Write};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::json_rows::JsonRows;
use super::log_row::{plain_error, why};
use super::table::Table;
use crate::ledger::Delivery;
use crate::model::{Columns, ListFormat, canonical, inert, printable};

/// A row of the recipients list that did not get its letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRow {
    /// The recipient's id.
    pub recipient: String,
    /// The address the letter went to, or was to go to.
    pub email: String,
    /// The row's cells, under the list's header.
    pub cells: Vec<String>,
    /// Why it failed or bounced, on one line.
    pub reason: String,
}

impl FailedRow {
    /// The row of a delivery. What the server said is made harmless for a list: no control character, no sign of a lost
    /// one.
    #[must_use]
    pub fn new(delivery: Delivery, cells: Vec<String>) -> Self {
        let reply = delivery.reply.map(|reply| reply.to_string()).unwrap_or_default();
        let reason = why(delivery.reason.as_deref().unwrap_or_default(), &reply);
        Self {
            recipient: delivery.recipient.to_string(),
            email: delivery.email,
            cells,
            reason: printable(&reason).replace(char::REPLACEMENT_CHARACTER, "?"),
        }
    }
}

/// Writes the failed rows in one of their forms, row by row.
pub enum FailedWriter<W: Write> {
    /// A recipients list.
    Csv(Box<ListWriter<W>>),
    /// An array of objects: the list's names, and `reason`.
    Json {
        /// The names.
        names: Vec<String>,
        /// Where it goes.
        rows: JsonRows<W>,
    },
    /// Columns for people: who, and why.
    Table(Box<Table<W>>),
}

impl<W: Write> FailedWriter<W> {
    /// As a list under this header, in the form in which the campaign's lists are read.
    ///
    /// # Errors
    /// Where it cannot be written; so for all functions here.
    pub fn csv(out: W, columns: &Columns, format: &ListFormat) -> io::Result<Self> {
        let mut writer = ListWriter::new(out, format);
        writer.write(&header(columns))?;
        Ok(Self::Csv(Box::new(writer)))
    }

    /// As a JSON array.
    pub fn json(out: W, columns: &Columns) -> Self {
        Self::Json { names: header(columns), rows: JsonRows::new(out) }
    }

    /// As a table.
    pub fn table(out: W) -> Self {
        Self::Table(Box::new(Table::new(out, &["recipient", "email", "reason"])))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&mut self, row: FailedRow) -> io::Result<()> {
        match self {
            Self::Csv(writer) => {
                let mut cells = row.cells;
                cells.push(row.reason);
                writer.write(&cells)
            }
            Self::Json { names, rows } => {
                let cells = row.cells.into_iter().chain([row.reason]).map(serde_json::Value::String);
                rows.write(&names.iter().cloned().zip(cells).collect::<serde_json::Map<_, _>>())
            }
            Self::Table(table) => table.add(&[row.recipient, row.email, row.reason]),
        }
    }

    /// Ends the list.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(writer) => writer.finish(),
            Self::Json { rows, .. } => rows.finish(),
            Self::Table(table) => table.finish()?.flush(),
        }
    }
}

/// The list's header, and after it the name of the reason's column: the first of `reason`, `reason_2`, … that the list
/// does not have. A list's own column of that name may be printed in the letter: it is never written over.
fn header(columns: &Columns) -> Vec<String> {
    let taken = |name: &str| columns.names().iter().any(|known| canonical(known) == canonical(name));
    let mut reason = "reason".to_owned();
    let mut number = 1;
    while taken(&reason) {
        number += 1;
        reason = format!("reason_{number}");
    }
    columns.names().iter().cloned().chain([reason]).collect()
}

/// Writes a list row by row, with the delimiter and in the encoding that `[lists]` sets: by them it will be read again.
pub struct ListWriter<W: Write> {
    out: W,
    delimiter: u8,
    encoding: &'static Encoding,
    /// What the file begins with.
    head: &'static [u8],
}

impl<W: Write> ListWriter<W> {
    fn new(out: W, format: &ListFormat) -> Self {
        let label = format.encoding.of("recipients").unwrap_or_default();
        let encoding = Encoding::for_label(label.as_bytes());
        Self {
            out,
            delimiter: format.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok()).unwrap_or(b','),
            encoding: encoding.unwrap_or(UTF_8),
            // In a code page of MS-DOS nothing is written: the mark says that this is UTF-8.
            head: if encoding.is_none() && !label.is_empty() { b"\xef\xbb\xbf" } else { b"" },
        }
    }

    fn write(&mut self, cells: &[String]) -> io::Result<()> {
        let mut line = csv::WriterBuilder::new().delimiter(self.delimiter).from_writer(Vec::new());
        line.write_record(cells.iter().map(|cell| inert(cell).into_owned())).map_err(plain_error)?;
        let line = line.into_inner().map_err(csv::IntoInnerError::into_error)?;
        let line = String::from_utf8(line).map_err(io::Error::other)?;
        self.out.write_all(std::mem::take(&mut self.head))?;
        self.out.write_all(&encode(&line, self.encoding))
    }

    fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A text in an encoding. What came from a list in that encoding can stand in it; in a server's words, `?` is for what
/// cannot.
fn encode(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    if encoding == UTF_16LE {
        return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    if encoding == UTF_16BE {
        return text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    }
    let (whole, _, is_lossy) = encoding.encode(text);
    if !is_lossy {
        return whole.into_owned();
    }
    let can_stand = |c: &char| !encoding.encode(c.encode_utf8(&mut [0; 4])).2;
    let text: String = text.chars().map(|c| if can_stand(&c) { c } else { '?' }).collect();
    encoding.encode(&text).0.into_owned()
}
