//! `retention` in `[ledger]`: for how long mails of strangers, and whole campaigns, are kept.

use std::fmt;
use std::num::NonZeroU16;

use jiff::{SignedDuration, Span, Timestamp};

use super::section::Section;
use crate::model::count::counted;

/// How long is kept what nobody needs any more. What is not named is kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// Mails that are about no letter, from when they were read.
    pub strangers: Option<KeptFor>,
    /// Campaigns, from the last that happened in them.
    pub campaigns: Option<KeptFor>,
}

/// A length of time in whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptFor(NonZeroU16);

/// Mails are kept this long at least, in days.
const LEAST_OF_MAILS: u16 = 1;

/// Campaigns are kept this long at least, in days: longer than any rolling window, and than letters wait for a server.
const LEAST_OF_CAMPAIGNS: u16 = 30;

/// And a hundred years at the most.
const MOST: i64 = 36_500;

impl Retention {
    pub(super) fn read(ledger: &Section<'_>) -> Self {
        let section = ledger.section("retention");
        let kept = |key, least| section.parsed(key, |text| KeptFor::read(text, least)).map(|found| found.value);
        let read =
            Self { strangers: kept("strangers", LEAST_OF_MAILS), campaigns: kept("campaigns", LEAST_OF_CAMPAIGNS) };
        let is_named = ["strangers", "campaigns"].into_iter().any(|key| section.value(key).is_some());
        if section.is_present() && !is_named {
            let message = "`retention` says of nothing how long it is kept; write `strangers = \"90d\"`, `campaigns = \"2y\"`, or both";
            section.document().fault(section.at(), message);
        }
        section.finish();
        read
    }
}

impl KeptFor {
    /// Whatever is older than this is overdue.
    #[must_use]
    pub fn before(self, now: Timestamp) -> Timestamp {
        now.checked_sub(SignedDuration::from_hours(i64::from(self.0.get()) * 24)).unwrap_or(Timestamp::MIN)
    }

    /// So many days.
    #[must_use]
    pub fn days(self) -> u32 {
        self.0.get().into()
    }

    /// A year has 365 days here, and a month 30.
    fn read(text: &str, least: u16) -> Result<Self, String> {
        let form = "write it as `90d`, `6 months` or `2y`";
        let span: Span = text.parse().map_err(|_| format!("it is no length of time; {form}"))?;
        if span.is_negative() {
            return Err("a length of time cannot be negative".to_owned());
        }
        let days = Span::new().years(span.get_years()).months(span.get_months()).weeks(span.get_weeks());
        let days = days.days(span.get_days());
        if days.fieldwise() != span.fieldwise() {
            return Err(format!("it is counted in whole days; {form}"));
        }
        let whole = i64::from(span.get_years()) * 365 + i64::from(span.get_months()) * 30;
        let whole = whole + i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
        if whole > MOST {
            return Err("a hundred years are the most; leave it out to keep everything".to_owned());
        }
        match u16::try_from(whole).ok().and_then(NonZeroU16::new) {
            Some(days) if days.get() >= least => Ok(Self(days)),
            _ => Err(format!("it is too short: {least}d are the least")),
        }
    }
}

impl fmt::Display for KeptFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match u64::from(self.0.get()) {
            days if days % 365 == 0 => f.write_str(&counted(days / 365, "year", "years")),
            days => f.write_str(&counted(days, "day", "days")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_told_in_whole_days() {
        for (text, days) in [("90d", 90), ("2y", 730), ("6 months", 180), ("6mo", 180), ("1y 2w", 379), ("1 day", 1)] {
            assert_eq!(KeptFor::read(text, 1).map(|kept| kept.0.get()), Ok(days), "{text}");
        }
        for (text, why) in [
            ("", "no length of time"),
            ("long", "no length of time"),
            ("90", "no length of time"),
            ("-90d", "negative"),
            ("0d", "too short"),
            ("29d", "too short: 30d are the least"),
            ("12h", "whole days"),
            ("6m", "whole days"),
            ("2y 3h", "whole days"),
            ("101y", "a hundred years"),
        ] {
            let error = KeptFor::read(text, 30).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_older_is_overdue() {
        assert_eq!(KeptFor::read("730 days", 1).unwrap().to_string(), "2 years");
        assert_eq!(KeptFor::read("1d", 1).unwrap().to_string(), "1 day");
        let now: Timestamp = "2027-03-31T12:00:00Z".parse().unwrap();
        assert_eq!(KeptFor::read("30d", 30).unwrap().before(now), "2027-03-01T12:00:00Z".parse().unwrap());
        assert_eq!(KeptFor::read("100y", 30).unwrap().before(Timestamp::MIN), Timestamp::MIN);
    }
}
