//! The pace over ten days: two campaigns share an account and a ledger, their runs stop, die and begin again, the
//! machine is started anew, and somebody sets its clock. Time passes for the server as it does for nobody else: what it
//! counts is what must hold.
//!
//! The `Pacer` and the ledger are the real ones; the coordinator's part, to ask them in turn, is played here. There is
//! one thing that nobody can know and that does not happen here: that the clock was set forward between the last run
//! before a new start of the machine and the first one after it.

mod bound;
mod running;
mod world;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use proptest::prelude::*;

use self::bound::{most_in, possible};
use self::world::World;
use super::*;
use crate::config::Pace;
use crate::dispatch::pace::{Hold, Pacer};

const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

const CONNECTIONS: usize = 2;
const DOMAINS: usize = 12;
/// Letters of each campaign: more than can go.
const LETTERS: usize = 4_500;
/// So many letters stand aside at the most.
const ASIDE: usize = 30;

/// A pace, and for how long it is watched.
#[derive(Debug, Clone, Copy)]
struct Plan {
    per_minute: u32,
    per_hour: u32,
    per_day: u32,
    per_domain: u32,
    ends_at: u64,
}

/// One for each window that can be the one that holds letters up.
const PLANS: [Plan; 3] = [
    Plan { per_minute: 9, per_hour: 70, per_day: 300, per_domain: 5, ends_at: 10 * DAY },
    Plan { per_minute: 4, per_hour: 12, per_day: 10_000, per_domain: 3, ends_at: 10 * DAY },
    Plan { per_minute: 3, per_hour: 10_000, per_day: 10_000, per_domain: 3, ends_at: DAY },
];

impl Plan {
    fn pace(self) -> Pace {
        Pace {
            per_minute: Some(self.per_minute),
            per_hour: Some(self.per_hour),
            per_day: Some(self.per_day),
            per_domain_per_minute: Some(self.per_domain),
            ..Pace::unlimited()
        }
    }

    fn windows(self) -> [(u64, u32); 3] {
        [(MINUTE, self.per_minute), (HOUR, self.per_hour), (DAY, self.per_day)]
    }
}

/// What is done to a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    /// Nothing that must cost time: replies come soon, no machine starts anew in the past, and all letters count alike.
    Fair,
    /// Everything.
    Foul,
}

/// What the server sees: when, to which domain, to how many.
#[derive(Debug, Clone, Copy)]
struct Arrival {
    at: u64,
    domain: usize,
    weight: u32,
}
/// A letter that is to go.
#[derive(Debug, Clone, Copy)]
struct Letter {
    domain: usize,
    weight: u32,
}
fn domain_name(domain: usize) -> String {
    format!("d{domain}.example.org")
}

fn letter(random: &mut fastrand::Rng, weather: Weather) -> Letter {
    let weight = if weather == Weather::Foul && random.u8(..) < 60 { random.u32(2..=3) } else { 1 };
    Letter { domain: random.usize(..DOMAINS), weight }
}
fn ten_days(seed: u64, weather: Weather, plan: Plan) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut world = runtime.block_on(async { World::new(seed, weather, plan).await.live().await });
    world.arrivals.sort_by_key(|arrival| arrival.at);
    let arrivals = || world.arrivals.iter().copied();
    for (span, limit) in plan.windows() {
        assert!(most_in(span, arrivals()) <= limit, "seed {seed}: {} in {span} µs", most_in(span, arrivals()));
    }
    for domain in 0..DOMAINS {
        let to_domain = || arrivals().filter(|arrival| arrival.domain == domain);
        assert!(
            most_in(MINUTE, to_domain()) <= plan.per_domain,
            "seed {seed}: {} to one domain",
            most_in(MINUTE, to_domain())
        );
    }
    let sent: u64 = arrivals().map(|arrival| u64::from(arrival.weight)).sum();
    assert!(sent > 0, "seed {seed}: nothing was sent");
    if weather == Weather::Fair {
        let possible = possible(plan, &world.awake, world.random.clone());
        println!("seed {seed}, {plan:?}: {sent} of {possible} possible");
        assert!(sent * 100 >= possible * 98, "seed {seed}: {sent} of {possible} possible");
    }
}

#[test]
fn no_window_is_ever_exceeded_and_hardly_any_room_is_lost() {
    for (seed, plan) in (1..).zip(PLANS) {
        ten_days(seed, Weather::Fair, plan);
    }
}

#[test]
fn no_window_is_ever_exceeded_whatever_is_done_to_the_clock() {
    for (seed, plan) in (1..).zip(PLANS) {
        ten_days(seed, Weather::Foul, plan);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nor_in_any_other_ten_days(seed in any::<u64>(), fair in any::<bool>(), plan in proptest::sample::select(&PLANS[..])) {
        ten_days(seed, if fair { Weather::Fair } else { Weather::Foul }, plan);
    }
}
