//! What is looked for in the table of recipients, as it stands in the address of the page.

use url::form_urlencoded::Serializer;

use crate::campaign::desk::{CellText, DeliveryId, Look, LookFrom, Order, REACH, Reach, country};
use crate::model::{Answer, DeliveryState, Language, Round};
use crate::web::form::Fields;

/// So many rows a page has.
pub(super) const ROWS: u32 = 50;

/// More characters are not looked for.
const LONGEST: usize = 200;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::web) struct Sought {
    pub(in crate::web) text: String,
    pub(in crate::web) states: Vec<DeliveryState>,
    pub(in crate::web) answers: Vec<Answer>,
    pub(in crate::web) round: Option<u32>,
    pub(in crate::web) country: String,
    pub(in crate::web) tag: String,
    pub(in crate::web) order: Order,
    /// From 1.
    pub(in crate::web) page: u64,
    /// Where the page begins or ends, where another led to it.
    pub(in crate::web) turn: Turn,
    /// However long that takes.
    pub(in crate::web) is_patient: bool,
}

/// How a page of the table is come to: by the key of the row that stands before it, or after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::web) enum Turn {
    /// By its number.
    #[default]
    Numbered,
    /// It begins after this row.
    After(String),
    /// It ends before this row.
    Before(String),
}

/// The words of the orders in the address.
pub(super) const ORDERS: [(&str, Order); 5] = [
    ("list", Order::List),
    ("name", Order::Name),
    ("organisation", Order::Organisation),
    ("attempted", Order::Attempted),
    ("answered", Order::Answered),
];

impl Sought {
    /// Reads the query of an address. What is no state, answer or number is left out: an old link still leads
    /// somewhere.
    pub(in crate::web) fn of(query: &Fields) -> Self {
        let text = |name: &str| query.one(name).unwrap_or_default().chars().take(LONGEST).collect();
        let turn = match (query.one("after"), query.one("before")) {
            (Some(key), _) => Turn::After(key.to_owned()),
            (None, Some(key)) => Turn::Before(key.to_owned()),
            (None, None) => Turn::Numbered,
        };
        let order = query.one("sort").and_then(|word| ORDERS.into_iter().find(|(known, _)| *known == word));
        Self {
            text: text("q"),
            states: query.all("state").filter_map(|word| word.parse().ok()).collect(),
            answers: query.all("answer").filter_map(|word| word.parse().ok()).collect(),
            round: query.one("round").and_then(|number| number.parse().ok()),
            country: text("country"),
            tag: text("tag"),
            order: order.map(|(_, order)| order).unwrap_or_default(),
            page: query.one("page").and_then(|number| number.parse().ok()).filter(|page| *page > 0).unwrap_or(1),
            turn,
            is_patient: query.one("all").is_some(),
        }
    }

    /// As the ledger looks for it. `row` reads a row's key; a page that cannot be turned to is found by its number.
    pub(in crate::web) fn look(&self, languages: &[Language], row: impl Fn(&str) -> Option<DeliveryId>) -> Look {
        let from = match &self.turn {
            Turn::Numbered => None,
            Turn::After(key) => row(key).map(LookFrom::After),
            Turn::Before(key) => row(key).map(LookFrom::Before),
        };
        let skip = if from.is_some() { 0 } else { (self.page - 1).saturating_mul(ROWS.into()) };
        Look {
            round: self.round.map(Round),
            states: self.states.clone(),
            answers: self.answers.clone(),
            words: self.text.split_whitespace().map(str::to_owned).collect(),
            cells: self.cells(languages),
            order: self.order,
            skip,
            take: ROWS,
            from: from.unwrap_or_default(),
            reach: if self.is_patient { Reach::Whole } else { Reach::Letters(REACH) },
        }
    }

    /// The cells that are looked for. A country is known by its code, and by its name in these languages.
    pub(super) fn cells(&self, languages: &[Language]) -> Vec<(String, Vec<CellText>)> {
        let mut cells = Vec::new();
        if !self.country.is_empty() {
            cells.push(("country".to_owned(), country(&self.country, languages)));
        }
        if !self.tag.is_empty() {
            cells.push(("tags".to_owned(), vec![CellText::Part(self.tag.clone())]));
        }
        cells
    }

    /// Whether all of it is shown as it stands in the list: the ledger finds a page of that by its number.
    pub(in crate::web) fn is_everything(&self) -> bool {
        Self { page: 1, round: None, turn: Turn::Numbered, is_patient: false, ..self.clone() }
            == Self { page: 1, ..Self::default() }
    }

    /// The address of this page.
    pub(super) fn here(&self) -> String {
        self.path(self.page, &self.turn)
    }

    /// The address of another page of it.
    pub(super) fn path(&self, page: u64, turn: &Turn) -> String {
        let query = self.query(page, turn).finish();
        if query.is_empty() { "/recipients".to_owned() } else { format!("/recipients?{query}") }
    }

    /// The address of the first page, of which all is shown however long that takes.
    pub(super) fn patient_path(&self) -> String {
        Self { is_patient: true, ..self.clone() }.path(1, &Turn::Numbered)
    }

    /// The address of the log of those, as far as the log is asked for the like.
    pub(super) fn log_path(&self) -> String {
        let asked = Self { text: String::new(), tag: String::new(), order: Order::List, ..self.clone() };
        let query = Self { is_patient: false, ..asked }.query(1, &Turn::Numbered).finish();
        if query.is_empty() { "/log".to_owned() } else { format!("/log?{query}") }
    }

    /// What stands behind the `?` of the address of another page of it.
    pub(in crate::web) fn query(&self, page: u64, turn: &Turn) -> Serializer<'static, String> {
        let mut query = Serializer::new(String::new());
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        };
        add("q", &self.text);
        self.states.iter().for_each(|state| add("state", state.as_str()));
        self.answers.iter().for_each(|answer| add("answer", answer.as_str()));
        add("round", &self.round.map(|round| round.to_string()).unwrap_or_default());
        add("country", &self.country);
        add("tag", &self.tag);
        add("sort", if self.order == Order::List { "" } else { self.order_word() });
        add("page", &if page > 1 { page.to_string() } else { String::new() });
        match turn {
            Turn::Numbered => {}
            Turn::After(key) => add("after", key),
            Turn::Before(key) => add("before", key),
        }
        add("all", if self.is_patient { "yes" } else { "" });
        query
    }

    pub(super) fn order_word(&self) -> &'static str {
        ORDERS.iter().find(|(_, order)| *order == self.order).map_or("list", |(word, _)| word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sought_stands_in_the_address_and_nothing_else_does() {
        let query =
            "q=%20Ana+%26+Bo&state=failed&state=x&answer=replied&round=1&country=FR&tag=mep&sort=name&page=3&token=x";
        let sought = Sought::of(&Fields::of_query(query));
        assert_eq!(
            sought.here(),
            "/recipients?q=Ana+%26+Bo&state=failed&answer=replied&round=1&country=FR&tag=mep&sort=name&page=3"
        );
        assert_eq!(Sought::of(&Fields::of_query(sought.here().split_once('?').unwrap().1)), sought);
        assert_eq!(sought.look(&[], |_| None).skip, 100);
        let nothing = Sought::of(&Fields::of_query("page=0&state=&round=x&sort=y"));
        assert_eq!(nothing, Sought { page: 1, ..Sought::default() });
        assert_eq!(nothing.here(), "/recipients");
        assert!(nothing.is_everything() && !sought.is_everything());
        let turned = Sought::of(&Fields::of_query("sort=name&page=3&after=k"));
        let look = turned.look(&[], |key| (key == "k").then_some(DeliveryId(7)));
        assert_eq!((look.skip, look.from), (0, LookFrom::After(DeliveryId(7))));
        assert_eq!(turned.look(&[], |_| None).skip, 100, "what is no key turns to nothing");
        assert_eq!(Sought::of(&Fields::of_query("page=18446744073709551615")).look(&[], |_| None).skip, u64::MAX);
    }
}
