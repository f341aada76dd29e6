//! Time as a value: everything that needs the current time is handed a [`Clock`], so that a test can hold it still or
//! move it.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// This program was not made yet then: a clock before that is wrong, such as one that begins anew in 1970.
pub const MADE_IN: Timestamp = Timestamp::constant(1_704_067_200, 0);

/// Tells what time it is.
///
/// It never runs backwards and never jumps while the program runs: it takes the wall clock once, at the start, and adds
/// the time that has really passed since, the machine's sleep included. A wall clock that somebody sets during a run
/// therefore cannot empty a rolling window early, and a closed lid cannot stretch one.
#[derive(Debug, Clone)]
pub struct Clock {
    anchor: Anchor,
    source: Source,
}

/// What a clock's time rests on. Two clocks with the same `boot` differ by their `started` alone, and that by what was
/// done to the wall clock between them: how long ago something was can be told in spite of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Names the start of the machine since which time is counted.
    pub boot: String,
    /// When that was, as this clock has it.
    pub started: Timestamp,
}

/// Where the time comes from.
#[derive(Debug, Clone)]
enum Source {
    /// The machine's clocks.
    System,
    /// Clocks that stand still until they are moved: for tests, and for asking what a plan would be at another time.
    Fixed(Arc<Mutex<Machine>>),
}

/// A machine whose clocks stand still.
#[derive(Debug)]
struct Machine {
    /// How often it was started.
    starts: u32,
    /// When it was started, by its wall clock.
    started: Timestamp,
    /// The time since then.
    since: Duration,
}

impl Machine {
    fn anchor(&self) -> Anchor {
        Anchor { boot: format!("start {} of a machine that stands still", self.starts), started: self.started }
    }
}

impl Clock {
    /// The machine's clock, anchored now.
    #[must_use]
    pub fn system() -> Self {
        let started = earlier(Timestamp::now(), since_boot());
        Self { anchor: Anchor { boot: BOOT.clone(), started }, source: Source::System }
    }

    /// A clock that stands at `at`.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        let machine = Machine { starts: 1, started: Timestamp::UNIX_EPOCH, since: until(Timestamp::UNIX_EPOCH, at) };
        Self { anchor: machine.anchor(), source: Source::Fixed(Arc::new(Mutex::new(machine))) }
    }

    /// Whether it is the machine's, and goes on with the time of everybody else.
    #[must_use]
    pub fn is_the_machines(&self) -> bool {
        matches!(self.source, Source::System)
    }

    /// The time now, in whole microseconds: what the ledger can hold.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let since = match &self.source {
            Source::System => since_boot(),
            Source::Fixed(machine) => lock(machine).since,
        };
        whole(later(self.anchor.started, since))
    }

    /// What the wall clock says now, whatever was done to it since the program started: for what people do by it, as
    /// their hours.
    #[must_use]
    pub fn wall(&self) -> Timestamp {
        whole(match &self.source {
            Source::System => Timestamp::now(),
            Source::Fixed(machine) => {
                let machine = lock(machine);
                later(machine.started, machine.since)
            }
        })
    }

    /// What the clock's time rests on.
    #[must_use]
    pub fn anchor(&self) -> &Anchor {
        &self.anchor
    }

    /// Moves a fixed clock forward; the system's clock moves by itself and is left alone.
    pub fn advance(&self, by: Duration) {
        self.on_machine(|machine| machine.since = machine.since.saturating_add(by));
    }

    /// Sets the wall clock of a fixed clock's machine. The clocks that were taken from it do not see it.
    pub fn set_wall(&self, to: Timestamp) {
        self.on_machine(|machine| machine.started = earlier(to, machine.since));
    }

    /// Starts a fixed clock's machine anew; its wall clock goes on.
    pub fn restart(&self) {
        self.on_machine(|machine| {
            machine.started = later(machine.started, machine.since);
            machine.since = Duration::ZERO;
            machine.starts += 1;
        });
    }

    /// The clock as the next program on this machine has it: anchored now.
    #[must_use]
    pub fn anew(&self) -> Self {
        match &self.source {
            Source::System => Self::system(),
            Source::Fixed(machine) => Self { anchor: lock(machine).anchor(), source: self.source.clone() },
        }
    }

    fn on_machine(&self, change: impl FnOnce(&mut Machine)) {
        if let Source::Fixed(machine) = &self.source {
            change(&mut lock(machine));
        }
    }
}

fn lock(machine: &Mutex<Machine>) -> MutexGuard<'_, Machine> {
    machine.lock().unwrap_or_else(PoisonError::into_inner)
}

fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// The name of this start of the machine. Where the system has none, and where [`since_boot`] is not the same for all
/// programs, it is one of this process alone.
static BOOT: LazyLock<String> = LazyLock::new(|| {
    let named =
        if cfg!(target_os = "linux") { std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok() } else { None };
    let named = named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    named.unwrap_or_else(|| format!("process {:032x}", fastrand::u128(..)))
});

/// The time since the machine started, its sleep included: what Rust's own monotonic clock leaves out on Linux and
/// macOS.
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
    static FIRST: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
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
    fn a_wall_clock_that_is_set_is_seen_by_the_next_program_alone() {
        let first = Clock::fixed(Timestamp::from_second(1_000_000).unwrap());
        first.set_wall(Timestamp::from_second(5_000).unwrap());
        first.advance(Duration::from_secs(1));
        let second = first.anew();
        assert_eq!((first.now().as_second(), second.now().as_second()), (1_000_001, 5_001));
        assert_eq!(first.wall(), second.now());
        assert_eq!(first.anchor().boot, second.anchor().boot);
        first.restart();
        let third = first.anew();
        assert_eq!(third.now().as_second(), 5_001);
        assert_ne!(third.anchor().boot, second.anchor().boot);
    }

    #[test]
    fn programs_of_one_start_of_this_machine_agree_on_it() {
        let (one, other) = (Clock::system(), Clock::system());
        assert_eq!(one.anchor().boot, other.anchor().boot);
        let apart = until(one.anchor().started, other.anchor().started);
        assert!(apart < Duration::from_mins(1), "{apart:?}");
        assert!(until(one.wall(), one.now()) < Duration::from_mins(1));
    }

    #[test]
    fn time_left_is_never_negative() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(until(later(now, Duration::from_secs(5)), now), Duration::ZERO);
        assert_eq!(until(now, later(now, Duration::from_secs(5))), Duration::from_secs(5));
    }
}
