//! One table of a TOML file, read key by key: every fault is kept with its place, and a key that nobody asked for is
//! one.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::day::day_first_advice;
use crate::model::nearest::nearest;
use crate::model::{Fault, Faults, Place, names_in_words};

/// A file's text, and what is wrong with it.
pub struct Document<'a> {
    name: &'a str,
    text: &'a str,
    faults: RefCell<Faults>,
}

impl<'a> Document<'a> {
    /// A file by its name in messages and its text.
    pub fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text, faults: RefCell::default() }
    }

    /// The file's name in messages.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Keeps a fault at a place given as a range of bytes.
    pub fn fault(&self, at: &Range<usize>, message: impl Into<String>) {
        self.faults.borrow_mut().push(Fault::error(self.place(at), message));
    }

    /// Keeps a warning at a place given as a range of bytes.
    pub fn warn(&self, at: &Range<usize>, message: impl Into<String>) {
        self.faults.borrow_mut().push(Fault::warning(self.place(at), message));
    }

    /// Line and column of the start of a range of bytes.
    pub fn place(&self, at: &Range<usize>) -> Place {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        Place::at(self.name, line as u64, column as u64)
    }

    /// All faults, in the order of their places.
    pub fn into_faults(self) -> Faults {
        let mut faults: Vec<Fault> = self.faults.into_inner().into_iter().collect();
        faults.sort_by(|a, b| a.place.cmp(&b.place));
        let mut sorted = Faults::new();
        sorted.extend(faults);
        sorted
    }
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Found<T> {
    pub value: T,
    pub at: Range<usize>,
}

/// One table.
pub struct Section<'a> {
    document: &'a Document<'a>,
    /// Its name in messages: `[smtp]`, or nothing at the top.
    name: String,
    table: Option<&'a DeTable<'a>>,
    at: Range<usize>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Section<'a> {
    /// A table of the document; an absent one has no keys.
    pub fn new(document: &'a Document<'a>, name: &str, table: Option<&'a DeTable<'a>>, at: Range<usize>) -> Self {
        Self { document, name: name.to_owned(), table, at, asked: RefCell::default() }
    }

    /// Whether the table stands in the file.
    pub fn is_present(&self) -> bool {
        self.table.is_some()
    }

    /// Where it stands.
    pub fn at(&self) -> &Range<usize> {
        &self.at
    }

    /// The document it belongs to.
    pub fn document(&self) -> &'a Document<'a> {
        self.document
    }

    /// The raw value of a key, which from now on counts as a known one.
    pub fn value(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().insert(key);
        self.table?.get(key)
    }

    /// A table below this one.
    pub fn section(&self, key: &'static str) -> Section<'a> {
        let name = if self.name.is_empty() { format!("[{key}]") } else { format!("`{key}`") };
        match self.value(key) {
            Some(found) => match found.get_ref() {
                DeValue::Table(table) => Section::new(self.document, &name, Some(table), found.span()),
                other => {
                    self.document.fault(&found.span(), format!("`{key}` must be a table, not {}", kind(other)));
                    Section::new(self.document, &name, None, found.span())
                }
            },
            None => Section::new(self.document, &name, None, self.at.clone()),
        }
    }

    /// The tables of an array of tables.
    pub fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        let Some(found) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = found.get_ref() else {
            self.document.fault(&found.span(), format!("write `[[{key}]]` above its keys"));
            return Vec::new();
        };
        let name = format!("[[{key}]]");
        items
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(table) => Some(Section::new(self.document, &name, Some(table), item.span())),
                other => {
                    self.document.fault(&item.span(), format!("`{key}` must hold tables, not {}", kind(other)));
                    None
                }
            })
            .collect()
    }

    /// All tables below this one, whatever their keys: each key with its table.
    pub fn tables(&self) -> Vec<(Found<&'a str>, Section<'a>)> {
        let Some(table) = self.table else { return Vec::new() };
        let entries = table.iter().filter_map(|(key, value)| {
            let name = key.get_ref().as_ref();
            let DeValue::Table(inner) = value.get_ref() else {
                self.document.fault(&value.span(), format!("`{name}` must be a table, not {}", kind(value.get_ref())));
                return None;
            };
            let section = Section::new(self.document, &format!("`{name}`"), Some(inner), value.span());
            Some((Found { value: name, at: key.span() }, section))
        });
        entries.collect()
    }

    /// All keys of a table that may have any, each with its text, trimmed.
    pub fn entries(&self) -> Vec<(Found<&'a str>, &'a str)> {
        let Some(table) = self.table else { return Vec::new() };
        let entries = table.iter().filter_map(|(key, value)| {
            let name = key.get_ref().as_ref();
            let DeValue::String(text) = value.get_ref() else {
                let kind = kind(value.get_ref());
                self.document.fault(&value.span(), format!("`{name}` must be a text in quotes, not {kind}"));
                return None;
            };
            Some((Found { value: name, at: key.span() }, text.trim()))
        });
        entries.collect()
    }

    /// A value of one kind, read by `read`.
    fn typed<T>(
        &self,
        key: &'static str,
        wanted: &str,
        read: impl Fn(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<Found<T>> {
        let found = self.value(key)?;
        let at = found.span();
        if let Some(value) = read(found.get_ref()) {
            return Some(Found { value, at });
        }
        self.document.fault(&at, format!("`{key}` must be {wanted}, not {}", kind(found.get_ref())));
        None
    }

    /// A text, trimmed.
    pub fn text(&self, key: &'static str) -> Option<Found<&'a str>> {
        self.typed(key, "a text in quotes", |value| match value {
            DeValue::String(text) => Some(text.trim()),
            _ => None,
        })
    }

    /// A text that is not empty, read by `read`, whose error says what is wrong with it.
    pub fn parsed<T>(&self, key: &'static str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<Found<T>> {
        let found = self.text(key)?;
        match read(found.value) {
            Ok(value) => Some(Found { value, at: found.at }),
            Err(why) => {
                self.document.fault(&found.at, format!("`{key} = \"{}\"`: {why}", found.value.escape_debug()));
                None
            }
        }
    }

    /// As [`parsed`](Self::parsed), for what may hold a secret where it should not: the text is never repeated.
    pub fn guarded<T>(&self, key: &'static str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<Found<T>> {
        let found = self.text(key)?;
        match read(found.value) {
            Ok(value) => Some(Found { value, at: found.at }),
            Err(why) => {
                self.document.fault(&found.at, format!("`{key}`: {why}"));
                None
            }
        }
    }

    /// A text of a few that are allowed.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let found = self.text(key)?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == found.value) {
            return Some(*value);
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let hint = nearest(found.value, names.iter().copied())
            .map(|name| format!("; did you mean `{name}`?"))
            .unwrap_or_default();
        let all = names_in_words(names);
        self.document.fault(&found.at, format!("`{key}` cannot be `{}`{hint} (it is one of {all})", found.value));
        None
    }

    /// A whole number from 1 up to `most`.
    pub fn count(&self, key: &'static str, most: u32) -> Option<u32> {
        let found = self.typed(key, "a whole number", |value| match value {
            DeValue::Integer(number) => {
                Some(i128::from_str_radix(number.as_str(), number.radix()).unwrap_or(i128::MAX))
            }
            _ => None,
        })?;
        match u32::try_from(found.value) {
            Ok(number) if (1..=most).contains(&number) => Some(number),
            _ => {
                self.document.fault(&found.at, format!("`{key}` must be between 1 and {most}"));
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn flag(&self, key: &'static str) -> Option<Found<bool>> {
        self.typed(key, "true or false", |value| match value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => None,
        })
    }

    /// A list of texts.
    pub fn texts(&self, key: &'static str) -> Vec<Found<&'a str>> {
        let Some(found) = self.typed(key, "a list of texts", |value| match value {
            DeValue::Array(items) => Some(items),
            _ => None,
        }) else {
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in found.value {
            match item.get_ref() {
                DeValue::String(text) => texts.push(Found { value: text.trim(), at: item.span() }),
                other => {
                    self.document
                        .fault(&item.span(), format!("`{key}` must hold texts in quotes, not {}", kind(other)));
                }
            }
        }
        texts
    }

    /// A calendar date, with or without quotes.
    pub fn date(&self, key: &'static str) -> Option<jiff::civil::Date> {
        let found = self.typed(key, "a date such as 2024-06-12", |value| match value {
            DeValue::Datetime(at) => Some(at.to_string()),
            DeValue::String(text) => Some(text.trim().to_owned()),
            _ => None,
        })?;
        let parsed = found.value.parse();
        if parsed.is_err() {
            let advice = day_first_advice(&found.value);
            self.document.fault(&found.at, format!("`{key} = {}` is not a date; {advice}", found.value));
        }
        parsed.ok()
    }

    /// A key that must be there.
    pub fn required<T>(&self, key: &'static str, found: Option<T>) -> Option<T> {
        let absent = self.table.is_none_or(|table| table.get(key).is_none());
        if absent {
            let place = if self.name.is_empty() { "at the top".to_owned() } else { format!("in {}", self.name) };
            self.document.fault(&self.at, format!("`{key}` is missing {place}"));
        }
        found
    }

    /// Reports every key that was not asked for.
    pub fn finish(self) {
        let Some(table) = self.table else { return };
        let asked = self.asked.into_inner();
        let known: Vec<&str> = asked.iter().copied().collect();
        for key in table.keys().filter(|key| !asked.contains(key.get_ref().as_ref())) {
            let name = key.get_ref();
            let place = if self.name.is_empty() { String::new() } else { format!(" in {}", self.name) };
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the known ones are {}", known.join(", ")),
            };
            self.document.fault(&key.span(), format!("unknown key `{name}`{place}; {hint}"));
        }
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
