//! A list as a table: a header, and rows whose cells stand under it. What holds for every list is checked here.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use crate::model::{Columns, Fault, Faults, ListFormat, Place};
use crate::workspace::{PathError, Workspace};

use super::column_faults::ColumnFaults;
use super::doubled::Doubled;
use super::header;
use super::mark::Mark;
use super::missing;
use super::needs::{Needs, Rows};
use super::origin::Origin;
use super::row::Row;
use super::sample::Sample;
use super::sheet_list;
use super::shown;
use super::source::{Opened, Source};
use super::unknown::unknown_cells;

/// The most warnings that are kept of one list.
const MOST_WARNINGS: usize = 1_000;

/// How many rows of a list are looked at beforehand, to see what its columns hold.
const SAMPLE: usize = 200;

/// The most text that these may have, in bytes.
const MOST_SAMPLED: usize = 256 * 1024;

/// A list, read row by row.
pub(super) struct Table {
    file: String,
    needs: Needs,
    source: Source,
    /// Rows that were looked at beforehand, and are still to be given.
    sampled: VecDeque<Result<Row, Faults>>,
    /// The row of the header.
    header: Row,
    columns: Arc<Columns>,
    origin: Origin,
    /// The columns without a name, and where their header cells are, until one of them is found to be used.
    unnamed: HashMap<usize, Place>,
    warnings: Vec<Fault>,
    doubled: Doubled,
    /// What is wrong with cells of columns that the list has no use for.
    column_faults: ColumnFaults,
    /// Columns that are used, whatever they are called.
    used: Vec<usize>,
    /// What is wrong with the rows that nobody sees, until it was given.
    hidden: Option<Fault>,
    rows_seen: u64,
    ended: bool,
}

impl Table {
    /// Opens a list and reads its header.
    pub(super) fn open(workspace: &Workspace, file: &str, format: &ListFormat, needs: Needs) -> Result<Self, Faults> {
        let path = workspace.path(file).map_err(|error| unusable(file, &error))?;
        let opened = open_file(file, &path, needs)?;
        let Opened { mut source, mut origin, warnings } = Source::open(file, opened, format, needs)?;
        let header = match source.next() {
            Some(row) => row?,
            None if needs.rows == Rows::Any => {
                source = Source::Empty;
                Row::unwritten(1, vec![needs.column.to_owned()])
            }
            None => {
                let message = format!(
                    "the file is empty; write a header with the column `{}`, and the {} under it",
                    needs.column, needs.list
                );
                return Err(Fault::error(Place::file(file), message).into());
            }
        };
        let mut malformed = malformed(file, &header, &origin);
        malformed.extend(unknown_cells(file, &header).into_iter().map(|(_, fault)| fault));
        if malformed.has_errors() {
            return Err(malformed);
        }
        let row = header.clone();
        let hidden = match &mut source {
            Source::Sheet(rows) => {
                let left_out = sheet_list::settle_hidden(file, rows, header.line, format.hidden_rows, needs);
                left_out.map(|rows| origin.leave_out(rows)).err()
            }
            Source::Csv(_) | Source::Empty => None,
        };
        let header = header::check(file, header, needs)?;
        Ok(Self {
            file: file.to_owned(),
            needs,
            source,
            sampled: VecDeque::new(),
            header: row,
            columns: Arc::new(header.columns),
            origin,
            unnamed: header.unnamed,
            warnings: header.warnings.into_iter().chain(warnings).collect(),
            doubled: Doubled::default(),
            column_faults: ColumnFaults::default(),
            used: Vec::new(),
            hidden,
            rows_seen: 0,
            ended: false,
        })
    }

    pub(super) fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// Whether the file has not even a header.
    pub(super) fn is_of_an_empty_file(&self) -> bool {
        matches!(self.source, Source::Empty)
    }

    /// The row of the header.
    pub(super) fn header(&self) -> &Row {
        &self.header
    }

    /// The first rows, as far as they can be read: they are given again as the next ones.
    pub(super) fn sample(&mut self) -> Sample<'_> {
        let mut text = 0;
        while self.sampled.len() < SAMPLE
            && text < MOST_SAMPLED
            && let Some(row) = self.source.next()
        {
            text += row.as_ref().map_or(0, |row| row.cells.iter().map(String::len).sum());
            self.sampled.push_back(row);
        }
        Sample::new(self.sampled.iter().flatten())
    }

    /// Says that columns are used, whatever they are called.
    pub(super) fn use_columns(&mut self, columns: impl IntoIterator<Item = usize>) {
        self.used.extend(columns);
    }

    /// Makes sure that the list has the column that it needs.
    ///
    /// # Errors
    /// Where it has not: says where the values are, as far as that shows.
    pub(super) fn require(&mut self) -> Result<(), Faults> {
        let needs = self.needs;
        if self.columns.position(needs.column).is_some() {
            return Ok(());
        }
        let (file, header) = (self.file.clone(), self.header.clone());
        Err(missing::fault(&file, &header, &self.sample(), needs).into())
    }

    /// The next row that is whole. What is wrong with those before it goes to the faults.
    pub(super) fn next_whole(&mut self, faults: &mut Faults) -> Option<Row> {
        loop {
            match self.next()? {
                Ok(row) => return Some(row),
                Err(more) => faults.extend(more),
            }
        }
    }

    /// The next row, with as many cells as the header has, and with what is wrong with it so far.
    pub(super) fn next(&mut self) -> Option<Result<Row, Faults>> {
        if let Some(fault) = self.hidden.take() {
            return Some(Err(fault.into()));
        }
        if self.ended {
            return None;
        }
        let Some(row) = self.sampled.pop_front().or_else(|| self.source.next()) else {
            self.ended = true;
            let missing = self.rows_seen == 0 && self.needs.rows == Rows::Some;
            return missing.then(|| {
                let message = format!("there is a header and no row; write the {} under it", self.needs.list);
                Err(Fault::error(Place::file(self.file.as_str()), message).into())
            });
        };
        self.rows_seen += 1;
        Some(row.and_then(|row| self.check(row)))
    }

    fn check(&mut self, mut row: Row) -> Result<Row, Faults> {
        let mut faults = malformed(&self.file, &row, &self.origin);
        for (at, cell) in row.cells.iter().enumerate() {
            if let Some(offset) = cell.find('\0') {
                let message = format!("`{}` has a NUL; remove it, or set the file's encoding", shown(cell));
                faults.push(Fault::error(row.written.place(&self.file, at, offset), message));
            }
        }
        for (at, fault) in unknown_cells(&self.file, &row) {
            match self.columns.names().get(at) {
                Some(name) if (self.needs.uses)(name) || self.used.contains(&at) => faults.push(fault),
                Some(_) => self.column_faults.push(at, fault),
                // No column has a name for it.
                None => {}
            }
        }
        // The values of such a row are not what they should be: nothing more can be said of them.
        if faults.has_errors() {
            return Err(faults);
        }
        self.warn_of_damage(&row);
        self.doubled.see(&self.file, &row);
        self.see_merged(&row);
        self.note_stored(&row);
        if let Some(extra) = (self.columns.len()..row.cells.len()).find(|at| !row.cells[*at].is_empty()) {
            let message = format!(
                "`{}` is cell {} of a row, and the header has {}; put a cell that has the delimiter in it in quotes, or name the column",
                shown(&row.cells[extra]),
                extra + 1,
                self.columns.len(),
            );
            let place = row.written.place(&self.file, extra, 0);
            row.faults.push(Fault::error(place, message));
        }
        row.cells.resize(self.columns.len(), String::new());
        for (at, place) in self.unnamed.extract_if(|at, _| !row.cells[*at].is_empty()) {
            let message = format!(
                "this cell of the header is empty, and line {} has `{}` under it; name the column",
                row.line,
                shown(&row.cells[at])
            );
            row.faults.push(Fault::error(place, message));
        }
        Ok(row)
    }
}

impl Table {
    /// What was found so far that stops nothing.
    pub(super) fn take_warnings(&mut self) -> Vec<Fault> {
        let (columns, needs, used) = (&self.columns, self.needs, &self.used);
        self.warnings.extend(
            self.column_faults
                .take(|at| columns.names().get(at).is_some_and(|name| (needs.uses)(name) || used.contains(&at))),
        );
        let mut warnings = std::mem::take(&mut self.warnings);
        warnings.extend(std::mem::take(&mut self.doubled).warning(&self.origin));
        warnings
    }

    /// What was found so far of the cells in columns that may be of no use.
    pub(super) fn take_column_faults(&mut self) -> ColumnFaults {
        std::mem::take(&mut self.column_faults)
    }

    /// Takes note of the parts of merged cells.
    fn see_merged(&mut self, row: &Row) {
        for (at, mark) in row.written.marks() {
            if let (Mark::Merged { row: top }, Some(name)) = (mark, self.columns.names().get(*at)) {
                self.column_faults.see_merged(*at, name, *top, row.written.place(&self.file, *at, 0));
            }
        }
    }

    /// Notes what a number format hides, for whoever wants to know: a letter has what a person sees.
    fn note_stored(&self, row: &Row) {
        for (at, mark) in row.written.marks() {
            if let (Mark::Stored(stored), Some(name), Some(seen)) =
                (mark, self.columns.names().get(*at), row.cells.get(*at))
            {
                let place = row.written.place(&self.file, *at, 0);
                tracing::debug!("{place}: `{}` is seen in `{name}`, and `{stored}` is stored", shown(seen));
            }
        }
    }

    /// Warns of U+FFFD: another program wrote it in place of what it could not read, before the list came here.
    fn warn_of_damage(&mut self, row: &Row) {
        for (at, cell) in row.cells.iter().enumerate() {
            if let Some(offset) = cell.find(char::REPLACEMENT_CHARACTER)
                && self.warnings.len() < MOST_WARNINGS
            {
                let message =
                    format!("`{}` has the sign that stands for a lost character; write the text anew", shown(cell));
                let place = row.written.place(&self.file, at, offset);
                self.warnings.push(Fault::warning(place, message));
            }
        }
    }
}

/// The bytes of a row that are not valid in the file's encoding.
pub(super) fn malformed(file: &str, row: &Row, origin: &Origin) -> Faults {
    let mut faults = Faults::new();
    let Origin::Csv { encoding, .. } = origin else {
        return faults;
    };
    for (place, bytes) in row.written.malformed(file) {
        let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        let message = format!(
            "`0x{}` is not valid in {encoding}; save the file as UTF-8, or set `encoding` under `[lists]`",
            bytes.concat()
        );
        faults.push(Fault::error(place, message));
    }
    faults
}

fn unusable(file: &str, error: &PathError) -> Faults {
    Fault::error(Place::file(file), error.to_string()).into()
}

fn open_file(file: &str, path: &Path, needs: Needs) -> Result<File, Faults> {
    let failed = |message: String| Faults::from(Fault::error(Place::file(file), message));
    let found = match path.metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let Needs { list: key, section, .. } = needs;
            return Err(failed(format!(
                "`{file}` does not exist in the workspace; write it, or mend `{key}` under `{section}`"
            )));
        }
        Err(error) => return Err(failed(format!("`{file}` cannot be read: {error}"))),
    };
    // A pipe or a device would be waited for, and can be read only once.
    if !found.is_file() {
        return Err(failed(format!("`{file}` is not a file; name a CSV, .xlsx or .ods file")));
    }
    File::open(path).map_err(|error| failed(format!("`{file}` cannot be read: {error}")))
}
