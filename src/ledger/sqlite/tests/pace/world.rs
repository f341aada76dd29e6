//! Two campaigns, their machine, and what is done to it.

use super::running::{Flight, Running};
use super::*;

/// Two campaigns with one account and one ledger, and the machine on which they are run.
pub(super) struct World {
    pub(super) random: fastrand::Rng,
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
    pub(super) arrivals: Vec<Arrival>,
    /// The stretches of time in which somebody ran.
    pub(super) awake: Vec<(u64, u64)>,
}

/// A length between two others, short ones as likely as long ones.
fn some_time(random: &mut fastrand::Rng, shortest: u64, longest: u64) -> u64 {
    let doublings = (longest / shortest).ilog2();
    (shortest << random.u32(0..=doublings)) + random.u64(0..shortest)
}

impl World {
    pub(super) async fn new(seed: u64, weather: Weather, plan: Plan) -> Self {
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
            ledger.begin_plan(&lease, FIRST, &Columns::new(["id", "email"])).await.unwrap();
            ledger.plan(&lease, FIRST, rows).await.unwrap();
            ledger.finish_plan(&lease, FIRST, at(0)).await.unwrap();
            ledger.release(&lease, at(0)).await.unwrap();
        }
        world
    }

    pub(super) fn campaign(number: usize) -> CampaignId {
        CampaignId::parse(["one", "other"][number]).unwrap()
    }

    fn open(&self) -> SqliteLedger {
        // Whether the disk is flushed decides nothing here: no power fails.
        SqliteLedger::open_as(&self.folder.path().join("ledger.db"), "here", "PRAGMA synchronous = OFF").unwrap()
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
            let delivery = run.next_delivery(campaign).await;
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

    pub(super) async fn live(mut self) -> Self {
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
