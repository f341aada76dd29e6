//! A country as people look for it: by its name in their language, while the list may have its code, or another name.

use crate::ledger::CellText;
use crate::letter::Forms;
use crate::model::Language;

/// What stands in a cell of the country that is looked for: its code, and its names in these languages; what is no
/// country's name or code is looked for as it is written.
#[must_use]
pub fn country(text: &str, languages: &[Language]) -> Vec<CellText> {
    let forms: Vec<Forms> = languages.iter().map(Forms::of).collect();
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let letters = || 'A'..='Z';
    let codes = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
    let is_it = |code: &String| {
        // What has no name stays the code that it is.
        let is_named = |forms: &Forms| forms.country(code) != *code;
        same(code, text) && forms.iter().any(is_named)
            || forms.iter().any(|forms| is_named(forms) && same(&forms.country(code), &forms.country(text)))
    };
    let mut found = Vec::new();
    for code in codes.filter(is_it) {
        found.extend(forms.iter().map(|forms| CellText::Whole(forms.country(&code))));
        found.push(CellText::Whole(code));
    }
    if found.is_empty() { vec![CellText::Part(text.to_owned())] } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_its_code_and_its_name_in_each_language() {
        let languages = ["en", "de"].map(|tag| tag.parse().unwrap());
        let whole = |text: &str| CellText::Whole(text.to_owned());
        for text in ["FR", "fr", "France", "frankreich"] {
            let found = country(text, &languages);
            for known in ["FR", "France", "Frankreich"] {
                assert!(found.contains(&whole(known)), "{text}: {found:?}");
            }
        }
        assert_eq!(country("Fra", &languages), [CellText::Part("Fra".to_owned())]);
        assert!(!country("Niger", &languages).contains(&whole("Nigeria")));
    }
}
