//! Dates, lists, plurals and alphabets as a language has them (CLDR, by ICU).

use std::cmp::Ordering;
use std::str::FromStr;

use icu::calendar::Date as IcuDate;
use icu::collator::{Collator, CollatorBorrowed, options::CollatorOptions};
use icu::datetime::{DateTimeFormatter, fieldsets};
use icu::decimal::DecimalFormatter;
use icu::decimal::input::Decimal;
use icu::list::ListFormatter;
use icu::list::options::ListFormatterOptions;
use icu::locale::subtags::language;
use icu::locale::{Direction, Locale, LocaleDirectionality, locale};
use icu::plurals::{PluralCategory, PluralRules};
use jiff::civil::Date;

use crate::model::Language;

/// How long a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum DateStyle {
    Short,
    Medium,
    Long,
    Full,
}

impl DateStyle {
    pub(super) const WORDS: [&str; 4] = ["short", "medium", "long", "full"];

    pub(super) fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Short, Self::Medium, Self::Long, Self::Full];
        let at = Self::WORDS.iter().position(|known| *known == word)?;
        all.get(at).copied()
    }
}

/// The word before the last item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Join {
    And,
    Or,
}

/// The locale whose forms a letter in a language uses.
///
/// English of no country is that of the world (`en-001`: "12 June 2024", "a, b and c") and not that of the United
/// States, which CLDR takes for plain `en`.
pub(super) fn working_locale(language: &Language) -> Locale {
    let locale = language.locale();
    if locale == locale!("en") { locale!("en-001") } else { locale }
}

/// The language for one recipient: the letter's, as it is written where the recipient is.
pub(super) fn language_for<'l>(letter: &'l Language, recipient: Option<&'l Language>) -> &'l Language {
    recipient.filter(|wanted| wanted.is_written_as(letter)).unwrap_or(letter)
}

pub(super) fn is_right_to_left(language: &Language) -> bool {
    LocaleDirectionality::new_extended().get(&language.locale().id) == Some(Direction::RightToLeft)
}

/// What stands between day and month in the languages whose long dates ICU puts together in another order or without
/// the point: as CLDR's own patterns for long dates have it.
fn between_day_and_month(locale: &Locale) -> Option<&'static str> {
    match locale.id.language.as_str() {
        "et" => Some(". "),
        "ga" => Some(" "),
        "mt" => Some(" ta’ "),
        _ => None,
    }
}

/// A date in words or figures.
pub(super) fn format_date(date: Date, style: DateStyle, language: &Language) -> Result<String, String> {
    let failed = |_| format!("the dates of the language `{language}` are not known");
    let year = i32::from(date.year());
    let (Ok(month), Ok(day)) = (u8::try_from(date.month()), u8::try_from(date.day())) else {
        return Err(format!("`{date}` is not a date"));
    };
    let Ok(icu_date) = IcuDate::try_new_iso(year, month, day) else {
        return Err(format!("`{date}` is not a date"));
    };
    let locale = working_locale(language);
    if let (DateStyle::Long | DateStyle::Full, Some(between)) = (style, between_day_and_month(&locale)) {
        let month = DateTimeFormatter::try_new(locale.clone().into(), fieldsets::M::long()).map_err(failed)?;
        let long = format!("{day}{between}{} {year}", month.format(&icu_date));
        if style == DateStyle::Long {
            return Ok(long);
        }
        let weekday = DateTimeFormatter::try_new(locale.clone().into(), fieldsets::E::long()).map_err(failed)?;
        let comma = if locale.id.language == language!("ga") { "" } else { "," };
        return Ok(format!("{}{comma} {long}", weekday.format(&icu_date)));
    }
    let ymd = match style {
        DateStyle::Short => fieldsets::YMD::short(),
        DateStyle::Medium => fieldsets::YMD::medium(),
        DateStyle::Long => fieldsets::YMD::long(),
        DateStyle::Full => {
            let formatter = DateTimeFormatter::try_new(locale.into(), fieldsets::YMDE::long()).map_err(failed)?;
            return Ok(formatter.format(&icu_date).to_string());
        }
    };
    let formatter = DateTimeFormatter::try_new(locale.into(), ymd).map_err(failed)?;
    Ok(formatter.format(&icu_date).to_string())
}

/// Items as they are told in a sentence: "a, b and c".
pub(super) fn format_list(items: &[&str], join: Join, language: &Language) -> Result<String, String> {
    let preferences = working_locale(language).into();
    let options = ListFormatterOptions::default();
    let formatter = match join {
        Join::And => ListFormatter::try_new_and(preferences, options),
        Join::Or => ListFormatter::try_new_or(preferences, options),
    };
    let formatter = formatter.map_err(|_| format!("the lists of the language `{language}` are not known"))?;
    Ok(formatter.format_to_string(items.iter()))
}

/// The plural form that a number takes, and the number as the language writes it.
pub(super) fn plural_of(number: &str, language: &Language) -> Result<(PluralCategory, String), String> {
    let decimal = Decimal::from_str(number).map_err(|_| format!("`{number}` is not a number"))?;
    let failed = |_| format!("the numbers of the language `{language}` are not known");
    let locale = working_locale(language);
    let rules = PluralRules::try_new_cardinal((&locale).into()).map_err(failed)?;
    let category = rules.category_for(&decimal);
    let formatter = DecimalFormatter::try_new(locale.into(), icu::decimal::options::DecimalFormatterOptions::default())
        .map_err(failed)?;
    Ok((category, formatter.format(&decimal).to_string()))
}

/// The plural forms that the numbers up to a few hundred take, each with the first that takes it; a language may have
/// more of them, for fractions and millions.
pub(super) fn plural_forms(language: &Language) -> Result<Vec<(PluralCategory, u32)>, String> {
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

/// The order of a language's alphabet.
pub(super) struct Alphabet(Option<CollatorBorrowed<'static>>);

impl Alphabet {
    pub(super) fn of(language: &Language) -> Self {
        Self(Collator::try_new(language.locale().into(), CollatorOptions::default()).ok())
    }

    pub(super) fn compare(&self, one: &str, other: &str) -> Ordering {
        match &self.0 {
            Some(collator) => collator.compare(one, other).then_with(|| one.cmp(other)),
            None => one.cmp(other),
        }
    }
}
