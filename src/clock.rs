//! Time as a value: everything that needs the current time is handed a [`Clock`], so that a test can hold it still or move it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Tells what time it is.
///
/// `System` never runs backwards and never jumps while the program runs: it takes the wall clock once, at the start, and adds the
/// time that has really passed since, the machine's sleep included. A wall clock that somebody sets during a run therefore cannot empty
/// a rolling window early, and a closed lid cannot stretch one.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock, anchored at the moment of [`Clock::system`].
    System {
        /// The wall clock at the anchor.
        wall: Timestamp,
        /// The time since the machine started, at the anchor.
        anchor: Duration,
    },
    /// A clock that stands still until it is moved: for tests, and for asking what a plan would be at another time.
    Fixed(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// The machine's clock, anchored now.
    #[must_use]
    pub fn system() -> Self {
        Self::System { wall: Timestamp::now(), anchor: since_boot() }
    }

    /// A clock that stands at `at`.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }

    /// The time now, in whole microseconds: what the ledger can hold.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = match self {
            Self::System { wall, anchor } => later(*wall, since_boot().saturating_sub(*anchor)),
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        };
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Moves a fixed clock forward; the system's clock moves by itself and is left alone.
    pub fn advance(&self, by: Duration) {
        if let Self::Fixed(at) = self {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at = later(*at, by);
        }
    }
}

/// The time since the machine started, its sleep included: what Rust's own monotonic clock leaves out on Linux and macOS.
#[cfg(unix)]
fn since_boot() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    // On the other systems that have it, this clock goes on while the machine sleeps.
    #[cfg(target_os = "linux")]
    let clock = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    let clock = ClockId::Monotonic;
    let now = clock_gettime(clock);
    let (seconds, nanoseconds) = (u64::try_from(now.tv_sec), u32::try_from(now.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanoseconds.unwrap_or_default())
}

/// The time since the first call: the performance counter of Windows goes on while the machine sleeps.
#[cfg(not(unix))]
fn since_boot() -> Duration {
    static FIRST: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    FIRST.elapsed()
}

/// `at` plus `by`, and the last moment that can be written down where the sum would lie beyond it.
#[must_use]
pub fn later(at: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| at.checked_add(by).ok()).unwrap_or(Timestamp::MAX)
}

/// `at` minus `by`, and the first moment that can be written down where the difference would lie before it.
#[must_use]
pub fn earlier(at: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| at.checked_sub(by).ok()).unwrap_or(Timestamp::MIN)
}

/// How long it is from `from` until `until`: zero where that has passed.
#[must_use]
pub fn until(from: Timestamp, until: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_it_is_moved() {
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_mins(1));
        assert_eq!(clock.now().as_second(), 60);
    }

    #[test]
    fn the_machines_clock_goes_on_and_starts_at_the_wall_clock() {
        let clock = Clock::system();
        let (first, wall) = (clock.now(), Timestamp::now());
        assert!(until(first, wall) < Duration::from_mins(1) && until(wall, first) < Duration::from_mins(1));
        while clock.now() == first {
            std::thread::yield_now();
        }
        assert!(clock.now() > first);
    }

    #[test]
    fn time_left_is_never_negative() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(until(later(now, Duration::from_secs(5)), now), Duration::ZERO);
        assert_eq!(until(now, later(now, Duration::from_secs(5))), Duration::from_secs(5));
    }
}
