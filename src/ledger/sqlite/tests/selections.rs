//! What is looked for is found without reading all that was sent.

use super::super::lease::MEND_TIMES;
use super::super::left_open::OPEN_ATTEMPTS;
use super::super::selection::{query, query_with_kept_rows, query_with_rows};
use super::*;

/// How SQLite goes about a query.
fn steps(bench: &Bench, query: &str) -> Vec<String> {
    let sql = bench.sql();
    let mut statement = sql.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
    let count = statement.parameter_count();
    let rows = statement.query_map(rusqlite::params_from_iter(vec![rusqlite::types::Null; count]), |row| row.get(3));
    rows.unwrap().map(rusqlite::Result::unwrap).collect()
}

fn of(states: &[DeliveryState]) -> Selection {
    Selection { states: states.to_vec(), ..Selection::default() }
}

#[test]
fn what_went_wrong_is_found_through_an_index_of_its_own() {
    let bench = Bench::new();
    for state in [
        DeliveryState::Deferred,
        DeliveryState::Failed,
        DeliveryState::InDoubt,
        DeliveryState::Bounced,
        DeliveryState::Skipped,
    ] {
        for query in [query(&of(&[state])), query_with_rows(&of(&[DeliveryState::Failed, state]))] {
            let steps = steps(&bench, &query);
            assert!(steps[0].contains("SEARCH d USING INDEX delivery_apart"), "{state}: {steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER")), "{state}: {steps:?}");
        }
    }
}

#[test]
fn the_log_is_read_in_its_order_and_nothing_is_sorted() {
    let bench = Bench::new();
    for states in [&[][..], &[DeliveryState::Accepted], &[DeliveryState::Planned, DeliveryState::Failed]] {
        for query in [query(&of(states)), query_with_rows(&of(states)), query_with_kept_rows(&of(states))] {
            let steps = steps(&bench, &query);
            assert!(steps[0].contains("SEARCH d USING INDEX delivery_in_order"), "{steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
        }
    }
}

#[tokio::test]
async fn every_state_is_found_and_nothing_else() {
    let ids = ["planned", "attempting", "accepted", "deferred", "failed", "in-doubt", "skipped"];
    let (bench, lease) = Bench::planned(&ids[..6]).await;
    let mut rows: Vec<_> = ids[..6].iter().map(|id| row(id)).collect();
    rows.push(super::skipped("skipped", "suppressed"));
    bench.plan_rows(&lease, FIRST, rows).await.unwrap();
    bench.start(&lease, "attempting", 1).await;
    for id in ["accepted", "deferred", "failed", "in-doubt"] {
        bench.send(&lease, id, 1, id.parse().unwrap()).await;
    }
    let found = |states: &[DeliveryState]| -> Vec<String> {
        let found = bench.deliveries(&of(states)).into_iter();
        found.map(|delivery| delivery.recipient.to_string()).collect()
    };
    assert_eq!(found(&[]), ids);
    for id in ids {
        assert_eq!(found(&[id.parse().unwrap()]), [id]);
    }
    assert_eq!(found(&[DeliveryState::Skipped, DeliveryState::Failed]), ["failed", "skipped"]);
    assert_eq!(found(&[DeliveryState::Skipped, DeliveryState::Accepted]), ["accepted", "skipped"]);
    let round = Selection { round: Some(Round(1)), ..of(&[DeliveryState::Failed]) };
    assert!(bench.deliveries(&round).is_empty());
}

#[test]
fn a_run_begins_without_reading_all_that_was_sent() {
    let bench = Bench::new();
    let steps = |query| steps(&bench, query).join("; ");
    let open = steps(OPEN_ATTEMPTS);
    assert!(open.contains("SEARCH t USING INDEX attempt_of_account (account=? AND counted_from=?)"), "{open}");
    let deferred = steps(MEND_TIMES);
    assert!(deferred.contains("SEARCH delivery USING INDEX delivery_deferred"), "{deferred}");
}

#[tokio::test]
async fn what_comes_in_pages_is_whole_in_order_and_of_one_moment() {
    let ids = |count: u32| -> Vec<String> { (0..count).map(|n| format!("r{n:04}")).collect() };
    let rows = |ids: &[String]| ids.iter().map(|id| row(id)).collect();
    let (bench, lease) = Bench::planned(&[]).await;
    let (first, second) = (ids(2_500), ids(1_200));
    bench.plan_rows(&lease, FIRST, rows(&first)).await.unwrap();
    bench.plan_rows(&lease, Round(1), rows(&second)).await.unwrap();
    let everything = Selection::default();
    let mut found = bench.ledger.rows(&campaign(), &everything).map(Result::unwrap);
    let mut read = vec![found.next().unwrap()];
    let last = bench.deliveries(&Selection { round: Some(FIRST), ..Selection::default() }).pop().unwrap();
    let claimed = bench.ledger.claim(&lease, claim(last.id, 1)).await.unwrap();
    assert!(matches!(claimed, Claimed::Yes(_)));
    read.extend(found);
    let named: Vec<(Round, &str)> = read.iter().map(|(it, _)| (it.round, it.recipient.as_str())).collect();
    let of_round = |round, ids| std::iter::repeat(round).zip(ids);
    let ids = of_round(FIRST, &first).chain(of_round(Round(1), &second)).map(|(round, id)| (round, id.as_str()));
    assert_eq!(named, ids.collect::<Vec<_>>());
    assert!(read.iter().all(|(delivery, _)| delivery.state == DeliveryState::Planned), "as it was at its beginning");
    assert!(read.iter().all(|(delivery, cells)| cells.as_ref().unwrap()[0] == delivery.recipient.as_str()));
    assert_eq!(bench.deliveries(&of(&[DeliveryState::Attempting])).len(), 1);
}
