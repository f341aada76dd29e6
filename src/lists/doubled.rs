//! Cells whose text was encoded twice: UTF-8 that a program took for windows-1252 and saved as UTF-8 again.

use crate::model::{Fault, Place};

use super::charset::{TWICE, undone};
use super::origin::Origin;
use super::row::Row;
use super::shown;

/// How many values are shown.
const SHOWN: usize = 2;

/// What was found of such cells so far.
#[derive(Debug, Default)]
pub(super) struct Doubled {
    first: Option<Place>,
    count: u64,
    /// As they are read, and as they are meant.
    values: Vec<(String, String)>,
}

impl Doubled {
    /// Looks at the cells of a row.
    pub(super) fn see(&mut self, file: &str, row: &Row) {
        for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_ascii()) {
            let Some(meant) = undone(cell) else { continue };
            self.first.get_or_insert_with(|| row.written.place(file, at, 0));
            self.count += 1;
            if self.values.len() < SHOWN {
                self.values.push((shown(cell), shown(&meant)));
            }
        }
    }

    /// What is said of them; nothing, where there are none.
    pub(super) fn warning(self, origin: &Origin) -> Option<Fault> {
        let first = self.first?;
        let values: Vec<String> = self.values.iter().map(|(read, meant)| format!("`{read}` for `{meant}`")).collect();
        let cells = if self.count == 1 { "a cell looks".to_owned() } else { format!("{} cells look", self.count) };
        let what_to_do = match origin {
            Origin::Csv { encoding, .. } if !encoding.eq_ignore_ascii_case("utf-8") => {
                "take `encoding` out of `[lists]`, or set it to `utf-8`".to_owned()
            }
            Origin::Csv { .. } => {
                format!("save the list anew from where it comes, or set `encoding = \"{TWICE}\"` under `[lists]`")
            }
            Origin::Spreadsheet { .. } => "import the list into the spreadsheet anew, as UTF-8".to_owned(),
        };
        let message =
            format!("{cells} like UTF-8 that was read in another encoding: {}; {what_to_do}", values.join(", "));
        Some(Fault::warning(first, message))
    }
}
