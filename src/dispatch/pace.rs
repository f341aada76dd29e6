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
use crate::config::{Counts, PER_DOMAIN, Pace};
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
    /// The keys of the windows over everything, in their order.
    keys: Vec<&'static str>,
    /// The key of the window that was found full last; nothing, where the ledger alone knows of it.
    full_key: Option<&'static str>,
}

/// From this rate on, letters that are late do not make those behind them late too: timers, disks and other programs
/// cost milliseconds, which is nothing between a few letters a second and would cost many a second more than one in
/// fifty.
const TIMERS_MATTER: u32 = 10;
/// How late a letter may be and the time be made up for: that of so many letters, as a part of a second.
const MADE_UP_FOR: u32 = 10;

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
        // A burst of one is exact spacing; each more makes up for one letter's lateness.
        let late = if rate.get() < TIMERS_MATTER { 0 } else { rate.get() / MADE_UP_FOR };
        let burst = NonZeroU32::MIN.saturating_add(late);
        let limiter = RateLimiter::direct_with_clock(Quota::per_second(rate).allow_burst(burst), ticks.clone());
        // Nothing is late yet. That there is room for it is known: the burst is that large.
        if let Some(late) = NonZeroU32::new(late) {
            let _ = limiter.check_n(late);
        }
        Self { limiter, ticks }
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
            keys: pace.limits().map(|(key, _)| key).collect(),
            full_key: None,
        }
    }

    /// The key of the window that was found full last; nothing, where others have filled it.
    #[must_use]
    pub fn full_key(&self) -> Option<&'static str> {
        self.full_key
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
        self.full_key = None;
        self.room_beside_others(now, domain).map_err(Hold::Window)?;
        if let Err(full) = self.log.room(now, domain, weight) {
            let overall = || self.log.first_full(weight).and_then(|place| self.keys.get(place).copied());
            self.full_key = if full.domain_only { Some(PER_DOMAIN) } else { overall() };
            return Err(Hold::Window(full));
        }
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

    /// One rate after another, with timers and letters that take their time: as much as on a busy machine with a slow
    /// disk, and now and then much more.
    #[test]
    fn up_to_two_hundred_a_second_nearly_all_go_and_never_one_too_many() {
        for (rate, seed) in [1, 5, 10, 20, 50, 100, 150, 200].into_iter().zip(1..) {
            let clock = clock();
            let mut random = fastrand::Rng::with_seed(seed);
            let mut pacer = Pacer::new(&Pace { per_second: Some(rate), ..Pace::unlimited() }, clock.clone());
            let (begun, length) = (clock.now(), Duration::from_mins(1));
            let mut under_way: Vec<Timestamp> = Vec::new();
            let mut seen = Vec::new();
            while until(begun, clock.now()) < length {
                let now = clock.now();
                under_way.sort_unstable();
                while under_way.first().is_some_and(|end| *end <= now) {
                    under_way.remove(0);
                    pacer.end("example.org", 1);
                }
                let wake = match pacer.start("example.org", 1) {
                    Ok(()) => {
                        let takes = Duration::from_micros(random.u64(1_000..12_000));
                        under_way.push(later(now, takes));
                        // Somewhere in this time the server sees it.
                        seen.push(later(now, takes.mul_f64(random.f64())));
                        continue;
                    }
                    Err(Hold::Spacing(at) | Hold::Window(Full { until: Some(at), .. })) => at,
                    Err(Hold::Window(Full { until: None, .. })) => under_way[0],
                    Err(Hold::Hours(_)) => panic!("there are none"),
                };
                let wake = under_way.first().map_or(wake, |end| wake.min(*end));
                let pause = if random.u8(..) == 0 { random.u64(20_000..80_000) } else { random.u64(100..2_000) };
                clock.advance(until(now, wake) + Duration::from_micros(pause));
            }
            seen.sort_unstable();
            let most = usize::try_from(rate).unwrap();
            for (place, first) in seen.iter().enumerate() {
                let within = seen[place..].iter().take_while(|at| until(*first, **at) < Duration::from_secs(1));
                assert!(within.count() <= most, "{rate} a second");
            }
            let possible = most * 60;
            assert!(seen.len() * 100 >= possible * 97, "{} of {possible} at {rate} a second", seen.len());
        }
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
