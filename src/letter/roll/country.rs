//! The names of countries in a language, by CLDR.

use std::collections::HashMap;

use icu::locale::subtags::Region;
use icu_experimental::displaynames::DisplayNamesOptions;
use icu_experimental::displaynames::multi::RegionDisplayNames;

use crate::model::Language;

/// Codes that stand in lists though ISO 3166 has others: those of the European Union's style guide.
const ALIASES: [(&str, &str); 2] = [("EL", "GR"), ("UK", "GB")];

/// The code for a country that is not known, for which CLDR has a name too.
const UNKNOWN: &str = "ZZ";

/// The names of countries in the language of a letter.
pub(in crate::letter) struct Countries {
    names: Option<RegionDisplayNames>,
    /// The codes of the names in English, which many lists have, and in the letter's language.
    codes: HashMap<String, Region>,
}

impl Countries {
    pub(in crate::letter) fn of(language: &Language) -> Self {
        let names = names_in(language);
        let english = "en".parse().ok().and_then(|english| names_in(&english));
        let mut codes = HashMap::new();
        for region in regions() {
            let both = [&english, &names].map(|names| names.as_ref().and_then(|names| names.of(region)));
            codes.extend(both.into_iter().flatten().map(|name| (name.to_lowercase(), region)));
        }
        Self { names, codes }
    }

    /// The name of a country that is written as its code (ISO 3166-1, alpha-2) or by its name in English; anything else
    /// stays.
    pub(in crate::letter) fn name(&self, written: &str) -> String {
        let code = written.to_ascii_uppercase();
        let code = ALIASES.iter().find(|(alias, _)| *alias == code).map_or(code.as_str(), |(_, code)| code);
        let by_code = Some(code).filter(|code| code.len() == 2 && *code != UNKNOWN).and_then(|code| code.parse().ok());
        let region = by_code.or_else(|| self.codes.get(&written.to_lowercase()).copied());
        match region.and_then(|region| self.names.as_ref()?.of(region)) {
            Some(name) => capitalised(name),
            None => written.to_owned(),
        }
    }
}

fn names_in(language: &Language) -> Option<RegionDisplayNames> {
    RegionDisplayNames::try_new(language.locale().into(), DisplayNamesOptions::default()).ok()
}

/// Every code of two letters but that of an unknown country.
fn regions() -> impl Iterator<Item = Region> {
    let letters = || 'A'..='Z';
    letters()
        .flat_map(move |one| letters().map(move |other| format!("{one}{other}")))
        .filter(|code| code != UNKNOWN)
        .filter_map(|code| code.parse().ok())
}

/// A name as it begins a line: Irish and Maltese have it with a small article.
fn capitalised(name: &str) -> String {
    let mut rest = name.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    first + rest.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_has_its_name_in_the_letters_language() {
        for (language, written, name) in [
            ("en", "BE", "Belgium"),
            ("en", "be", "Belgium"),
            ("fr-BE", "BE", "Belgique"),
            ("fr", "Belgium", "Belgique"),
            ("fr", "belgique", "Belgique"),
            ("de", "EL", "Griechenland"),
            ("en", "UK", "United Kingdom"),
            ("sr-Latn", "MK", "Severna Makedonija"),
            ("mk", "MK", "Северна Македонија"),
            ("ga", "BE", "An Bheilg"),
            ("sq", "XK", "Kosovë"),
            ("en", "EU", "European Union"),
            ("ja", "CZ", "チェコ"),
        ] {
            let countries = Countries::of(&language.parse().unwrap());
            assert_eq!(countries.name(written), name, "{language} {written}");
        }
    }

    #[test]
    fn what_is_no_country_stays_as_it_is_written() {
        let countries = Countries::of(&"fr".parse().unwrap());
        for written in ["Velmaland", "QQ", "ZZ", "Palestine", "12", "B", ""] {
            assert_eq!(countries.name(written), written);
        }
    }
}
