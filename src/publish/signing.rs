//! Who signed, counted: how many, from which countries, as of when, and who did later than the letter.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Edition, Version};
use crate::letter::Forms;
use crate::model::Signatory;

/// Who signed, in the words of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signing {
    /// How many.
    pub(super) count: String,
    /// From which countries, and how many from each; empty where the list has none.
    pub(super) countries: String,
    /// Who signed after the day of the letter, and when; empty where nobody did.
    pub(super) late: String,
    /// The day of the last signature, or else of the letter.
    pub(super) as_of: Option<String>,
}

impl Signing {
    /// What is told of those who are published; nothing, where nobody is.
    pub(super) fn of(edition: &Edition<'_>, version: &Version) -> Option<Self> {
        let forms = Forms::of(&version.language);
        let order = |row: &&Signatory| version.article.signatories.iter().position(|line| *line == row.line);
        let mut rows: Vec<&Signatory> = edition.signatories.iter().filter(|row| row.publish).collect();
        rows.sort_by_key(order);
        let late = rows.iter().filter_map(|row| {
            let signed = row.signed_at.filter(|signed| edition.date.is_some_and(|date| *signed > date))?;
            Some(format!("{} ({})", row.name_in(&version.language), forms.date(signed)))
        });
        let as_of: Option<Date> = rows.iter().filter_map(|row| row.signed_at).max().max(edition.date);
        (!rows.is_empty()).then(|| Self {
            count: forms.number(rows.len() as u64),
            countries: countries(&rows, &forms),
            late: late.collect::<Vec<_>>().join(", "),
            as_of: as_of.map(|date| forms.date(date)),
        })
    }
}

/// The countries, those with the most signatories first.
fn countries(rows: &[&Signatory], forms: &Forms) -> String {
    let mut counts = BTreeMap::<String, u64>::new();
    for country in rows.iter().filter_map(|row| row.country.as_deref()).filter(|country| !country.is_empty()) {
        *counts.entry(forms.country(country)).or_default() += 1;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let told = |(country, count): (String, u64)| match count {
        1 => country,
        _ => format!("{country} ({})", forms.number(count)),
    };
    counts.into_iter().map(told).collect::<Vec<_>>().join(", ")
}
