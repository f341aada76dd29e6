//! The keys of `[lists]` that say how spreadsheets and text files are read, of all lists or of each.

use toml::de::DeValue;

use super::section::{Found, Section};
use crate::model::nearest::advice;
use crate::model::{EncodingChoice, HiddenRows, ListFormat, MergedCells, SheetChoice};

/// The lists that may have a sheet of their own.
const LISTS: [&str; 4] = ["recipients", "signatories", "suppressions", "holidays"];

/// Reads `sheet`, `hidden_rows` and `merged_cells` into what is known of the form of the lists.
pub(super) fn read_sheets(section: &Section<'_>, format: ListFormat) -> ListFormat {
    let hidden_rows = section.choice("hidden_rows", &[("skip", HiddenRows::Skip), ("send", HiddenRows::Send)]);
    let merged_cells = section.choice("merged_cells", &[("first", MergedCells::First)]).unwrap_or_default();
    ListFormat { sheet: read_sheet(section), hidden_rows, merged_cells, ..format }
}

/// `sheet = "Ministers"`, or `sheet = { recipients = "Ministers", signatories = "Who signs" }`.
fn read_sheet(section: &Section<'_>) -> SheetChoice {
    let Some(found) = section.value("sheet") else { return SheetChoice::First };
    if !matches!(found.get_ref(), DeValue::Table(_)) {
        let name = section.parsed("sheet", |name| match name {
            "" => Err("it names no sheet; write the name that stands on its tab".to_owned()),
            name => Ok(name.to_owned()),
        });
        return name.map_or(SheetChoice::First, |name| SheetChoice::Named(name.value));
    }
    let each = entries(section, "sheet").into_iter().map(|(list, name)| (list, name.value.to_owned()));
    SheetChoice::Each(each.collect())
}

/// `encoding = "windows-1252"`, or `encoding = { recipients = "cp850", signatories = "utf-8" }`.
pub(super) fn read_encoding(section: &Section<'_>) -> EncodingChoice {
    let Some(found) = section.value("encoding") else { return EncodingChoice::Guessed };
    if !matches!(found.get_ref(), DeValue::Table(_)) {
        let label = section.parsed("encoding", encoding);
        return label.map_or(EncodingChoice::Guessed, |label| EncodingChoice::Named(label.value));
    }
    let each = entries(section, "encoding").into_iter().filter_map(|(list, label)| match encoding(label.value) {
        Ok(label) => Some((list, label)),
        Err(what) => {
            section.document().fault(&label.at, format!("`encoding` cannot be `{}`: {what}", label.value));
            None
        }
    });
    EncodingChoice::Each(each.collect())
}

/// What a table says of each list.
fn entries<'a>(section: &Section<'a>, key: &'static str) -> Vec<(String, Found<&'a str>)> {
    let known = section.section(key).entries().into_iter().filter_map(|(list, value)| {
        if LISTS.contains(&list.value) {
            return Some((list.value.to_owned(), Found { value, at: list.at }));
        }
        let message = format!("`{}` is none of the lists; {}", list.value, advice(list.value, &LISTS));
        section.document().fault(&list.at, message);
        None
    });
    known.collect()
}

/// The name of an encoding, as far as that can be told before the list is read: a code page of MS-DOS may be one that
/// is not known.
fn encoding(label: &str) -> Result<String, String> {
    let plain = label.trim().to_ascii_lowercase();
    let digits = plain.trim_start_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_' | ' '));
    let is_code_page = digits.len() == 3 && digits.chars().all(|c| c.is_ascii_digit());
    match encoding_rs::Encoding::for_label(label.as_bytes()) {
        Some(encoding) => Ok(encoding.name().to_owned()),
        None if is_code_page || plain == "utf-8-twice" => Ok(plain),
        None => Err(
            "it is not an encoding; write `utf-8`, `windows-1252`, `cp850` or another label of the Encoding Standard"
                .to_owned(),
        ),
    }
}
