//! The addresses in a cell.

use icu::properties::CodePointSetData;
use icu::properties::props::DefaultIgnorableCodePoint;

use crate::model::{AddressError, EmailAddress};

use super::row::is_blank;

/// The most addresses that a letter may go to: more than these a server need not take (RFC 5321, 4.5.3.1.8).
pub(super) const MOST_ADDRESSES: usize = 100;

/// So many values of a cell are told one by one that are no addresses: each place is counted out from the beginning of
/// the row.
pub(super) const MOST_WRONG: usize = 100;

/// What is said of the others.
pub(super) fn more_wrong(wrong: usize) -> Option<String> {
    let more = wrong.checked_sub(MOST_WRONG).filter(|more| *more > 0)?;
    Some(format!("{more} more values of the cell are no addresses; is this the right column, and the right delimiter?"))
}

/// The values in a cell and where each begins, in bytes: `,`, `;` and line breaks stand between them, and blanks around
/// them.
pub(super) fn pieces(cell: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    cell.split([',', ';', '\n', '\r']).filter_map(move |piece| {
        let begun = piece.trim_start_matches(is_blank);
        let value = begun.trim_end_matches(is_blank);
        let offset = next + piece.len() - begun.len();
        // Each of what stands between them is one byte long.
        next += piece.len() + 1;
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
        None => EmailAddress::parse(text).map_err(|error| match (meant(text).as_slice(), &error) {
            ([], _) => error.to_string(),
            ([only], AddressError::Space) => format!("it has a blank; write `{only}`, if that is meant"),
            ([only], _) => format!("{error}; write `{only}`, if that is meant"),
            (several, _) => {
                let shown: Vec<String> = several.iter().map(ToString::to_string).collect();
                format!("it is {} addresses: write `{}`", several.len(), shown.join("; "))
            }
        }),
    }
}

/// What stands between two addresses that were written as one, beside what parts them in a list; or before one.
const JOINTS: [char; 11] = [':', '/', '&', '|', '\\', '<', '>', '(', ')', '"', '•'];

/// What somebody meant who wrote this, as far as it shows: one address with something around it, or several.
fn meant(text: &str) -> Vec<EmailAddress> {
    let plain = text.replace("[at]", "@").replace("(at)", "@").replace("[dot]", ".").replace("(dot)", ".");
    // Blanks around the `@` belong to one address.
    let plain = plain.split('@').map(|part| part.trim_matches(is_blank)).collect::<Vec<_>>().join("@");
    let words =
        plain.split(|c: char| is_blank(c) || JOINTS.contains(&c)).map(|word| word.trim_matches(['.', '\'', '-']));
    let mut found: Vec<EmailAddress> = Vec::new();
    for word in words.filter(|word| word.contains('@')) {
        if let Ok(address) = EmailAddress::parse(word)
            && !found.iter().any(|known| same(known, &address))
        {
            found.push(address);
        }
    }
    found
}

/// Whether two addresses are one, as [`EmailAddress::key`] compares them, without making the keys.
pub(super) fn same(one: &EmailAddress, other: &EmailAddress) -> bool {
    one.domain() == other.domain()
        && (one.local() == other.local() || one.local().to_lowercase() == other.local().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_of_a_cell_knows_where_it_begins() {
        let cell = " ana@example.org; ,\r\n Ünü@example.org ;;bo@example.net\n";
        let found: Vec<(usize, &str)> = pieces(cell).collect();
        assert_eq!(
            found.iter().map(|(_, value)| *value).collect::<Vec<_>>(),
            ["ana@example.org", "Ünü@example.org", "bo@example.net"]
        );
        assert!(found.iter().all(|(at, value)| cell[*at..].starts_with(value)), "{found:?}");
    }

    #[test]
    fn addresses_that_are_joined_are_shown_one_by_one() {
        let two = "it is 2 addresses: write `ana@example.org; bo@example.net`";
        for text in [
            "ana@example.org:bo@example.net",
            "ana@example.org/bo@example.net",
            "ana@example.org / bo@example.net",
            "ana@example.org & bo@example.net",
            "ana@example.org and bo@example.net",
            "ana@example.org bo@example.net",
            "ana@example.org | bo @ example.net",
            "e-mail: ana@example.org / bo@example.net.",
        ] {
            assert_eq!(read(text).unwrap_err(), two, "{text}");
        }
        let one = "; write `ana@example.org`, if that is meant";
        for text in [
            "e-mail: ana@example.org",
            "E-Mail:ana@example.org",
            "mailto:ana@example.org",
            "ana @ example.org",
            "ana@ example.org",
            "ana(at)example.org",
            "ana [at] example.org",
            "ana@example.org (office)",
            "ana@example.org.",
        ] {
            assert!(read(text).unwrap_err().ends_with(one), "{text}: {:?}", read(text));
        }
        assert_eq!(
            read("Ana Roe <ana@example.org>").unwrap_err(),
            "write the bare address, and the name in the column `name`; write `ana@example.org`, if that is meant"
        );
        assert_eq!(read("ana@").unwrap_err(), "it ends after the @");
        assert_eq!(read("ana roe@").unwrap_err(), "it has a blank; separate several addresses with `,` or `;`");
        assert!(read("a+b/c@example.org").is_ok());
    }
}
