//! The pace: whether the next letter may go now, and if not, when.
//!
//! governor spaces letters out evenly within a second; a sliding log keeps every rolling window. GCRA alone lets up to
//! twice the limit through in a window, so it is never asked for a quota.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use jiff::Timestamp;

use crate::clock::{Clock, later, until};
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
    /// Until when a window is full of what other runs sent, which only the ledger knows: over everything, and for a
    /// domain.
    full_until: Option<Timestamp>,
    domains_full_until: HashMap<String, Timestamp>,
}

/// From this rate on, a letter that is late does not make the next one late too: timers are late by a millisecond or
/// two, which is nothing between a few letters a second and would cost many a second more than one in fifty.
const TIMERS_MATTER: u32 = 10;

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

impl Spacing {
    fn new(rate: NonZeroU32, clock: Clock) -> Self {
        let ticks = Ticks(clock);
        // A burst of one is exact spacing; a burst of two makes up for one letter's lateness.
        let burst = if rate.get() < TIMERS_MATTER { NonZeroU32::MIN } else { NonZeroU32::MIN.saturating_add(1) };
        let quota = Quota::per_second(rate).allow_burst(burst);
        Self { limiter: RateLimiter::direct_with_clock(quota, ticks.clone()), ticks }
    }

    /// Takes the next time, or says when it is.
    fn take(&self, now: Timestamp) -> Result<(), Timestamp> {
        self.limiter.check().map_err(|not_until| {
            let wait = not_until.wait_time_from(self.ticks.now());
            later(now, wait.max(Duration::from_micros(1)))
        })
    }
}

impl Pacer {
    /// Keeps a pace from now on.
    #[must_use]
    pub fn new(pace: &Pace, clock: Clock) -> Self {
        let spacing = pace.per_second.and_then(NonZeroU32::new).map(|rate| Spacing::new(rate, clock.clone()));
        Self {
            clock,
            hours: pace.hours.clone(),
            spacing,
            log: SlidingLog::new(pace.windows()),
            counts: pace.counts,
            full_until: None,
            domains_full_until: HashMap::new(),
        }
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
        if let Some(closed) = self.closed_for() {
            return Err(Hold::Hours(later(now, closed)));
        }
        self.room_beside_others(now, domain).map_err(Hold::Window)?;
        self.log.room(now, domain, weight).map_err(Hold::Window)?;
        if let Some(spacing) = &self.spacing {
            spacing.take(now).map_err(Hold::Spacing)?;
        }
        self.log.start(domain, weight);
        Ok(())
    }

    /// How long it is until the sending hours begin; `None` within them. They are the people's: what is done to the
    /// wall clock during a run counts for them, and for nothing else.
    fn closed_for(&self) -> Option<Duration> {
        let hours = self.hours.as_ref()?;
        let wall = self.clock.wall();
        (!hours.are_open(wall)).then(|| until(wall, hours.next_open(wall)))
    }

    /// A letter that was let go has ended: accepted, refused, or given up.
    pub fn end(&mut self, domain: &str, weight: u32) {
        self.log.end(self.clock.now(), domain, weight);
    }

    /// The ledger let a letter not go, since a window is full of what other runs sent too. Where nobody knows until
    /// when, it is asked again in a second.
    pub fn is_full(&mut self, domain: &str, full: Full) {
        let until = full.until.unwrap_or_else(|| later(self.clock.now(), Duration::from_secs(1)));
        if full.domain_only {
            self.domains_full_until.insert(domain.to_owned(), until);
        } else {
            self.full_until = Some(until);
        }
    }

    fn room_beside_others(&self, now: Timestamp, domain: &str) -> Result<(), Full> {
        let full = |until: Option<&Timestamp>, domain_only| match until {
            Some(until) if *until > now => Err(Full { until: Some(*until), domain_only }),
            _ => Ok(()),
        };
        full(self.full_until.as_ref(), false)?;
        full(self.domains_full_until.get(domain), true)
    }

    /// A letter that was let go was not sent after all.
    pub fn take_back(&mut self, domain: &str, weight: u32) {
        self.log.take_back(domain, weight);
    }

    /// Forgets what does not count any more.
    pub fn shrink(&mut self) {
        let now = self.clock.now();
        self.log.shrink(now);
        self.domains_full_until.retain(|_, until| *until > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_timer_that_is_late_each_time_loses_no_letter() {
        let clock = clock();
        let mut pacer = Pacer::new(&Pace { per_second: Some(100), ..Pace::unlimited() }, clock.clone());
        let (begun, mut letters) = (clock.now(), 0);
        while until(begun, clock.now()) < Duration::from_secs(10) {
            match pacer.start("example.org", 1) {
                Ok(()) => {
                    letters += 1;
                    pacer.end("example.org", 1);
                }
                Err(Hold::Spacing(at) | Hold::Window(Full { until: Some(at), .. })) => {
                    clock.advance(until(clock.now(), at) + Duration::from_micros(1_500));
                }
                Err(hold) => panic!("{hold:?}"),
            }
        }
        assert!((980..=1_000).contains(&letters), "{letters}");
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
    fn a_window_that_others_have_filled_holds_what_it_is_about_and_no_longer_than_that() {
        let clock = clock();
        let mut pacer = Pacer::new(&Pace::unlimited(), clock.clone());
        let full = |domain_only| Full { until: Some(later(clock.now(), Duration::from_secs(5))), domain_only };
        pacer.is_full("example.org", full(true));
        assert_eq!(pacer.start("example.org", 1), Err(Hold::Window(full(true))));
        assert_eq!(pacer.start("example.net", 1), Ok(()));
        pacer.is_full("example.org", full(false));
        assert_eq!(pacer.start("example.net", 1), Err(Hold::Window(full(false))));
        clock.advance(Duration::from_secs(5));
        assert_eq!(pacer.start("example.org", 1), Ok(()));
    }

    #[test]
    fn the_hours_are_those_of_the_clock_on_the_wall() {
        let pace = Pace { hours: Some("Mon-Fri 09:00-17:30 Europe/Brussels".parse().unwrap()), ..Pace::unlimited() };
        let clock = Clock::fixed("2024-06-12T20:00:00Z".parse().unwrap());
        let mut pacer = Pacer::new(&pace, clock.clone());
        // The clock was wrong by twelve hours, and somebody puts it right during the run.
        clock.set_wall("2024-06-12T08:00:00Z".parse().unwrap());
        assert_eq!(pacer.start("example.org", 1), Ok(()));
        clock.set_wall("2024-06-12T06:00:00Z".parse().unwrap());
        let Err(Hold::Hours(until)) = pacer.start("example.org", 1) else { panic!("it is too early") };
        assert_eq!(super::until(clock.now(), until), Duration::from_hours(1));
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
