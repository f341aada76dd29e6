//! Whatever happens in whatever order.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::ledger::Resolution;

const RECIPIENTS: [&str; 3] = ["ana", "bo", "cy"];

/// Something that a run, a person or a power cut does.
#[derive(Debug, Clone)]
enum Step {
    /// Plans with these recipients of the three; those of the second list are skipped.
    Plan(Vec<bool>, Vec<bool>),
    Claim(usize),
    /// Settles the oldest attempt that is under way.
    Settle(DeliveryState),
    /// Settles one that was settled before.
    SettleAgain(DeliveryState),
    Restart,
    Resolve(usize, bool),
    Wait,
}

fn state() -> impl Strategy<Value = DeliveryState> {
    proptest::sample::select(vec![
        DeliveryState::Accepted,
        DeliveryState::Deferred,
        DeliveryState::Failed,
        DeliveryState::InDoubt,
    ])
}

fn step() -> impl Strategy<Value = Step> {
    let flags = || proptest::collection::vec(any::<bool>(), 3);
    prop_oneof![
        2 => (flags(), flags()).prop_map(|(listed, skipped)| Step::Plan(listed, skipped)),
        6 => (0..3_usize).prop_map(Step::Claim),
        5 => state().prop_map(Step::Settle),
        1 => state().prop_map(Step::SettleAgain),
        1 => Just(Step::Restart),
        2 => (0..3_usize, any::<bool>()).prop_map(|(who, arrived)| Step::Resolve(who, arrived)),
        2 => Just(Step::Wait),
    ]
}

/// What is known from outside of the ledger.
#[derive(Default)]
struct Known {
    second: i64,
    under_way: Vec<(DeliveryId, AttemptId)>,
    over: Vec<(DeliveryId, AttemptId)>,
    accepted: BTreeMap<DeliveryId, u32>,
}

async fn carry_out(steps: Vec<Step>) {
    let (mut bench, mut lease) = Bench::planned(&RECIPIENTS).await;
    let mut known = Known::default();
    for step in steps {
        known.second += 1;
        match step {
            Step::Plan(listed, skips) => {
                let planned =
                    |n: usize| PlannedRow { skip: skips[n].then(|| "suppressed".to_owned()), ..row(RECIPIENTS[n]) };
                let rows = (0..3).filter(|n| listed[*n]).map(planned);
                bench.plan_rows(&lease, FIRST, rows.collect()).await.unwrap();
            }
            Step::Claim(who) => {
                let selection = Selection { recipient: Some(RECIPIENTS[who].to_owned()), ..Selection::default() };
                let Some(found) = bench.deliveries(&selection).pop() else {
                    continue;
                };
                let claimed = bench.ledger.claim(&lease, claim(found.id, known.second)).await.unwrap();
                match claimed {
                    Claimed::Yes(attempt) => {
                        assert!(found.state.is_open(), "{} was sent again", found.state);
                        assert_eq!(known.accepted.get(&found.id), None, "it had been accepted");
                        known.under_way.push((found.id, attempt));
                    }
                    Claimed::No(state) => assert_eq!(state, found.state),
                    Claimed::Full(_) => panic!("there are no windows"),
                }
            }
            Step::Settle(state) if !known.under_way.is_empty() => {
                let started = known.under_way.remove(0);
                let ended = settlement(started, known.second, state);
                bench.ledger.settle(&lease, ended).await.unwrap();
                known.over.push(started);
                if state == DeliveryState::Accepted {
                    *known.accepted.entry(started.0).or_default() += 1;
                }
            }
            Step::Settle(_) => {}
            Step::SettleAgain(state) => {
                if let Some(started) = known.over.last() {
                    let ended = settlement(*started, known.second, state);
                    assert!(bench.ledger.settle(&lease, ended).await.is_err());
                }
            }
            Step::Restart => {
                let path = bench.path();
                let Bench { folder, ledger } = bench;
                drop(ledger);
                let ledger = SqliteLedger::open(&path).unwrap();
                bench = Bench { folder, ledger };
                let (taken, in_doubt) = bench.ledger.take_lease(&campaign(), &clock(known.second)).await.unwrap();
                lease = taken;
                assert_eq!(in_doubt, u64::try_from(known.under_way.len()).unwrap());
                known.over.append(&mut known.under_way);
            }
            Step::Resolve(who, arrived) => {
                bench.ledger.release(&lease, at(known.second)).await.unwrap();
                let resolution = if arrived { Resolution::Accepted } else { Resolution::NotSent };
                let recipient = RecipientId::new(RECIPIENTS[who]);
                let before = bench.ledger.standing(&campaign(), FIRST, &recipient, "").unwrap();
                let now = at(known.second);
                let resolved = bench.ledger.resolve(FIRST, &recipient, resolution, &word(now)).await;
                let state = before.map(|standing| standing.state);
                let again = state == Some(DeliveryState::Failed) && !arrived;
                assert_eq!(resolved.is_ok(), again || state == Some(DeliveryState::InDoubt));
                if resolved.is_ok() && arrived {
                    *known.accepted.entry(bench.id(RECIPIENTS[who])).or_default() += 1;
                }
                let (taken, in_doubt) = bench.ledger.take_lease(&campaign(), &clock(known.second)).await.unwrap();
                lease = taken;
                assert_eq!(in_doubt, u64::try_from(known.under_way.len()).unwrap());
                known.over.append(&mut known.under_way);
            }
            Step::Wait => known.second += 1_000,
        }
        bench.check_tally();
        assert!(known.accepted.values().all(|times| *times == 1), "accepted twice: {:?}", known.accepted);
    }
    for (id, _) in known.accepted {
        let all = bench.deliveries(&Selection::default());
        let found = all.iter().find(|delivery| delivery.id == id);
        assert_eq!(found.map(|delivery| delivery.state), Some(DeliveryState::Accepted));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_accepted_twice_and_the_tally_is_what_one_counts(
        steps in proptest::collection::vec(step(), 1..40)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(carry_out(steps));
    }
}
