//! What `[lists]` says of the columns and rows of the recipients list: `columns`, `opt_out`, `rows`, `language_of`,
//! `same_address`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::section::{Document, Section};
use crate::model::nearest::nearest;
use crate::model::{
    ColumnRule, CountryRule, KNOWN_COLUMNS, Language, ListRules, Named, RowRule, SharedAddress, canonical,
};

/// What `same_address` may be.
const SHARED: [(&str, SharedAddress); 2] = [("first", SharedAddress::First), ("each", SharedAddress::Each)];

/// Reads the keys; without them, a list means what its header says.
pub(super) fn read(section: &Section<'_>) -> ListRules {
    ListRules {
        columns: columns(section),
        opt_out: opt_out(section),
        rows: rows(section),
        language_of: language_of(section),
        shared_address: section.choice("same_address", &SHARED).unwrap_or_default(),
    }
}

fn columns(section: &Section<'_>) -> Vec<ColumnRule> {
    let document = section.document();
    let example = "`columns` must be a table such as { email = \"E-mail Address\" }";
    let mut rules: Vec<ColumnRule> = Vec::new();
    for (key, value) in table(section, "columns", example).into_iter().flatten() {
        let written = key.get_ref();
        let Some(known) = KNOWN_COLUMNS.into_iter().find(|known| canonical(known) == canonical(written)) else {
            let hint = match nearest(written, KNOWN_COLUMNS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the known ones are {}", KNOWN_COLUMNS.join(", ")),
            };
            document.fault(&key.span(), format!("`{written}` is no known column of a recipients list; {hint}"));
            continue;
        };
        let sources = texts(document, "columns", value);
        if sources.iter().any(|source| canonical(&source.column).is_empty()) || sources.is_empty() {
            document.fault(&value.span(), format!("`{written}`: write the name of a column of the recipients list"));
        } else if rules.iter().any(|rule| rule.known == known) {
            document.fault(&key.span(), format!("`{known}` stands in `columns` twice; remove one of them"));
        } else {
            rules.push(ColumnRule { known, sources });
        }
    }
    rules
}

fn opt_out(section: &Section<'_>) -> Vec<Named> {
    let Some(value) = section.value("opt_out") else { return Vec::new() };
    texts(section.document(), "opt_out", value)
}

fn rows(section: &Section<'_>) -> Vec<RowRule> {
    let document = section.document();
    let example = "`rows` must be a table such as { chamber = \"upper\" }";
    let mut rules = Vec::new();
    for (key, value) in table(section, "rows", example).into_iter().flatten() {
        let values: Vec<String> = texts(document, "rows", value).into_iter().map(|value| value.column).collect();
        let column = Named { column: key.get_ref().trim().to_owned(), place: document.place(&key.span()) };
        if values.is_empty() {
            let message =
                format!("`{}`: write which cells a row must have under it; \"\" is an empty one", column.column);
            document.fault(&value.span(), message);
        } else {
            rules.push(RowRule { column, values });
        }
    }
    rules
}

fn language_of(section: &Section<'_>) -> Vec<CountryRule> {
    let document = section.document();
    let example = "`language_of` must be a table such as { DE = \"de\" }";
    let mut rules = Vec::new();
    for (key, value) in table(section, "language_of", example).into_iter().flatten() {
        let DeValue::String(tag) = value.get_ref() else {
            document.fault(&value.span(), format!("the language of `{}` must be a text in quotes", key.get_ref()));
            continue;
        };
        match tag.trim().parse::<Language>() {
            Ok(language) => {
                let country = key.get_ref().trim().to_owned();
                rules.push(CountryRule { country, language, place: document.place(&key.span()) });
            }
            Err(error) => document.fault(&value.span(), format!("`language_of`: {error}")),
        }
    }
    rules
}

/// The table under a key; what is none is refused.
fn table<'a>(section: &Section<'a>, key: &'static str, example: &str) -> Option<&'a DeTable<'a>> {
    let found = section.value(key)?;
    match found.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => {
            section.document().fault(&found.span(), example);
            None
        }
    }
}

/// One text, or a list of them.
fn texts(document: &Document<'_>, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<Named> {
    let named = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
        DeValue::String(text) => Some(Named { column: text.trim().to_owned(), place: document.place(&value.span()) }),
        _ => {
            document.fault(&value.span(), format!("`{key}` must hold texts in quotes, or lists of them"));
            None
        }
    };
    match value.get_ref() {
        DeValue::Array(items) => items.iter().filter_map(named).collect(),
        _ => named(value).into_iter().collect(),
    }
}
