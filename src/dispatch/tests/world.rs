//! A ledger, a server and a time of their own, in which runs take place: the program's own code, down to the bytes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::committed::{copies, deliveries, write};
use super::flawed::{Flaw, Flawed};
use super::judge::{Wrong, judge, judge_copy};
use super::round::{FIRST, assignment, campaign, plan};
use super::schedule::{Blow, Finds, Kind, RECIPIENTS, Refuses, Run, Schedule};
use super::seams::{Seams, Strike};
use super::wire::{Post, Wire};
use crate::clock::{Clock, earlier, later};
use crate::dispatch::{self, DrainHandle, End, Finished};
use crate::ledger::memory::{Commits, Disk, MemoryLedger};
use crate::ledger::{Delivery, LedgerError, PersonLedger, PlaceLedger, Resolution, RunLedger, Voice, Word};
use crate::model::{DeliveryState, RecipientId};
use crate::transport::memory::{Dialling, dial_through};
use crate::transport::sandbox::{Journal, MemorySandbox, Options};

/// How far the clock of a machine that takes another one's lease is ahead: by more than a lease's term.
const AHEAD: i64 = 60;
/// By how much a clock is set back.
const BACK: Duration = Duration::from_secs(90);
/// How long a process stands still.
const FROZEN: Duration = Duration::from_secs(45);
/// How long a run may take, in its own time.
const LONGEST: Duration = Duration::from_hours(1);
/// How long the lease of a dead run may stand in the way on another machine, whose clock may be wrong as well.
const LONGEST_LEASE: Duration = Duration::from_mins(4);
/// After so many runs without trouble, everything must have ended.
const PEACEFUL_RUNS: usize = 3;

/// What came of a schedule.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) wrong: Vec<Wrong>,
    /// Where the deliveries ended.
    pub(super) ends: Vec<DeliveryState>,
    /// To how many seams each run came, in the order in which they began.
    pub(super) seams: Vec<u32>,
    /// Whether every blow fell: none came too late for its run.
    pub(super) every_blow_fell: bool,
    /// Whether everything that was ordered from the server for the first run happened in it.
    pub(super) first_had_its_troubles: bool,
}

/// Plays a schedule in a new world, and judges what came of it.
pub(super) fn play(schedule: &Schedule, flaw: Option<Flaw>) -> Played {
    // What is left to chance is the same each time.
    fastrand::seed(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async { World::new(schedule, flaw).play(schedule).await })
}

/// What is known of the runs, beside what the ledger says.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) wrong: Vec<Wrong>,
    /// How many runs were killed, or lost their lease.
    pub(super) cut_short: u32,
    /// What persons said, of which recipient.
    pub(super) words: Vec<(usize, Resolution)>,
    /// Whom the server refuses all along.
    pub(super) refuses: Option<Refuses>,
    every_blow_fell: bool,
    first_had_its_troubles: Option<bool>,
}

struct World {
    disk: Arc<Mutex<Disk>>,
    server: MemorySandbox,
    post: Post,
    flaw: Option<Flaw>,
    copied: Option<usize>,
    /// The most letters that a run may leave in doubt when it is killed.
    most_in_doubt: u64,
    /// The true time, then the clock of each run.
    clocks: Arc<Mutex<Vec<Clock>>>,
    /// The seams of each run, by its port.
    seams: Arc<Mutex<Vec<Seams>>>,
    known: Mutex<Known>,
    /// The ledger as it was before the first letter left.
    planned: Mutex<Option<Disk>>,
    _dialling: Dialling,
}

/// How a run ended.
enum Ended {
    Killed,
    /// It did not get the lease, or lost it before it had planned.
    Refused,
    Over(Finished),
}

impl World {
    fn new(schedule: &Schedule, flaw: Option<Flaw>) -> Self {
        let server = MemorySandbox::new(Options { journal: Journal::None, ..Options::default() }).unwrap();
        let disk = Arc::<Mutex<Disk>>::default();
        let post = {
            let disk = Arc::clone(&disk);
            Post::new(move |message_id| {
                let is_it =
                    |delivery: &&Delivery| delivery.message_id.as_ref().is_some_and(|it| it.as_str() == message_id);
                let found = deliveries(&disk).into_iter().find(|delivery| is_it(&delivery));
                let of_copies = |to: &RecipientId| {
                    let own = copies(&disk).into_iter().filter(|copy| copy.recipient == *to);
                    own.map(|copy| copy.attempts - 1).sum::<u32>()
                };
                found.map_or(0, |delivery| delivery.attempts + of_copies(&delivery.recipient))
            })
        };
        let seams = Arc::<Mutex<Vec<Seams>>>::default();
        let dialling = {
            let (server, post, seams) = (server.clone(), post.clone(), Arc::clone(&seams));
            dial_through(move |to| Wire::new(server.dial(), lock(&seams)[usize::from(to.port)].clone(), post.clone()))
        };
        let connections = schedule.runs.iter().map(|run| run.connections).max().unwrap_or(1);
        let known = Known {
            wrong: Vec::new(),
            cut_short: 0,
            words: Vec::new(),
            refuses: schedule.refuses,
            every_blow_fell: true,
            first_had_its_troubles: None,
        };
        Self {
            disk,
            server,
            post,
            flaw,
            copied: schedule.copied(),
            most_in_doubt: 2 * u64::from(connections),
            clocks: Arc::new(Mutex::new(vec![Clock::fixed("2024-06-12T08:00:00Z".parse().unwrap())])),
            seams,
            known: Mutex::new(known),
            planned: Mutex::new(None),
            _dialling: dialling,
        }
    }

    async fn play(self, schedule: &Schedule) -> Played {
        let time = self.keep_time();
        let mut runs = schedule.runs.iter();
        if schedule.shares {
            lock(&self.disk).share(&lock(&self.clocks)[0]);
            let (one, other) = (runs.next().cloned().unwrap_or_default(), runs.next().cloned().unwrap_or_default());
            tokio::join!(
                self.run_that_may_freeze(&one, "here.example"),
                self.run_that_may_freeze(&other, "elsewhere.example")
            );
        }
        while let Some(run) = runs.next() {
            self.server.forget_orders();
            self.server.order(schedule.refuses.into_iter().flat_map(Refuses::faults));
            let thief =
                run.blow.filter(|blow| blow.kind.is_robbery()).map(|_| runs.next().cloned().unwrap_or_default());
            match &thief {
                Some(thief) => self.robbed_run(run, thief).await,
                None => self.run_on_what_is_found(run).await,
            }
            for (recipient, word) in run.words.iter().chain(thief.iter().flat_map(|thief| &thief.words)) {
                self.hear(*recipient, *word).await;
            }
        }
        self.server.forget_orders();
        let for_ever = schedule.refuses.filter(|refuses| matches!(refuses, Refuses::Recipient(_)));
        self.server.order(for_ever.into_iter().flat_map(Refuses::faults));
        let mut is_done = false;
        for _ in 0..PEACEFUL_RUNS {
            is_done = self.lone_run(&Run::default()).await;
            if is_done {
                break;
            }
            // Where a run died on another machine, its lease has to end first.
            tokio::time::sleep(LONGEST_LEASE).await;
        }
        if !is_done {
            self.complain(Wrong::Endless);
        }
        time.abort();
        let mut known = self.known.into_inner().unwrap_or_else(PoisonError::into_inner);
        let deliveries = deliveries(&self.disk);
        judge(&deliveries, &self.server.received(), &self.post, &mut known);
        if self.copied.is_some() {
            judge_copy(&deliveries, &copies(&self.disk), &self.server.received(), &mut known);
        }
        let ends = deliveries.iter().map(|delivery| delivery.state).collect();
        Played {
            wrong: known.wrong,
            ends,
            seams: lock(&self.seams).iter().map(Seams::passed).collect(),
            every_blow_fell: known.every_blow_fell,
            first_had_its_troubles: known.first_had_its_troubles.unwrap_or(true),
        }
    }

    /// Lets all clocks go on with the runtime's time.
    fn keep_time(&self) -> JoinHandle<()> {
        const STEP: Duration = Duration::from_secs(1);
        let clocks = Arc::clone(&self.clocks);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(STEP).await;
                lock(&clocks).iter().for_each(|clock| clock.advance(STEP));
            }
        })
    }

    /// A clock of its own for a run, which goes wrong by so many seconds.
    fn clock(&self, off_by: i64) -> Clock {
        let mut clocks = lock(&self.clocks);
        let by = Duration::from_secs(off_by.unsigned_abs());
        let now = clocks[0].now();
        let clock = Clock::fixed(if off_by < 0 { earlier(now, by) } else { later(now, by) });
        clocks.push(clock.clone());
        clock
    }

    /// A run that may find something else than what was left. Where it refuses, the newest ledger is put back.
    async fn run_on_what_is_found(&self, run: &Run) {
        let newest = lock(&self.disk).clone();
        let planned = lock(&self.planned).clone();
        match (run.finds, planned) {
            (Some(Finds::OlderLedger), Some(planned)) => {
                lock(&self.disk).put_back(&planned);
                let ended = self.run(run, &Seams::new(&run.pauses), "here.example", || {}).await;
                // Where nothing had left yet, it was the newest that was sent from.
                if matches!(ended, Ended::Refused) {
                    lock(&self.disk).put_back(&newest);
                }
            }
            (finds, _) => {
                if finds == Some(Finds::NoWitness) {
                    lock(&self.disk).lose_witness();
                }
                self.lone_run(run).await;
            }
        }
    }

    /// A run with nobody beside it. Says whether it sent everything.
    async fn lone_run(&self, run: &Run) -> bool {
        let ended = self.run(run, &Seams::new(&run.pauses), "here.example", || {}).await;
        matches!(ended, Ended::Over(Finished { end: End::Done, .. }))
    }

    /// A run that stands still at a seam until another one, on another machine, has its lease.
    async fn robbed_run(&self, run: &Run, thief: &Run) {
        let seams = Seams::new(&run.pauses);
        let robbed = async {
            self.run(run, &seams, "here.example", || {}).await;
            seams.end();
        };
        let robbery = async {
            if !seams.shut().await {
                return;
            }
            let ahead = Run {
                clock_is_off_by: thief.clock_is_off_by + AHEAD,
                // There is no third machine.
                blow: thief.blow.filter(|blow| !blow.kind.is_robbery()),
                ..thief.clone()
            };
            let in_passing = run.blow.is_some_and(|blow| blow.kind == Kind::RobbedInPassing);
            let has_lease = || {
                if in_passing {
                    seams.open();
                }
            };
            self.run(&ahead, &Seams::new(&thief.pauses), "elsewhere.example", has_lease).await;
            seams.open();
        };
        tokio::join!(robbed, robbery);
    }

    /// A run that goes on when it has stood still.
    async fn run_that_may_freeze(&self, run: &Run, host: &str) {
        let seams = Seams::new(&run.pauses);
        let goes_on = async {
            if run.blow.is_some_and(|blow| blow.kind == Kind::Frozen) && seams.shut().await {
                tokio::time::sleep(FROZEN).await;
                seams.open();
            }
        };
        let runs = async {
            self.run(run, &seams, host, || {}).await;
            seams.end();
        };
        tokio::join!(runs, goes_on);
    }

    async fn run(&self, run: &Run, seams: &Seams, host: &str, has_lease: impl FnOnce()) -> Ended {
        let clock = self.clock(run.clock_is_off_by);
        let (handle, drain) = DrainHandle::new();
        let kind = run.blow.map(|blow| blow.kind);
        if let Some(Blow { at, kind }) = run.blow {
            let clock = clock.clone();
            let strike = match kind {
                Kind::Crash | Kind::Robbed | Kind::RobbedInPassing | Kind::Frozen => Strike::Shut,
                Kind::Told => Strike::Do(Box::new(move || handle.drain())),
                Kind::SetBack => Strike::Do(Box::new(move || set_back(&clock))),
            };
            seams.arm(at, strike);
        }
        self.server.order(run.troubles.iter().map(|(recipient, trouble)| trouble.fault(*recipient)));
        let port = {
            let mut all = lock(&self.seams);
            all.push(seams.clone());
            u16::try_from(all.len() - 1).unwrap()
        };
        let ledger = MemoryLedger::open(&self.disk, host, Commits::WhenTold);
        let writer = tokio::spawn(write(ledger.clone(), seams.clone(), Duration::from_millis(run.lag.into())));
        let work = async {
            let flawed = Flawed::new(ledger.clone(), self.flaw);
            self.take_over(host).await;
            let Ok((lease, in_doubt)) = flawed.take_lease(&campaign(), &clock).await else {
                return Ended::Refused;
            };
            has_lease();
            if in_doubt > self.most_in_doubt {
                self.complain(Wrong::TooManyInDoubt(in_doubt));
            }
            loop {
                match plan(&ledger, &lease, clock.now(), self.copied).await {
                    Ok(()) => break,
                    // Another run makes its plan.
                    Err(LedgerError::Held(_)) => tokio::time::sleep(Duration::from_secs(1)).await,
                    Err(_) => return Ended::Refused,
                }
            }
            lock(&self.planned).get_or_insert_with(|| lock(&self.disk).clone());
            let assignment = assignment(flawed.clone(), lease.clone(), run.connections, port, clock.clone());
            let finished = dispatch::run(assignment, drain, &mut |_| ()).await;
            if matches!(finished.end, End::Done) {
                self.check_done();
            }
            // Where the lease is lost, there is nothing to give back.
            let _ = flawed.release(&lease, clock.now()).await;
            Ended::Over(finished)
        };
        let ended = tokio::select! {
            biased;
            _ = seams.shut(), if kind == Some(Kind::Crash) => Ended::Killed,
            ended = tokio::time::timeout(LONGEST, work) => ended.unwrap_or_else(|_| {
                self.complain(Wrong::Endless);
                Ended::Killed
            }),
        };
        writer.abort();
        ledger.die();
        // What has left arrives.
        tokio::time::sleep(Duration::from_millis(1)).await;
        let mut known = lock(&self.known);
        known.every_blow_fell &= seams.was_struck();
        let is_over = self.server.orders() == 0 || known.refuses.is_some();
        known.first_had_its_troubles.get_or_insert(is_over);
        known.cut_short += u32::from(kind.is_some_and(|kind| !matches!(kind, Kind::Told | Kind::SetBack)));
        ended
    }

    /// A person says that the campaign is sent from this machine now, where the last run was on another.
    async fn take_over(&self, host: &str) {
        let ledger = MemoryLedger::open(&self.disk, host, Commits::AtOnce);
        let now = lock(&self.clocks)[0].now();
        let said = Word { campaign: campaign(), by: Voice::Person("ana".to_owned()), at: now };
        if ledger.elsewhere(&campaign()).unwrap().is_some() {
            ledger.take_over(&said).await.unwrap();
        }
    }

    /// A run that says it is done has left nothing to be done.
    fn check_done(&self) {
        for delivery in deliveries(&self.disk) {
            if delivery.state.is_open() || delivery.state == DeliveryState::Attempting {
                self.complain(Wrong::NotDone(delivery.recipient, delivery.state));
            }
        }
        for copy in copies(&self.disk) {
            let is_open = copy.state.is_open() || copy.state == DeliveryState::Attempting;
            if is_open && copy.letter == DeliveryState::Accepted {
                self.complain(Wrong::NotDone(RecipientId::new(copy.address), copy.state));
            }
        }
    }

    /// A person says what became of a delivery, where it is in doubt.
    async fn hear(&self, recipient: usize, word: Resolution) {
        let ledger = MemoryLedger::open(&self.disk, "here.example", Commits::AtOnce);
        let now = lock(&self.clocks)[0].now();
        let id = RecipientId::new(RECIPIENTS[recipient]);
        let said = Word { campaign: campaign(), by: Voice::Person("ana".to_owned()), at: now };
        if ledger.resolve(FIRST, &id, word, &said).await.is_ok() {
            lock(&self.known).words.push((recipient, word));
        }
    }

    fn complain(&self, wrong: Wrong) {
        lock(&self.known).wrong.push(wrong);
    }
}

/// Sets the wall clock back: what the run's own time rests on stays as it was taken at its start.
fn set_back(clock: &Clock) {
    clock.set_wall(earlier(clock.wall(), BACK));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
