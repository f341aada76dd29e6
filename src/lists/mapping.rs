//! Which columns of a list the known columns are made of: as `campaign.toml` says, or as their names and cells show.

use crate::model::nearest::nearest;
use crate::model::{Columns, Fault, Faults, KNOWN_COLUMNS, Language, ListRules, Named};

use super::known_names::means;
use super::missing::{self, quoted};
use super::needs::Needs;
use super::row::Row;
use super::sample::{Sample, has_address};
use super::shown;

/// The known columns that do something where no letter names them.
const USED: [&str; 6] = ["email", "cc", "bcc", "lang", "name", "country"];

/// A known column, and the columns of the list that it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mapped {
    pub(super) known: &'static str,
    pub(super) sources: Vec<usize>,
}

/// How the columns of a list are read.
pub(super) struct Mapping {
    pub(super) mapped: Vec<Mapped>,
    /// What is worth a look and stops nothing.
    pub(super) warnings: Vec<Fault>,
}

/// A list's header and its first rows.
pub(super) struct Found<'a> {
    pub(super) file: &'a str,
    pub(super) header: &'a Row,
    pub(super) columns: &'a Columns,
    pub(super) sample: &'a Sample<'a>,
    pub(super) needs: Needs,
}

impl Found<'_> {
    /// The columns that `campaign.toml` says.
    pub(super) fn said(&self, rules: &ListRules, faults: &mut Faults) -> Vec<Mapped> {
        let mut mapped = Vec::new();
        for rule in &rules.columns {
            let found: Vec<Option<usize>> =
                rule.sources.iter().map(|source| self.columns.position(&source.column)).collect();
            // A list that has the known column itself, and none of the others, needs no mapping: such as the rows that
            // failed, written out to be mended.
            if found.iter().all(Option::is_none) && self.columns.position(rule.known).is_some() {
                continue;
            }
            let missing = rule.sources.iter().zip(&found).filter(|(_, found)| found.is_none());
            faults.extend(missing.map(|(source, _)| self.no_column("columns", source)));
            mapped.push(Mapped { known: rule.known, sources: found.into_iter().flatten().collect() });
        }
        mapped
    }

    /// The fault of a key that names a column which the list does not have.
    pub(super) fn no_column(&self, key: &str, named: &Named) -> Fault {
        let names = self.columns.names().iter().map(String::as_str).filter(|name| !name.is_empty());
        let advice = match nearest(&named.column, names.clone()) {
            Some(near) => format!("did you mean `{}`?", shown(near)),
            None => format!("it has {}", names.map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>().join(", ")),
        };
        let message = format!("`{key}`: {} has no column `{}`; {advice}", self.file, shown(&named.column));
        Fault::error(named.place.clone(), message)
    }

    /// Adds the columns that can be told by their names and cells to those that are said.
    pub(super) fn complete(&self, mut mapped: Vec<Mapped>, faults: &mut Faults) -> Mapping {
        let said = mapped.len();
        for known in ["email", "cc", "bcc", "lang", "name", "salutation", "title", "role", "organisation", "country"] {
            if self.columns.position(known).is_some() || mapped.iter().any(|one| one.known == known) {
                continue;
            }
            let sources = if known == "name" { self.halves(&mapped) } else { None };
            let sources = sources.or_else(|| self.only(known, &mapped));
            mapped.extend(sources.map(|sources| Mapped { known, sources }));
        }
        if self.columns.position("email").is_none() && mapped.iter().all(|one| one.known != "email") {
            faults.push(missing::fault(self.file, self.header, self.sample, self.needs));
        }
        self.refuse_countries(&mapped, faults);
        // What a letter prints shows in it; what the program itself uses is told.
        let told = mapped[said..].iter().filter(|one| USED.contains(&one.known)).cloned().collect::<Vec<_>>();
        let mut warnings: Vec<Fault> = self.read_as(&told).into_iter().collect();
        warnings.extend(self.unused(&mapped));
        warnings.extend(self.half_a_name(&mapped));
        Mapping { mapped, warnings }
    }

    /// Whether a column has no meaning yet.
    fn is_free(&self, column: usize, mapped: &[Mapped]) -> bool {
        let name = &self.columns.names()[column];
        let is_known = KNOWN_COLUMNS.iter().any(|known| self.columns.position(known) == Some(column));
        !name.is_empty() && !is_known && mapped.iter().all(|one| !one.sources.contains(&column))
    }

    /// The free columns that have a meaning by their names.
    fn called<'a>(&'a self, meaning: &'a str, mapped: &'a [Mapped]) -> impl Iterator<Item = usize> + 'a {
        let names = self.columns.names().iter().enumerate();
        names.filter(move |(at, name)| means(name, meaning) && self.is_free(*at, mapped)).map(|(at, _)| at)
    }

    /// The one column that has a meaning by its name, and whose cells agree. Where several do, nobody knows which.
    fn only(&self, known: &str, mapped: &[Mapped]) -> Option<Vec<usize>> {
        let mut agree = self.called(known, mapped).filter(|column| self.agrees(known, *column));
        let first = agree.next().filter(|_| agree.next().is_none())?;
        // Of several columns with addresses, nobody knows which one is to be written to.
        let is_another = |column: &usize| {
            let name = &self.columns.names()[*column];
            *column != first && !means(name, "cc") && !means(name, "bcc") && self.sample.has_addresses(*column)
        };
        let is_alone = known != "email" || !(0..self.columns.len()).any(|column| is_another(&column));
        is_alone.then(|| vec![first])
    }

    /// Whether the cells of a column are what they should be.
    fn agrees(&self, known: &str, column: usize) -> bool {
        let sample = self.sample;
        let words = |cell: &str| cell.split_whitespace().count();
        match known {
            "email" | "cc" | "bcc" => sample.has_addresses(column),
            "lang" => sample.all(column, |cell| cell.len() <= 7 && cell.parse::<Language>().is_ok()),
            "salutation" => sample.all(column, |cell| words(cell) > 1 && !has_address(cell)),
            "country" => sample.all(column, |cell| !cell.contains(|c: char| c == '@' || c.is_ascii_digit())),
            _ => sample.all(column, |cell| !has_address(cell) && !cell.contains(char::is_control)),
        }
    }

    /// The columns of the first and the last name.
    fn halves(&self, mapped: &[Mapped]) -> Option<Vec<usize>> {
        let one = |half| {
            let mut found = self.called(half, mapped).filter(|column| self.agrees("name", *column));
            let first = found.next()?;
            found.next().is_none().then_some(first)
        };
        let (first, last) = (one("first")?, one("last")?);
        // Where the family name comes first in the language, it does so in the header.
        let in_order = self.columns.names()[last].to_lowercase();
        let family_first = ["vezetéknév", "családnév", "姓"].contains(&in_order.as_str());
        (first != last).then(|| if family_first { vec![last, first] } else { vec![first, last] })
    }

    /// Refuses `cc` and `bcc` that hold no address: `CC` may be a country.
    fn refuse_countries(&self, mapped: &[Mapped], faults: &mut Faults) {
        for known in ["cc", "bcc"] {
            let Some(column) = self.columns.position(known) else { continue };
            let is_used = mapped.iter().any(|one| one.known == known || one.sources.contains(&column));
            let is_country = |cell: &str| matches!(cell.len(), 2 | 3) && cell.chars().all(|c| c.is_ascii_alphabetic());
            if is_used || !self.sample.all(column, is_country) {
                continue;
            }
            let name = shown(&self.columns.names()[column]);
            let example = self.sample.shown(column, 1).join("");
            let message = format!(
                "`{name}` holds countries, such as `{}`, and `{known}` would be addresses of copies: write \
                 `columns = {{ country = {} }}` under [lists], or rename the column",
                shown(&example),
                quoted(&name)
            );
            faults.push(Fault::error(self.header.written.place(self.file, column, 0), message));
        }
    }

    /// What is said of columns that were told by their names and cells: all of them in one line.
    fn read_as(&self, mapped: &[Mapped]) -> Option<Fault> {
        let first = mapped.first()?;
        let name = |column: &usize| shown(&self.columns.names()[*column]);
        let in_words = |(n, one): (usize, &Mapped)| {
            let names: Vec<String> = one.sources.iter().map(|column| format!("`{}`", name(column))).collect();
            let verb = match (n, names.len()) {
                (0, 1) => " is read",
                (0, _) => " are read",
                _ => "",
            };
            format!("{}{verb} as `{}`", names.join(" and "), one.known)
        };
        let in_toml = |one: &Mapped| match one.sources.as_slice() {
            [only] => format!("{} = {}", one.known, quoted(&name(only))),
            several => {
                let names: Vec<String> = several.iter().map(|column| quoted(&name(column))).collect();
                format!("{} = [{}]", one.known, names.join(", "))
            }
        };
        let words: Vec<String> = mapped.iter().enumerate().map(in_words).collect();
        let toml: Vec<String> = mapped.iter().map(in_toml).collect();
        let message = format!(
            "{}; if that is right, write `columns = {{ {} }}` under [lists]",
            words.join(", "),
            toml.join(", ")
        );
        Some(Fault::warning(self.header.written.place(self.file, first.sources[0], 0), message))
    }

    /// What is said of a `name` beside which the other half of the name stands: of neither row does it hold that half
    /// too.
    fn half_a_name(&self, mapped: &[Mapped]) -> Option<Fault> {
        let name = self.columns.position("name").filter(|_| mapped.iter().all(|one| one.known != "name"))?;
        let half = |meaning: &str| {
            let mut found = self.called(meaning, mapped).filter(|column| self.agrees("name", *column));
            found.next().filter(|_| found.next().is_none())
        };
        let (first, last) = (half("first"), half("last"));
        let (other, sources) = match (first, last) {
            (Some(first), None) => (first, [first, name]),
            (None, Some(last)) => (last, [name, last]),
            _ => return None,
        };
        let cell = |row: &Row, column: usize| row.cells.get(column).map_or(String::new(), |cell| cell.to_lowercase());
        let both = |row: &&&Row| !cell(row, name).is_empty() && !cell(row, other).is_empty();
        let rows: Vec<&&Row> = self.sample.rows().iter().filter(both).collect();
        let is_whole = |row: &&&Row| cell(row, name).contains(&cell(row, other));
        if rows.is_empty() || rows.iter().any(is_whole) {
            return None;
        }
        let shown_name = |column: usize| shown(&self.columns.names()[column]);
        let example = rows.first().map(|row| row.cells[name].clone()).unwrap_or_default();
        let message = format!(
            "`{}` holds half of a name, such as `{}`, and `{}` the other half, which is not used; write `columns = {{ name = [{}, {}] }}` \
             under [lists] for both",
            shown_name(name),
            shown(&example),
            shown_name(other),
            quoted(&shown_name(sources[0])),
            quoted(&shown_name(sources[1]))
        );
        Some(Fault::warning(self.header.written.place(self.file, other, 0), message))
    }

    /// What is to be done for a column to be read as what its name says.
    fn what_it_takes(&self, known: &str, column: usize) -> String {
        let name = quoted(&shown(&self.columns.names()[column]));
        let add = format!("if it is, add `{known} = {name}` to `columns` under [lists]");
        match known {
            "lang" if !self.sample.all(column, |cell| cell.parse::<Language>().is_ok()) => {
                "languages are written as tags, such as `de`, `en` or `fr`: add a column `lang` with them".to_owned()
            }
            "salutation" if self.sample.all(column, |cell| cell.split_whitespace().count() == 1) => {
                "one word is a form of address and no salutation: add a column `salutation` with the whole greeting, such \
                 as `Dear Ms Lima`"
                    .to_owned()
            }
            _ => add,
        }
    }

    /// What is said of columns that look as if they meant something and are not used.
    fn unused(&self, mapped: &[Mapped]) -> Vec<Fault> {
        let warning =
            |column: usize, message: String| Fault::warning(self.header.written.place(self.file, column, 0), message);
        let name = |column: usize| shown(&self.columns.names()[column]);
        let mut warnings = Vec::new();
        for known in ["lang", "salutation", "cc", "bcc"] {
            if self.columns.position(known).is_some() || mapped.iter().any(|one| one.known == known) {
                continue;
            }
            for column in self.called(known, mapped).filter(|column| self.sample.cells(*column).next().is_some()) {
                let cells = self.sample.shown(column, 2);
                let cells: Vec<String> = cells.into_iter().map(|cell| format!("`{}`", shown(cell))).collect();
                let message = format!(
                    "column `{}` is not read as `{known}`: it has {}; {}",
                    name(column),
                    cells.join(", "),
                    self.what_it_takes(known, column)
                );
                warnings.push(warning(column, message));
            }
        }
        for column in (0..self.columns.len()).filter(|column| self.is_free(*column, mapped)) {
            if self.sample.has_addresses(column) {
                let message = format!(
                    "column `{}` holds addresses, and nothing is sent to them; name it in `columns` under [lists] if \
                     they are to be written to",
                    name(column)
                );
                warnings.push(warning(column, message));
            }
        }
        warnings
    }
}
