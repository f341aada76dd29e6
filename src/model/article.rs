//! Articles at the beginning of a name: a list that ignores them has "The Quiet Shore" under Q.

use super::Language;

/// The articles of a language that can begin a name.
struct Articles {
    language: &'static str,
    /// Words of their own.
    words: &'static [&'static str],
    /// Those that stand before the next word without a blank; `’` is any apostrophe.
    attached: &'static [&'static str],
}

/// After the list of the Library of Congress (MARC 21 Format for Bibliographic Data, Appendix F: Initial Definite and
/// Indefinite Articles), in the letters of each language. Languages that are not here have no article, or have it at
/// the end of the word.
const ARTICLES: [Articles; 20] = [
    articles("ar", &[], &["ال"]),
    articles("ca", &["el", "els", "en", "la", "les", "un", "una"], &["l’"]),
    articles("cy", &["y", "yr"], &[]),
    articles("da", &["de", "den", "det", "en", "et"], &[]),
    articles("de", &["das", "dem", "den", "der", "des", "die", "ein", "eine", "einem", "einen", "einer", "eines"], &[]),
    articles("el", &["ο", "η", "το", "οι", "τα", "ένας", "μία", "μια", "ένα"], &[]),
    articles("en", &["a", "an", "the"], &[]),
    articles("es", &["el", "la", "las", "lo", "los", "un", "una"], &[]),
    articles("fr", &["la", "le", "les", "un", "une"], &["l’"]),
    articles("ga", &["an", "na"], &["an t-"]),
    articles("gl", &["a", "as", "o", "os", "un", "unha"], &[]),
    articles("hu", &["a", "az", "egy"], &[]),
    articles("is", &["hin", "hinar", "hinir", "hinn", "hið"], &[]),
    articles("it", &["gli", "i", "il", "la", "le", "lo", "un", "una", "uno"], &["gl’", "l’", "un’"]),
    articles("mt", &[], &["il-", "l-", "iċ-", "id-", "in-", "ir-", "is-", "it-", "ix-", "iż-"]),
    articles("nl", &["de", "een", "het", "’n", "’t"], &[]),
    articles("no", &["de", "dei", "den", "det", "ei", "ein", "eit", "en", "et"], &[]),
    articles("pt", &["a", "as", "o", "os", "um", "uma"], &[]),
    articles("ro", &["o", "un"], &[]),
    articles("sv", &["de", "den", "det", "en", "ett"], &[]),
];

const fn articles(
    language: &'static str,
    words: &'static [&'static str],
    attached: &'static [&'static str],
) -> Articles {
    Articles { language, words, attached }
}

/// A name without the article that it begins with; a name that is nothing else stays as it is.
#[must_use]
pub fn behind<'n>(name: &'n str, language: &Language) -> &'n str {
    let primary = language.primary();
    let primary = if matches!(primary, "nb" | "nn") { "no" } else { primary };
    let articles = ARTICLES.iter().find(|articles| articles.language == primary);
    articles.and_then(|articles| articles.behind(name)).unwrap_or(name)
}

/// A name without the article that it begins with, in whatever language that is one.
#[must_use]
pub fn behind_any(name: &str) -> &str {
    ARTICLES.iter().find_map(|articles| articles.behind(name)).unwrap_or(name)
}

impl Articles {
    fn behind<'n>(&self, name: &'n str) -> Option<&'n str> {
        let attached = self.attached.iter().find_map(|article| rest(name, article));
        let word = || self.words.iter().find_map(|article| rest(name, article)?.strip_prefix(char::is_whitespace));
        attached.or_else(word).map(str::trim_start).filter(|rest| rest.chars().nth(1).is_some())
    }
}

/// What follows an article, in capitals or not.
fn rest<'n>(name: &'n str, article: &str) -> Option<&'n str> {
    let mut rest = name.chars();
    for wanted in article.chars() {
        let found = rest.next()?;
        let same = match wanted {
            '’' => matches!(found, '’' | '\'' | 'ʼ'),
            _ => found == wanted || found.to_lowercase().eq([wanted]),
        };
        if !same {
            return None;
        }
    }
    Some(rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_under_the_word_behind_its_article() {
        for (language, name, sorted) in [
            ("en", "The Quiet Shore", "Quiet Shore"),
            ("en-GB", "AN OPEN RIVER", "OPEN RIVER"),
            ("en", "A\u{a0}Rocha", "Rocha"),
            ("fr", "L’Estuaire", "Estuaire"),
            ("fr-BE", "l'estuaire", "estuaire"),
            ("fr", "Les Amis", "Amis"),
            ("it", "Gli Amici", "Amici"),
            ("it", "Un’altra riva", "altra riva"),
            ("de", "Die Flussfreunde", "Flussfreunde"),
            ("nl", "'t Veer", "Veer"),
            ("el", "Η Ακτή", "Ακτή"),
            ("ga", "An t-Aontas", "Aontas"),
            ("mt", "Ix-Xmara", "Xmara"),
            ("nb", "Det Norske Selskap", "Norske Selskap"),
            ("ar", "النهر", "نهر"),
        ] {
            assert_eq!(behind(name, &language.parse().unwrap()), sorted, "{language}");
        }
    }

    #[test]
    fn what_only_looks_like_an_article_stays() {
        for (language, name) in [
            ("en", "Theatre of the River"),
            ("en", "Les Amis"),
            ("en", "The"),
            ("en", "A."),
            ("fr", "Lesbos"),
            ("fr", "L’"),
            ("fi", "The Quiet Shore"),
            ("de", "Der "),
            ("en", ""),
        ] {
            assert_eq!(behind(name, &language.parse().unwrap()), name, "{language}");
        }
    }
}
