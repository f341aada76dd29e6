//! How long a round takes by its pace, before it is sent.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use super::departures::{Departures, Held};
use crate::config::{Counts, PER_DOMAIN, Pace};
use crate::model::count::counted;
use crate::plan::{Decision, Entry};
use crate::report::Takes;

/// The most domains that are counted one by one.
const MOST_DOMAINS: usize = 20_000;

/// Of more letters than this nobody reckons when each of them leaves.
const MOST_LETTERS: usize = 100_000;

/// Counts what a pace limits.
#[derive(Debug, Clone, Default)]
pub(super) struct Load {
    letters: u64,
    addresses: u64,
    /// For each domain, letters and addresses.
    domains: HashMap<String, (u64, u64)>,
}

/// How long a round takes at the least, and what holds it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HowLong {
    /// At the least.
    pub least: Duration,
    /// Which limit holds it up, in words; nothing, where none does.
    pub held_by: Option<String>,
    /// The sending hours, where letters leave in these alone.
    pub hours: Option<SendingHours>,
    /// Before when nothing leaves.
    pub not_before: Option<String>,
}

/// Sending hours, as they lengthen a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendingHours {
    /// They are reckoned in.
    Within(String),
    /// They are not: there are too many letters for that.
    OnTop(String),
}

impl Load {
    /// Takes in a row of the plan.
    pub(super) fn add(&mut self, entry: &Entry) {
        if entry.decision != Decision::Send {
            return;
        }
        self.letters += 1;
        for (n, address) in entry.recipient.addresses().enumerate() {
            self.addresses += 1;
            if let Some(counts) = self.domains.get_mut(address.domain()) {
                counts.0 += u64::from(n == 0);
                counts.1 += 1;
            } else if self.domains.len() < MOST_DOMAINS {
                self.domains.insert(address.domain().to_owned(), (u64::from(n == 0), 1));
            }
        }
    }

    /// How long it takes at a pace from now on.
    pub(super) fn how_long(&self, pace: &Pace, now: Timestamp) -> HowLong {
        let weighs = |(letters, addresses): (u64, u64)| match pace.counts {
            Counts::Recipients => addresses,
            Counts::Messages => letters,
        };
        let all = weighs((self.letters, self.addresses));
        let overall = pace.limits().map(|(key, window)| {
            let held_by = format!("{} at `{key} = {}`", letters(all), window.limit);
            (span(all, window.limit, window.span), held_by)
        });
        let busiest = self.domains.iter().max_by_key(|(domain, counts)| (weighs(**counts), *domain));
        let domain = busiest.zip(pace.windows().per_domain).map(|((domain, counts), window)| {
            let count = weighs(*counts);
            let held_by = format!("{} to {domain} at `{PER_DOMAIN} = {}`", letters(count), window.limit);
            (span(count, window.limit, window.span), held_by)
        });
        let longest = overall.chain(domain).max_by_key(|(least, _)| *least);
        let (least, held_by) = longest.filter(|(least, _)| !least.is_zero()).unzip();
        let least = least.unwrap_or_default();
        let not_before = pace.not_before.as_ref().map(ToString::to_string);
        let Some(hours) = &pace.hours else { return HowLong { least, held_by, hours: None, not_before } };
        match self.last_leaves(pace, now) {
            Some(last) => {
                let until = Duration::try_from(now.duration_until(last)).unwrap_or_default();
                let within = Some(SendingHours::Within(hours.to_string()));
                HowLong { least: least.max(until), held_by, hours: within, not_before }
            }
            None => {
                let on_top = Some(SendingHours::OnTop(hours.to_string()));
                HowLong { least, held_by, hours: on_top, not_before }
            }
        }
    }

    /// When the last letter leaves by windows and sending hours; nothing, where there are too many letters to go
    /// through one by one.
    fn last_leaves(&self, pace: &Pace, now: Timestamp) -> Option<Timestamp> {
        let now = pace.not_before.as_ref().map_or(now, |moment| moment.at().max(now));
        let letters = usize::try_from(self.letters).ok().filter(|letters| (1..=MOST_LETTERS).contains(letters))?;
        // What a letter counts for, on average.
        let in_letters = |limit: u32, (letters, addresses): (u64, u64)| {
            let limit = match pace.counts {
                Counts::Recipients => u64::from(limit) * letters / addresses.max(1),
                Counts::Messages => u64::from(limit),
            };
            usize::try_from(limit.max(1)).unwrap_or(usize::MAX)
        };
        let windows = pace.windows();
        let all = (self.letters, self.addresses);
        let overall = windows.overall.iter().map(|window| (in_letters(window.limit, all), window.span)).collect();
        let hours = pace.hours.as_ref();
        let last = Departures { windows: overall, hours }.last(letters, now, Held::Nothing);
        let busiest = self.domains.values().max_by_key(|(letters, _)| *letters).zip(windows.per_domain);
        let of_domain = busiest.and_then(|(counts, window)| {
            let departures = Departures { windows: vec![(in_letters(window.limit, *counts), window.span)], hours };
            departures.last(usize::try_from(counts.0).ok()?, now, Held::Nothing)
        });
        last.max(of_domain)
    }
}

impl HowLong {
    /// As a report has it.
    pub(super) fn into_takes(self) -> Takes {
        Takes { seconds: self.least.as_secs(), words: self.to_string() }
    }
}

fn letters(count: u64) -> String {
    counted(count, "letter", "letters")
}

/// How long so many take of which a window lets through so many: none, where it lets all through at once.
fn span(count: u64, limit: u32, window: Duration) -> Duration {
    if count <= u64::from(limit) {
        return Duration::ZERO;
    }
    let millis = u128::from(count) * window.as_millis() / u128::from(limit.max(1));
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

impl fmt::Display for HowLong {
    /// Such as `takes about 72 minutes: 718 letters to parliament.example at …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.least.as_secs();
        let about = match seconds {
            0..=59 => "less than a minute".to_owned(),
            60..=7_199 => format!("about {}", counted(seconds.div_ceil(60), "minute", "minutes")),
            7_200..=172_799 => format!("about {} hours", seconds.div_ceil(3_600)),
            _ => format!("about {} days", seconds.div_ceil(86_400)),
        };
        write!(f, "takes {about}")?;
        if let (Some(held_by), true) = (&self.held_by, seconds > 59) {
            write!(f, ": {held_by}")?;
        }
        match &self.hours {
            Some(SendingHours::Within(hours)) => write!(f, "; the time outside of `{hours}` is reckoned in")?,
            Some(SendingHours::OnTop(hours)) => write!(f, "; the time outside of `{hours}` comes on top")?,
            None => {}
        }
        match &self.not_before {
            Some(moment) => write!(f, "; nothing leaves before {moment}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_that_is_full_longest_tells_how_long_it_takes() {
        let pace = Pace { per_hour: Some(1_000), per_domain_per_minute: Some(10), ..Pace::unlimited() };
        let now = Timestamp::UNIX_EPOCH;
        let mut load = Load { letters: 900, addresses: 900, ..Load::default() };
        load.domains.insert("parliament.example".to_owned(), (718, 718));
        load.domains.insert("ministry.example".to_owned(), (182, 182));
        assert_eq!(
            load.how_long(&pace, now).to_string(),
            "takes about 72 minutes: 718 letters to parliament.example at `per_domain_per_minute = 10`"
        );
        load.addresses = 5_000;
        assert_eq!(load.how_long(&pace, now).to_string(), "takes about 5 hours: 5000 letters at `per_hour = 1000`");
        let small = Load { letters: 3, addresses: 3, ..Load::default() };
        assert_eq!(small.how_long(&pace, now).to_string(), "takes less than a minute");
        let pace = Pace { not_before: Some("2026-12-01 09:00 UTC".parse().unwrap()), ..pace };
        let said = "takes less than a minute; nothing leaves before 2026-12-01 09:00 UTC";
        assert_eq!(small.how_long(&pace, now).to_string(), said);
    }

    #[test]
    fn sending_hours_are_reckoned_in() {
        let hours = Some("Mon-Fri 09:00-17:00 UTC".parse().unwrap());
        let pace = Pace { per_hour: Some(10), hours, ..Pace::unlimited() };
        let load = |letters| Load { letters, addresses: letters, ..Load::default() };
        // A Friday at four: ten letters at once, and the next ones on Monday from nine o'clock on.
        let friday = "2024-06-14T16:00:00Z".parse().unwrap();
        let said = |letters, now| load(letters).how_long(&pace, now).to_string();
        let reckoned = "; the time outside of `Mon-Fri 09:00-17:00 UTC` is reckoned in";
        assert_eq!(said(10, friday), format!("takes less than a minute{reckoned}"));
        assert_eq!(said(11, friday), format!("takes about 3 days: 11 letters at `per_hour = 10`{reckoned}"));
        let saturday = "2024-06-15T09:00:00Z".parse().unwrap();
        assert_eq!(said(1, saturday), format!("takes about 2 days{reckoned}"));
        assert!(said(100_001, friday).ends_with("comes on top"));
        let domains = [("parliament.example".to_owned(), (18, 18))].into();
        let pace = Pace { per_hour: None, per_domain_per_minute: Some(1), ..pace };
        let late = "2024-06-14T16:50:00Z".parse().unwrap();
        let found = Load { domains, ..load(18) }.how_long(&pace, late);
        assert_eq!(found.least, Duration::from_mins(64 * 60 + 17));
    }
}
