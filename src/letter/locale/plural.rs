//! Numbers, and the forms that words take beside them.

use std::str::FromStr;

use icu::decimal::DecimalFormatter;
use icu::decimal::input::Decimal;
use icu::decimal::options::DecimalFormatterOptions;
use icu::plurals::{PluralCategory, PluralRules};

use super::working_locale;
use crate::model::Language;

/// The plural form that a number takes, and the number as the language writes it.
pub(in crate::letter) fn plural_of(number: &str, language: &Language) -> Result<(PluralCategory, String), String> {
    let decimal = Decimal::from_str(number).map_err(|_| format!("`{number}` is not a number"))?;
    let failed = |_| format!("the numbers of the language `{language}` are not known");
    let locale = working_locale(language);
    let rules = PluralRules::try_new_cardinal((&locale).into()).map_err(failed)?;
    let category = rules.category_for(&decimal);
    let formatter = DecimalFormatter::try_new(locale.into(), DecimalFormatterOptions::default()).map_err(failed)?;
    Ok((category, formatter.format(&decimal).to_string()))
}

/// The plural forms that the numbers up to a few hundred take, each with the first that takes it; a language may have
/// more of them, for fractions and millions.
pub(in crate::letter) fn plural_forms(language: &Language) -> Result<Vec<(PluralCategory, u32)>, String> {
    let rules = PluralRules::try_new_cardinal((&working_locale(language)).into())
        .map_err(|_| format!("the numbers of the language `{language}` are not known"))?;
    let mut forms: Vec<(PluralCategory, u32)> = Vec::new();
    for number in 0..=200_u32 {
        let form = rules.category_for(number);
        if !forms.iter().any(|(known, _)| *known == form) {
            forms.push((form, number));
        }
    }
    Ok(forms)
}
