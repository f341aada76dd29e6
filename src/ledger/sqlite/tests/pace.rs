//! The pace over ten days: two campaigns share an account and a ledger, their runs stop, die and begin again, the machine is started
//! anew, and somebody sets its clock. Time passes for the server as it does for nobody else: what it counts is what must hold.
//!
//! The `Pacer` and the ledger are the real ones; the coordinator's part, to ask them in turn, is played here. There is one thing that
//! nobody can know and that does not happen here: that the clock was set forward between the last run before a new start of the machine
//! and the first one after it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::config::Pace;
use crate::transport::pace::{Hold, Pacer};

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

/// A letter on the wire.
struct Flight {
    delivery: DeliveryId,
    attempt: AttemptId,
    arrival: Arrival,
    ends_at: u64,
}

/// A letter that is to go.
#[derive(Debug, Clone, Copy)]
struct Letter {
    domain: usize,
    weight: u32,
}

/// A run of one campaign.
struct Running {
    ledger: SqliteLedger,
    lease: Lease,
    clock: Clock,
    pacer: Pacer,
    pending: VecDeque<DeliveryId>,
    place: Option<u64>,
    next: Option<Letter>,
    aside: BTreeMap<usize, VecDeque<u32>>,
    flights: Vec<Flight>,
    /// When to look again, by the clock of the run.
    hold: Option<Timestamp>,
    renews_at: u64,
    drains: bool,
}

struct World {
    random: fastrand::Rng,
    weather: Weather,
    plan: Plan,
    folder: TempDir,
    /// The time that has really passed.
    now: u64,
    /// The clocks that the programs see.
    machine: Clock,
    /// How far the wall clock is ahead of the truth, in microseconds, and how far it was when a run last looked at it.
    ahead: i64,
    ahead_when_seen: i64,
    /// Whether the machine was started anew since.
    started_unseen: bool,
    runs: [Option<Running>; 2],
    /// When a campaign that does not run is run again.
    begins_at: [u64; 2],
    arrivals: Vec<Arrival>,
    /// The stretches of time in which somebody ran.
    awake: Vec<(u64, u64)>,
}

fn domain_name(domain: usize) -> String {
    format!("d{domain}.example.org")
}

fn letter(random: &mut fastrand::Rng, weather: Weather) -> Letter {
    let weight = if weather == Weather::Foul && random.u8(..) < 60 { random.u32(2..=3) } else { 1 };
    Letter { domain: random.usize(..DOMAINS), weight }
}

/// A length between two others, short ones as likely as long ones.
fn some_time(random: &mut fastrand::Rng, shortest: u64, longest: u64) -> u64 {
    let doublings = (longest / shortest).ilog2();
    (shortest << random.u32(0..=doublings)) + random.u64(0..shortest)
}

impl World {
    async fn new(seed: u64, weather: Weather, plan: Plan) -> Self {
        let world = Self {
            random: fastrand::Rng::with_seed(seed),
            weather,
            plan,
            folder: tempfile::tempdir().unwrap(),
            now: 0,
            machine: clock(0),
            ahead: 0,
            ahead_when_seen: 0,
            started_unseen: false,
            runs: [None, None],
            begins_at: [0, 0],
            arrivals: Vec::new(),
            awake: Vec::new(),
        };
        for campaign in 0..2 {
            let ledger = world.open();
            let (lease, _) = ledger.take_lease(&Self::campaign(campaign), &world.machine).await.unwrap();
            let rows = (0..LETTERS).map(|n| row(&format!("r{n}"))).collect();
            ledger.begin_plan(&lease, FIRST, &Columns::new(["id", "email"]), at(0)).await.unwrap();
            ledger.plan(&lease, FIRST, rows).await.unwrap();
            ledger.finish_plan(&lease, FIRST, at(0)).await.unwrap();
            ledger.release(&lease, at(0)).await.unwrap();
        }
        world
    }

    fn campaign(number: usize) -> CampaignId {
        CampaignId::parse(["one", "other"][number]).unwrap()
    }

    fn open(&self) -> SqliteLedger {
        // Whether the disk is flushed decides nothing here: no power fails.
        SqliteLedger::open_as(&self.folder.path().join("ledger.db"), "here".to_owned(), "PRAGMA synchronous = OFF")
            .unwrap()
    }

    async fn begin(&mut self, campaign: usize) {
        let clock = self.machine.anew();
        let ledger = self.open();
        let (lease, _) = ledger.take_lease(&Self::campaign(campaign), &clock).await.unwrap();
        let mut pacer = Pacer::new(&self.plan.pace(), clock.clone());
        for sent in ledger.limit(&lease, "letters", self.plan.pace().windows()).await.unwrap().attempts {
            pacer.remember(sent.ended_at.unwrap_or(clock.now()), &sent.domain, sent.weight);
        }
        (self.ahead_when_seen, self.started_unseen) = (self.ahead, false);
        self.runs[campaign] = Some(Running {
            ledger,
            lease,
            clock,
            pacer,
            pending: VecDeque::new(),
            place: None,
            next: None,
            aside: BTreeMap::new(),
            flights: Vec::new(),
            hold: None,
            renews_at: self.now + 10 * MINUTE,
            drains: false,
        });
    }

    /// Dies: what is on the wire may have arrived until now.
    fn die(&mut self, campaign: usize) {
        if let Some(run) = self.runs[campaign].take() {
            for flight in run.flights {
                self.arrivals.push(Arrival { at: flight.arrival.at.min(self.now), ..flight.arrival });
            }
        }
    }

    fn pass(&mut self, until: u64) {
        if self.runs.iter().any(Option::is_some) {
            match self.awake.last_mut() {
                Some((_, end)) if *end == self.now => *end = until,
                _ => self.awake.push((self.now, until)),
            }
        }
        self.machine.advance(Duration::from_micros(until - self.now));
        self.now = until;
    }

    fn set_wall(&mut self, ahead: i64) {
        self.ahead = ahead;
        let truth = at(0).as_microsecond() + i64::try_from(self.now).unwrap();
        self.machine.set_wall(Timestamp::from_microsecond(truth + ahead).unwrap());
    }

    /// Something happens.
    fn strike(&mut self) {
        let campaign = self.random.usize(..2);
        match self.random.u8(..10) {
            0..3 => {
                self.die(campaign);
                self.begins_at[campaign] = self.now + some_time(&mut self.random, SECOND, 2 * HOUR);
            }
            3..5 => {
                if let Some(run) = &mut self.runs[campaign] {
                    run.drains = true;
                }
                self.begins_at[campaign] = self.now + some_time(&mut self.random, SECOND, 2 * HOUR);
            }
            5..8 if self.started_unseen => {}
            5..8 => {
                let by = i64::try_from(some_time(&mut self.random, SECOND, 80 * 365 * DAY)).unwrap();
                let backwards = self.ahead > 0 || (self.ahead == 0 && self.random.bool());
                // Half a century back at the most: what came before 1970 has no time.
                let ahead = if backwards { self.ahead - by } else { self.ahead + by };
                self.set_wall(ahead.clamp(-50 * 365 * DAY.cast_signed(), 100 * 365 * DAY.cast_signed()));
            }
            _ => {
                self.die(0);
                self.die(1);
                // The machine is off for a while.
                let off = some_time(&mut self.random, 10 * SECOND, HOUR);
                self.pass(self.now + off);
                let back = match self.weather {
                    Weather::Fair => 0,
                    Weather::Foul => i64::try_from(some_time(&mut self.random, SECOND, 365 * DAY)).unwrap(),
                };
                self.set_wall((self.ahead_when_seen - back).max(-50 * 365 * DAY.cast_signed()));
                self.machine.restart();
                self.started_unseen = true;
                for campaign in 0..2 {
                    self.begins_at[campaign] = self.now + some_time(&mut self.random, SECOND, HOUR);
                }
            }
        }
    }

    /// What a run does now.
    async fn step(&mut self, campaign: usize) {
        if self.runs[campaign].is_none() {
            if self.begins_at[campaign] > self.now {
                return;
            }
            self.begin(campaign).await;
        }
        let Some(run) = &mut self.runs[campaign] else { return };
        while let Some(place) = run.flights.iter().position(|flight| flight.ends_at <= self.now) {
            let flight = run.flights.swap_remove(place);
            let ended = Settlement {
                at: run.clock.now(),
                ..settlement((flight.delivery, flight.attempt), 0, DeliveryState::Accepted)
            };
            run.ledger.settle(&run.lease, ended).await.unwrap();
            run.pacer.end(&domain_name(flight.arrival.domain), flight.arrival.weight);
            self.arrivals.push(flight.arrival);
        }
        if run.drains && run.flights.is_empty() {
            run.ledger.release(&run.lease, run.clock.now()).await.unwrap();
            self.runs[campaign] = None;
            return;
        }
        if run.renews_at <= self.now {
            run.ledger.renew(&run.lease, run.clock.now()).await.unwrap();
            run.pacer.shrink();
            run.renews_at = self.now + 10 * MINUTE;
            self.ahead_when_seen = self.ahead;
        }
        run.hold = None;
        while !run.drains && run.flights.len() < CONNECTIONS {
            let Some(letter) = run.next_letter(&mut self.random, self.weather) else { break };
            let delivery = run.next_delivery(campaign);
            let claimed = Claim {
                at: run.clock.now(),
                domain: domain_name(letter.domain),
                weight: letter.weight,
                ..claim(delivery, 0)
            };
            match run.ledger.claim(&run.lease, claimed).await.unwrap() {
                Claimed::Yes(attempt) => {
                    let ends_at = self.now
                        + match self.weather {
                            Weather::Foul if self.random.u8(..) < 3 => self.random.u64(..10 * MINUTE),
                            _ => self.random.u64(10_000..400_000),
                        };
                    let at = self.random.u64(self.now..=ends_at);
                    let arrival = Arrival { at, domain: letter.domain, weight: letter.weight };
                    run.flights.push(Flight { delivery, attempt, arrival, ends_at });
                }
                Claimed::Full(full) => {
                    run.pacer.take_back(&domain_name(letter.domain), letter.weight);
                    run.pacer.is_full(&domain_name(letter.domain), full);
                    run.pending.push_front(delivery);
                    run.aside.entry(letter.domain).or_default().push_front(letter.weight);
                }
                Claimed::No(state) => panic!("{delivery:?} is {state}"),
            }
        }
    }

    /// When something happens next.
    fn wakes_at(&self) -> u64 {
        let of_run = |run: &Running| {
            let held = run.hold.map(|until| {
                self.now + u64::try_from(crate::clock::until(run.clock.now(), until).as_micros()).unwrap().max(1)
            });
            let ends = run.flights.iter().map(|flight| flight.ends_at);
            ends.chain(held).chain([run.renews_at]).min().unwrap_or(run.renews_at)
        };
        let each = self.runs.iter().zip(self.begins_at);
        each.map(|(run, begins_at)| run.as_ref().map_or(begins_at, of_run))
            .min()
            .unwrap_or(self.plan.ends_at)
            .max(self.now + 1)
    }

    async fn live(mut self) -> Self {
        let mut strikes_at = 0;
        while self.now < self.plan.ends_at {
            if strikes_at <= self.now {
                self.strike();
                strikes_at = self.now + some_time(&mut self.random, MINUTE, 8 * HOUR);
            }
            for campaign in 0..2 {
                self.step(campaign).await;
            }
            self.pass(self.wakes_at().min(strikes_at.max(self.now + 1)));
        }
        self.die(0);
        self.die(1);
        self
    }
}

impl Running {
    /// As the queue of the dispatcher: letters to full domains step aside.
    fn next_letter(&mut self, random: &mut fastrand::Rng, weather: Weather) -> Option<Letter> {
        let mut earliest: Option<Timestamp> = None;
        let mut may_go = |letter: Letter| match self.pacer.start(&domain_name(letter.domain), letter.weight) {
            Ok(()) => Ok(()),
            Err(Hold::Hours(until) | Hold::Spacing(until)) => Err((Some(until), false)),
            Err(Hold::Window(full)) => Err((full.until, full.domain_only)),
        };
        for (domain, weights) in &mut self.aside {
            let Some(weight) = weights.front().copied() else { continue };
            let letter = Letter { domain: *domain, weight };
            match may_go(letter) {
                Ok(()) => {
                    weights.pop_front();
                    return Some(letter);
                }
                Err((until, true)) => earliest = earliest.into_iter().chain(until).min(),
                Err((until, false)) => {
                    self.hold = until;
                    return None;
                }
            }
        }
        while self.aside.values().map(VecDeque::len).sum::<usize>() < ASIDE {
            let letter = self.next.take().unwrap_or_else(|| letter(random, weather));
            match may_go(letter) {
                Ok(()) => return Some(letter),
                Err((until, true)) => {
                    earliest = earliest.into_iter().chain(until).min();
                    self.aside.entry(letter.domain).or_default().push_back(letter.weight);
                }
                Err((until, false)) => {
                    self.next = Some(letter);
                    self.hold = until;
                    return None;
                }
            }
        }
        self.hold = earliest;
        None
    }

    fn next_delivery(&mut self, campaign: usize) -> DeliveryId {
        if self.pending.is_empty() {
            let due = self.ledger.due(&World::campaign(campaign), FIRST, self.place, self.clock.now(), 200).unwrap();
            self.place = due.last().map(|due| due.place);
            self.pending.extend(due.iter().map(|due| due.id));
        }
        self.pending.pop_front().expect("there is always work")
    }
}

/// The most that any stretch of time of this length holds.
fn most_in(span: u64, arrivals: impl Iterator<Item = Arrival>) -> u32 {
    let (mut within, mut held, mut most) = (VecDeque::<Arrival>::new(), 0, 0);
    for arrival in arrivals {
        while within.front().is_some_and(|first| first.at + span <= arrival.at) {
            held -= within.pop_front().unwrap().weight;
        }
        held += arrival.weight;
        most = most.max(held);
        within.push_back(arrival);
    }
    most
}

/// What can go at the most in these stretches of time, where every letter takes no time and all is known.
fn possible(plan: Plan, awake: &[(u64, u64)], mut random: fastrand::Rng) -> u64 {
    let mut sent: Vec<Arrival> = Vec::new();
    for &(begin, end) in awake {
        let mut now = begin;
        let mut next = letter(&mut random, Weather::Fair);
        while now < end {
            let held = |span: u64, domain: Option<usize>| {
                let within = sent.iter().rev().take_while(|arrival| arrival.at + span > now);
                let within = within.filter(|arrival| domain.is_none_or(|domain| arrival.domain == domain));
                within.fold((0, None), |(held, _), arrival| (held + arrival.weight, Some(arrival.at + span)))
            };
            let full = plan.windows().into_iter().find_map(|(span, limit)| {
                let (held, leaves_at) = held(span, None);
                leaves_at.filter(|_| held + next.weight > limit)
            });
            if let Some(leaves_at) = full {
                now = leaves_at;
            } else if held(MINUTE, Some(next.domain)).0 + next.weight > plan.per_domain {
                next.domain = (next.domain + 1) % DOMAINS;
            } else {
                sent.push(Arrival { at: now, domain: next.domain, weight: next.weight });
                next = letter(&mut random, Weather::Fair);
            }
        }
    }
    sent.iter().map(|arrival| u64::from(arrival.weight)).sum()
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
