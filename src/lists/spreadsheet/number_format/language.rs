//! How the language that a format names writes numbers, months and days of the week.

use icu::calendar::{Date as IcuDate, Iso};
use icu::datetime::{DateTimeFormatter, DateTimeFormatterPreferences, fieldsets};
use icu::decimal::DecimalFormatter;
use icu::decimal::input::Decimal;
use icu::decimal::options::{DecimalFormatterOptions, GroupingStrategy};
use icu::locale::{Locale, locale};
use jiff::civil::Date;

/// What a language does; English where none is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conventions {
    pub(super) point: String,
    pub(super) group: String,
    locale: Option<Locale>,
    /// Whether the look is that of the reader's own computer (`[$-F800]`, `[$-F400]`), which the file does not know.
    pub(super) are_the_readers: bool,
}

impl Default for Conventions {
    fn default() -> Self {
        Self { point: ".".to_owned(), group: ",".to_owned(), locale: None, are_the_readers: false }
    }
}

impl Conventions {
    /// Those of a language that a format names, as a number of Windows in hexadecimal digits ([MS-LCID]) or as a tag.
    pub(super) fn of(language: &str) -> Self {
        let (tag, _) = language.split_once(',').unwrap_or((language, ""));
        if matches!(tag, "F800" | "F400" | "x-sysdate" | "x-systime") {
            return Self { are_the_readers: true, ..Self::default() };
        }
        let number = u32::from_str_radix(tag, 16).ok().map(|number| number & 0xFFFF);
        let tag = match number {
            Some(number) => tag_of(number),
            None => Some(tag),
        };
        let Some(locale) = tag.and_then(|tag| tag.parse::<Locale>().ok()) else { return Self::default() };
        let (point, group) = separators(&locale);
        Self { point, group, locale: Some(locale), are_the_readers: false }
    }

    /// A number as it is, with the language's point.
    pub(super) fn localized(&self, number: &str) -> String {
        number.replace('.', &self.point)
    }

    /// A month's name, as it stands without a day: whole with four letters, its first letter with five, else short.
    pub(super) fn month(&self, date: Date, letters: usize) -> String {
        let length = if letters == 3 { fieldsets::M::medium() } else { fieldsets::M::long() };
        let formatter = DateTimeFormatter::try_new(self.preferences(), length);
        let name = formatter.ok().zip(icu_date(date)).map(|(formatter, date)| formatter.format(&date).to_string());
        let name = name.unwrap_or_default();
        if letters == 5 { name.chars().take(1).collect() } else { name }
    }

    /// The name of a day of the week: whole with four letters.
    pub(super) fn weekday(&self, date: Date, letters: usize) -> String {
        let length = if letters < 4 { fieldsets::E::short() } else { fieldsets::E::long() };
        let formatter = DateTimeFormatter::try_new(self.preferences(), length);
        let name = formatter.ok().zip(icu_date(date)).map(|(formatter, date)| formatter.format(&date).to_string());
        name.unwrap_or_default()
    }

    fn preferences(&self) -> DateTimeFormatterPreferences {
        self.locale.clone().unwrap_or(locale!("en")).into()
    }
}

fn icu_date(date: Date) -> Option<IcuDate<Iso>> {
    IcuDate::try_new_iso(i32::from(date.year()), u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()
}

/// What stands between whole numbers and decimals, and between thousands.
fn separators(locale: &Locale) -> (String, String) {
    let english = || (".".to_owned(), ",".to_owned());
    let mut options = DecimalFormatterOptions::default();
    options.grouping_strategy = Some(GroupingStrategy::Always);
    let Ok(formatter) = DecimalFormatter::try_new(locale.clone().into(), options) else { return english() };
    let Ok(sample) = "1111.1".parse::<Decimal>() else { return english() };
    let written = formatter.format(&sample).to_string();
    let mut between = written.split(char::is_numeric).filter(|text| !text.is_empty()).map(str::to_owned);
    match (between.next(), between.next()) {
        (Some(group), Some(point)) => (point, group),
        _ => english(),
    }
}

/// The tag of a language that Windows has a number for; those of Europe and the world's larger ones.
fn tag_of(number: u32) -> Option<&'static str> {
    Some(match number {
        0x0807 => "de-CH",
        0x0C07 => "de-AT",
        0x0809 => "en-GB",
        0x080C => "fr-BE",
        0x0C0C => "fr-CA",
        0x100C => "fr-CH",
        0x080A => "es-MX",
        0x0810 => "it-CH",
        0x0813 => "nl-BE",
        0x0816 => "pt-PT",
        0x0804 | 0x1004 => "zh-Hans",
        0x0404 | 0x0C04 | 0x1404 => "zh-Hant",
        0x081A | 0x241A => "sr-Latn",
        0x0C1A | 0x281A => "sr-Cyrl",
        0x101A => "hr-BA",
        0x141A => "bs-Latn",
        _ => return language_of(number & 0x3FF),
    })
}

/// Languages by the lower ten bits of their numbers.
const LANGUAGES: [(u32, &str); 62] = [
    (0x01, "ar"),
    (0x02, "bg"),
    (0x03, "ca"),
    (0x05, "cs"),
    (0x06, "da"),
    (0x07, "de"),
    (0x08, "el"),
    (0x09, "en"),
    (0x0A, "es"),
    (0x0B, "fi"),
    (0x0C, "fr"),
    (0x0D, "he"),
    (0x0E, "hu"),
    (0x0F, "is"),
    (0x10, "it"),
    (0x11, "ja"),
    (0x12, "ko"),
    (0x13, "nl"),
    (0x14, "nb"),
    (0x15, "pl"),
    (0x16, "pt"),
    (0x17, "rm"),
    (0x18, "ro"),
    (0x19, "ru"),
    (0x1A, "hr"),
    (0x1B, "sk"),
    (0x1C, "sq"),
    (0x1D, "sv"),
    (0x1E, "th"),
    (0x1F, "tr"),
    (0x20, "ur"),
    (0x21, "id"),
    (0x22, "uk"),
    (0x23, "be"),
    (0x24, "sl"),
    (0x25, "et"),
    (0x26, "lv"),
    (0x27, "lt"),
    (0x29, "fa"),
    (0x2A, "vi"),
    (0x2B, "hy"),
    (0x2C, "az"),
    (0x2D, "eu"),
    (0x2F, "mk"),
    (0x36, "af"),
    (0x37, "ka"),
    (0x38, "fo"),
    (0x39, "hi"),
    (0x3A, "mt"),
    (0x3C, "ga"),
    (0x3E, "ms"),
    (0x3F, "kk"),
    (0x41, "sw"),
    (0x43, "uz"),
    (0x45, "bn"),
    (0x49, "ta"),
    (0x52, "cy"),
    (0x56, "gl"),
    (0x5E, "am"),
    (0x62, "fy"),
    (0x61, "ne"),
    (0x6E, "lb"),
];

/// The tag of the language alone: the lower ten bits of its number.
fn language_of(primary: u32) -> Option<&'static str> {
    LANGUAGES.iter().find(|(number, _)| *number == primary).map(|(_, tag)| *tag)
}
