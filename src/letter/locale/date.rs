//! Dates in words and figures.
//!
//! ICU puts a date together from the parts that are asked for. CLDR has a whole pattern for each of its four lengths
//! besides, which is what people of the language agreed on: where the two differ, the pattern counts (`patterns`). What
//! CLDR leaves open, such as a "(a)" where an ending depends on the number, is written as people do (`usage`).

use icu::calendar::Date as IcuDate;
use icu::calendar::cal::{Buddhist, Gregorian};
use icu::datetime::fieldsets::enums::DateFieldSet;
use icu::datetime::pattern::{DateTimePattern, FixedCalendarDateTimeNames};
use icu::datetime::{DateTimeFormatter, DateTimeFormatterPreferences, fieldsets};
use icu::locale::Locale;
use icu::locale::subtags::language;
use jiff::civil::Date;
use writeable::TryWriteable;

use super::{DateStyle, patterns, usage, working_locale};
use crate::model::Language;

/// A date in words or figures.
///
/// # Errors
/// Where the language has no names of months here, and the style has one.
pub(in crate::letter) fn format_date(date: Date, style: DateStyle, language: &Language) -> Result<String, String> {
    let year = i32::from(date.year());
    let (Ok(month), Ok(day)) = (u8::try_from(date.month()), u8::try_from(date.day())) else {
        return Err(format!("`{date}` is not a date"));
    };
    let Ok(icu_date) = IcuDate::try_new_iso(year, month, day) else {
        return Err(format!("`{date}` is not a date"));
    };
    let unknown = || format!("the dates of the language `{language}` are not known");
    if style != DateStyle::Short && !has_months(language) {
        return Err(unknown());
    }
    let locale = working_locale(language);
    let written = match patterns::of(&locale, style) {
        Some(pattern) => by_pattern(pattern, icu_date, &locale),
        None => by_parts(icu_date, style, &locale),
    };
    Ok(usage::of_date(written.ok_or_else(unknown)?, date, language))
}

/// Whether there are names of months in a language, and not "M06" alone.
pub(in crate::letter) fn has_months(language: &Language) -> bool {
    let formatter = DateTimeFormatter::try_new(working_locale(language).into(), fieldsets::M::long());
    let june = IcuDate::try_new_iso(2030, 6, 12);
    formatter.is_ok_and(|formatter| june.is_ok_and(|june| formatter.format(&june).to_string() != "M06"))
}

/// As ICU puts it together.
fn by_parts(date: IcuDate<icu::calendar::Iso>, style: DateStyle, locale: &Locale) -> Option<String> {
    let preferences: DateTimeFormatterPreferences = locale.into();
    let ymd = match style {
        DateStyle::Short => fieldsets::YMD::short(),
        DateStyle::Medium => fieldsets::YMD::medium(),
        DateStyle::Long => fieldsets::YMD::long(),
        DateStyle::Full => {
            let formatter = DateTimeFormatter::try_new(preferences, fieldsets::YMDE::long()).ok()?;
            return Some(formatter.format(&date).to_string());
        }
    };
    let formatter = DateTimeFormatter::try_new(preferences, ymd).ok()?;
    Some(formatter.format(&date).to_string())
}

/// By a pattern of CLDR, with the language's own names and digits. Thai counts years as Buddhists do.
fn by_pattern(pattern: &str, date: IcuDate<icu::calendar::Iso>, locale: &Locale) -> Option<String> {
    let pattern = DateTimePattern::try_from_pattern_str(pattern).ok()?;
    if locale.id.language == language!("th") {
        let mut names = FixedCalendarDateTimeNames::<Buddhist, DateFieldSet>::try_new(locale.into()).ok()?;
        let formatter = names.include_for_pattern(&pattern).ok()?;
        return formatter.format(&date.to_calendar(Buddhist)).try_write_to_string().ok().map(Into::into);
    }
    let mut names = FixedCalendarDateTimeNames::<Gregorian, DateFieldSet>::try_new(locale.into()).ok()?;
    let formatter = names.include_for_pattern(&pattern).ok()?;
    formatter.format(&date.to_calendar(Gregorian)).try_write_to_string().ok().map(Into::into)
}
