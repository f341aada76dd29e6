//! Rolling windows, counted from the ledger.

use std::time::Duration;

use super::*;
use crate::ledger::{AttemptEnd, Sent, SentAttempt};
use crate::model::window::{Full, Window, Windows};

pub(super) fn per_minute(limit: u32) -> Windows {
    let span = Duration::from_mins(1);
    Windows { overall: vec![Window { limit, span }], per_domain: None }
}

pub(super) fn full_until(until: Option<Timestamp>) -> Claimed {
    Claimed::Full(Full { until, domain_only: false })
}

#[tokio::test]
async fn a_full_window_refuses_a_claim_and_records_nothing() {
    let (bench, lease) = Bench::planned(&["ana", "bo", "cy"]).await;
    bench.ledger.limit(&lease, "letters", per_minute(2)).await.unwrap();
    bench.send(&lease, "ana", 0, DeliveryState::Accepted).await;
    let started = bench.start(&lease, "bo", 5).await;
    assert_eq!(bench.claim(&lease, "cy", 6).await.unwrap(), full_until(Some(at(61))));
    bench.ledger.settle(&lease, settlement(started, 10, DeliveryState::Deferred)).await.unwrap();
    assert_eq!(bench.claim(&lease, "cy", 60).await.unwrap(), full_until(Some(at(61))));
    assert_eq!(bench.delivery("cy").state, DeliveryState::Planned);
    assert_eq!(bench.delivery("cy").attempts, 0);
    bench.start(&lease, "cy", 61).await;
}

#[tokio::test]
async fn a_window_survives_a_restart() {
    let (bench, lease) = Bench::planned(&["ana", "bo", "cy"]).await;
    bench.ledger.limit(&lease, "letters", per_minute(2)).await.unwrap();
    bench.send(&lease, "ana", 0, DeliveryState::Accepted).await;
    bench.start(&lease, "bo", 3).await;
    let path = bench.path();
    let Bench { folder, ledger } = bench;
    drop(ledger);
    let ledger = SqliteLedger::open(&path).unwrap();
    let (lease, in_doubt) = ledger.take_lease(&campaign(), &clock(30)).await.unwrap();
    assert_eq!(in_doubt, 1);
    let bench = Bench { folder, ledger };
    let sent = bench.ledger.limit(&lease, "letters", per_minute(2)).await.unwrap();
    // What was found open counts from the moment it was found.
    let attempt = |second| SentAttempt { ended_at: Some(at(second)), domain: "example.org".to_owned(), weight: 1 };
    let last = AttemptEnd { state: DeliveryState::InDoubt, reply: None };
    assert_eq!(sent, Sent { attempts: vec![attempt(1), attempt(30)], last: Some(last) });
    assert_eq!(bench.claim(&lease, "cy", 31).await.unwrap(), full_until(Some(at(61))));
    bench.start(&lease, "cy", 61).await;
    assert_eq!(bench.ledger.limit(&lease, "another", per_minute(2)).await.unwrap(), Sent::default());
}

#[tokio::test]
async fn an_address_that_logs_in_keeps_its_windows_where_the_server_stood_behind_it() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    let former = "Letters@coalition.example@smtp.coalition.example";
    bench.ledger.limit(&lease, former, per_minute(1)).await.unwrap();
    bench.send(&lease, "ana", 0, DeliveryState::Accepted).await;
    let sent = bench.ledger.limit(&lease, "letters@coalition.example", per_minute(1)).await.unwrap();
    assert_eq!(sent.attempts.len(), 1);
    assert_eq!(bench.claim(&lease, "bo", 30).await.unwrap(), full_until(Some(at(61))));
    assert_eq!(bench.ledger.limit(&lease, "others@coalition.example", per_minute(1)).await.unwrap(), Sent::default());
}

/// Two campaigns that send with one account share its windows: `second` is the ledger as the other run has it.
async fn shared(bench: &Bench, lease: &Lease, second: &SqliteLedger) {
    let other = CampaignId::parse("other").unwrap();
    let (theirs, _) = second.take_lease(&other, &clock(0)).await.unwrap();
    let header = Columns::new(["id", "email"]);
    second.begin_plan(&theirs, FIRST, &header).await.unwrap();
    second.plan(&theirs, FIRST, vec![row("eve"), row("flo")]).await.unwrap();
    second.finish_plan(&theirs, FIRST, at(0)).await.unwrap();
    let due = second.due(&other, FIRST, None, at(0), 2).await.unwrap();

    bench.ledger.limit(lease, "letters", per_minute(2)).await.unwrap();
    second.limit(&theirs, "letters", per_minute(2)).await.unwrap();
    bench.start(lease, "ana", 0).await;
    let Claimed::Yes(attempt) = second.claim(&theirs, claim(due[0].id, 1)).await.unwrap() else {
        panic!("there was room for a second");
    };
    // Both are under way: nobody knows when there is room.
    assert_eq!(bench.claim(lease, "bo", 2).await.unwrap(), full_until(None));
    assert_eq!(second.claim(&theirs, claim(due[1].id, 2)).await.unwrap(), full_until(None));
    second.settle(&theirs, settlement((due[0].id, attempt), 3, DeliveryState::Accepted)).await.unwrap();
    assert_eq!(bench.claim(lease, "bo", 4).await.unwrap(), full_until(Some(at(63))));
    bench.start(lease, "bo", 63).await;
    assert_eq!(second.claim(&theirs, claim(due[1].id, 64)).await.unwrap(), full_until(None));
}

#[tokio::test]
async fn two_runs_with_one_account_share_its_windows() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    let second = SqliteLedger::open(&bench.path()).unwrap();
    shared(&bench, &lease, &second).await;
}

#[tokio::test]
async fn two_campaigns_of_one_process_share_an_account_too() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    let second = bench.ledger.clone();
    shared(&bench, &lease, &second).await;
}

#[tokio::test]
async fn what_was_counted_in_a_transaction_that_failed_is_not_counted() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    bench.ledger.limit(&lease, "letters", per_minute(1)).await.unwrap();
    let sql = bench.sql();
    sql.execute_batch("CREATE TRIGGER breaks AFTER INSERT ON event BEGIN SELECT RAISE(ABORT, 'broken'); END").unwrap();
    assert!(bench.claim(&lease, "ana", 0).await.is_err());
    sql.execute_batch("DROP TRIGGER breaks").unwrap();
    bench.start(&lease, "bo", 1).await;
    assert_eq!(bench.claim(&lease, "ana", 2).await.unwrap(), full_until(None));
}

#[tokio::test]
async fn an_account_does_not_count_what_another_sent() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    bench.ledger.limit(&lease, "one", per_minute(1)).await.unwrap();
    bench.start(&lease, "ana", 0).await;
    bench.ledger.limit(&lease, "two", per_minute(1)).await.unwrap();
    bench.start(&lease, "bo", 1).await;
}

#[tokio::test]
async fn setting_the_windows_again_counts_what_is_under_way_once() {
    let (bench, lease) = Bench::planned(&["ana", "bo", "cy"]).await;
    bench.ledger.limit(&lease, "letters", per_minute(2)).await.unwrap();
    let started = bench.start(&lease, "ana", 0).await;
    bench.ledger.limit(&lease, "letters", per_minute(2)).await.unwrap();
    bench.start(&lease, "bo", 1).await;
    assert_eq!(bench.claim(&lease, "cy", 2).await.unwrap(), full_until(None));
    bench.ledger.settle(&lease, settlement(started, 3, DeliveryState::Accepted)).await.unwrap();
    assert_eq!(bench.claim(&lease, "cy", 4).await.unwrap(), full_until(Some(at(63))));
}
