//! What languages are called by people who write their names and not their tags.

/// A language in each line: its tag, and what it is called.
const NAMES: &str = include_str!("language_names.txt");

/// The tag of the language that is called so, in one of the languages of Europe or its own: `fr` for `French` and
/// `français`.
#[must_use]
pub fn language_named(text: &str) -> Option<&'static str> {
    let wanted = text.trim().to_lowercase();
    let mut lines = NAMES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    let (tag, _) = lines.find(|(_, names)| names.split(", ").any(|name| name == wanted))?;
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_what_people_call_it() {
        for (name, tag) in [
            ("French", "fr"),
            (" français ", "fr"),
            ("francais", "fr"),
            ("Französisch", "fr"),
            ("Deutsch", "de"),
            ("alemán", "de"),
            ("eesti", "et"),
            ("ελληνικά", "el"),
            ("Vlaams", "nl"),
            ("български", "bg"),
        ] {
            assert_eq!(language_named(name), Some(tag), "{name}");
        }
        for name in ["", "Ana", "fr", "and", "#"] {
            assert_eq!(language_named(name), None, "{name}");
        }
    }

    #[test]
    fn no_name_is_that_of_two_languages() {
        let mut known = std::collections::HashMap::new();
        for (tag, names) in NAMES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "))
        {
            assert!(tag.parse::<crate::model::Language>().is_ok(), "{tag}");
            for name in names.split(", ") {
                assert_eq!(*known.entry(name).or_insert(tag), tag, "{name}");
            }
        }
    }
}
