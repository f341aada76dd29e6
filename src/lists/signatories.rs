//! The signatories list.

use std::sync::Arc;

use crate::model::{
    Columns, Fault, Faults, Fields, Language, ListFormat, NamedFile, Place, Signatory, SignatoryKind, canonical,
};
use crate::workspace::Workspace;

use super::cells::Cells;
use super::column_faults::ColumnFaults;
use super::consent;
use super::missing;
use super::needs::{Hidden, Needs, Rows};
use super::origin::Origin;
use super::row::Row;
use super::sample::Sample;
use super::signatory_columns::{ReadAs, read_as, told as told_as, unknown, with_known};
use super::table::Table;

/// The most characters that a name and what is printed beside it may have: more is a text that slipped into the wrong
/// column.
const MOST_CHARACTERS: usize = 1_000;

const NEEDS: Needs = Needs {
    column: "name",
    list: "signatories",
    section: "[lists]",
    rows: Rows::Some,
    hidden: Hidden::AsSaid,
    uses: is_used,
};

/// The signatories of a campaign, in the order of their list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatories {
    /// Every row; those that are not to be published too.
    pub signatories: Vec<Signatory>,
    /// The header.
    pub columns: Arc<Columns>,
    /// The columns that nothing knows; a letter may be told to show one.
    pub unknown: Vec<String>,
    /// The form in which the file was found.
    pub origin: Origin,
    /// What is worth a look and stops nothing.
    pub warnings: Vec<Fault>,
    /// What is wrong with cells of columns that nothing may use.
    pub column_faults: ColumnFaults,
}

/// Whether a column is used whatever a letter shows.
fn is_used(column: &str) -> bool {
    const USED: [&str; 13] = [
        "name",
        "person",
        "title",
        "affiliation",
        "acronym",
        "country",
        "url",
        "logo",
        "representative",
        "representativetitle",
        "publish",
        "signedat",
        "order",
    ];
    USED.contains(&canonical(column).as_str()) || language_of_name(column).is_some()
}

/// Reads the signatories list at a path of the workspace.
///
/// # Errors
/// Everything that is wrong with it: with the file, the header, and every row.
pub fn read_signatories(workspace: &Workspace, path: &str, format: &ListFormat) -> Result<Signatories, Faults> {
    let mut table = Table::open(workspace, path, format, NEEDS)?;
    let columns = Arc::clone(table.columns());
    table.use_columns(consent::called(&columns).collect::<Vec<_>>());
    let mut faults = Faults::new();
    let mut rows = Vec::new();
    while let Some(row) = table.next_whole(&mut faults) {
        rows.push(row);
    }
    let read_as = read_as(&columns, &rows, is_used);
    if columns.position("name").is_none() && read_as.iter().all(|one| one.known != "name") {
        return Err(missing::fault(path, table.header(), &Sample::new(rows.iter()), NEEDS).into());
    }
    let mut layout = Layout::new(&columns, &read_as);
    let named = with_known(&columns, &read_as);
    let mut told: Vec<Fault> = told_as(path, table.header(), &columns, &read_as).into_iter().collect();
    if layout.publish.is_none()
        && let Some((column, warning)) = faults.keep(consent::column(path, table.header(), &columns, &rows)).flatten()
    {
        layout.publish = Some(column);
        told.push(warning);
    }
    told.extend(layout.publish.and_then(|column| consent::not_said(path, table.header(), column, &rows)));
    told.extend(consent::unread(path, table.header(), &columns, &rows, is_used));
    let mut signatories = Vec::new();
    let mut idle = None;
    for row in rows {
        if let Some(signatory) = faults.keep(layout.read(path, row, &named, &read_as)) {
            if signatory.kind == SignatoryKind::Organisation && signatory.affiliation.is_some() {
                idle = idle.or(Some(signatory.line));
            }
            signatories.push(signatory);
        }
    }
    faults.extend(consent::contradictions(path, &signatories));
    if faults.has_errors() {
        return Err(faults);
    }
    let mut warnings = table.take_warnings();
    warnings.append(&mut told);
    warnings.extend(idle.map(|line| {
        let message = "`affiliation` is printed of persons only; write `yes` under `person` where a person signs";
        Fault::warning(Place::line(path, line), message)
    }));
    let column_faults = table.take_column_faults();
    let unknown = unknown(&columns, &read_as, is_used).into_iter().map(str::to_owned).collect();
    Ok(Signatories { signatories, columns: named, unknown, origin: table.origin().clone(), warnings, column_faults })
}

/// Where the columns with a meaning stand.
struct Layout {
    name: Option<usize>,
    /// `name_<lang>`.
    names: Vec<(Language, usize)>,
    person: Option<usize>,
    title: Option<usize>,
    affiliation: Option<usize>,
    acronym: Option<usize>,
    country: Option<usize>,
    url: Option<usize>,
    logo: Option<usize>,
    representative: Option<usize>,
    representative_title: Option<usize>,
    publish: Option<usize>,
    signed_at: Option<usize>,
    order: Option<usize>,
}

impl Layout {
    fn new(columns: &Columns, read_as: &[ReadAs]) -> Self {
        let meant = |known: &str| read_as.iter().find(|one| one.known == known).map(|one| one.at);
        let position = |known: &str| columns.position(known).or_else(|| meant(known));
        let names = columns.names().iter().enumerate();
        Self {
            name: position("name"),
            names: names.filter_map(|(at, name)| language_of_name(name).map(|language| (language, at))).collect(),
            person: position("person"),
            title: position("title"),
            affiliation: position("affiliation"),
            acronym: position("acronym"),
            country: position("country"),
            url: position("url"),
            logo: position("logo"),
            representative: position("representative"),
            representative_title: position("representative_title"),
            publish: position("publish"),
            signed_at: position("signed_at"),
            order: position("order"),
        }
    }

    fn read(&self, file: &str, mut row: Row, columns: &Arc<Columns>, read_as: &[ReadAs]) -> Result<Signatory, Faults> {
        let mut cells = Cells::new(file, &row.cells, &row.written, row.faults);
        self.check(&mut cells);
        let owned = |column| cells.filled(column).map(str::to_owned);
        let name = cells.cell(self.name).to_owned();
        let title = owned(self.title);
        let affiliation = owned(self.affiliation);
        let acronym = owned(self.acronym);
        let country = owned(self.country);
        let logo = owned(self.logo).map(|path| NamedFile { path, place: cells.place(self.logo, 0) });
        let representative = owned(self.representative);
        let representative_title = owned(self.representative_title);
        let names = self
            .names
            .iter()
            .filter_map(|(language, column)| Some((language.clone(), owned(Some(*column))?)))
            .collect();
        let url = cells.web_address(self.url);
        // An empty cell is a yes for `publish`, and not so here.
        let is_person = cells.filled(self.person).is_some() && cells.yes_or_no(self.person);
        let kind = if is_person { SignatoryKind::Person } else { SignatoryKind::Organisation };
        let publish = cells.yes_or_no(self.publish);
        let signed_at = cells.date(self.signed_at);
        let order = cells.integer(self.order);
        let faults = cells.into_faults();
        if faults.has_errors() {
            return Err(faults);
        }
        row.cells.extend(read_as.iter().map(|one| row.cells[one.at].clone()).collect::<Vec<_>>());
        Ok(Signatory {
            line: row.line,
            name,
            names,
            kind,
            title,
            affiliation,
            acronym,
            country,
            url,
            logo,
            representative,
            representative_title,
            publish,
            signed_at,
            order,
            fields: Fields::new(Arc::clone(columns), row.cells).shown_as(row.written.shown()),
        })
    }

    /// Refuses what no line that is printed may have, and a row without a name.
    fn check(&self, cells: &mut Cells<'_>) {
        let lines = [
            (self.name, "name"),
            (self.acronym, "acronym"),
            (self.logo, "logo"),
            (self.title, "title"),
            (self.affiliation, "affiliation"),
        ];
        for (column, name) in lines {
            cells.refuse_control(column, name, &[]);
            cells.refuse_invisible(column, name);
            cells.refuse_long(column, name, MOST_CHARACTERS);
        }
        for (language, column) in &self.names {
            let name = format!("name_{language}");
            cells.refuse_control(Some(*column), &name, &[]);
            cells.refuse_invisible(Some(*column), &name);
            cells.refuse_long(Some(*column), &name, MOST_CHARACTERS);
        }
        if cells.filled(self.name).is_none() {
            cells.refuse(self.name, 0, "the cell `name` is empty; write who signs, or remove the row");
        }
    }
}

/// The language of a column `name_<lang>`, in any spelling of it.
fn language_of_name(column: &str) -> Option<Language> {
    let (word, rest) = column.trim().split_at_checked("name".len())?;
    if !word.eq_ignore_ascii_case("name") {
        return None;
    }
    let tag: Vec<&str> = rest.split([' ', '-', '_']).filter(|part| !part.is_empty()).collect();
    tag.join("-").parse().ok()
}
