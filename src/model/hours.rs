//! Sending hours: on which days, between which times, in which time zone.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::clock::later;

/// Sending hours, such as `Mon-Fri 09:00-17:30 Europe/Brussels`.
///
/// Days are single or ranges, separated by commas; so are the times. They are read on the clock of the place, so a day
/// on which the clocks change has the same hours as any other.
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
pub struct HoursError(pub(super) String);

/// Within this the hours begin again: a week later at the latest, unless the clocks change over them that day, or the
/// place skips it.
const LONGEST: Duration = Duration::from_hours(15 * 24);

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Hours {
    /// Whether letters may be sent at a moment.
    #[must_use]
    pub fn are_open(&self, at: Timestamp) -> bool {
        self.are_open_in(at, &self.zone)
    }

    /// The same on the clock of another place.
    #[must_use]
    pub fn are_open_in(&self, at: Timestamp, zone: &TimeZone) -> bool {
        let there = zone.to_datetime(at);
        let time = there.time();
        self.has(there.date()) && self.ranges.iter().any(|(open, close)| *open <= time && time < *close)
    }

    /// The first moment from `at` on at which letters may be sent.
    #[must_use]
    pub fn next_open(&self, at: Timestamp) -> Timestamp {
        self.next_open_in(at, &self.zone)
    }

    /// The same on the clock of another place.
    #[must_use]
    pub fn next_open_in(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        if self.are_open_in(at, zone) {
            return at;
        }
        // Letters may be sent from a time of the hours on, which comes twice where the clock is turned back over it, or
        // from a change of the clock on, which may turn it forward into the hours.
        let openings = days_from(at, zone)
            .flat_map(|date| self.ranges.iter().flat_map(move |(open, _)| moments(date, *open, zone)));
        let changes =
            zone.following(at).map(|change| change.timestamp()).take_while(|change| *change < later(at, LONGEST));
        let moments = openings.chain(changes).filter(|moment| *moment > at && self.are_open_in(*moment, zone));
        moments.min().unwrap_or_else(|| later(at, LONGEST))
    }

    /// Where the hours are read.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    fn has(&self, date: Date) -> bool {
        self.days[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
    }
}

/// The days of a place on which the next opening can be.
fn days_from(at: Timestamp, zone: &TimeZone) -> impl Iterator<Item = Date> + use<> {
    let days = at.duration_until(later(at, LONGEST)).as_hours() / 24;
    let today = zone.to_datetime(at).date();
    today.series(1.day()).take(usize::try_from(days).unwrap_or_default())
}

/// When a place's clock shows a time: twice, where it is turned back over it. One that it skips gives moments around.
fn moments(date: Date, time: Time, zone: &TimeZone) -> impl Iterator<Item = Timestamp> + use<> {
    let at = zone.to_ambiguous_timestamp(date.to_datetime(time));
    [at.earlier(), at.later()].into_iter().flatten()
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

pub(super) fn read_days(text: &str) -> Result<[bool; 7], HoursError> {
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
    if open < close {
        return Ok((open, close));
    }
    let (open, close) = (open.strftime("%H:%M"), close.strftime("%H:%M").to_string());
    let over_midnight = match close.as_str() {
        "00:00" => format!("{open}-24:00"),
        close => format!("{open}-24:00,00:00-{close}"),
    };
    Err(HoursError(format!(
        "`{text}` ends before it begins; hours over midnight are `{over_midnight}`, each part on all the days"
    )))
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
    fn hours_over_midnight_are_refused_with_how_to_write_them() {
        let wrong = |times: &str| format!("Mon-Fri {times} UTC").parse::<Hours>().unwrap_err().to_string();
        assert!(
            wrong("22:00-06:00").contains("hours over midnight are `22:00-24:00,00:00-06:00`"),
            "{}",
            wrong("22:00-06:00")
        );
        assert!(wrong("18:00-00:00").contains("hours over midnight are `18:00-24:00`"), "{}", wrong("18:00-00:00"));
        assert!("Mon-Fri 22:00-24:00,00:00-06:00 UTC".parse::<Hours>().is_ok());
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
    fn the_same_hours_are_read_on_the_clock_of_another_place() {
        let wellington = TimeZone::get("Pacific/Auckland").unwrap();
        // A Thursday there, and a Wednesday evening in Brussels.
        assert!(hours().are_open_in(at("2024-06-12T21:00:00Z"), &wellington));
        assert!(!hours().are_open(at("2024-06-12T21:00:00Z")));
        assert_eq!(hours().next_open_in(at("2024-06-12T20:59:59Z"), &wellington), at("2024-06-12T21:00:00Z"));
    }

    #[test]
    fn the_next_opening_is_found_over_the_weekend_and_over_a_clock_change() {
        assert_eq!(hours().next_open(at("2024-06-14T16:00:00Z")), at("2024-06-17T07:00:00Z"));
        // The clocks change on Sunday 27 October 2024: nine o'clock is then an hour later in UTC.
        assert_eq!(hours().next_open(at("2024-10-25T16:00:00Z")), at("2024-10-28T08:00:00Z"));
        let now = at("2024-06-12T08:00:00Z");
        assert_eq!(hours().next_open(now), now);
    }

    /// What a person says who looks at the clock on the wall there.
    fn is_within(hours: &[(u32, u32)], days: &[Weekday], at: Timestamp, zone: &TimeZone) -> bool {
        let there = at.to_zoned(zone.clone());
        let minute = u32::from(there.hour().unsigned_abs()) * 60 + u32::from(there.minute().unsigned_abs());
        days.contains(&there.weekday()) && hours.iter().any(|(open, close)| (*open..*close).contains(&minute))
    }

    /// Every minute around the changes of the clock, and some of each other day, of two years in a place.
    fn minutes(zone: &TimeZone) -> Vec<(Timestamp, bool)> {
        let minute = Duration::from_mins(1);
        let (mut at, end) = (self::at("2024-01-01T00:00:00Z"), self::at("2026-01-01T00:00:00Z"));
        let mut minutes = Vec::new();
        while at < end {
            let changes = |at| zone.following(at).next().map_or(Timestamp::MAX, |change| change.timestamp());
            let near = changes(crate::clock::earlier(at, 50 * minute * 60)) < later(at, 50 * minute * 60);
            minutes.push((at, near));
            at = later(at, if near { minute } else { 10 * minute });
        }
        minutes
    }

    #[test]
    fn the_hours_hold_over_every_change_of_the_clock() {
        use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
        const OFFICE: [Weekday; 5] = [Monday, Tuesday, Wednesday, Thursday, Friday];
        const WEEK: [Weekday; 7] = [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
        // In Beirut, Santiago and Cairo the clocks change at midnight, on Lord Howe Island by half an hour; Kiritimati
        // is far away and never changes them.
        let zones = [
            "Europe/Brussels",
            "America/Santiago",
            "Asia/Beirut",
            "Africa/Cairo",
            "Australia/Lord_Howe",
            "Pacific/Kiritimati",
        ];
        let of_minute = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        for name in zones {
            let zone = TimeZone::get(name).unwrap();
            let minutes = minutes(&zone);
            for (days, written, times) in [
                (&OFFICE[..], "Mon-Fri", &[(540, 1050)][..]),
                // What the clock skips in spring and shows twice in autumn, and what begins or ends within that.
                (&WEEK[..], "Mon-Sun", &[(0, 15), (105, 150), (165, 170), (1425, 1440)]),
                (&[Sunday], "Sun", &[(30, 75), (150, 240), (1390, 1400)]),
            ] {
                let ranges: Vec<String> =
                    times.iter().map(|(open, close)| format!("{}-{}", of_minute(*open), of_minute(*close))).collect();
                let hours: Hours = format!("{written} {} {name}", ranges.join(",")).parse().unwrap();
                let mut next_open = None;
                for (at, near) in minutes.iter().rev() {
                    let open = is_within(times, days, *at, &zone);
                    assert_eq!(hours.are_open(*at), open, "{hours} at {at}");
                    // Far from a change, the minutes between two that are looked at are not known.
                    next_open = if open { Some(*at) } else { next_open.filter(|_| *near) };
                    if let Some(next) = next_open.filter(|_| open || at.as_second() % 420 == 0) {
                        assert_eq!(hours.next_open(*at), next, "{hours} at {at}");
                    }
                }
            }
        }
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
