//! The few words of a page that are not the letter's, in the letter's language.

use crate::model::Language;

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words {
    /// The language's name for itself.
    pub(super) name: &'static str,
    /// "Languages": the name of the links to the other pages, for those who do not see them.
    pub(super) languages: &'static str,
    /// "Signatories": the name of the link to their table.
    pub(super) signatories: &'static str,
}

/// By language, the less exact tag for the more exact one; `None` where the words are not known.
pub(super) fn of(language: &Language) -> Option<Words> {
    language.fallbacks().find_map(|tag| {
        let (_, name, languages, signatories) = WORDS.iter().find(|(known, ..)| *known == tag)?;
        Some(Words { name, languages, signatories })
    })
}

/// Language, its own name, "languages", "signatories".
const WORDS: [(&str, &str, &str, &str); 38] = [
    ("ar", "العربية", "اللغات", "الموقّعون"),
    ("be", "беларуская", "Мовы", "Падпісанты"),
    ("bg", "български", "Езици", "Подписали"),
    ("ca", "català", "Idiomes", "Signants"),
    ("cs", "čeština", "Jazyky", "Signatáři"),
    ("da", "dansk", "Sprog", "Underskrivere"),
    ("de", "Deutsch", "Sprachen", "Unterzeichnende"),
    ("el", "ελληνικά", "Γλώσσες", "Υπογράφοντες"),
    ("en", "English", "Languages", "Signatories"),
    ("es", "español", "Idiomas", "Firmantes"),
    ("et", "eesti", "Keeled", "Allakirjutanud"),
    ("fa", "فارسی", "زبان‌ها", "امضاکنندگان"),
    ("fi", "suomi", "Kielet", "Allekirjoittajat"),
    ("fr", "français", "Langues", "Signataires"),
    ("ga", "Gaeilge", "Teangacha", "Sínitheoirí"),
    ("he", "עברית", "שפות", "החותמים"),
    ("hr", "hrvatski", "Jezici", "Potpisnici"),
    ("hu", "magyar", "Nyelvek", "Aláírók"),
    ("it", "italiano", "Lingue", "Firmatari"),
    ("ja", "日本語", "言語", "署名者"),
    ("ko", "한국어", "언어", "서명자"),
    ("lt", "lietuvių", "Kalbos", "Pasirašiusieji"),
    ("lv", "latviešu", "Valodas", "Parakstītāji"),
    ("mt", "Malti", "Lingwi", "Firmatarji"),
    ("nb", "norsk bokmål", "Språk", "Underskrivere"),
    ("nl", "Nederlands", "Talen", "Ondertekenaars"),
    ("nn", "nynorsk", "Språk", "Underskrivarar"),
    ("no", "norsk", "Språk", "Underskrivere"),
    ("pl", "polski", "Języki", "Sygnatariusze"),
    ("pt", "português", "Línguas", "Signatários"),
    ("ro", "română", "Limbi", "Semnatari"),
    ("ru", "русский", "Языки", "Подписавшие"),
    ("sk", "slovenčina", "Jazyky", "Signatári"),
    ("sl", "slovenščina", "Jeziki", "Podpisniki"),
    ("sv", "svenska", "Språk", "Undertecknare"),
    ("tr", "Türkçe", "Diller", "İmzacılar"),
    ("uk", "українська", "Мови", "Підписанти"),
    ("zh", "中文", "语言", "签署者"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_order_and_found_by_what_a_tag_falls_back_to() {
        assert!(WORDS.is_sorted_by_key(|(tag, ..)| tag));
        assert_eq!(of(&"fr-BE".parse().unwrap()).unwrap().name, "français");
        assert_eq!(of(&"eo".parse().unwrap()), None);
    }
}
