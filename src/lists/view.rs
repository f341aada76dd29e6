//! How the rows of a table become the rows of a recipients list: known columns are made of the list's own ones, rows
//! that are not meant are left out, and who opted out is told.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::count::counted;
use crate::model::{Columns, Fault, Faults, KNOWN_COLUMNS, ListRules, Named, Place, canonical};

use super::known_names::means;
use super::mapping::{Found, Mapped, Mapping};
use super::missing::quoted;
use super::needs::Needs;
use super::row::{Row, Written};
use super::sample::has_address;
use super::shown;
use super::table::Table;
use super::yes_no::{YesNo, read_mark};

/// The most cells of a column that are kept to be shown.
const SHOWN_CELLS: usize = 5;

/// How rows are read.
#[derive(Debug)]
pub(super) struct View {
    columns: Arc<Columns>,
    /// The columns of the file in which each column stands, where they are not the same.
    from: Option<Arc<[usize]>>,
    derived: Vec<Derived>,
    filters: Vec<Filter>,
    opt_out: Vec<usize>,
    /// Columns that say the same by their names, and that nobody listens to.
    unheard: Vec<Unheard>,
    languages: Option<Languages>,
    /// How many rows are left out.
    left_out: u64,
    /// How many are not.
    kept: u64,
}

/// A column that is made of others.
#[derive(Debug)]
struct Derived {
    at: usize,
    sources: Vec<usize>,
    known: &'static str,
}

/// A column that says by its name who is not to be written to, and that nobody listens to.
#[derive(Debug)]
struct Unheard {
    at: usize,
    /// The place of the first row that has a yes in it, what it has, and how many do.
    first: Option<(Place, String, u64)>,
}

/// Which cells of a column a row must have.
#[derive(Debug)]
struct Filter {
    named: Named,
    at: usize,
    /// The cells in lower case, and whether any row had them.
    values: Vec<(String, bool)>,
    /// Other cells that were met.
    others: Vec<String>,
}

/// The language of rows by their country.
#[derive(Debug)]
struct Languages {
    country: usize,
    lang: usize,
    /// By the country in lower case: its language, and whether any row had it.
    by_country: HashMap<String, (String, bool)>,
}

/// A row of the list.
pub(super) struct Viewed {
    pub(super) row: Row,
    /// The column by which the row is not to be written to.
    pub(super) opted_out: Option<String>,
}

impl View {
    /// Looks at the header and the first rows of a table, and decides how its rows are read.
    ///
    /// # Errors
    /// Where the list has no addresses, or lacks a column that `campaign.toml` names.
    pub(super) fn open(table: &mut Table, needs: Needs, rules: &ListRules) -> Result<(Self, Vec<Fault>), Faults> {
        let (file, columns) = (table.file().to_owned(), Arc::clone(table.columns()));
        let header = table.header().clone();
        let sample = table.sample();
        let found = Found { file: &file, header: &header, columns: &columns, sample: &sample, needs };
        let mut faults = Faults::new();
        let said = found.said(rules, &mut faults);
        let Mapping { mapped, warnings } = found.complete(said, &mut faults);
        let mut used: Vec<usize> = mapped.iter().flat_map(|one| one.sources.clone()).collect();
        let mut names = columns.names().to_vec();
        let mut from: Vec<usize> = (0..names.len()).collect();
        let derived = derive(mapped, &columns, &mut names, &mut from);
        let mut languages = None;
        if !rules.language_of.is_empty() {
            languages = found.languages(rules, &mut names, &mut from, &mut faults);
        }
        let named = Columns::new(names.clone());
        let position = |key: &str, rule: &Named, faults: &mut Faults| {
            let at = named.position(&rule.column);
            if at.is_none() {
                faults.push(found.no_column(key, rule));
            }
            at
        };
        let mut filters = Vec::new();
        for rule in &rules.rows {
            let Some(at) = position("rows", &rule.column, &mut faults) else { continue };
            let values = rule.values.iter().map(|value| (value.to_lowercase(), false)).collect();
            filters.push(Filter { named: rule.column.clone(), at, values, others: Vec::new() });
        }
        let opt_out: Vec<usize> =
            rules.opt_out.iter().filter_map(|rule| position("opt_out", rule, &mut faults)).collect();
        let unheard = named.names().iter().enumerate();
        let unheard = unheard.filter(|(at, name)| means(name, "opt-out") && !opt_out.contains(at));
        let unheard = unheard.map(|(at, _)| Unheard { at, first: None }).collect();
        if faults.has_errors() {
            faults.extend(table.take_warnings());
            return Err(faults);
        }
        let asked = filters.iter().map(|filter| filter.at).chain(opt_out.iter().copied());
        used.extend(asked.chain(languages.as_ref().map(|one: &Languages| one.country)).map(|at| from[at]));
        table.use_columns(used);
        let is_as_it_was = derived.is_empty() && names.len() == columns.len();
        let columns = if is_as_it_was { columns } else { Arc::new(Columns::new(names)) };
        let from = (!is_as_it_was).then(|| from.into());
        let view = Self { columns, from, derived, filters, opt_out, unheard, languages, left_out: 0, kept: 0 };
        Ok((view, warnings))
    }

    /// The header, as the rows have it.
    pub(super) fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The columns of the file that others are made of.
    pub(super) fn sources(&self) -> impl Iterator<Item = usize> {
        self.derived.iter().flat_map(|derived| derived.sources.iter().copied())
    }

    /// How many rows are left out by `rows`, and how many there are, as far as they were read.
    pub(super) fn left_out(&self) -> Option<(u64, u64)> {
        (!self.filters.is_empty()).then_some((self.left_out, self.left_out + self.kept))
    }

    /// Reads a row; nothing, where it is left out.
    pub(super) fn read(&mut self, file: &str, mut row: Row) -> Option<Viewed> {
        row.cells.resize(self.columns.len(), String::new());
        let own: Vec<(usize, String)> =
            self.derived.iter().map(|derived| (derived.at, derived.value(&row.cells))).collect();
        for (at, value) in own {
            row.cells[at] = value;
        }
        if let Some(from) = &self.from {
            row.written = Written::Moved { written: Box::new(row.written), from: Arc::clone(from) };
        }
        let mut is_kept = true;
        for filter in &mut self.filters {
            is_kept &= filter.takes(&row.cells[filter.at]);
        }
        if !is_kept {
            self.left_out += 1;
            return None;
        }
        self.kept += 1;
        if let Some(languages) = &mut self.languages {
            languages.fill(&mut row.cells);
        }
        for unheard in &mut self.unheard {
            unheard.see(file, &row);
        }
        let opted_out = self.opted_out(file, &mut row);
        Some(Viewed { row, opted_out })
    }

    /// The first column that says that a row is not to be written to. What is neither yes nor no is refused.
    fn opted_out(&self, file: &str, row: &mut Row) -> Option<String> {
        let mut by = None;
        for column in &self.opt_out {
            let cell = &row.cells[*column];
            let name = &self.columns.names()[*column];
            match read_mark(cell) {
                Some(YesNo::Yes) => by = by.or(Some(name.clone())),
                Some(YesNo::No) => {}
                None if cell.is_empty() => {}
                None => {
                    let message = format!(
                        "`{}` in `{}` is neither yes nor no, and `opt_out` names the column; write `yes` or `no`",
                        shown(cell),
                        shown(name)
                    );
                    row.faults.push(Fault::error(row.written.place(file, *column, 0), message));
                }
            }
        }
        by
    }

    /// What is to be said once all rows are read: that no row is left, and what was never met.
    pub(super) fn finish(&self) -> Vec<Fault> {
        let mut found: Vec<Fault> = self.unheard.iter().filter_map(|unheard| unheard.warning(&self.columns)).collect();
        for filter in &self.filters {
            let others: Vec<String> = filter.others.iter().map(|other| format!("`{}`", shown(other))).collect();
            let others = if others.is_empty() { String::new() } else { format!("; others have {}", others.join(", ")) };
            for (value, _) in filter.values.iter().filter(|(_, was_met)| !was_met) {
                let message = format!("`rows`: no row has `{}` under `{}`{others}", shown(value), filter.named.column);
                found.push(Fault::warning(filter.named.place.clone(), message));
            }
        }
        if self.kept == 0
            && self.left_out > 0
            && let Some(filter) = self.filters.first()
        {
            let message = format!("`rows` leaves out all {} rows of the list; nobody is left", self.left_out);
            found.push(Fault::error(filter.named.place.clone(), message));
        }
        found
    }

    /// The countries of `language_of` that no row has.
    pub(super) fn unmet_countries(&self, rules: &ListRules) -> Vec<Fault> {
        let Some(languages) = &self.languages else { return Vec::new() };
        let unmet = rules
            .language_of
            .iter()
            .filter(|rule| languages.by_country.get(&rule.country.to_lowercase()).is_some_and(|(_, was_met)| !was_met));
        let warning =
            |country: &str| format!("`language_of`: no row without `lang` has the country `{}`", shown(country));
        unmet.map(|rule| Fault::warning(rule.place.clone(), warning(&rule.country))).collect()
    }
}

/// Gives known columns their place in the header: that of a column of the same name, or one of their own at its end.
fn derive(mapped: Vec<Mapped>, columns: &Columns, names: &mut Vec<String>, from: &mut Vec<usize>) -> Vec<Derived> {
    let mut derived = Vec::new();
    for Mapped { known, sources } in mapped {
        let Some(first) = sources.first().copied() else { continue };
        let is_known = |name: &str| KNOWN_COLUMNS.iter().any(|other| canonical(other) == canonical(name));
        let at = match columns.position(known) {
            Some(at) => {
                from[at] = first;
                at
            }
            // A column that is called like another known one gives its name up: `CC` may be a country.
            None if sources.len() == 1 && is_known(&columns.names()[first]) => {
                known.clone_into(&mut names[first]);
                continue;
            }
            None => {
                names.push(known.to_owned());
                from.push(first);
                names.len() - 1
            }
        };
        derived.push(Derived { at, sources, known });
    }
    derived
}

impl Derived {
    fn value(&self, cells: &[String]) -> String {
        let filled = || self.sources.iter().map(|at| cells[*at].as_str()).filter(|cell| !cell.is_empty());
        match self.known {
            "email" => {
                filled().find(|cell| has_address(cell)).or_else(|| filled().next()).unwrap_or_default().to_owned()
            }
            "cc" | "bcc" | "tags" | "attachments" => filled().collect::<Vec<_>>().join(", "),
            _ => filled().collect::<Vec<_>>().join(" "),
        }
    }
}

impl Unheard {
    fn see(&mut self, file: &str, row: &Row) {
        let cell = &row.cells[self.at];
        if !cell.is_empty() && read_mark(cell) != Some(YesNo::No) {
            let first = || (row.written.place(file, self.at, 0), cell.clone(), 0);
            self.first.get_or_insert_with(first).2 += 1;
        }
    }

    fn warning(&self, columns: &Columns) -> Option<Fault> {
        let ((place, cell, rows), name) = (self.first.as_ref()?, shown(&columns.names()[self.at]));
        let message = format!(
            "`{}` in `{name}`: {}, all the same; to keep letters from them, write `opt_out = [{}]` under [lists]",
            shown(cell),
            counted(*rows, "row like this is written to", "rows like this are written to"),
            quoted(&name)
        );
        Some(Fault::warning(place.clone(), message))
    }
}

impl Filter {
    fn takes(&mut self, cell: &str) -> bool {
        let cell = cell.to_lowercase();
        if let Some((_, was_met)) = self.values.iter_mut().find(|(value, _)| *value == cell) {
            *was_met = true;
            return true;
        }
        if self.others.len() < SHOWN_CELLS && !self.others.contains(&cell) {
            self.others.push(cell);
        }
        false
    }
}

impl Languages {
    fn fill(&mut self, cells: &mut [String]) {
        if !cells[self.lang].is_empty() {
            return;
        }
        if let Some((language, was_met)) = self.by_country.get_mut(&cells[self.country].to_lowercase()) {
            *was_met = true;
            cells[self.lang].clone_from(language);
        }
    }
}

impl Found<'_> {
    /// Where country and language stand; the language gets a column where the list has none.
    fn languages(
        &self,
        rules: &ListRules,
        names: &mut Vec<String>,
        from: &mut Vec<usize>,
        faults: &mut Faults,
    ) -> Option<Languages> {
        let position = |names: &[String], known: &str| names.iter().position(|name| canonical(name) == known);
        let Some(country) = position(names, "country") else {
            let rule = rules.language_of.first()?;
            let message =
                format!("`language_of` needs the column `country`, and {} has none; name it in `columns`", self.file);
            faults.push(Fault::error(rule.place.clone(), message));
            return None;
        };
        let lang = position(names, "lang").unwrap_or_else(|| {
            names.push("lang".to_owned());
            from.push(from[country]);
            names.len() - 1
        });
        let by_country = rules.language_of.iter();
        let by_country = by_country.map(|rule| (rule.country.to_lowercase(), (rule.language.to_string(), false)));
        Some(Languages { country, lang, by_country: by_country.collect() })
    }
}
