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
use jiff::tz::TimeZone;

use crate::clock::{Clock, later, until};
use crate::config::{Counts, PER_DOMAIN, Pace};
use crate::model::hours::Hours;
use crate::model::not_before::NotBefore;
use crate::model::window::{Full, SlidingLog};

/// Why the next letter has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It is too early for the whole campaign.
    NotBefore(Timestamp),
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
    not_before: Option<NotBefore>,
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
            not_before: pace.not_before.clone(),
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
        self.start_in(None, domain, weight)
    }

    /// The same for a letter to a place, on whose clock the sending hours are read.
    ///
    /// # Errors
    /// The first thing that stands in the way.
    pub fn start_in(&mut self, zone: Option<&TimeZone>, domain: &str, weight: u32) -> Result<(), Hold> {
        let now = self.clock.now();
        if let Some(early) = self.early_by() {
            return Err(Hold::NotBefore(later(now, early)));
        }
        if let Some(closed) = self.closed_for(zone) {
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
    fn closed_for(&self, zone: Option<&TimeZone>) -> Option<Duration> {
        let hours = self.hours.as_ref()?;
        let zone = zone.unwrap_or(hours.zone());
        let wall = self.clock.wall();
        (!hours.are_open_in(wall, zone)).then(|| until(wall, hours.next_open_in(wall, zone)))
    }

    /// How long it is until anything may go; `None` from then on. It is a moment on the wall clock, as the hours are.
    fn early_by(&self) -> Option<Duration> {
        let (at, wall) = (self.not_before.as_ref()?.at(), self.clock.wall());
        (wall < at).then(|| until(wall, at))
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
mod tests;
