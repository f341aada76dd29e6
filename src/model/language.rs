//! Language tags (BCP 47), as far as a letter needs them: what is more exact falls back to what is less.

use std::fmt;
use std::str::FromStr;

use icu::locale::Locale;

/// A language tag such as `fr` or `fr-BE`, in its canonical spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

impl Language {
    /// The tag as it is written in `Content-Language` and `lang` (RFC 5646).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag and whatever it falls back to: `fr-BE`, then `fr`.
    pub fn fallbacks(&self) -> impl Iterator<Item = &str> {
        let mut rest = Some(self.0.as_str());
        std::iter::from_fn(move || {
            let tag = rest?;
            rest = tag.rfind('-').map(|at| &tag[..at]);
            Some(tag)
        })
    }

    /// The tag as ICU reads it.
    #[must_use]
    pub fn locale(&self) -> Locale {
        Locale::try_from_str(&self.0).unwrap_or(Locale::UNKNOWN)
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    /// Reads a tag, with `-` or `_` between its parts and in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || LanguageError(text.to_owned());
        let locale = Locale::try_from_str(&text.trim().replace('_', "-")).map_err(|_| refused())?;
        if locale.id.language.is_unknown() {
            return Err(refused());
        }
        Ok(Self(locale.to_string()))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language tag; write one such as `fr` or `fr-BE`")]
pub struct LanguageError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_in_any_spelling_and_written_in_one() {
        let tag: Language = "FR_be".parse().unwrap();
        assert_eq!(tag.as_str(), "fr-BE");
        assert_eq!(tag.fallbacks().collect::<Vec<_>>(), ["fr-BE", "fr"]);
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for text in ["", "french please", "f", "und", "fr/../x"] {
            assert!(text.parse::<Language>().is_err(), "{text}");
        }
    }
}
