//! The language of one visit: its words, numbers, dates and plurals (CLDR, by ICU).

use std::cell::OnceCell;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use icu::calendar::Date as IcuDate;
use icu::datetime::{DateTimeFormatter, fieldsets};
use icu::decimal::DecimalFormatter;
use icu::decimal::input::Decimal;
use icu::decimal::options::DecimalFormatterOptions;
use icu::locale::{Locale, locale};
use icu::plurals::{PluralCategory, PluralRules};
use icu::time::{DateTime, Time};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;

use super::words::{self, Counted, Words};
use crate::model::{Answer, DeliveryState, Language};
use crate::page;
use crate::report::Why;

/// A language that the desk speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    German,
    English,
    Spanish,
    French,
}

impl Tongue {
    pub(super) const ALL: [Self; 4] = [Self::English, Self::French, Self::German, Self::Spanish];

    /// The one that a browser likes best of those that the desk speaks (RFC 9110, 12.5.4); English, where it likes
    /// none.
    pub(super) fn wanted(headers: &HeaderMap) -> Self {
        let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (Self::English, 0.0);
        for range in wanted.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            // The name of a parameter is without regard to case (RFC 9110, 5.6.6).
            let weight = weight.trim().strip_prefix(['q', 'Q']).and_then(|text| text.strip_prefix('='));
            let weight = weight.and_then(|text| text.trim().parse::<f32>().ok()).unwrap_or(0.0);
            let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
            if let Some(tongue) = Self::ALL.into_iter().find(|tongue| tongue.tag() == primary)
                && weight > best.1
            {
                best = (tongue, weight);
            }
        }
        best.0
    }

    /// Its tag (BCP 47).
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
        }
    }

    /// Itself, as letters name languages.
    pub(super) fn language(self) -> Option<Language> {
        self.tag().parse().ok()
    }

    /// Why somebody got no letter, as the report has it; nothing, where there is no name for it.
    pub(super) fn cause(self, why: &Why) -> String {
        let words = self.language().and_then(|language| page::Words::of(&language));
        words.map_or("", |words| why.name(words)).to_owned()
    }

    /// Why a row is skipped, with what a person said of it.
    pub(super) fn skipped(self, reason: &str) -> String {
        let why = Why::said(DeliveryState::Skipped, reason, None);
        let words = self.language().and_then(|language| page::Words::of(&language));
        words.map_or_else(|| reason.to_owned(), |words| why.told(words))
    }

    /// All that the desk says in it.
    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::German => words::german(),
            Self::English => words::english(),
            Self::Spanish => words::spanish(),
            Self::French => words::french(),
        }
    }

    /// Its forms of dates and numbers. English is that of the world, as in letters.
    fn locale(self) -> Locale {
        match self {
            Self::German => locale!("de"),
            Self::English => locale!("en-001"),
            Self::Spanish => locale!("es"),
            Self::French => locale!("fr"),
        }
    }

    /// A number.
    pub(super) fn number(self, number: u64) -> String {
        self.formats(|formats| match &formats.number {
            Some(formatter) => formatter.format(&Decimal::from(number)).to_string(),
            None => number.to_string(),
        })
    }

    /// What writes numbers and dates in it: made once, since making it takes longer than writing.
    fn formats<T>(self, write: impl FnOnce(&Formats) -> T) -> T {
        thread_local! {
            static FORMATS: [OnceCell<Formats>; Tongue::ALL.len()] = const { [const { OnceCell::new() }; Tongue::ALL.len()] };
        }
        FORMATS.with(|all| write(all[self as usize].get_or_init(|| Formats::of(&self.locale()))))
    }

    /// A number of things, in the form that the number takes.
    pub(super) fn counted(self, number: u64, forms: &Counted) -> String {
        let category = self.formats(|formats| formats.plural.as_ref().map(|rules| rules.category_for(number)));
        let form = match category {
            Some(PluralCategory::One) => forms.one,
            Some(PluralCategory::Many) => forms.many,
            _ => forms.other,
        };
        form.replace("{n}", &self.number(number))
    }

    /// A day.
    pub(super) fn day(self, day: civil::Date) -> String {
        let written = |formats: &Formats| Some(formats.day.as_ref()?.format(&icu_date(day)?).to_string());
        self.formats(written).unwrap_or_else(|| day.to_string())
    }

    /// A moment, on the clocks of this machine's place.
    pub(super) fn moment(self, at: Timestamp) -> String {
        let here = at.to_zoned(TimeZone::system()).datetime();
        let written = |formats: &Formats| {
            let hour = |part: i8| u8::try_from(part).ok();
            let time = Time::try_new(hour(here.hour())?, hour(here.minute())?, hour(here.second())?, 0).ok()?;
            Some(formats.moment.as_ref()?.format(&DateTime { date: icu_date(here.date())?, time }).to_string())
        };
        self.formats(written).unwrap_or_else(|| here.strftime("%F %R").to_string())
    }

    /// What a state is called.
    pub(super) fn state(self, state: DeliveryState) -> &'static str {
        let words = self.words();
        match state {
            DeliveryState::Planned => words.planned,
            DeliveryState::Attempting => words.attempting,
            DeliveryState::Accepted => words.accepted,
            DeliveryState::Deferred => words.deferred,
            DeliveryState::Failed => words.failed,
            DeliveryState::InDoubt => words.in_doubt,
            DeliveryState::Bounced => words.bounced,
            DeliveryState::Skipped => words.skipped,
        }
    }

    /// What an answer is called.
    pub(super) fn answer(self, answer: Answer) -> &'static str {
        let words = self.words();
        match answer {
            Answer::None => words.no_answer,
            Answer::AutoReply => words.auto_reply,
            Answer::Acknowledged => words.acknowledged,
            Answer::Replied => words.replied,
            Answer::Declined => words.declined,
            Answer::OptedOut => words.opted_out,
        }
    }
}

/// What writes numbers and dates in one language; nothing, where ICU has no data.
struct Formats {
    number: Option<DecimalFormatter>,
    plural: Option<PluralRules>,
    day: Option<DateTimeFormatter<fieldsets::YMD>>,
    moment: Option<DateTimeFormatter<fieldsets::YMDT>>,
}

impl Formats {
    fn of(locale: &Locale) -> Self {
        let moment = fieldsets::YMDT::medium().with_time_precision(icu::datetime::options::TimePrecision::Minute);
        Self {
            number: DecimalFormatter::try_new(locale.into(), DecimalFormatterOptions::default()).ok(),
            plural: PluralRules::try_new_cardinal(locale.into()).ok(),
            day: DateTimeFormatter::try_new(locale.into(), fieldsets::YMD::medium()).ok(),
            moment: DateTimeFormatter::try_new(locale.into(), moment).ok(),
        }
    }
}

fn icu_date(day: civil::Date) -> Option<IcuDate<icu::calendar::Iso>> {
    let (month, date) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    IcuDate::try_new_iso(day.year().into(), month, date).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(header: &str) -> Tongue {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, header.parse().unwrap());
        Tongue::wanted(&headers)
    }

    #[test]
    fn the_browser_s_favourite_that_the_desk_speaks_is_spoken() {
        assert_eq!(Tongue::wanted(&HeaderMap::new()), Tongue::English);
        for (header, tongue) in [
            ("fr-BE,fr;q=0.9,en;q=0.8", Tongue::French),
            ("nl,de-AT;q=0.7,es;q=0.3", Tongue::German),
            ("en;q=0.1, ES", Tongue::Spanish),
            ("en;q=0.3, fr;Q=0.9", Tongue::French),
            ("ar,*;q=0.5", Tongue::English),
            ("fr;q=0", Tongue::English),
            ("fr;q=x,,;;", Tongue::English),
        ] {
            assert_eq!(wanted(header), tongue, "{header}");
        }
    }

    #[test]
    fn numbers_and_moments_are_written_as_in_the_language() {
        let at = civil::datetime(2027, 3, 2, 14, 5, 59, 0).to_zoned(TimeZone::system()).unwrap().timestamp();
        for (tongue, number, written) in [
            (Tongue::English, "1,234,567", "2 Mar 2027, 2:05\u{202f}pm"),
            (Tongue::French, "1\u{202f}234\u{202f}567", "2 mars 2027, 14:05"),
            (Tongue::German, "1.234.567", "02.03.2027, 14:05"),
            (Tongue::Spanish, "1.234.567", "2 mar 2027, 14:05"),
        ] {
            assert_eq!((tongue.number(1_234_567), tongue.moment(at)), (number.to_owned(), written.to_owned()));
        }
        assert_eq!(Tongue::French.counted(0, &words::french().recipients_counted), "0 destinataire");
        assert_eq!(
            Tongue::French.counted(1_000_000, &words::french().recipients_counted),
            "1\u{202f}000\u{202f}000 de destinataires"
        );
        assert_eq!(Tongue::English.counted(0, &words::english().recipients_counted), "0 recipients");
    }
}
