//! The pace: whether the next letter may go now, and if not, when.
//!
//! governor spaces letters out evenly within a second; a sliding log keeps every rolling window. GCRA alone lets up to twice the
//! limit through in a window, so it is never asked for a quota.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use jiff::Timestamp;

use crate::clock::{Clock, later};
use crate::config::{Counts, Pace};
use crate::model::hours::Hours;
use crate::model::window::{Full, SlidingLog};

/// Why the next letter has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It is not one of the sending hours.
    Hours(Timestamp),
    /// Letters are spaced out within a second.
    Spacing(Timestamp),
    /// A rolling window is full.
    Window(Full),
}

/// Keeps the pace of one run. It is told of every letter: when it starts and when it ends.
#[derive(Debug)]
pub struct Pacer {
    clock: Clock,
    hours: Option<Hours>,
    spacing: Option<Spacing>,
    log: SlidingLog,
    counts: Counts,
}

#[derive(Debug)]
struct Spacing {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>,
    ticks: Ticks,
}

/// Our clock as governor reads it.
#[derive(Debug, Clone)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_micros(u64::try_from(self.0.now().as_microsecond()).unwrap_or_default()))
    }
}

impl Pacer {
    /// Keeps a pace from now on.
    #[must_use]
    pub fn new(pace: &Pace, clock: Clock) -> Self {
        let spacing = pace.per_second.and_then(NonZeroU32::new).map(|rate| {
            let ticks = Ticks(clock.clone());
            // A burst of one: exact spacing.
            let quota = Quota::per_second(rate).allow_burst(NonZeroU32::MIN);
            Spacing { limiter: RateLimiter::direct_with_clock(quota, ticks.clone()), ticks }
        });
        Self { clock, hours: pace.hours.clone(), spacing, log: SlidingLog::new(pace.windows()), counts: pace.counts }
    }

    /// Takes in a letter that was sent before this run, or by another.
    pub fn remember(&mut self, ended_at: Timestamp, domain: &str, weight: u32) {
        self.log.start(domain, weight);
        self.log.end(ended_at, domain, weight);
    }

    /// For how many a letter to `addresses` recipients counts.
    #[must_use]
    pub fn weight(&self, addresses: usize) -> u32 {
        match self.counts {
            Counts::Messages => 1,
            Counts::Recipients => u32::try_from(addresses).unwrap_or(u32::MAX),
        }
    }

    /// Lets the next letter go and counts it from now on, or says why it must wait.
    ///
    /// # Errors
    /// The first thing that stands in the way.
    pub fn start(&mut self, domain: &str, weight: u32) -> Result<(), Hold> {
        let now = self.clock.now();
        if let Some(hours) = self.hours.as_ref().filter(|hours| !hours.are_open(now)) {
            return Err(Hold::Hours(hours.next_open(now)));
        }
        self.log.room(now, domain, weight).map_err(Hold::Window)?;
        if let Some(spacing) = &self.spacing
            && let Err(not_until) = spacing.limiter.check()
        {
            let wait = not_until.wait_time_from(spacing.ticks.now());
            return Err(Hold::Spacing(later(now, wait.max(Duration::from_micros(1)))));
        }
        self.log.start(domain, weight);
        Ok(())
    }

    /// A letter that was let go has ended: accepted, refused, or given up.
    pub fn end(&mut self, domain: &str, weight: u32) {
        self.log.end(self.clock.now(), domain, weight);
    }

    /// A letter that was let go was not sent after all.
    pub fn take_back(&mut self, domain: &str, weight: u32) {
        self.log.take_back(domain, weight);
    }

    /// Forgets what does not count any more.
    pub fn shrink(&mut self) {
        self.log.shrink(self.clock.now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::until;

    fn start_of(clock: &Clock) -> Timestamp {
        clock.now()
    }

    /// Sends as fast as the pace allows, and gives the times, in milliseconds from the first.
    fn send(pace: &Pace, clock: &Clock, letters: usize) -> Vec<u128> {
        let mut pacer = Pacer::new(pace, clock.clone());
        let first = start_of(clock);
        let mut times = Vec::new();
        while times.len() < letters {
            match pacer.start("example.org", 1) {
                Ok(()) => {
                    times.push(until(first, clock.now()).as_millis());
                    pacer.end("example.org", 1);
                }
                Err(Hold::Hours(at) | Hold::Spacing(at) | Hold::Window(Full { until: Some(at), .. })) => {
                    clock.advance(until(clock.now(), at));
                }
                Err(Hold::Window(Full { until: None, .. })) => panic!("nothing is under way"),
            }
        }
        times
    }

    fn clock() -> Clock {
        Clock::fixed("2024-06-12T08:00:00Z".parse().unwrap())
    }

    #[test]
    fn letters_are_evenly_spaced_within_a_second() {
        let pace = Pace { per_second: Some(5), ..Pace::unlimited() };
        assert_eq!(send(&pace, &clock(), 7), [0, 200, 400, 600, 800, 1000, 1200]);
    }

    #[test]
    fn no_minute_ever_holds_more_than_its_limit_and_no_time_is_lost() {
        let pace = Pace { per_minute: Some(30), ..Pace::unlimited() };
        let times = send(&pace, &clock(), 120);
        for (place, start) in times.iter().enumerate() {
            assert!(times[place..].iter().filter(|time| **time - start < 60_000).count() <= 30);
        }
        assert_eq!(times.last(), Some(&180_000));
    }

    #[test]
    fn nothing_goes_outside_the_hours() {
        let pace = Pace { hours: Some("Mon-Fri 09:00-17:30 Europe/Brussels".parse().unwrap()), ..Pace::unlimited() };
        let clock = Clock::fixed("2024-06-14T15:30:00Z".parse().unwrap());
        send(&pace, &clock, 1);
        assert_eq!(clock.now(), "2024-06-17T07:00:00Z".parse().unwrap());
    }

    #[test]
    fn what_was_sent_before_counts() {
        let clock = clock();
        let mut pacer = Pacer::new(&Pace { per_day: Some(1), ..Pace::unlimited() }, clock.clone());
        pacer.remember(clock.now(), "example.org", 1);
        clock.advance(Duration::from_hours(1));
        let Err(Hold::Window(full)) = pacer.start("example.org", 1) else { panic!("the day is full") };
        assert_eq!(full.until.map(|at| until(clock.now(), at)), Some(Duration::from_hours(23)));
    }

    #[test]
    fn what_was_not_sent_after_all_does_not_count() {
        let mut pacer = Pacer::new(&Pace { per_day: Some(1), ..Pace::unlimited() }, clock());
        pacer.start("example.org", 1).unwrap();
        assert!(pacer.start("example.org", 1).is_err());
        pacer.take_back("example.org", 1);
        assert!(pacer.start("example.org", 1).is_ok());
    }
}
