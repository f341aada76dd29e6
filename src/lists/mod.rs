//! Recipients, signatories and suppressions: CSV files and spreadsheets, as people export them, read into the model.
//!
//! A list is read row by row. Every fault is reported with its place, all of them at once, and nothing is put right
//! silently: what could be read in two ways is refused. The reading of text is in layers: bytes (`encoding`), text
//! (`text`), rows (`dialect`, `csv_rows`), a table under a header (`table`, `header`), what its columns mean
//! (`mapping`, `known_names`) and which of its rows count (`view`), and the three lists.

mod addresses;
mod cells;
mod charset;
mod column_faults;
mod consent;
mod csv_rows;
mod dialect;
mod doubled;
mod encoding;
mod encoding_guess;
mod errors;
mod header;
mod holidays;
mod known_names;
mod lookalike;
mod mapping;
mod mark;
mod missing;
mod namesakes;
mod needs;
mod oddities;
mod origin;
mod other_kinds;
mod recipients;
mod row;
mod sample;
mod sheet_list;
mod signatories;
mod signatory_columns;
mod source;
mod spreadsheet;
mod suppressions;
mod table;
mod text;
mod unknown;
mod view;
mod yes_no;

#[cfg(test)]
mod tests;

pub use column_faults::ColumnFaults;
pub use holidays::read_holidays;
pub use known_names::names_people;
pub use namesakes::namesakes;
pub use oddities::Oddities;
pub use origin::{Evidence, Origin};
pub use recipients::{RecipientList, RecipientReader};
pub use signatories::{Signatories, read_signatories};
pub use suppressions::{Suppressions, read_suppressions, read_target};

/// The most of a value that a message shows, in characters.
const SHOWN: usize = 80;

/// A value as a message shows it: on one line, control characters written out, and not longer than a line.
fn shown(value: &str) -> String {
    let mut text = String::new();
    for (n, c) in value.chars().enumerate() {
        if n == SHOWN {
            text.push('…');
            break;
        }
        // Also what changes the direction of a line or shows nothing: a message must look like what it says.
        if c.is_control() || addresses::is_invisible(c) {
            text.extend(c.escape_default());
        } else {
            text.push(c);
        }
    }
    text
}
