//! What stands above signatories, in each language.

use crate::model::Language;

/// The headings of a block of signatories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) signatories: &'static str,
    pub(super) organisations: &'static str,
    pub(super) persons: &'static str,
}

/// The 24 languages of the European Union and those of its neighbours, and some in which the world writes to it.
const WORDS: [(&str, Words); 48] = [
    ("ar", words("الموقعون", "المنظمات", "الأفراد")),
    ("bg", words("Подписали", "Организации", "Физически лица")),
    ("bs", words("Potpisnici", "Organizacije", "Pojedinci")),
    ("ca", words("Signataris", "Organitzacions", "Persones")),
    ("cs", words("Signatáři", "Organizace", "Jednotlivci")),
    ("cy", words("Llofnodwyr", "Sefydliadau", "Unigolion")),
    ("da", words("Underskrivere", "Organisationer", "Enkeltpersoner")),
    ("de", words("Unterzeichnende", "Organisationen", "Einzelpersonen")),
    ("el", words("Υπογράφοντες", "Οργανώσεις", "Άτομα")),
    ("en", words("Signatories", "Organisations", "Individuals")),
    ("en-US", words("Signatories", "Organizations", "Individuals")),
    ("es", words("Firmantes", "Organizaciones", "Personas")),
    ("et", words("Allakirjutanud", "Organisatsioonid", "Üksikisikud")),
    ("fi", words("Allekirjoittajat", "Järjestöt", "Yksityishenkilöt")),
    ("fr", words("Signataires", "Organisations", "Personnes")),
    ("ga", words("Sínitheoirí", "Eagraíochtaí", "Daoine aonair")),
    ("he", words("על החתום", "ארגונים", "אנשים פרטיים")),
    ("hr", words("Potpisnici", "Organizacije", "Pojedinci")),
    ("hu", words("Aláírók", "Szervezetek", "Magánszemélyek")),
    ("is", words("Undirritendur", "Samtök", "Einstaklingar")),
    ("it", words("Firmatari", "Organizzazioni", "Persone")),
    ("ja", words("署名者", "団体", "個人")),
    ("ko", words("서명자", "단체", "개인")),
    ("lt", words("Pasirašiusieji", "Organizacijos", "Asmenys")),
    ("lv", words("Parakstītāji", "Organizācijas", "Privātpersonas")),
    ("mk", words("Потписници", "Организации", "Поединци")),
    ("mt", words("Firmatarji", "Organizzazzjonijiet", "Individwi")),
    ("nb", words("Underskrivere", "Organisasjoner", "Enkeltpersoner")),
    ("nl", words("Ondertekenaars", "Organisaties", "Personen")),
    ("nn", words("Underskrivarar", "Organisasjonar", "Enkeltpersonar")),
    ("no", words("Underskrivere", "Organisasjoner", "Enkeltpersoner")),
    ("pl", words("Sygnatariusze", "Organizacje", "Osoby prywatne")),
    ("pt", words("Signatários", "Organizações", "Pessoas")),
    ("ro", words("Semnatari", "Organizații", "Persoane")),
    ("ru", words("Подписали", "Организации", "Частные лица")),
    ("sk", words("Signatári", "Organizácie", "Jednotlivci")),
    ("sl", words("Podpisniki", "Organizacije", "Posamezniki")),
    ("sq", words("Nënshkruesit", "Organizatat", "Individët")),
    ("sr", words("Потписници", "Организације", "Појединци")),
    ("sr-Latn", words("Potpisnici", "Organizacije", "Pojedinci")),
    ("sv", words("Undertecknare", "Organisationer", "Enskilda personer")),
    ("tr", words("İmzacılar", "Kuruluşlar", "Bireyler")),
    ("uk", words("Підписали", "Організації", "Приватні особи")),
    ("zh", words("联署方", "机构", "个人")),
    ("zh-HK", words("聯署方", "機構", "個人")),
    ("zh-Hant", words("聯署方", "機構", "個人")),
    ("zh-MO", words("聯署方", "機構", "個人")),
    ("zh-TW", words("聯署方", "機構", "個人")),
];

const fn words(signatories: &'static str, organisations: &'static str, persons: &'static str) -> Words {
    Words { signatories, organisations, persons }
}

/// The words of a language, of the nearest that has some.
pub(super) fn of(language: &Language) -> Option<Words> {
    language.fallbacks().find_map(|tag| WORDS.iter().find(|(known, _)| *known == tag)).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The official languages of the European Union (Regulation No 1 of 1958, Article 1).
    const OFFICIAL: [&str; 24] = [
        "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl",
        "pl", "pt", "ro", "sk", "sl", "sv",
    ];

    #[test]
    fn every_language_has_its_words_once_and_in_its_script() {
        for official in OFFICIAL {
            assert!(of(&official.parse().unwrap()).is_some(), "{official}");
        }
        let tags: BTreeSet<&str> = WORDS.iter().map(|(tag, _)| *tag).collect();
        assert_eq!(tags.len(), WORDS.len());
        for (tag, words) in &WORDS {
            assert_eq!(tag.parse::<Language>().unwrap().as_str(), *tag);
            let own = |text: &str| match tag.split('-').next().unwrap() {
                "ar" => text.chars().all(|c| c == ' ' || ('\u{621}'..='\u{64a}').contains(&c)),
                "he" => text.chars().all(|c| c == ' ' || ('\u{5d0}'..='\u{5ea}').contains(&c)),
                "el" => text.chars().all(|c| ('\u{386}'..='\u{3ce}').contains(&c)),
                "bg" | "mk" | "ru" | "uk" => text.chars().all(|c| c == ' ' || ('\u{400}'..='\u{45f}').contains(&c)),
                "sr" if *tag == "sr" => text.chars().all(|c| ('\u{400}'..='\u{45f}').contains(&c)),
                "ja" | "zh" => text.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
                "ko" => text.chars().all(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c)),
                _ => text.chars().all(|c| c == ' ' || (c.is_alphabetic() && c < '\u{250}')),
            };
            assert!([words.signatories, words.organisations, words.persons].into_iter().all(own), "{tag}");
        }
    }

    #[test]
    fn a_region_has_the_words_of_its_language() {
        let of = |tag: &str| of(&tag.parse().unwrap()).map(|words| words.organisations);
        assert_eq!(of("fr-BE"), Some("Organisations"));
        assert_eq!(of("en-US"), Some("Organizations"));
        assert_eq!(of("sr-Latn-RS"), Some("Organizacije"));
        assert_eq!(of("zh-Hant-TW"), Some("機構"));
        assert_eq!(of("eu"), None);
    }
}
