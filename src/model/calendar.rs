//! Days on a calendar: working days, holidays, and how long after a letter its follow-up is due.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use super::hours::{HoursError, read_days};

/// The most days that may be counted: beyond ten years it is a slip of the pen.
const MOST_DAYS: u16 = 3_650;

/// On which days people are at work, and when a day begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    weekend: Weekend,
    /// Those that are so everywhere.
    holidays: BTreeSet<Date>,
    /// Those of single countries, by the country in lowercase.
    holidays_of: BTreeMap<String, BTreeSet<Date>>,
    zone: TimeZone,
}

/// A day on which nobody is at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Where, as the recipients list writes its countries; `None` for everywhere.
    pub country: Option<String>,
}

impl Calendar {
    /// A calendar of the days in a time zone.
    #[must_use]
    pub fn new(zone: TimeZone, weekend: Weekend, list: impl IntoIterator<Item = Holiday>) -> Self {
        let (mut holidays, mut holidays_of) = (BTreeSet::new(), BTreeMap::<_, BTreeSet<_>>::new());
        for Holiday { date, country } in list {
            match country {
                Some(country) => holidays_of.entry(country.to_lowercase()).or_default().insert(date),
                None => holidays.insert(date),
            };
        }
        Self { weekend, holidays, holidays_of, zone }
    }

    /// A moment, as this calendar has it.
    #[must_use]
    pub fn at(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    /// The day at a moment.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// How many days lie between the days of two moments; 0 where the second is not later.
    #[must_use]
    pub fn days_between(&self, from: Timestamp, to: Timestamp) -> u32 {
        let days = self.day(from).duration_until(self.day(to)).as_hours() / 24;
        u32::try_from(days).unwrap_or_default()
    }

    /// The countries that have holidays of their own, in lowercase.
    pub fn countries(&self) -> impl Iterator<Item = &str> {
        self.holidays_of.keys().map(String::as_str)
    }

    /// Whether people are at work on a day. `country` is that of the recipient, whatever its case.
    #[must_use]
    pub fn is_working_day(&self, date: Date, country: Option<&str>) -> bool {
        let there = || self.holidays_of.get(&country?.trim().to_lowercase());
        !self.weekend.has(date) && !self.holidays.contains(&date) && !there().is_some_and(|days| days.contains(&date))
    }

    /// The first day from one on, itself included, on which people are at work; the day itself, where there is none.
    #[must_use]
    pub fn working_day_from(&self, from: Date, country: Option<&str>) -> Date {
        let mut days = from.series(1.day()).take(usize::from(MOST_DAYS));
        days.find(|date| self.is_working_day(*date, country)).unwrap_or(from)
    }

    /// The day that is so long after another one.
    #[must_use]
    pub fn after(&self, from: Date, after: After, country: Option<&str>) -> Date {
        match after {
            After::Days(days) => from.saturating_add(i32::from(days).days()),
            After::WorkingDays(days) => {
                let later = from.series(1.day()).skip(1).filter(|date| self.is_working_day(*date, country));
                later.take(usize::from(days)).last().unwrap_or(from)
            }
        }
    }
}

/// The days of the week on which nobody is at work: never all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekend([bool; 7]);

impl Weekend {
    fn has(self, date: Date) -> bool {
        self.0[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
    }
}

impl Default for Weekend {
    /// Saturday and Sunday.
    fn default() -> Self {
        Self([false, false, false, false, false, true, true])
    }
}

impl FromStr for Weekend {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let days = read_days(text).map_err(|HoursError(why)| format!("{why}; write `Sat-Sun` or `Fri-Sat`"))?;
        if days == [true; 7] { Err("a week needs a working day".to_owned()) } else { Ok(Self(days)) }
    }
}

/// How long after a letter its follow-up is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// So many days.
    Days(u16),
    /// So many working days of the recipient.
    WorkingDays(u16),
}

impl FromStr for After {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || "write `14 days` or `10 working days`".to_owned();
        let (count, unit) = text.split_once(' ').ok_or_else(wrong)?;
        let count: u16 = count.parse().map_err(|_| wrong())?;
        if count > MOST_DAYS {
            return Err(format!("{MOST_DAYS} days are the most"));
        }
        match (count, unit.trim()) {
            (0, _) => Err(wrong()),
            (_, "day" | "days") => Ok(Self::Days(count)),
            (_, "working day" | "working days") => Ok(Self::WorkingDays(count)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self {
            Self::Days(count) => (count, "day"),
            Self::WorkingDays(count) => (count, "working day"),
        };
        write!(f, "{count} {unit}{}", if *count == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn holiday(text: &str, country: &str) -> Holiday {
        Holiday { date: text.parse().unwrap(), country: Some(country.to_owned()).filter(|it| !it.is_empty()) }
    }

    fn brussels(list: impl IntoIterator<Item = Holiday>) -> Calendar {
        Calendar::new(TimeZone::get("Europe/Brussels").unwrap(), Weekend::default(), list)
    }

    #[test]
    fn working_days_pass_over_weekends_and_the_holidays_of_the_recipients_country() {
        let calendar = brussels([holiday("2024-07-21", "BE"), holiday("2024-07-22", "be"), holiday("2024-07-19", "")]);
        // A Thursday; Friday is a holiday everywhere, and Monday in Belgium alone.
        let from = date(2024, 7, 18);
        assert_eq!(calendar.after(from, After::WorkingDays(1), Some("FR")), date(2024, 7, 22));
        assert_eq!(calendar.after(from, After::WorkingDays(1), Some("BE")), date(2024, 7, 23));
        assert_eq!(calendar.after(from, After::WorkingDays(1), None), date(2024, 7, 22));
        assert_eq!(calendar.after(from, After::Days(1), Some("BE")), date(2024, 7, 19));
    }

    #[test]
    fn another_weekend_changes_which_days_count() {
        let calendar = Calendar::new(TimeZone::UTC, "Fri-Sat".parse().unwrap(), []);
        // A Thursday: Sunday is the next working day.
        assert_eq!(calendar.after(date(2024, 7, 18), After::WorkingDays(1), None), date(2024, 7, 21));
        assert!("Mon-Sun".parse::<Weekend>().is_err());
        assert!("Sat-Sin".parse::<Weekend>().unwrap_err().contains("Sat-Sun"));
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_place_also_where_the_clocks_change() {
        let calendar = brussels([]);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(calendar.day(at("2024-07-18T21:59:59Z")), date(2024, 7, 18));
        assert_eq!(calendar.day(at("2024-07-18T22:00:00Z")), date(2024, 7, 19));
        // The clocks are turned back on 27 October 2024: that day has 25 hours.
        assert_eq!(calendar.days_between(at("2024-10-26T22:00:00Z"), at("2024-10-27T22:59:59Z")), 0);
        assert_eq!(calendar.days_between(at("2024-10-26T21:59:59Z"), at("2024-10-27T23:00:00Z")), 2);
        assert_eq!(calendar.days_between(at("2024-10-27T23:00:00Z"), at("2024-10-26T21:59:59Z")), 0);
    }

    #[test]
    fn how_long_is_read_as_it_is_shown_and_nothing_else_is() {
        for text in ["1 day", "14 days", "1 working day", "10 working days"] {
            assert_eq!(text.parse::<After>().unwrap().to_string(), text);
        }
        for text in ["", "14", "0 days", "-1 days", "2 weeks", "working days", "10 working", "4000 days", "1.5 days"] {
            assert!(text.parse::<After>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn counting_forward_is_what_one_gets_day_by_day(
            start in 0_i32..1_500,
            count in 1_u16..60,
            weekend in 0_u8..127,
            holidays in proptest::collection::btree_set(0_i32..1_600, 0..40),
            elsewhere in proptest::collection::btree_set(0_i32..1_600, 0..40),
        ) {
            let day = |offset: i32| date(2023, 1, 1).saturating_add(offset.days());
            let list = holidays.iter().map(|at| Holiday { date: day(*at), country: Some("BE".to_owned()) });
            let list = list.chain(elsewhere.iter().map(|at| Holiday { date: day(*at), country: Some("FR".to_owned()) }));
            let days = std::array::from_fn(|day| weekend & (1 << day) != 0);
            let calendar = Calendar::new(TimeZone::UTC, Weekend(days), list);
            let mut left = count;
            let mut at = start;
            while left > 0 {
                at += 1;
                // 1 January 2023 was a Sunday.
                let is_weekend = days[usize::try_from((at + 6) % 7).unwrap()];
                left -= u16::from(!is_weekend && !holidays.contains(&at));
            }
            prop_assert_eq!(calendar.after(day(start), After::WorkingDays(count), Some("be")), day(at));
        }
    }
}
