//! Sending hours: on which days, between which times, in which time zone.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Sending hours, such as `Mon-Fri 09:00-17:30 Europe/Brussels`.
///
/// Days are single or ranges, separated by commas; so are the times. They are read on the clock of the place, so a day on which
/// the clocks change has the same hours as any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    days: [bool; 7],
    ranges: Vec<(Time, Time)>,
    zone: TimeZone,
    written: String,
}

/// What a text of sending hours must look like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}; write the hours as `Mon-Fri 09:00-17:30 Europe/Brussels`")]
pub struct HoursError(String);

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Hours {
    /// Whether letters may be sent at a moment.
    #[must_use]
    pub fn are_open(&self, at: Timestamp) -> bool {
        let there = self.zone.to_datetime(at);
        let time = there.time();
        self.has(there.date()) && self.ranges.iter().any(|(open, close)| *open <= time && time < *close)
    }

    /// The first moment from `at` on at which letters may be sent.
    #[must_use]
    pub fn next_open(&self, at: Timestamp) -> Timestamp {
        if self.are_open(at) {
            return at;
        }
        let mut date = self.zone.to_datetime(at).date();
        // A week and a day: the same weekday again, later in its day, is the farthest that the next opening can be.
        for _ in 0..=8 {
            if self.has(date) {
                let openings = self.ranges.iter().filter_map(|(open, _)| self.moment(date, *open));
                if let Some(opening) = openings.filter(|opening| *opening > at).min() {
                    return opening;
                }
            }
            let Ok(next) = date.checked_add(1.day()) else { break };
            date = next;
        }
        at
    }

    fn has(&self, date: Date) -> bool {
        self.days[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
    }

    /// A time on the place's clock as a moment; one that a clock change skips is the moment right after it.
    fn moment(&self, date: Date, time: Time) -> Option<Timestamp> {
        self.zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok()
    }
}

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [days, times, zone] = words[..] else {
            return Err(HoursError(format!("`{text}` needs days, times and a time zone")));
        };
        let mut ranges = times.split(',').map(read_range).collect::<Result<Vec<_>, _>>()?;
        ranges.sort_unstable();
        Ok(Self {
            days: read_days(days)?,
            ranges,
            zone: TimeZone::get(zone).map_err(|_| HoursError(format!("`{zone}` is not a time zone")))?,
            written: text.to_owned(),
        })
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

fn read_days(text: &str) -> Result<[bool; 7], HoursError> {
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (read_day(first)?, read_day(last)?);
        let mut day = first;
        days[day] = true;
        while day != last {
            day = (day + 1) % 7;
            days[day] = true;
        }
    }
    Ok(days)
}

fn read_day(text: &str) -> Result<usize, HoursError> {
    let short: String = text.chars().take(3).collect::<String>().to_lowercase();
    let whole = |day: &usize| {
        let name =
            Weekday::from_monday_zero_offset(i8::try_from(*day).unwrap_or_default()).map(|day| format!("{day:?}"));
        text.chars().count() == 3 || name.is_ok_and(|name| name.eq_ignore_ascii_case(text))
    };
    DAYS.iter()
        .position(|day| *day == short)
        .filter(whole)
        .ok_or_else(|| HoursError(format!("`{text}` is not a day of the week")))
}

fn read_range(text: &str) -> Result<(Time, Time), HoursError> {
    let wrong = || HoursError(format!("`{text}` is not a stretch of time"));
    let (open, close) = text.split_once('-').ok_or_else(wrong)?;
    // The end of the day is the last moment before midnight.
    let read = |text: &str| {
        if text == "24:00" { Ok(Time::MAX) } else { Time::strptime("%H:%M", text).map_err(|_| wrong()) }
    };
    let (open, close) = (read(open)?, read(close)?);
    if open < close { Ok((open, close)) } else { Err(HoursError(format!("`{text}` ends before it begins"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours() -> Hours {
        "Mon-Fri 09:00-17:30 Europe/Brussels".parse().unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn office_hours_are_read_on_the_clock_of_the_place() {
        // Summer time in Brussels: 09:00 is 07:00 UTC. The end is not part of the hours.
        assert!(!hours().are_open(at("2024-06-12T06:59:59Z")));
        assert!(hours().are_open(at("2024-06-12T07:00:00Z")));
        assert!(hours().are_open(at("2024-06-12T15:29:59Z")));
        assert!(!hours().are_open(at("2024-06-12T15:30:00Z")));
        assert!(!hours().are_open(at("2024-06-15T09:00:00Z")), "a Saturday");
    }

    #[test]
    fn the_next_opening_is_found_over_the_weekend_and_over_a_clock_change() {
        assert_eq!(hours().next_open(at("2024-06-14T16:00:00Z")), at("2024-06-17T07:00:00Z"));
        // The clocks change on Sunday 27 October 2024: nine o'clock is then an hour later in UTC.
        assert_eq!(hours().next_open(at("2024-10-25T16:00:00Z")), at("2024-10-28T08:00:00Z"));
        let now = at("2024-06-12T08:00:00Z");
        assert_eq!(hours().next_open(now), now);
    }

    #[test]
    fn several_days_and_times_can_be_given() {
        let hours: Hours = "Mon,Wed-Thu,Sunday 09:00-12:00,13:00-24:00 UTC".parse().unwrap();
        assert!(hours.are_open(at("2024-06-10T11:59:00Z")));
        assert!(!hours.are_open(at("2024-06-10T12:30:00Z")));
        assert!(hours.are_open(at("2024-06-10T23:59:00Z")));
        assert!(!hours.are_open(at("2024-06-11T10:00:00Z")), "a Tuesday");
        assert!(hours.are_open(at("2024-06-16T10:00:00Z")), "a Sunday");
    }

    #[test]
    fn what_is_not_understood_is_refused_with_an_example() {
        for text in [
            "",
            "Mon-Fri",
            "Mon-Fri 9-5 Europe/Brussels",
            "Mon-Fry 09:00-17:00 UTC",
            "Mon 17:00-09:00 UTC",
            "Mon 09:00-17:00 Mars/Base",
        ] {
            let error = text.parse::<Hours>().unwrap_err().to_string();
            assert!(error.contains("Mon-Fri 09:00-17:30 Europe/Brussels"), "{text}");
        }
    }
}
