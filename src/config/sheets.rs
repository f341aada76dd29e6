//! The keys of `[lists]` that say how spreadsheets are read.

use toml::de::DeValue;

use super::section::Section;
use crate::model::nearest::advice;
use crate::model::{HiddenRows, ListFormat, MergedCells, SheetChoice};

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
    let each = section.section("sheet").entries().into_iter().filter_map(|(list, name)| {
        if LISTS.contains(&list.value) {
            return Some((list.value.to_owned(), name.to_owned()));
        }
        let message = format!("`{}` is none of the lists; {}", list.value, advice(list.value, &LISTS));
        section.document().fault(&list.at, message);
        None
    });
    SheetChoice::Each(each.collect())
}
