//! When a run will be done, as far as its pace tells, and moments in words. Pure.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::campaign::departures::Departures;
pub use crate::campaign::departures::Held;
use crate::clock::later;
use crate::config::{Counts, Pace};
use crate::dispatch::Cause;
use crate::plan::Totals;

/// Of more letters than this nobody can say when the last one leaves.
const MOST: u64 = 200_000;

/// How fast the rest of a run can go.
#[derive(Debug, Clone)]
pub struct Outlook {
    pace: Pace,
    /// For how many a letter counts, on average; rounded up.
    weight: u64,
}

impl Outlook {
    /// The outlook of a plan that is sent at a pace.
    #[must_use]
    pub fn of(pace: &Pace, totals: &Totals) -> Self {
        let weight = match pace.counts {
            Counts::Messages => 1,
            Counts::Recipients => totals.addresses.div_ceil(totals.to_send.max(1)).max(1),
        };
        Self { pace: pace.clone(), weight }
    }

    /// When about the last of so many letters leaves, where the first goes at `from`; nothing, where no limit over all
    /// letters tells how fast they go, or one for each domain makes it depend on who they are for.
    #[must_use]
    pub fn last_leaves(&self, letters: u64, from: Timestamp, held: Held) -> Option<Timestamp> {
        let from = self.pace.not_before.as_ref().map_or(from, |moment| from.max(moment.at()));
        let windows = self.pace.windows();
        if letters == 0 || letters > MOST || windows.overall.is_empty() || windows.per_domain.is_some() {
            return None;
        }
        let in_letters = |limit: u32| usize::try_from((u64::from(limit) / self.weight).max(1)).ok();
        let windows: Vec<(usize, Duration)> =
            windows.overall.iter().filter_map(|window| Some((in_letters(window.limit)?, window.span))).collect();
        let departures = Departures { windows, hours: self.pace.hours.as_ref() };
        departures.last(usize::try_from(letters).ok()?, from, held)
    }

    /// A moment on the clock of those for whom a cause is: where the sending hours are read, or here.
    #[must_use]
    pub fn moment(&self, at: Timestamp, cause: Option<Cause>) -> String {
        let Pace { hours, not_before, .. } = &self.pace;
        match (hours, not_before, cause) {
            (Some(hours), _, Some(Cause::Hours)) => moment(at, hours.zone()),
            (_, Some(not_before), Some(Cause::NotBefore)) => moment(at, not_before.zone()),
            _ => moment(at, &TimeZone::system()),
        }
    }

    /// What keeps the next letter until a time, and when the rest will be done, where that is known.
    #[must_use]
    pub fn wait(&self, cause: Cause, until: Option<Timestamp>, left: u64) -> String {
        let Some(until) = until.filter(|_| cause != Cause::Others) else { return cause.to_string() };
        let waits = format!("{cause}: nothing goes before {}", self.moment(until, Some(cause)));
        let held = if matches!(cause, Cause::Hours | Cause::NotBefore) { Held::Nothing } else { Held::All };
        let last = (cause != Cause::Deferred).then(|| self.last_leaves(left, until, held)).flatten();
        match last.filter(|last| *last > later(until, Duration::from_mins(1))) {
            Some(last) => {
                let last = self.moment(last, Some(cause));
                format!("{waits}; about {left} letters are left, the last one leaves around {last}")
            }
            None => waits,
        }
    }
}

/// `Monday 30 November, 09:00 (Europe/Brussels)`. A part of a second counts as a whole one: nothing goes earlier.
fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let whole = later(at, Duration::from_nanos(999_999_999));
    let whole = Timestamp::from_second(whole.as_second()).unwrap_or(at);
    let there = whole.to_zoned(zone.clone());
    let clock = if there.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    let said = there.strftime(&format!("%A %-d %B, {clock}")).to_string();
    match zone.iana_name() {
        Some(name) => format!("{said} ({name})"),
        None => format!("{said} ({})", there.strftime("%Z")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn outlook(pace: Pace) -> Outlook {
        Outlook { pace, weight: 1 }
    }

    #[test]
    fn a_moment_is_that_of_the_place_and_never_a_second_early() {
        let brussels = TimeZone::get("Europe/Brussels").unwrap();
        for time in ["2026-11-30T08:00:00Z", "2026-11-30T07:59:59.000001Z"] {
            assert_eq!(moment(at(time), &brussels), "Monday 30 November, 09:00 (Europe/Brussels)");
        }
        assert_eq!(moment(at("2026-11-30T08:00:01Z"), &TimeZone::UTC), "Monday 30 November, 08:00:01 (UTC)");
    }

    #[test]
    fn the_last_letter_leaves_when_windows_and_hours_let_it() {
        let from = at("2026-11-27T15:00:00Z");
        let hourly = Pace { per_hour: Some(10), ..Pace::unlimited() };
        let last = |pace: &Pace, letters, held| outlook(pace.clone()).last_leaves(letters, from, held);
        assert_eq!(last(&hourly, 10, Held::Nothing), Some(from));
        assert_eq!(last(&hourly, 11, Held::Nothing), Some(at("2026-11-27T16:00:00Z")));
        assert_eq!(last(&hourly, 11, Held::All), Some(at("2026-11-27T16:00:00Z")));
        assert_eq!(last(&hourly, 6, Held::All), Some(at("2026-11-27T15:30:00Z")));
        // Friday's hours end at 16:30 in UTC, and go on on Monday.
        let hours = Some("Mon-Fri 09:00-17:30 Europe/Brussels".parse().unwrap());
        let weekdays = Pace { hours, ..hourly.clone() };
        assert_eq!(last(&weekdays, 20, Held::Nothing), Some(at("2026-11-27T16:00:00Z")));
        assert_eq!(last(&weekdays, 21, Held::Nothing), Some(at("2026-11-30T08:00:00Z")));
        assert_eq!(last(&Pace { per_hour: None, ..weekdays }, 5, Held::Nothing), None);
        assert_eq!(last(&Pace { per_domain_per_minute: Some(1), ..hourly.clone() }, 5, Held::Nothing), None);
        let heavy = Outlook { pace: hourly, weight: 3 };
        assert_eq!(heavy.last_leaves(4, from, Held::Nothing), Some(at("2026-11-27T16:00:00Z")));
    }

    #[test]
    fn what_is_waited_for_names_the_key_the_time_there_and_the_end() {
        let hours = Some("Mon-Fri 09:00-17:30 Europe/Brussels".parse().unwrap());
        let outlook = outlook(Pace { per_hour: Some(10), hours, ..Pace::unlimited() });
        assert_eq!(
            outlook.wait(Cause::Hours, Some(at("2026-11-30T07:59:59.9Z")), 25),
            "`hours` in `[pace]`: nothing goes before Monday 30 November, 09:00 (Europe/Brussels); \
             about 25 letters are left, the last one leaves around Monday 30 November, 11:00 (Europe/Brussels)"
        );
        let limit = outlook.wait(Cause::Limit(Some("per_hour")), Some(at("2026-11-30T10:00:00Z")), 1);
        assert!(limit.starts_with("`per_hour` in `[pace]`: nothing goes before Monday 30 November, "), "{limit}");
        assert!(!limit.contains("left"), "{limit}");
    }
}
