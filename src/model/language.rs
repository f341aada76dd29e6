//! Language tags (BCP 47), as far as a letter needs them: what is more exact falls back to what is less.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use icu::locale::subtags::{Region, Script};
use icu::locale::{LanguageIdentifier, Locale, LocaleCanonicalizer, LocaleExpander, TransformResult};

use super::language_name::language_named;

/// A language tag such as `fr` or `fr-BE`, in its canonical spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

impl Language {
    /// The tag as it is written in `Content-Language` and `lang` (RFC 5646).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag and whatever it falls back to: `fr-BE`, then `fr`; what is written in the same script comes before what
    /// is not, so `zh-TW`, then `zh-Hant`, then `zh`. The written forms of Norwegian fall back to each other.
    pub fn fallbacks(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let bare = self.primary();
        let mut rest = Some(self.0.as_str()).filter(|tag| tag.len() > bare.len());
        let longer = std::iter::from_fn(move || {
            let tag = rest?;
            rest = tag.rfind('-').map(|at| &tag[..at]).filter(|tag| tag.len() > bare.len());
            Some(Cow::Borrowed(tag))
        });
        let (exact, last) = if self.0 == bare { (Some(bare), None) } else { (None, Some(bare)) };
        let in_script = move || self.script().map(|script| Cow::Owned(format!("{bare}-{script}")));
        let in_script = std::iter::once_with(in_script).flatten();
        let related: &[&str] = match bare {
            "nb" => &["no"],
            "nn" => &["no", "nb"],
            "no" => &["nb"],
            _ => &[],
        };
        let last = last.into_iter().chain(related.iter().copied()).map(Cow::Borrowed);
        longer.chain(exact.map(Cow::Borrowed)).chain(in_script).chain(last)
    }

    /// The language without region and script: `fr` of `fr-BE`.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// Whether both are one language in one script, whatever the region.
    #[must_use]
    pub fn is_written_as(&self, other: &Self) -> bool {
        self == other || (self.primary() == other.primary() && self.script() == other.script())
    }

    /// The script that it is written in: the one it names, or the usual one (CLDR's likely subtags).
    fn script(&self) -> Option<Script> {
        let mut id = self.locale().id;
        LocaleExpander::new_extended().maximize(&mut id);
        id.script
    }

    /// What somebody may have meant who wrote the code of a country: `sv` for `se`, which is a language too.
    #[must_use]
    pub fn of_country_with_its_code(&self) -> Option<Self> {
        let language = language_of_country(&self.0)?;
        (language != *self).then_some(language)
    }

    /// The tag as ICU reads it.
    #[must_use]
    pub fn locale(&self) -> Locale {
        Locale::try_from_str(&self.0).unwrap_or(Locale::UNKNOWN)
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    /// Reads a tag, with `-` or `_` between its parts and in any case. One that has been replaced becomes what replaced
    /// it: `iw` is `he`, and `eng` is `en`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let mut locale = Locale::try_from_str(&text.replace('_', "-")).map_err(|_| LanguageError::of(text))?;
        LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
        if is_language(&locale.id) { Ok(Self(locale.to_string())) } else { Err(LanguageError::of(text)) }
    }
}

/// Whether there is such a language. The codes of two letters are all taken, and no code has more than three (RFC 5646,
/// 2.2.1 and 4.2); of those with three, CLDR does not know the rarest.
fn is_language(id: &LanguageIdentifier) -> bool {
    match id.language.as_str().len() {
        2 => {
            let mut bare = LanguageIdentifier::from(id.language);
            LocaleExpander::new_extended().maximize(&mut bare) == TransformResult::Modified
        }
        3 => !id.language.is_unknown(),
        _ => false,
    }
}

/// The language that most people speak in a country.
fn language_of_country(code: &str) -> Option<Language> {
    let region = Region::try_from_str(code).ok().filter(|_| code.len() == 2)?;
    let mut id = LanguageIdentifier { region: Some(region), ..LanguageIdentifier::UNKNOWN };
    LocaleExpander::new_extended().maximize(&mut id);
    (!id.language.is_unknown()).then(|| Language(id.language.to_string()))
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a language tag; {}", self.advice())]
pub struct LanguageError {
    text: String,
    meant: Option<Language>,
}

impl LanguageError {
    fn of(text: &str) -> Self {
        // `fr_FR.UTF-8` is how Unix names a language.
        let unix = text.split_once(['.', '@']).and_then(|(tag, _)| tag.parse().ok());
        Self {
            text: text.to_owned(),
            meant: unix.or_else(|| language_of_country(text)).or_else(|| language_named(text)?.parse().ok()),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(&self) -> String {
        match &self.meant {
            Some(language) => format!("did you mean `{language}`?"),
            None => "write one such as `fr` or `fr-BE`".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(text: &str) -> Language {
        text.parse().unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn a_tag_is_read_in_any_spelling_and_written_in_one() {
        for (text, tag) in [
            ("FR_be", "fr-BE"),
            (" zh-hant-tw ", "zh-Hant-TW"),
            ("eng", "en"),
            ("iw", "he"),
            ("en-UK", "en-GB"),
            ("sr_latn", "sr-Latn"),
            ("gsw", "gsw"),
        ] {
            assert_eq!(language(text).as_str(), tag);
        }
    }

    #[test]
    fn what_is_more_exact_falls_back_to_what_is_less() {
        for (text, fallbacks) in [
            ("fr", "fr fr-Latn"),
            ("fr-BE", "fr-BE fr-Latn fr"),
            ("zh-TW", "zh-TW zh-Hant zh"),
            ("zh-Hant-HK", "zh-Hant-HK zh-Hant zh-Hant zh"),
            ("zh-CN", "zh-CN zh-Hans zh"),
            ("sr-Latn", "sr-Latn sr-Latn sr"),
            ("sr-ME", "sr-ME sr-Latn sr"),
            ("nb-NO", "nb-NO nb-Latn nb no"),
            ("nn", "nn nn-Latn no nb"),
            ("no", "no no-Latn nb"),
        ] {
            assert_eq!(language(text).fallbacks().collect::<Vec<_>>().join(" "), fallbacks);
        }
    }

    #[test]
    fn what_is_no_language_is_refused_with_what_was_probably_meant() {
        for text in ["", "french please", "f", "und", "fr/../x", "draft", "x!"] {
            let error = text.parse::<Language>().expect_err(text).to_string();
            assert_eq!(error, format!("`{text}` is not a language tag; write one such as `fr` or `fr-BE`"));
        }
        for (text, meant) in [
            ("gr", "el"),
            ("cz", "cs"),
            ("dk", "da"),
            ("jp", "ja"),
            ("cn", "zh"),
            ("UA", "uk"),
            ("at", "de"),
            ("us", "en"),
            ("fr_FR.UTF-8", "fr-FR"),
            ("de_AT@euro", "de-AT"),
            ("French", "fr"),
            ("français", "fr"),
        ] {
            let error = text.parse::<Language>().expect_err(text).to_string();
            assert_eq!(error, format!("`{text}` is not a language tag; did you mean `{meant}`?"));
        }
    }

    #[test]
    fn the_code_of_a_country_may_be_that_of_another_language() {
        for (text, meant) in [("se", Some("sv")), ("ee", Some("et")), ("si", Some("sl")), ("fr", None), ("de-AT", None)]
        {
            assert_eq!(language(text).of_country_with_its_code(), meant.map(language), "{text}");
        }
    }

    #[test]
    fn one_language_may_be_written_in_two_scripts() {
        assert!(language("zh-CN").is_written_as(&language("zh")));
        assert!(!language("zh-TW").is_written_as(&language("zh")));
        assert!(!language("sr-Latn").is_written_as(&language("sr")));
        assert!(!language("fr").is_written_as(&language("de")));
    }
}
