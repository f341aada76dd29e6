//! `[pace]` and `[retry]`: how fast letters may go, when, and when a deferred one is tried again.

use std::fmt;
use std::time::Duration;

use super::duration::read_duration;
use super::presets::{PRESETS, Preset};
use super::section::Section;
use super::unknown::Unknown;
use crate::model::count::counted;
use crate::model::hours::Hours;
use crate::model::not_before::NotBefore;
use crate::model::window::{Window, Windows};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The key of the limit for each recipient domain.
pub const PER_DOMAIN: &str = "per_domain_per_minute";

/// The most connections a run may use.
const MOST_CONNECTIONS: u32 = 64;
/// The most refusals that a run may be told to put up with.
const MOST_REFUSALS: u32 = 1_000;
/// The most a rate may be: beyond it a limit is no limit.
const MOST: u32 = 100_000_000;

/// The rate limits and sending hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// Letters (or recipients) a second, evenly spaced.
    pub per_second: Option<u32>,
    /// In any minute.
    pub per_minute: Option<u32>,
    /// In any hour.
    pub per_hour: Option<u32>,
    /// In any 24 hours.
    pub per_day: Option<u32>,
    /// In any minute, for each recipient domain.
    pub per_domain_per_minute: Option<u32>,
    /// How many addresses may turn out not to exist, in any hour and in any 24 hours, before the run waits.
    pub unknown: Unknown,
    /// How many connections are open at once.
    pub connections: u32,
    /// What is counted.
    pub counts: Counts,
    /// Before when nothing is sent.
    pub not_before: Option<NotBefore>,
    /// When letters may be sent; always, where it is not given. They are read on the clock of the recipient, where the
    /// list has its `timezone`.
    pub hours: Option<Hours>,
    /// When a run stops by itself.
    pub stop_after: StopAfter,
    /// The name of the provider's limits that stand below the keys.
    pub preset: Option<&'static Preset>,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Counts {
    /// Every address a letter goes to, Cc and Bcc too.
    #[default]
    Recipients,
    /// Every letter once.
    Messages,
}

/// When a run stops by itself, with exit status 3 and a word on what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopAfter {
    /// So many letters refused alike (for policy, quota, sender or content, or cut off), among the last twice as many.
    pub refusals: u32,
    /// So many letters left in doubt, among the last twice as many.
    pub in_doubt: u32,
    /// So many attempts in a row to reach the server at all.
    pub unreachable: u32,
}

impl Default for StopAfter {
    fn default() -> Self {
        Self { refusals: 5, in_doubt: 5, unreachable: 6 }
    }
}

impl StopAfter {
    fn read(section: &Section<'_>) -> Self {
        let default = Self::default();
        let limit = |key, default| section.count(key, MOST_REFUSALS).unwrap_or(default);
        Self {
            refusals: limit("stop_after_refusals", default.refusals),
            in_doubt: limit("stop_after_in_doubt", default.in_doubt),
            unreachable: limit("stop_after_unreachable", default.unreachable),
        }
    }
}

impl Pace {
    /// No limit, one connection: for the sandbox.
    #[must_use]
    pub fn unlimited() -> Self {
        Self {
            per_second: None,
            per_minute: None,
            per_hour: None,
            per_day: None,
            per_domain_per_minute: None,
            unknown: Unknown::default(),
            connections: 1,
            counts: Counts::default(),
            not_before: None,
            hours: None,
            stop_after: StopAfter::default(),
            preset: None,
        }
    }

    /// The limits as rolling windows.
    #[must_use]
    pub fn windows(&self) -> Windows {
        Windows {
            overall: self.limits().map(|(_, window)| window).collect(),
            per_domain: self.per_domain_per_minute.map(|limit| Window { limit, span: MINUTE }),
        }
    }

    /// The keys of the limits over everything, with their windows, in the order of [`windows`](Self::windows).
    pub fn limits(&self) -> impl Iterator<Item = (&'static str, Window)> {
        let limits = [
            ("per_second", self.per_second, SECOND),
            ("per_minute", self.per_minute, MINUTE),
            ("per_hour", self.per_hour, HOUR),
            ("per_day", self.per_day, DAY),
        ];
        limits.into_iter().filter_map(|(key, limit, span)| Some((key, Window { limit: limit?, span })))
    }

    /// The smallest limit of all with its key: no letter may count for more.
    #[must_use]
    pub fn smallest(&self) -> Option<(&'static str, u32)> {
        let per_domain = self.per_domain_per_minute.map(|limit| (PER_DOMAIN, limit));
        let limits = self.limits().map(|(key, window)| (key, window.limit));
        limits.chain(per_domain).min_by_key(|(_, limit)| *limit)
    }

    pub(super) fn read(section: &Section<'_>) -> Self {
        let names: Vec<(&str, &'static Preset)> = PRESETS.iter().map(|preset| (preset.name, preset)).collect();
        let preset = section.choice("preset", &names);
        let limit = |key, preset: Option<u32>| section.count(key, MOST).or(preset);
        let has_own = ["per_minute", "per_hour", "per_day"].into_iter().any(|key| section.value(key).is_some());
        if let (Some(preset), Some(at)) =
            (preset.filter(|preset| !preset.is_published() && !has_own), section.value("preset"))
        {
            let name = preset.name;
            let message = format!(
                "`{name}` publishes no number: nothing limits this run; say a `per_hour` that is surely taken, and ask the provider"
            );
            section.document().warn(&at.span(), message);
        }
        let hours = section.parsed("hours", |text| text.parse::<Hours>().map_err(|error| error.to_string()));
        let not_before =
            section.parsed("not_before", |text| text.parse::<NotBefore>().map_err(|error| error.to_string()));
        let counts = section.choice("counts", &[("recipients", Counts::Recipients), ("messages", Counts::Messages)]);
        Self {
            per_second: limit("per_second", None),
            per_minute: limit("per_minute", preset.and_then(|preset| preset.per_minute)),
            per_hour: limit("per_hour", preset.and_then(|preset| preset.per_hour)),
            per_day: limit("per_day", preset.and_then(|preset| preset.per_day)),
            per_domain_per_minute: limit("per_domain_per_minute", None),
            unknown: Unknown {
                per_hour: limit("unknown_per_hour", preset.and_then(|preset| preset.unknown.per_hour)),
                per_day: limit("unknown_per_day", preset.and_then(|preset| preset.unknown.per_day)),
            },
            connections: section
                .count("connections", MOST_CONNECTIONS)
                .or(preset.map(|preset| preset.connections))
                .unwrap_or(1),
            counts: counts.unwrap_or_default(),
            not_before: not_before.map(|found| found.value),
            hours: hours.map(|found| found.value),
            stop_after: StopAfter::read(section),
            preset,
        }
    }
}

/// `30 a minute, 10000 a day, 3 connections, Mon-Fri 09:00-17:00 Europe/Vienna`.
impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limits = [
            (self.per_second, "a second"),
            (self.per_minute, "a minute"),
            (self.per_hour, "an hour"),
            (self.per_day, "a day"),
            (self.per_domain_per_minute, "a minute to each domain"),
            (self.unknown.per_hour, "unknown addresses an hour"),
            (self.unknown.per_day, "unknown addresses a day"),
        ];
        let limits = limits.into_iter().filter_map(|(limit, what)| Some(format!("{} {what}", limit?)));
        let mut words: Vec<String> = limits.collect();
        if words.is_empty() {
            words.push("no limit".to_owned());
        }
        words.push(counted(u64::from(self.connections), "connection", "connections"));
        words.extend(self.hours.as_ref().map(ToString::to_string));
        words.extend(self.not_before.as_ref().map(|moment| format!("not before {moment}")));
        f.write_str(&words.join(", "))
    }
}

/// When a deferred delivery is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// After the first deferral; then twice as long each time, up to a day.
    pub first_after: Duration,
    /// Counted from the first attempt: what is still deferred then has failed.
    pub give_up_after: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { first_after: 15 * MINUTE, give_up_after: 4 * DAY }
    }
}

impl Retry {
    pub(super) fn read(section: &Section<'_>) -> Self {
        let default = Self::default();
        let duration = |key, default| section.parsed(key, read_duration).map_or(default, |found| found.value);
        let retry = Self {
            first_after: duration("first_after", default.first_after),
            give_up_after: duration("give_up_after", default.give_up_after),
        };
        if retry.give_up_after < retry.first_after {
            section.document().fault(
                section.at(),
                "`give_up_after` is shorter than `first_after`: nothing would ever be tried again",
            );
        }
        retry
    }

    /// How long to wait after the `attempts`th attempt was deferred, before jitter.
    #[must_use]
    pub fn wait_after(&self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(20);
        self.first_after.saturating_mul(1 << doublings).min(DAY.max(self.first_after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deferral_waits_twice_as_long_each_time_up_to_a_day() {
        let retry = Retry::default();
        let minutes: Vec<u64> = (1..=9).map(|attempts| retry.wait_after(attempts).as_secs() / 60).collect();
        assert_eq!(minutes, [15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
        assert_eq!(retry.wait_after(u32::MAX), DAY);
    }

    #[test]
    fn a_pace_reads_as_its_limits_its_connections_and_its_hours() {
        assert_eq!(Pace::unlimited().to_string(), "no limit, 1 connection");
        let hours: Hours = "Mon-Fri 09:00-17:00 Europe/Vienna".parse().unwrap();
        let pace = Pace {
            per_second: Some(2),
            per_day: Some(10_000),
            per_domain_per_minute: Some(5),
            connections: 3,
            hours: Some(hours.clone()),
            not_before: Some("2026-12-01 09:00 UTC".parse().unwrap()),
            ..Pace::unlimited()
        };
        let limits = "2 a second, 10000 a day, 5 a minute to each domain";
        let expected = format!("{limits}, 3 connections, {hours}, not before 2026-12-01 09:00 UTC");
        assert_eq!(pace.to_string(), expected);
    }
}
