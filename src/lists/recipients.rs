//! The recipients list.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::{Columns, EmailAddress, Fault, Faults, Fields, ListFormat, Recipient, RecipientId, canonical};
use crate::workspace::Workspace;

use super::addresses;
use super::cells::Cells;
use super::column_faults::ColumnFaults;
use super::lookalike;
use super::needs::{Hidden, Needs, Rows};
use super::origin::Origin;
use super::row::Written;
use super::table::Table;

/// The most domains that are remembered so as to be warned of once.
const MOST_WARNED: usize = 10_000;

/// The most characters that a name may have: it stands in a header, whose lines servers take up to 998 bytes (RFC 5321,
/// 4.5.3.1.6).
const MOST_OF_NAME: usize = 500;

const NEEDS: Needs = Needs {
    column: "email",
    list: "recipients",
    section: "[lists]",
    rows: Rows::Some,
    hidden: Hidden::AsSaid,
    uses: is_used,
};

/// Whether a column is used whatever the letter says: to send, to count days, or in the log.
fn is_used(column: &str) -> bool {
    const USED: [&str; 11] =
        ["email", "id", "name", "organisation", "country", "lang", "cc", "bcc", "tags", "attachments", "timezone"];
    let column = canonical(column);
    USED.iter().any(|used| *used == column)
}

/// The recipients list, read row by row: of any length in little memory.
///
/// A faulty row is given as its faults, and reading goes on behind it. A list without rows gives one fault.
pub struct RecipientList {
    table: Table,
    reader: RecipientReader,
    warnings: Vec<Fault>,
    warned: HashSet<String>,
}

impl RecipientList {
    /// Opens the list at a path of the workspace and reads its header.
    ///
    /// # Errors
    /// Where it cannot be read, or has no header with the column `email`.
    pub fn open(workspace: &Workspace, path: &str, format: &ListFormat) -> Result<Self, Faults> {
        let table = Table::open(workspace, path, format, NEEDS)?;
        Ok(Self {
            reader: RecipientReader::new(Arc::clone(table.columns()), path),
            table,
            warnings: Vec::new(),
            warned: HashSet::new(),
        })
    }

    /// The header.
    #[must_use]
    pub fn columns(&self) -> &Arc<Columns> {
        self.table.columns()
    }

    /// The form in which the file was found.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        self.table.origin()
    }

    /// The path of the list, as the campaign names it.
    #[must_use]
    pub fn path(&self) -> &str {
        self.table.file()
    }

    /// What was found so far of cells whose columns only a letter may use.
    pub fn take_column_faults(&mut self) -> ColumnFaults {
        self.table.take_column_faults()
    }

    /// What was found so far that is worth a look and stops nothing; a domain is named once.
    pub fn take_warnings(&mut self) -> Vec<Fault> {
        let mut warnings = self.table.take_warnings();
        warnings.append(&mut self.warnings);
        warnings.sort_by(|one, other| one.place.cmp(&other.place));
        warnings
    }

    fn warn(&mut self, recipient: &Recipient, written: &Written) {
        if recipient.addresses().all(|address| address.shown_domain().is_ascii()) {
            return;
        }
        let layout = &self.reader.layout;
        let cells = Cells::new(self.table.file(), recipient.fields.cells(), written, Faults::new());
        for column in [layout.email, layout.cc, layout.bcc] {
            for (offset, text) in addresses::pieces(cells.cell(column)) {
                let Ok(address) = addresses::read(text) else { continue };
                if let Some(message) = lookalike::warning(&address)
                    && self.warned.len() < MOST_WARNED
                    && self.warned.insert(address.domain().to_owned())
                {
                    self.warnings.push(Fault::warning(cells.place(column, offset), message));
                }
            }
        }
    }
}

impl Iterator for RecipientList {
    type Item = Result<Recipient, Faults>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.table.next()?.and_then(|row| {
            let recipient = self.reader.read_row(row.line, row.cells, &row.written, row.faults)?;
            self.warn(&recipient, &row.written);
            Ok(recipient)
        });
        Some(read)
    }
}

/// Makes recipients of cells, under a header whose columns are looked up once.
#[derive(Debug, Clone)]
pub struct RecipientReader {
    file: String,
    columns: Arc<Columns>,
    layout: Layout,
}

/// Where the columns with a meaning stand.
#[derive(Debug, Clone, Copy)]
struct Layout {
    email: Option<usize>,
    id: Option<usize>,
    name: Option<usize>,
    lang: Option<usize>,
    cc: Option<usize>,
    bcc: Option<usize>,
    tags: Option<usize>,
    attachments: Option<usize>,
    timezone: Option<usize>,
}

impl RecipientReader {
    /// A reader of rows under a header; `file` is named in faults.
    #[must_use]
    pub fn new(columns: Arc<Columns>, file: &str) -> Self {
        let layout = Layout {
            email: columns.position("email"),
            id: columns.position("id"),
            name: columns.position("name"),
            lang: columns.position("lang"),
            cc: columns.position("cc"),
            bcc: columns.position("bcc"),
            tags: columns.position("tags"),
            attachments: columns.position("attachments"),
            timezone: columns.position("timezone"),
        };
        Self { file: file.to_owned(), columns, layout }
    }

    /// Makes a recipient of cells that were read before, such as those the ledger keeps; `line` is that of the row in
    /// the list.
    ///
    /// # Errors
    /// The same faults as when a list is read, at that line; a missing `email` too.
    pub fn read(&self, line: u64, cells: Vec<String>) -> Result<Recipient, Faults> {
        self.read_row(line, cells, &Written::Line { line }, Faults::new())
    }

    fn read_row(&self, line: u64, cells: Vec<String>, written: &Written, faults: Faults) -> Result<Recipient, Faults> {
        let layout = &self.layout;
        let mut row = Cells::new(&self.file, &cells, written, faults);
        for (column, name) in
            [(layout.id, "id"), (layout.name, "name"), (layout.attachments, "attachments"), (layout.lang, "lang")]
        {
            row.refuse_control(column, name, &[]);
        }
        row.refuse_long(layout.name, "name", MOST_OF_NAME);
        let mut addresses = Vec::with_capacity(1);
        row.addresses(layout.email, &mut addresses);
        if addresses::pieces(row.cell(layout.email)).next().is_none() {
            row.refuse(layout.email, 0, "the cell `email` is empty; write an address into it, or remove the row");
        }
        row.addresses(layout.cc, &mut addresses);
        let copied = addresses.len();
        row.addresses(layout.bcc, &mut addresses);
        let lang = row.language(layout.lang);
        row.timezone(layout.timezone);
        let several = |column| addresses::pieces(column).map(|(_, value)| value.to_owned()).collect();
        let tags = several(row.cell(layout.tags));
        let attachments = several(row.cell(layout.attachments));
        let id = row.filled(layout.id).map(str::to_owned);
        let faults = row.into_faults();
        if faults.has_errors() || copied == 0 {
            return Err(faults);
        }
        let bcc = addresses.split_off(copied);
        let cc = addresses.split_off(1);
        let to = addresses.remove(0);
        Ok(Recipient {
            id: RecipientId::new(id.unwrap_or_else(|| default_id(&to))),
            line,
            to,
            cc,
            bcc,
            lang,
            tags,
            attachments,
            fields: Fields::new(Arc::clone(&self.columns), cells)
                .with_places(written.starts(self.columns.len()))
                .shown_as(written.shown()),
        })
    }
}

/// The id of a recipient whose list has none: its address, in the form in which addresses are compared, so that another
/// spelling of it in a later list is the same recipient.
fn default_id(to: &EmailAddress) -> String {
    to.shown_key()
}
