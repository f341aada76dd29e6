//! The signatories as one letter shows them: those that may be shown, in its language and in its alphabet's order.
//!
//! A `Roll` is made once for each language. `html` and `text` print it; whatever else prints it goes through the same parts.

mod html;
mod logos;
mod text;

use std::sync::Arc;

use crate::model::{Language, RollStyle, Signatory, SignatoryKind};

use super::gallery::Gallery;
use super::locale::Alphabet;
use super::program::SignatoryField;
use crate::picture::Picture;

/// What a letter shows of a signatory.
#[derive(Debug)]
pub(super) struct Row {
    /// The line of the list.
    pub(super) line: u64,
    pub(super) kind: SignatoryKind,
    pub(super) logo: Option<Arc<Picture>>,
    name: String,
    acronym: String,
    country: String,
    url: String,
    title: String,
    affiliation: String,
    representative: String,
    representative_title: String,
    signed_at: String,
}

impl Row {
    fn of(signatory: &Signatory, language: &Language, gallery: &Gallery) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            line: signatory.line,
            kind: signatory.kind,
            logo: gallery.logo(signatory.line).cloned(),
            name: signatory.name_in(language).to_owned(),
            acronym: text(&signatory.acronym),
            country: text(&signatory.country),
            url: text(&signatory.url),
            title: text(&signatory.title),
            affiliation: text(&signatory.affiliation),
            representative: text(&signatory.representative),
            representative_title: text(&signatory.representative_title),
            signed_at: signatory.signed_at.map(|date| date.to_string()).unwrap_or_default(),
        }
    }

    /// The text of a field; empty where the list has none.
    pub(super) fn field(&self, field: SignatoryField) -> &str {
        match field {
            SignatoryField::Name => &self.name,
            SignatoryField::Acronym => &self.acronym,
            SignatoryField::Country => &self.country,
            SignatoryField::Url => &self.url,
            SignatoryField::Title => &self.title,
            SignatoryField::Affiliation => &self.affiliation,
            SignatoryField::Representative => &self.representative,
            SignatoryField::RepresentativeTitle => &self.representative_title,
            SignatoryField::SignedAt => &self.signed_at,
        }
    }

    /// The name in the letter's language.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What is printed behind the name: ` (MSF)`, or `, title, affiliation` of a person.
    pub(super) fn detail(&self) -> String {
        match self.kind {
            SignatoryKind::Organisation if self.acronym.is_empty() => String::new(),
            SignatoryKind::Organisation => format!(" ({})", self.acronym),
            SignatoryKind::Person => {
                let parts = [&self.title, &self.affiliation].into_iter().filter(|part| !part.is_empty());
                parts.flat_map(|part| [", ", part]).collect()
            }
        }
    }
}

/// Rows under one heading.
#[derive(Debug)]
pub(super) struct Group {
    /// A country, for example; none where signatories are not grouped, and for those that belong to no group.
    pub(super) heading: Option<String>,
    pub(super) rows: Vec<Row>,
}

/// All organisations, or all persons.
#[derive(Debug)]
pub(super) struct Part {
    /// "Organisations", where there is need to tell.
    pub(super) heading: Option<String>,
    /// One at the least, and none without a row.
    pub(super) groups: Vec<Group>,
    /// In how many columns it is to stand, where there is room.
    #[expect(dead_code, reason = "what prints columns is still to come")]
    pub(super) columns: u8,
}

/// The published signatories: organisations first, persons after; in each group those with an `order` first, the others by the
/// alphabet of the letter's language.
#[derive(Debug)]
pub(super) struct Roll {
    /// "Signatories", where the campaign wants it.
    pub(super) heading: Option<String>,
    /// One for organisations, one for persons; none without a row.
    pub(super) parts: Vec<Part>,
}

impl Roll {
    pub(super) fn of(signatories: &[Signatory], style: &RollStyle, gallery: &Gallery, language: &Language) -> Self {
        let alphabet = Alphabet::of(language);
        let published = || signatories.iter().filter(|signatory| signatory.publish);
        let part = |kind| {
            let mut of_kind: Vec<&Signatory> = published().filter(|signatory| signatory.kind == kind).collect();
            of_kind.sort_by(|one, other| {
                let order = |signatory: &Signatory| (signatory.order.is_none(), signatory.order);
                order(one)
                    .cmp(&order(other))
                    .then_with(|| alphabet.compare(one.name_in(language), other.name_in(language)))
            });
            let rows: Vec<Row> = of_kind.into_iter().map(|signatory| Row::of(signatory, language, gallery)).collect();
            let columns = style.columns.of(rows.len());
            let groups = vec![Group { heading: None, rows }];
            Part { heading: None, groups, columns }
        };
        let mut parts = vec![part(SignatoryKind::Organisation), part(SignatoryKind::Person)];
        parts.retain(|part| part.groups.iter().any(|group| !group.rows.is_empty()));
        Self { heading: None, parts }
    }

    /// All rows, in the order in which they are printed.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.parts.iter().flat_map(|part| &part.groups).flat_map(|group| &group.rows)
    }
}
