//! Two machines share a campaign: the ledger in memory, with which sharing is explored, gives each of them what the
//! one on a server gives.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::super::*;
use super::place::{OnServer, Place};
use super::{refusal, said};
use crate::ledger::Wanted;
use crate::ledger::memory::Disk;

static LETTERS: [&str; 5] = ["ana", "bo", "cy", "dan", "eve"];

/// What one of the two machines does.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Begins a run, where it has none.
    Join(usize),
    /// Reserves so many letters at the most.
    Reserve(usize, usize),
    Beside(usize),
    Claim(usize, usize),
    /// Settles the oldest letter that it has on the wire.
    Settle(usize, DeliveryState),
    /// Says how a letter ended that it had on the wire when it died.
    Late(usize),
    Renew(usize),
    Release(usize),
    /// The process dies, and another one opens the ledger.
    Die(usize),
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    let state = prop::sample::select(vec![DeliveryState::Accepted, DeliveryState::Deferred, DeliveryState::Failed]);
    let machine = 0..2_usize;
    prop_oneof![
        2 => machine.clone().prop_map(Step::Join),
        4 => (machine.clone(), 1..4_usize).prop_map(|(machine, limit)| Step::Reserve(machine, limit)),
        2 => machine.clone().prop_map(Step::Beside),
        6 => (machine.clone(), 0..LETTERS.len()).prop_map(|(machine, who)| Step::Claim(machine, who)),
        4 => (machine.clone(), state).prop_map(|(machine, state)| Step::Settle(machine, state)),
        1 => machine.clone().prop_map(Step::Late),
        1 => machine.clone().prop_map(Step::Renew),
        1 => machine.clone().prop_map(Step::Release),
        2 => machine.prop_map(Step::Die),
        1 => Just(Step::Wait),
    ]
}

struct Machine<L> {
    /// `None` while it is opened anew.
    ledger: Option<L>,
    lease: Option<Lease>,
    under_way: Vec<(DeliveryId, AttemptId)>,
    /// What a process that died had.
    late: Vec<(Lease, (DeliveryId, AttemptId))>,
}

impl<L> Machine<L> {
    fn new(ledger: L) -> Self {
        Self { ledger: Some(ledger), lease: None, under_way: Vec::new(), late: Vec::new() }
    }

    fn ends(&mut self) {
        let lease = self.lease.take();
        let under_way = std::mem::take(&mut self.under_way).into_iter();
        self.late.extend(lease.into_iter().flat_map(|lease| under_way.clone().map(move |one| (lease.clone(), one))));
    }
}

struct Side<P: Place> {
    place: P,
    machines: [Machine<P::Ledger>; 2],
    second: i64,
}

impl<P: Place> Side<P> {
    /// Two machines, of which the first has planned.
    async fn new(place: P) -> Self {
        let mut here = Machine::new(place.open());
        let elsewhere = Machine::new(place.open_elsewhere());
        let ledger = here.ledger.as_ref().unwrap();
        let (lease, _) = ledger.take_lease(&campaign(), &clock(0)).await.unwrap();
        ledger.begin_plan(&lease, FIRST, &Columns::new(["id", "email"])).await.unwrap();
        ledger.plan(&lease, FIRST, LETTERS.iter().map(|id| row(id)).collect()).await.unwrap();
        ledger.finish_plan(&lease, FIRST, at(0)).await.unwrap();
        here.lease = Some(lease);
        Self { place, machines: [here, elsewhere], second: 1 }
    }

    fn reopen(&self, machine: usize) -> P::Ledger {
        if machine == 0 { self.place.open() } else { self.place.open_elsewhere() }
    }

    async fn carry_out(&mut self, step: Step) -> String {
        self.second += 1;
        let second = self.second;
        let number = match step {
            Step::Join(machine) | Step::Reserve(machine, _) | Step::Beside(machine) | Step::Claim(machine, _) => {
                machine
            }
            Step::Settle(machine, _) | Step::Late(machine) | Step::Renew(machine) | Step::Release(machine) => machine,
            Step::Die(machine) => {
                let dead = self.machines[machine].ledger.take().unwrap();
                P::kill(dead);
                let opened = self.reopen(machine);
                self.machines[machine].ledger = Some(opened);
                self.machines[machine].ends();
                return String::new();
            }
            Step::Wait => {
                self.second += 1000;
                return String::new();
            }
        };
        let machine = &mut self.machines[number];
        let ledger = machine.ledger.as_ref().unwrap();
        if let Step::Late(_) = step {
            // Whoever begins anew there has closed the old run.
            if machine.lease.is_none() {
                return String::new();
            }
            let Some((lease, letter)) = machine.late.pop() else { return String::new() };
            return said(ledger.settle(&lease, settlement(letter, second, DeliveryState::Accepted)).await);
        }
        let Some(lease) = machine.lease.clone() else {
            let Step::Join(_) = step else { return "no run".to_owned() };
            return match ledger.take_lease(&campaign(), &clock(second)).await {
                Ok((lease, in_doubt)) => {
                    machine.lease = Some(lease);
                    format!("{in_doubt} in doubt")
                }
                Err(error) => refusal(&error),
            };
        };
        let wanted = |limit| Wanted { round: FIRST, only: HashSet::new(), after: None, now: at(second), limit };
        match step {
            Step::Reserve(_, limit) => {
                let due = ledger.reserve(&lease, wanted(limit)).await;
                said(due.map(|due| due.into_iter().map(|due| due.recipient.to_string()).collect::<Vec<_>>()))
            }
            Step::Beside(_) => said(ledger.beside(&lease, wanted(1)).await),
            Step::Claim(_, who) => {
                let of = Selection { recipient: Some(LETTERS[who].to_owned()), ..Selection::default() };
                let found: Vec<Delivery> = ledger.deliveries(&campaign(), &of).collect::<Result<_>>().unwrap();
                match ledger.claim(&lease, claim(found[0].id, second)).await {
                    Ok(Claimed::Yes(attempt)) => {
                        machine.under_way.push((found[0].id, attempt));
                        "yes".to_owned()
                    }
                    other => said(other.map(|other| format!("{other:?}"))),
                }
            }
            Step::Settle(_, state) if !machine.under_way.is_empty() => {
                let letter = machine.under_way.remove(0);
                said(ledger.settle(&lease, settlement(letter, second, state)).await)
            }
            Step::Renew(_) => said(ledger.renew(&lease, at(second)).await),
            // A run has heard of all its letters before it ends.
            Step::Release(_) if machine.under_way.is_empty() => {
                let released = said(ledger.release(&lease, at(second)).await);
                machine.ends();
                released
            }
            _ => String::new(),
        }
    }

    /// Where the letters stand, as each machine sees them.
    fn shown(&self) -> Vec<String> {
        let of = |machine: &Machine<P::Ledger>| {
            let ledger = machine.ledger.as_ref().unwrap();
            let all: Vec<Delivery> =
                ledger.deliveries(&campaign(), &Selection::default()).collect::<Result<_>>().unwrap();
            let all = all.into_iter().map(|one| format!("{} {} {}", one.recipient, one.state, one.attempts));
            all.collect::<Vec<_>>().join(", ")
        };
        self.machines.iter().map(of).collect()
    }
}

async fn compare(server: OnServer, memory: Arc<Mutex<Disk>>, steps: Vec<Step>) {
    memory.lock().unwrap().share(&clock(0));
    let (mut one, mut other) = (Side::new(server).await, Side::new(memory).await);
    for step in steps {
        let (first, second) = (one.carry_out(step).await, other.carry_out(step).await);
        assert_eq!(first, second, "the answers to {step:?}");
        assert_eq!(one.shown(), other.shown(), "after {step:?}");
    }
}

proptest! {
    // Each answer comes over a socket.
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn machines_that_share_a_campaign_get_the_same_from_both(steps in proptest::collection::vec(step(), 1..60)) {
        let Some(server) = OnServer::new() else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(compare(server, Arc::<Mutex<Disk>>::default(), steps));
    }
}
