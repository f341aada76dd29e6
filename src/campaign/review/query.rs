//! Which deliveries are asked for: by what the ledger knows of them, and by the cells of their rows.

use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;

use super::Review;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Ledger;
use crate::ledger::{Delivery, KeptRow, ReadLedger, Selection};
use crate::letter::Forms;
use crate::model::nearest::advice;
use crate::model::{Answer, Columns, RecipientId, Round, canonical};

/// Which deliveries are asked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// By what the ledger knows of them.
    pub selection: Selection,
    /// With one of these answers; empty for all. `none` asks for recipients of whom nothing came to any letter.
    pub answers: Vec<Answer>,
    /// Whose rows have these values. Several values of one column are alternatives; each column must fit.
    pub cells: Vec<Wanted>,
}

/// A value that a column of the list is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The column, in any spelling.
    pub column: String,
    /// The value, in any case; empty for an empty cell. A country may be named by its code or its name.
    pub value: String,
}

impl FromStr for Wanted {
    type Err = String;

    /// Reads `COLUMN=VALUE`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((column, value)) if !column.trim().is_empty() => {
                Ok(Self { column: column.trim().to_owned(), value: value.trim().to_owned() })
            }
            _ => Err("write COLUMN=VALUE, such as `country=France`".to_owned()),
        }
    }
}

impl Query {
    /// Whether the ledger alone knows what is asked for.
    pub(super) fn is_plain(&self) -> bool {
        self.answers.is_empty() && self.cells.is_empty()
    }
}

/// A query, ready to be asked of each delivery.
pub(super) struct Filter<'q> {
    query: &'q Query,
    /// The header of each round's list.
    columns: BTreeMap<Round, Columns>,
    /// What is wanted of each column, by its canonical name.
    wanted: BTreeMap<String, Vec<&'q str>>,
    /// Those of whom something came that is not asked for.
    answered: HashSet<RecipientId>,
    forms: Forms,
}

impl<'q> Filter<'q> {
    /// Prepares a query.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where no list that was sent to has a column, and where the ledger cannot be read.
    pub(super) fn of(query: &'q Query, review: &Review<'_>, ledger: &Ledger) -> Result<Self> {
        let settings = &review.folder.settings;
        let mut columns = BTreeMap::new();
        for round in ledger.rounds(&settings.id)? {
            columns.extend(ledger.columns(&settings.id, round)?.map(|columns| (round, columns)));
        }
        let mut wanted = BTreeMap::<String, Vec<&str>>::new();
        for Wanted { column, value } in &query.cells {
            refuse_unknown(column, columns.values(), &settings.lists.recipients)?;
            wanted.entry(canonical(column)).or_default().push(value);
        }
        let mut answered = HashSet::new();
        if query.answers.contains(&Answer::None) {
            for delivery in ledger.deliveries(&settings.id, &Selection::default()) {
                let delivery = delivery?;
                if !query.answers.contains(&delivery.answer) {
                    answered.insert(delivery.recipient);
                }
            }
        }
        Ok(Self { query, columns, wanted, answered, forms: Forms::of(&settings.letter.language) })
    }

    /// Whether a delivery is asked for.
    pub(super) fn takes(&self, delivery: &Delivery, row: &KeptRow) -> bool {
        self.takes_answer(delivery)
            && self.wanted.iter().all(|(column, values)| self.fits(delivery, row, column, values))
    }

    fn takes_answer(&self, delivery: &Delivery) -> bool {
        let Query { answers, .. } = self.query;
        let is_silent = || delivery.answer != Answer::None || !self.answered.contains(&delivery.recipient);
        answers.is_empty() || (answers.contains(&delivery.answer) && is_silent())
    }

    fn fits(&self, delivery: &Delivery, row: &KeptRow, column: &str, values: &[&str]) -> bool {
        let (columns, cells) = match row {
            KeptRow::Listed(cells) => (self.columns.get(&delivery.round), cells),
            KeptRow::AsSent(columns, cells) => (Some(columns), cells),
            KeptRow::Gone => return false,
        };
        let Some(at) = columns.and_then(|columns| columns.position(column)) else { return false };
        let cell = cells.get(at).map_or("", String::as_str);
        values.iter().any(|value| self.is_same(column, cell, value))
    }

    fn is_same(&self, column: &str, cell: &str, value: &str) -> bool {
        let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
        same(cell, value) || (column == "country" && same(&self.forms.country(cell), &self.forms.country(value)))
    }
}

/// Refuses a column that no list has, with the nearest one.
pub(super) fn refuse_unknown<'c>(
    column: &str,
    lists: impl Iterator<Item = &'c Columns> + Clone,
    path: &str,
) -> Result<()> {
    if lists.clone().any(|columns| columns.position(column).is_some()) || lists.clone().next().is_none() {
        return Ok(());
    }
    let mut known: Vec<&str> = Vec::new();
    for name in lists.flat_map(Columns::names) {
        if !known.contains(&name.as_str()) {
            known.push(name);
        }
    }
    Err(Error::NoColumn { column: column.to_owned(), list: path.to_owned(), advice: advice(column, &known) })
}
