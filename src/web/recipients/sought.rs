//! What is looked for in the table of recipients, as it stands in the address of the page.

use crate::campaign::desk::{Look, Order};
use crate::model::{Answer, DeliveryState, Round};
use crate::web::form::Fields;

/// So many rows a page has.
pub(super) const ROWS: u32 = 50;

/// More characters are not looked for.
const LONGEST: usize = 200;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sought {
    pub(super) text: String,
    pub(super) states: Vec<DeliveryState>,
    pub(super) answers: Vec<Answer>,
    pub(super) round: Option<u32>,
    pub(super) country: String,
    pub(super) tag: String,
    pub(super) order: Order,
    /// From 1.
    pub(super) page: u64,
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
    pub(super) fn of(query: &Fields) -> Self {
        let text = |name: &str| query.one(name).unwrap_or_default().chars().take(LONGEST).collect();
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
        }
    }

    /// As the ledger looks for it.
    pub(super) fn look(&self) -> Look {
        let cell = |name: &str, text: &str| (!text.is_empty()).then(|| (name.to_owned(), text.to_owned()));
        Look {
            round: self.round.map(Round),
            states: self.states.clone(),
            answers: self.answers.clone(),
            words: self.text.split_whitespace().map(str::to_owned).collect(),
            cells: [cell("country", &self.country), cell("tags", &self.tag)].into_iter().flatten().collect(),
            order: self.order,
            skip: (self.page - 1).saturating_mul(ROWS.into()),
            take: ROWS,
        }
    }

    /// The address of another page of it.
    pub(super) fn path(&self, page: u64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
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
        let query = query.finish();
        if query.is_empty() { "/recipients".to_owned() } else { format!("/recipients?{query}") }
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
            sought.path(3),
            "/recipients?q=Ana+%26+Bo&state=failed&answer=replied&round=1&country=FR&tag=mep&sort=name&page=3"
        );
        assert_eq!(Sought::of(&Fields::of_query(sought.path(3).split_once('?').unwrap().1)), sought);
        assert_eq!(sought.look().skip, 100);
        let nothing = Sought::of(&Fields::of_query("page=0&state=&round=x&sort=y"));
        assert_eq!(nothing, Sought { page: 1, ..Sought::default() });
        assert_eq!(nothing.path(1), "/recipients");
        assert_eq!(Sought::of(&Fields::of_query("page=18446744073709551615")).look().skip, u64::MAX);
    }
}
