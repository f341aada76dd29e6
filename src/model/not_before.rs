//! The moment before which nothing is sent: a time on the clock of a place.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

/// A moment such as `2026-12-01 09:00 Europe/Brussels`, before which nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotBefore {
    at: Timestamp,
    zone: TimeZone,
    written: String,
}

/// What a text of such a moment must look like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}; write it as `2026-12-01 09:00 Europe/Brussels`")]
pub struct NotBeforeError(String);

impl NotBefore {
    /// The moment.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Where its clock is.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }
}

impl FromStr for NotBefore {
    type Err = NotBeforeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = |why: String| Err(NotBeforeError(why));
        let words: Vec<&str> = text.split_whitespace().collect();
        let [date, time, name] = words[..] else {
            return refused("it needs a date, a time and a time zone".to_owned());
        };
        let Ok(day) = Date::strptime("%Y-%m-%d", date) else { return refused(format!("`{date}` is not a date")) };
        let Ok(clock) = Time::strptime("%H:%M", time) else { return refused(format!("`{time}` is not a time")) };
        let Ok(zone) = TimeZone::get(name) else { return refused(format!("`{name}` is not a time zone")) };
        let found = zone.to_ambiguous_timestamp(day.to_datetime(clock));
        match found.offset() {
            AmbiguousOffset::Unambiguous { .. } => {}
            AmbiguousOffset::Gap { .. } => {
                return refused(format!("the clock of `{name}` skips {time} on {date}: take another time"));
            }
            AmbiguousOffset::Fold { .. } => {
                return refused(format!("the clock of `{name}` shows {time} twice on {date}: take another time"));
            }
        }
        let Ok(at) = found.unambiguous() else { return refused(format!("`{date}` is out of reach")) };
        Ok(Self { at, zone, written: words.join(" ") })
    }
}

impl fmt::Display for NotBefore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_on_the_clock_of_its_place() {
        let winter: NotBefore = "2026-12-01 09:00  Europe/Brussels".parse().unwrap();
        assert_eq!(winter.at(), "2026-12-01T08:00:00Z".parse().unwrap());
        assert_eq!(winter.to_string(), "2026-12-01 09:00 Europe/Brussels");
        let summer: NotBefore = "2026-07-01 09:00 Europe/Brussels".parse().unwrap();
        assert_eq!(summer.at(), "2026-07-01T07:00:00Z".parse().unwrap());
    }

    #[test]
    fn what_is_no_moment_or_may_be_two_is_refused_with_an_example() {
        for (text, why) in [
            ("2026-12-01", "needs a date, a time and a time zone"),
            ("2026-12-01T09:00:00Z", "needs a date"),
            ("2026-13-01 09:00 UTC", "`2026-13-01` is not a date"),
            ("2026-12-01 9am UTC", "`9am` is not a time"),
            ("2026-12-01 09:00 Mars/Base", "`Mars/Base` is not a time zone"),
            ("2026-03-29 02:30 Europe/Brussels", "skips 02:30 on 2026-03-29"),
            ("2026-10-25 02:30 Europe/Brussels", "shows 02:30 twice on 2026-10-25"),
        ] {
            let said = text.parse::<NotBefore>().unwrap_err().to_string();
            assert!(said.contains(why) && said.ends_with("write it as `2026-12-01 09:00 Europe/Brussels`"), "{said}");
        }
    }
}
