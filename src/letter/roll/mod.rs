//! The signatories as one letter shows them: those that may be shown, in its language and in its alphabet's order.
//!
//! A `Roll` is made once for each language. `html`, `text` and `paper` print it; whatever else prints it goes through
//! the same parts.

mod country;
mod group;
mod html;
mod logos;
mod paper;
mod row;
mod text;
mod words;

use std::cmp::Ordering;
use std::sync::Arc;

use super::LetterFacts;
use super::gallery::Gallery;
use super::locale::{Alphabet, from_first_letter};
use crate::model::article;
use crate::model::nearest::nearest;
use crate::model::{Fault, Heading, Language, Place, RollStyle, Signatory, SignatoryKind, Sorting, names_in_words};
use crate::picture::Picture;
use group::Grouping;

pub(super) use country::Countries;
pub(super) use row::Row;

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
    pub(super) columns: u8,
}

/// The published signatories: organisations first, persons after; in each group those with an `order` first, the others
/// by the alphabet of the letter's language.
#[derive(Debug)]
pub(super) struct Roll {
    /// "Signatories", where the campaign wants it.
    pub(super) heading: Option<String>,
    /// One for organisations, one for persons; none without a row.
    pub(super) parts: Vec<Part>,
}

impl Roll {
    /// The roll of a letter in a language.
    ///
    /// # Errors
    /// Where the campaign asks for a heading, and there is no word for it in this language.
    pub(super) fn of(facts: &LetterFacts<'_>, gallery: &Gallery, language: &Language) -> Result<Self, Fault> {
        let (style, order) = (facts.roll, Order::of(facts.roll, language));
        let mut grouping = Grouping::of(style, language);
        let mut part = |kind| {
            let published = facts.signatories.iter().filter(|signatory| signatory.publish && signatory.kind == kind);
            let mut rows: Vec<(Option<String>, &Signatory)> =
                published.map(|signatory| (grouping.heading(signatory), signatory)).collect();
            rows.sort_by(|(one, first), (other, second)| {
                order.headings(one.as_deref(), other.as_deref()).then_with(|| order.signatories(first, second))
            });
            let columns = style.columns.of(rows.len(), kind);
            let mut groups: Vec<Group> = Vec::new();
            for (heading, signatory) in rows {
                let row = Row::of(signatory, facts.show, gallery, language);
                match groups.last_mut().filter(|group| group.heading == heading) {
                    Some(group) => group.rows.push(row),
                    None => groups.push(Group { heading, rows: vec![row] }),
                }
            }
            Part { heading: None, groups, columns }
        };
        let mut parts = vec![part(SignatoryKind::Organisation), part(SignatoryKind::Person)];
        let heading = heading(&style.heading, language)?;
        let both = parts.iter().all(|part| !part.groups.is_empty());
        if let Some(words) = words::of(language).filter(|_| both && heading.is_some()) {
            for (part, word) in parts.iter_mut().zip([words.organisations, words.persons]) {
                part.heading = Some(word.to_owned());
            }
        }
        parts.retain(|part| !part.groups.is_empty());
        Ok(Self { heading: heading.filter(|_| !parts.is_empty()), parts })
    }

    /// A roll without anybody.
    pub(super) fn empty() -> Self {
        Self { heading: None, parts: Vec::new() }
    }

    /// All rows, in the order in which they are printed.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.parts.iter().flat_map(|part| &part.groups).flat_map(|group| &group.rows)
    }

    /// The logos that are shown, in the order of the names.
    fn logos(&self) -> impl Iterator<Item = (&Row, &Arc<Picture>)> {
        self.rows().filter_map(|row| Some((row, row.logo.as_ref()?)))
    }
}

/// The order in which signatories stand.
struct Order<'l> {
    alphabet: Alphabet,
    sorting: Sorting,
    language: &'l Language,
}

impl<'l> Order<'l> {
    fn of(style: &RollStyle, language: &'l Language) -> Self {
        Self { alphabet: Alphabet::of(language), sorting: style.sorting, language }
    }

    /// Those that belong to no group stand before all groups: behind one they would seem to belong to it.
    fn headings(&self, one: Option<&str>, other: Option<&str>) -> Ordering {
        match (one, other) {
            (Some(one), Some(other)) => self.texts(one, other),
            _ => one.is_some().cmp(&other.is_some()),
        }
    }

    fn signatories(&self, one: &Signatory, other: &Signatory) -> Ordering {
        let order = |signatory: &Signatory| (signatory.order.is_none(), signatory.order);
        let names = || self.texts(one.name_in(self.language), other.name_in(self.language));
        order(one).cmp(&order(other)).then_with(names)
    }

    fn texts(&self, one: &str, other: &str) -> Ordering {
        let whole = || self.alphabet.compare(one, other);
        match self.sorting {
            Sorting::WholeName => whole(),
            Sorting::BehindArticle => {
                // The `’t` of a name is an article, and the `"` of another is none: what is one is looked for first.
                let behind = |text| match article::behind(text, self.language) {
                    same if same == text => article::behind(from_first_letter(text), self.language),
                    rest => rest,
                };
                self.alphabet.compare(behind(one), behind(other)).then_with(whole)
            }
        }
    }
}

/// What stands above the block in a language.
fn heading(heading: &Heading, language: &Language) -> Result<Option<String>, Fault> {
    let Heading::Words { own, place } = heading else {
        return Ok(None);
    };
    let own = language.fallbacks().find_map(|tag| own.iter().find(|(known, _)| known.as_str() == tag));
    let built_in = || words::of(language).map(|words| words.signatories.to_owned());
    match own.map(|(_, text)| text.clone()).or_else(built_in) {
        Some(heading) => Ok(Some(heading)),
        None => Err(Fault::error(
            place.clone(),
            format!("`heading`: no word is known in `{language}`; write it as heading = {{ {language} = \"…\" }}"),
        )),
    }
}

/// Finds the columns that a campaign names and its signatories list does not have.
pub(super) fn check(facts: &LetterFacts<'_>) -> Vec<Fault> {
    let Some(signatory) = facts.signatories.first() else {
        return Vec::new();
    };
    let columns = signatory.fields.columns();
    let named = facts.show.iter().map(|column| ("show", column));
    let named = named.chain(facts.roll.group_by.iter().map(|column| ("group_by", column)));
    let absent = named.filter(|(_, (column, _))| columns.position(column).is_none());
    let fault = |(key, (column, place)): (&str, &(String, Place))| {
        let known = columns.names().iter().map(String::as_str);
        let advice = match nearest(column, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", names_in_words(known)),
        };
        Fault::error(place.clone(), format!("`{key}`: the signatories list has no column `{column}`; {advice}"))
    };
    absent.map(fault).collect()
}
