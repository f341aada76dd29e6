//! Rolling windows: how many recipients an account has been handed in the last minute, hour or day, and when there is
//! room again.
//!
//! An attempt counts from the moment its intent is recorded until `span` after it *ended*: somewhere between the two
//! the server saw it, so that whatever the server counts in any window of that length stays within the limit.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::{earlier, later};

/// At most `limit` in any stretch of time as long as `span`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many.
    pub limit: u32,
    /// In how long a time.
    pub span: Duration,
}

/// The rolling windows of an account: over everything it sends, and for each recipient domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Windows {
    /// Over everything that is sent.
    pub overall: Vec<Window>,
    /// For each recipient domain.
    pub per_domain: Option<Window>,
}

impl Windows {
    /// Whether nothing is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.overall.is_empty() && self.per_domain.is_none()
    }

    /// How far back an attempt can still matter.
    #[must_use]
    pub fn longest(&self) -> Duration {
        let spans = self.overall.iter().chain(&self.per_domain).map(|window| window.span);
        spans.max().unwrap_or_default()
    }
}

/// What stands in the way of sending now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    /// The earliest time at which there can be room; `None` while attempts are under way whose end is not known, and
    /// for ever where the letter alone counts for more than the window holds (the list is looked at for that).
    pub until: Option<Timestamp>,
    /// Whether only this recipient domain's window is full, so that letters to others may go.
    pub domain_only: bool,
}

/// The attempts that still count, for one set of windows.
#[derive(Debug, Clone)]
pub struct SlidingLog {
    windows: Windows,
    overall: Vec<Stretch>,
    domains: HashMap<String, Stretch>,
}

/// The attempts of one window: those that ended, by their end, and those under way.
#[derive(Debug, Clone, Default)]
struct Stretch {
    ended: VecDeque<(Timestamp, u32)>,
    ended_weight: u64,
    open_weight: u64,
}

impl Stretch {
    fn expire(&mut self, now: Timestamp, span: Duration) {
        let horizon = earlier(now, span);
        while let Some(&(end, weight)) = self.ended.front() {
            if end > horizon {
                break;
            }
            self.ended.pop_front();
            self.ended_weight -= u64::from(weight);
        }
    }

    /// When `weight` more fit into a window, `Ok` for now.
    fn room(&self, window: Window, weight: u32) -> Result<(), Option<Timestamp>> {
        let limit = u64::from(window.limit);
        let wanted = u64::from(weight);
        let mut held = self.ended_weight + self.open_weight;
        if held + wanted <= limit {
            return Ok(());
        }
        for &(end, weight) in &self.ended {
            held -= u64::from(weight);
            if held + wanted <= limit {
                return Err(Some(later(end, window.span)));
            }
        }
        Err(None)
    }

    fn end(&mut self, at: Timestamp, weight: u32) {
        // Ends come nearly in order; an early one is put in its place.
        let place = self.ended.iter().rposition(|(end, _)| *end <= at).map_or(0, |at| at + 1);
        self.ended.insert(place, (at, weight));
        self.ended_weight += u64::from(weight);
    }
}

impl SlidingLog {
    /// An empty log for a set of windows.
    #[must_use]
    pub fn new(windows: Windows) -> Self {
        let overall = vec![Stretch::default(); windows.overall.len()];
        Self { windows, overall, domains: HashMap::new() }
    }

    /// The windows it was made for.
    #[must_use]
    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    /// Whether a letter of `weight` to `domain` may be started at `now`.
    ///
    /// # Errors
    /// Says until when it must wait, and whether letters to other domains must wait too.
    pub fn room(&mut self, now: Timestamp, domain: &str, weight: u32) -> Result<(), Full> {
        for (window, stretch) in self.windows.overall.iter().zip(&mut self.overall) {
            stretch.expire(now, window.span);
            stretch.room(*window, weight).map_err(|until| Full { until, domain_only: false })?;
        }
        if let (Some(window), Some(stretch)) = (self.windows.per_domain, self.domains.get_mut(domain)) {
            stretch.expire(now, window.span);
            stretch.room(window, weight).map_err(|until| Full { until, domain_only: true })?;
        }
        Ok(())
    }

    /// Which of the windows over everything has no room for `weight` more, by its place, as of the last look.
    #[must_use]
    pub fn first_full(&self, weight: u32) -> Option<usize> {
        let mut windows = self.windows.overall.iter().zip(&self.overall);
        windows.position(|(window, stretch)| stretch.room(*window, weight).is_err())
    }

    /// Records that a letter was started: from now on it counts.
    pub fn start(&mut self, domain: &str, weight: u32) {
        for stretch in &mut self.overall {
            stretch.open_weight += u64::from(weight);
        }
        if self.windows.per_domain.is_some() {
            self.domains.entry(domain.to_owned()).or_default().open_weight += u64::from(weight);
        }
    }

    /// Records that a letter that was started is over; it counts until `span` after `at`.
    pub fn end(&mut self, at: Timestamp, domain: &str, weight: u32) {
        for stretch in self.overall.iter_mut().chain(self.domains.get_mut(domain)) {
            stretch.open_weight = stretch.open_weight.saturating_sub(u64::from(weight));
            stretch.end(at, weight);
        }
    }

    /// Records that a letter that was started was not sent after all: it does not count.
    pub fn take_back(&mut self, domain: &str, weight: u32) {
        for stretch in self.overall.iter_mut().chain(self.domains.get_mut(domain)) {
            stretch.open_weight = stretch.open_weight.saturating_sub(u64::from(weight));
        }
    }

    /// Forgets the domains whose windows are empty, so that a long run over many domains stays small.
    pub fn shrink(&mut self, now: Timestamp) {
        if let Some(window) = self.windows.per_domain {
            self.domains.retain(|_, stretch| {
                stretch.expire(now, window.span);
                stretch.open_weight > 0 || !stretch.ended.is_empty()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn log(limit: u32, per_domain: Option<u32>) -> SlidingLog {
        SlidingLog::new(Windows {
            overall: vec![Window { limit, span: MINUTE }],
            per_domain: per_domain.map(|limit| Window { limit, span: MINUTE }),
        })
    }

    fn send(log: &mut SlidingLog, start: i64, end: i64, domain: &str) -> Result<(), Full> {
        log.room(at(start), domain, 1)?;
        log.start(domain, 1);
        log.end(at(end), domain, 1);
        Ok(())
    }

    #[test]
    fn a_window_counts_from_the_end_of_each_attempt() {
        let mut log = log(2, None);
        send(&mut log, 0, 3, "a").unwrap();
        send(&mut log, 1, 5, "a").unwrap();
        let full = log.room(at(10), "a", 1).unwrap_err();
        assert_eq!(full, Full { until: Some(at(63)), domain_only: false });
        assert!(log.room(at(62), "a", 1).is_err());
        assert!(log.room(at(63), "a", 1).is_ok());
    }

    #[test]
    fn an_attempt_under_way_counts_until_it_ends() {
        let mut log = log(1, None);
        log.start("a", 1);
        assert_eq!(log.room(at(1_000), "a", 1).unwrap_err().until, None);
        log.end(at(1_000), "a", 1);
        assert_eq!(log.room(at(1_001), "a", 1).unwrap_err().until, Some(at(1_060)));
    }

    #[test]
    fn a_full_domain_leaves_the_others_free() {
        let mut log = log(100, Some(1));
        send(&mut log, 0, 0, "a").unwrap();
        assert!(log.room(at(1), "a", 1).unwrap_err().domain_only);
        assert!(log.room(at(1), "b", 1).is_ok());
        log.shrink(at(120));
        assert!(log.domains.is_empty());
    }

    #[test]
    fn copies_count_and_a_letter_with_too_many_of_them_never_goes() {
        let mut log = log(5, None);
        log.start("a", 4);
        log.end(at(0), "a", 4);
        assert!(log.room(at(1), "a", 1).is_ok());
        assert!(log.room(at(1), "a", 2).is_err());
        assert_eq!(log.room(at(60), "a", 9).unwrap_err().until, None);
        assert_eq!(log.first_full(9), Some(0));
    }
}
