//! Lists as they are told in a sentence.

use icu::list::ListFormatter;
use icu::list::options::ListFormatterOptions;

use super::{Join, date, usage, working_locale};
use crate::model::Language;

/// Whether the word is known in a language. ICU gives English for want of another "or", and a comma for "and", which is
/// right in some languages.
pub(in crate::letter) fn has_word(join: Join, language: &Language) -> bool {
    match join {
        Join::And => date::has_months(language),
        Join::Or => {
            language.primary() == "en"
                || format_list(&["1", "2"], join, language).is_ok_and(|text| !text.contains(" or "))
        }
    }
}

/// Items as they are told in a sentence: "a, b and c".
pub(in crate::letter) fn format_list(items: &[&str], join: Join, language: &Language) -> Result<String, String> {
    if let [before @ .., last] = items
        && !before.is_empty()
        && let Some((comma, word)) = usage::of_list(join, last, language)
    {
        return Ok(format!("{} {word} {last}", before.join(comma)));
    }
    let preferences = working_locale(language).into();
    let options = ListFormatterOptions::default();
    let formatter = match join {
        Join::And => ListFormatter::try_new_and(preferences, options),
        Join::Or => ListFormatter::try_new_or(preferences, options),
    };
    let formatter = formatter.map_err(|_| format!("the lists of the language `{language}` are not known"))?;
    Ok(formatter.format_to_string(items.iter()))
}
