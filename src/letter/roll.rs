//! The signatories as one letter shows them: those that may be shown, in its language and in its alphabet's order.

use crate::model::{Language, Signatory};

use super::locale::Alphabet;
use super::program::SignatoryField;

/// What a letter shows of a signatory.
#[derive(Debug)]
pub(super) struct Row {
    /// The line of the list.
    pub(super) line: u64,
    name: String,
    acronym: String,
    country: String,
    url: String,
    representative: String,
    representative_title: String,
    signed_at: String,
}

impl Row {
    /// The text of a field; empty where the list has none.
    pub(super) fn field(&self, field: SignatoryField) -> &str {
        match field {
            SignatoryField::Name => &self.name,
            SignatoryField::Acronym => &self.acronym,
            SignatoryField::Country => &self.country,
            SignatoryField::Url => &self.url,
            SignatoryField::Representative => &self.representative,
            SignatoryField::RepresentativeTitle => &self.representative_title,
            SignatoryField::SignedAt => &self.signed_at,
        }
    }
}

/// The published signatories, those with an `order` first, the others by the alphabet of the letter's language.
#[derive(Debug)]
pub(super) struct Roll {
    pub(super) rows: Vec<Row>,
}

impl Roll {
    pub(super) fn of(signatories: &[Signatory], language: &Language) -> Self {
        let alphabet = Alphabet::of(language);
        let mut published: Vec<&Signatory> = signatories.iter().filter(|signatory| signatory.publish).collect();
        published.sort_by(|one, other| {
            let order = |signatory: &Signatory| (signatory.order.is_none(), signatory.order);
            order(one).cmp(&order(other)).then_with(|| alphabet.compare(one.name_in(language), other.name_in(language)))
        });
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let row = |signatory: &Signatory| Row {
            line: signatory.line,
            name: signatory.name_in(language).to_owned(),
            acronym: text(&signatory.acronym),
            country: text(&signatory.country),
            url: text(&signatory.url),
            representative: text(&signatory.representative),
            representative_title: text(&signatory.representative_title),
            signed_at: signatory.signed_at.map(|date| date.to_string()).unwrap_or_default(),
        };
        Self { rows: published.into_iter().map(row).collect() }
    }
}
