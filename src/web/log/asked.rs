//! What is asked for of the log: the page and the files read the same address.

use url::form_urlencoded::Serializer;

use crate::campaign::desk::{CellText, DeliveryId, Look, Order, country};
use crate::campaign::review::{Query, Selection, Wanted};
use crate::model::{Language, Round};
use crate::web::form::Fields;
use crate::web::recipients::{Sought, Turn};

/// More characters are not looked for.
const LONGEST: usize = 200;

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// By what the ledger knows, and the country.
    pub(super) sought: Sought,
    /// A column of the list, and what stands in it: empty for an empty cell.
    pub(super) column: String,
    pub(super) value: String,
}

impl Asked {
    /// Reads the query of an address.
    pub(super) fn of(query: &Fields) -> Self {
        let text = |name: &str| query.one(name).unwrap_or_default().chars().take(LONGEST).collect();
        let all = Sought::of(query);
        // What the terminal's log does not ask for is not asked for here: a file would have other rows than its page.
        let sought = Sought { text: String::new(), tag: String::new(), order: Order::default(), ..all };
        Self { sought, column: text("column"), value: text("value") }
    }

    /// As the ledger looks for it, page by page.
    pub(super) fn look(&self, languages: &[Language], row: impl Fn(&str) -> Option<DeliveryId>) -> Look {
        let mut look = self.sought.look(languages, row);
        look.cells = self.cells(languages);
        look
    }

    /// As the log is written.
    pub(super) fn query(&self, languages: &[Language]) -> Query {
        let text = |cell: CellText| match cell {
            CellText::Whole(text) | CellText::Part(text) => text,
        };
        let cells = self.cells(languages).into_iter().flat_map(|(column, texts)| {
            texts.into_iter().map(move |cell| Wanted { column: column.clone(), value: text(cell) })
        });
        Query { selection: self.selection(), answers: self.sought.answers.clone(), cells: cells.collect() }
    }

    /// The part of it that the ledger knows without looking at a row.
    pub(super) fn selection(&self) -> Selection {
        let Sought { round, states, .. } = &self.sought;
        Selection { round: round.map(Round), states: states.clone(), recipient: None }
    }

    /// Whether cells are asked for.
    pub(super) fn has_cells(&self) -> bool {
        !self.sought.country.is_empty() || !self.column.is_empty()
    }

    /// A country is known by its code, and by its name in these languages.
    fn cells(&self, languages: &[Language]) -> Vec<(String, Vec<CellText>)> {
        let mut cells = Vec::new();
        if !self.sought.country.is_empty() {
            let whole = |cell| match cell {
                CellText::Whole(text) | CellText::Part(text) => CellText::Whole(text),
            };
            let known = country(&self.sought.country, languages).into_iter().map(whole);
            cells.push(("country".to_owned(), known.collect()));
        }
        if !self.column.is_empty() {
            cells.push((self.column.clone(), vec![CellText::Whole(self.value.clone())]));
        }
        cells
    }

    /// The address of another page of it.
    pub(super) fn path(&self, page: u64, turn: &Turn) -> String {
        self.at("/log", self.sought.query(page, turn))
    }

    /// The address of the first page, of which all is shown however long that takes.
    pub(super) fn patient_path(&self) -> String {
        let sought = Sought { is_patient: true, ..self.sought.clone() };
        self.at("/log", sought.query(1, &Turn::Numbered))
    }

    /// The address of a file of it.
    pub(super) fn file(&self, path: &str) -> String {
        let sought = Sought { is_patient: false, ..self.sought.clone() };
        self.at(path, sought.query(1, &Turn::Numbered))
    }

    fn at(&self, path: &str, mut query: Serializer<'static, String>) -> String {
        if !self.column.is_empty() {
            query.append_pair("column", &self.column).append_pair("value", &self.value);
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_file_ask_for_the_same() {
        let query = "q=ana&state=failed&answer=replied&round=1&country=Germany&column=party&value=Green&page=3";
        let asked = Asked::of(&Fields::of_query(query));
        assert_eq!(
            asked.path(2, &Turn::Numbered),
            "/log?state=failed&answer=replied&round=1&country=Germany&page=2&column=party&value=Green"
        );
        assert_eq!(
            asked.file("/log.csv"),
            "/log.csv?state=failed&answer=replied&round=1&country=Germany&column=party&value=Green"
        );
        let languages = ["en".parse().unwrap()];
        let (look, query) = (asked.look(&languages, |_| None), asked.query(&languages));
        assert_eq!((look.words.len(), look.round, query.selection.round), (0, Some(Round(1)), Some(Round(1))));
        let texts = |column: &str| {
            let (_, texts) = look.cells.iter().find(|(known, _)| known == column).unwrap();
            texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>()
        };
        let values = |column: &str| {
            let wanted = query.cells.iter().filter(|wanted| wanted.column == column);
            wanted.map(|wanted| format!("Whole({:?})", wanted.value)).collect::<Vec<_>>()
        };
        assert_eq!(texts("country"), values("country"));
        assert_eq!(texts("country"), ["Whole(\"Germany\")", "Whole(\"DE\")"]);
        assert_eq!((texts("party"), values("party")), (vec!["Whole(\"Green\")".to_owned()], texts("party")));
        // An empty cell can be asked for.
        let empty = Asked::of(&Fields::of_query("column=party"));
        assert_eq!(empty.look(&[], |_| None).cells, [("party".to_owned(), vec![CellText::Whole(String::new())])]);
    }
}
