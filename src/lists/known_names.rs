//! What lists call the columns that have a meaning: in many languages, and as other programs export them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A meaning in each line, and the names that have it. One name may have several.
const NAMES: &str = include_str!("known_names.txt");

static MEANINGS: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let mut meanings: HashMap<String, Vec<&'static str>> = HashMap::new();
    for (meaning, names) in NAMES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "))
    {
        for name in names.split(", ") {
            let known = meanings.entry(plain(name)).or_default();
            if !known.contains(&meaning) {
                known.push(meaning);
            }
        }
    }
    meanings
});

/// What a column may be by its name: known columns of lists, and `first` and `last` for the two halves of a name,
/// `opt-out` for who must not be written to.
pub(super) fn meanings(name: &str) -> &'static [&'static str] {
    MEANINGS.get(&plain(name)).map_or(&[], Vec::as_slice)
}

/// Whether a column may be this by its name.
pub(super) fn means(name: &str, meaning: &str) -> bool {
    meanings(name).contains(&meaning)
}

/// Whether a column is for names or addresses of people, by its name in any language that is known.
#[must_use]
pub fn names_people(name: &str) -> bool {
    ["name", "first", "last", "email", "cc", "bcc"].iter().any(|meaning| means(name, meaning))
}

/// A name without case, blanks and punctuation.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_known_by_its_name_in_many_languages_and_exports() {
        for (name, meaning) in [
            ("courriel", "email"),
            ("PEC", "email"),
            ("E-post", "email"),
            ("Correo electrónico", "email"),
            ("E-mail 1 - Value", "email"),
            ("E-Mail-Adresse", "email"),
            ("Sprache", "lang"),
            ("LANGUE", "lang"),
            ("Cc cabinet", "cc"),
            ("Kopie", "cc"),
            ("Prénom", "first"),
            ("Family Name", "last"),
            ("Anrede", "salutation"),
            ("Do_Not_Email", "opt-out"),
            ("NO_BULK_EMAILS (User Opt Out)", "opt-out"),
            ("Veröffentlichen", "publish"),
        ] {
            assert!(means(name, meaning), "{name}: {:?}", meanings(name));
        }
        assert_eq!(meanings("Nom"), ["name", "last"]);
        assert!(meanings("telephone").is_empty());
        assert!(meanings("").is_empty());
    }
}
