//! The recipients list.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::{
    Columns, Fault, Faults, Fields, ListFormat, ListRules, Listed, Recipient, RecipientId, Severity, Unaddressed,
    canonical,
};
use crate::workspace::Workspace;

use super::addresses;
use super::cells::Cells;
use super::column_faults::ColumnFaults;
use super::lookalike;
use super::needs::{Hidden, Needs, Rows};
use super::origin::Origin;
use super::row::Written;
use super::table::Table;
use super::view::{View, Viewed};

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
    view: View,
    rules: ListRules,
    reader: RecipientReader,
    is_over: bool,
    warnings: Vec<Fault>,
    warned: HashSet<String>,
}

impl RecipientList {
    /// Opens the list at a path of the workspace, reads its header, and looks at its first rows.
    ///
    /// # Errors
    /// Where it cannot be read, has no column of addresses, or lacks a column that the rules name.
    pub fn open(workspace: &Workspace, path: &str, format: &ListFormat, rules: &ListRules) -> Result<Self, Faults> {
        let mut table = Table::open(workspace, path, format, NEEDS)?;
        let (view, warnings) = View::open(&mut table, NEEDS, rules)?;
        Ok(Self {
            reader: RecipientReader::new(Arc::clone(view.columns()), path),
            table,
            view,
            rules: rules.clone(),
            is_over: false,
            warnings,
            warned: HashSet::new(),
        })
    }

    /// The header: the list's own columns, and behind them known ones that are made of these.
    #[must_use]
    pub fn columns(&self) -> &Arc<Columns> {
        self.view.columns()
    }

    /// The columns behind the list's own ones, which are made of these.
    #[must_use]
    pub fn made_columns(&self) -> &[String] {
        self.columns().names().get(self.table.columns().len()..).unwrap_or_default()
    }

    /// The numbers of the list's own columns that known ones are made of.
    pub fn sources(&self) -> impl Iterator<Item = usize> {
        self.view.sources()
    }

    /// How many rows `rows` has left out so far, and of how many; nothing, where it says nothing.
    #[must_use]
    pub fn left_out(&self) -> Option<(u64, u64)> {
        self.view.left_out()
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
    type Item = Result<Listed, Faults>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = match self.table.next() {
                Some(Ok(row)) => row,
                Some(Err(faults)) => return Some(Err(faults)),
                None => return self.end(),
            };
            let Some(Viewed { row, opted_out }) = self.view.read(self.table.file(), row) else { continue };
            let read = self.reader.read_row(row.line, row.cells, &row.written, row.faults);
            return Some(read.map(|mut listed| {
                if let Listed::Recipient(recipient) = &mut listed {
                    recipient.opted_out = opted_out;
                    self.warn(recipient, &row.written);
                }
                listed
            }));
        }
    }
}

impl RecipientList {
    /// What shows only once all rows are read.
    fn end(&mut self) -> Option<Result<Listed, Faults>> {
        if std::mem::replace(&mut self.is_over, true) {
            return None;
        }
        let (errors, warnings): (Vec<Fault>, Vec<Fault>) =
            self.view.finish().into_iter().partition(|fault| fault.severity == Severity::Error);
        self.warnings.extend(warnings);
        self.warnings.extend(self.view.unmet_countries(&self.rules));
        let mut faults = Faults::new();
        faults.extend(errors);
        (!faults.is_empty()).then_some(Err(faults))
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
        let written = Written::Line { line };
        match self.read_row(line, cells, &written, Faults::new())? {
            Listed::Recipient(recipient) => Ok(*recipient),
            Listed::Unaddressed(_) => {
                let message = "the cell `email` has no address; write one into it, or remove the row";
                Err(Fault::error(written.place(&self.file, self.layout.email.unwrap_or_default(), 0), message).into())
            }
        }
    }

    fn read_row(&self, line: u64, cells: Vec<String>, written: &Written, faults: Faults) -> Result<Listed, Faults> {
        let layout = &self.layout;
        // A dash, or another sign, says that there is none.
        let is_addressed = |cell: &str| cell.chars().any(char::is_alphanumeric) || cell.contains('@');
        if !layout.email.and_then(|at| cells.get(at)).is_some_and(|cell| is_addressed(cell)) {
            return if faults.has_errors() { Err(faults) } else { Ok(self.unaddressed(line, cells, written)) };
        }
        let mut row = Cells::new(&self.file, &cells, written, faults);
        for (column, name) in
            [(layout.id, "id"), (layout.name, "name"), (layout.attachments, "attachments"), (layout.lang, "lang")]
        {
            row.refuse_control(column, name, &[]);
        }
        row.refuse_long(layout.name, "name", MOST_OF_NAME);
        row.refuse_unfit_files(layout.attachments);
        let mut addresses = Vec::with_capacity(1);
        row.addresses(layout.email, &mut addresses);
        let further = addresses.len().saturating_sub(1);
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
        Ok(Listed::Recipient(Box::new(Recipient {
            // The address in the form in which addresses are compared: another spelling of it in a later list is the
            // same recipient.
            id: RecipientId::new(id.unwrap_or_else(|| to.shown_key())),
            line,
            to,
            cc,
            further,
            bcc,
            lang,
            tags,
            attachments,
            opted_out: None,
            fields: self.fields(cells, written),
        })))
    }

    fn fields(&self, cells: Vec<String>, written: &Written) -> Fields {
        Fields::new(Arc::clone(&self.columns), cells)
            .with_places(written.starts(self.columns.len()))
            .shown_as(written.shown())
    }

    /// A row without an address. Its name in the ledger is one that a person can type.
    fn unaddressed(&self, line: u64, cells: Vec<String>, written: &Written) -> Listed {
        let fields = self.fields(cells, written);
        let named = ["id", "name", "organisation"].into_iter().find_map(|column| fields.filled(column));
        let id =
            named.filter(|name| !name.contains(char::is_control)).map_or_else(|| format!("line {line}"), str::to_owned);
        Listed::Unaddressed(Unaddressed { id: RecipientId::new(id), line, fields })
    }
}
