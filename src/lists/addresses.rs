//! The addresses in a cell.

use icu::properties::CodePointSetData;
use icu::properties::props::DefaultIgnorableCodePoint;

use crate::model::EmailAddress;

use super::row::is_blank;

/// The most addresses that a letter may go to: more than these a server need not take (RFC 5321, 4.5.3.1.8).
pub(super) const MOST_ADDRESSES: usize = 100;

/// The values in a cell and where each begins, in bytes: `,`, `;` and line breaks stand between them, and blanks around
/// them.
pub(super) fn pieces(cell: &str) -> impl Iterator<Item = (usize, &str)> {
    cell.split([',', ';', '\n', '\r']).filter_map(|piece| {
        let begun = piece.trim_start_matches(is_blank);
        let value = begun.trim_end_matches(is_blank);
        // The position within the cell: both are parts of one text.
        let offset = begun.as_ptr() as usize - cell.as_ptr() as usize;
        (!value.is_empty()).then_some((offset, value))
    })
}

/// Whether a character shows nothing (`Default_Ignorable_Code_Point` of Unicode): zero-width spaces that come with a
/// text copied from a web page, marks that turn the direction of writing.
pub(super) fn is_invisible(c: char) -> bool {
    !c.is_ascii() && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Reads an address.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn read(text: &str) -> Result<EmailAddress, String> {
    match text.chars().find(|c| is_invisible(*c)) {
        Some(c) => Err(format!("it has the invisible character `{}`; write it anew", c.escape_default())),
        None => EmailAddress::parse(text).map_err(|error| error.to_string()),
    }
}

/// Whether two addresses are one, as [`EmailAddress::key`] compares them, without making the keys.
pub(super) fn same(one: &EmailAddress, other: &EmailAddress) -> bool {
    one.domain() == other.domain()
        && (one.local() == other.local() || one.local().to_lowercase() == other.local().to_lowercase())
}
