//! Claims and settlements.

use super::*;
use crate::ledger::{CopyEnd, LedgerError, Resolution};
use crate::model::{Answer, Suppression, Target};

#[tokio::test]
async fn a_letter_goes_from_planned_to_accepted_and_everything_is_told() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    let started = bench.start(&lease, "ana", 10).await;
    let open = bench.delivery("ana");
    assert_eq!(open.state, DeliveryState::Attempting);
    assert_eq!(open.message_id.unwrap().as_str(), format!("{}@coalition.example", open.id.0));

    let copy = EmailAddress::parse("bo@example.net").unwrap();
    let ended = Settlement {
        copies: vec![CopyEnd {
            address: copy,
            state: DeliveryState::Failed,
            reply: Some(Reply::new(550, ["5.1.1 gone"])),
            next_attempt_at: None,
        }],
        ..settlement(started, 12, DeliveryState::Accepted)
    };
    bench.ledger.settle(&lease, ended).await.unwrap();
    let sent = bench.delivery("ana");
    assert_eq!(sent.state, DeliveryState::Accepted);
    assert_eq!(sent.attempts, 1);
    assert_eq!(sent.first_attempt_at, Some(at(10)));
    assert_eq!(sent.last_attempt_at, Some(at(10)));
    assert_eq!(sent.accepted_at, Some(at(12)));
    assert_eq!(sent.reply, Some(Reply::new(250, ["2.0.0 queued as 7F3A"])));
    assert_eq!(sent.answer, Answer::None);
    assert_eq!(bench.story(), ["planned", "attempting ana", "accepted ana"]);
    let last = bench.events().pop().unwrap();
    assert_eq!(last.source, "server");
    assert_eq!(last.at, at(12));
    assert_eq!(
        last.detail,
        serde_json::json!({
            "attempt": 1,
            "reply": { "code": 250, "enhanced": "2.0.0", "text": "queued as 7F3A" },
            "copies": [
                { "address": "bo@example.net", "state": "failed", "reply": { "code": 550, "enhanced": "5.1.1", "text": "gone" } }
            ],
        })
    );
    bench.check_tally();
}

#[tokio::test]
async fn a_claim_finds_only_what_is_due() {
    let (bench, lease) = Bench::planned(&["ana", "bo", "cy"]).await;
    bench.send(&lease, "ana", 10, DeliveryState::Accepted).await;
    assert_eq!(bench.claim(&lease, "ana", 20).await.unwrap(), Claimed::No(DeliveryState::Accepted));

    bench.send(&lease, "bo", 10, DeliveryState::Deferred).await;
    let waiting = bench.delivery("bo");
    assert_eq!(waiting.next_attempt_at, Some(at(911)));
    assert_eq!(bench.due_ids(910).await, ["cy"]);
    assert_eq!(bench.claim(&lease, "bo", 910).await.unwrap(), Claimed::No(DeliveryState::Deferred));
    assert_eq!(ReadLedger::next_attempt_at(&bench.ledger, &campaign(), FIRST).unwrap(), Some(at(911)));
    assert_eq!(bench.due_ids(911).await, ["bo", "cy"]);
    bench.send(&lease, "bo", 911, DeliveryState::Failed).await;
    let failed = bench.delivery("bo");
    assert_eq!((failed.attempts, failed.first_attempt_at), (2, Some(at(10))));
    assert_eq!(bench.claim(&lease, "bo", 9_999).await.unwrap(), Claimed::No(DeliveryState::Failed));

    bench.start(&lease, "cy", 20).await;
    assert_eq!(bench.claim(&lease, "cy", 20).await.unwrap(), Claimed::No(DeliveryState::Attempting));
    assert!(bench.due(9_999).await.is_empty());
    bench.check_tally();
}

#[tokio::test]
async fn of_many_claims_on_one_delivery_one_is_granted() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    let id = bench.id("ana");
    let claims: Vec<_> = (0..50).map(|_| bench.ledger.claim(&lease, claim(id, 10))).collect();
    let mut granted = 0;
    for claimed in claims {
        granted += u32::from(matches!(claimed.await.unwrap(), Claimed::Yes(_)));
    }
    assert_eq!(granted, 1);
}

#[tokio::test]
async fn due_letters_come_by_their_place_and_in_pages() {
    let (bench, _lease) = Bench::planned(&["zoe", "ana", "mia"]).await;
    assert_eq!(bench.due_ids(0).await, ["zoe", "ana", "mia"]);
    let first = &bench.ledger.due(&campaign(), FIRST, None, at(0), 2).await.unwrap();
    assert_eq!(first.len(), 2);
    assert_eq!(first[1].cells, ["ana", "ana@example.org"]);
    let next = bench.ledger.due(&campaign(), FIRST, Some(first[1].place), at(0), 2).await.unwrap();
    assert_eq!(next[0].recipient.as_str(), "mia");
    assert_eq!(next.len(), 1);
}

#[tokio::test]
async fn a_recipient_suppressed_after_the_plan_is_skipped_at_the_claim() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    let suppress = |key: &str, reason: Option<&str>| {
        let insert = "INSERT INTO suppression (key, reason, at, source) VALUES (?1, ?2, 0, 'person ana')";
        bench.sql().execute(insert, (key, reason)).unwrap();
    };
    suppress("ana@example.org", Some("asked by phone"));
    assert_eq!(bench.claim(&lease, "ana", 1).await.unwrap(), Claimed::No(DeliveryState::Skipped));
    assert_eq!(bench.delivery("ana").reason.unwrap(), "suppressed: asked by phone");
    assert_eq!(bench.delivery("ana").attempts, 0);
    suppress("@example.org", None);
    assert_eq!(bench.claim(&lease, "bo", 1).await.unwrap(), Claimed::No(DeliveryState::Skipped));
    assert_eq!(bench.story(), ["planned", "skipped ana", "skipped bo"]);
    let domain = Suppression { target: Target::Domain("example.org".to_owned()), reason: None };
    assert_eq!(bench.ledger.suppressions().unwrap()[0], domain);
    bench.check_tally();
}

#[tokio::test]
async fn an_answer_stops_a_claim_in_its_own_round_and_in_later_ones() {
    let (bench, lease) = Bench::planned(&["ana", "bo", "cy", "di"]).await;
    for id in ["ana", "bo", "cy"] {
        bench.send(&lease, id, 1, DeliveryState::Accepted).await;
    }
    let rows = ["ana", "bo", "cy"].map(row).to_vec();
    bench.plan_rows(&lease, Round(1), rows).await.unwrap();
    bench
        .sql()
        .execute_batch(
            "UPDATE delivery SET answer = 'replied', answer_by = 'mail' WHERE recipient IN ('ana', 'di') AND round = 0;
            UPDATE delivery SET answer = 'acknowledged', answer_by = 'mail' WHERE recipient = 'bo' AND round = 0;
            UPDATE delivery SET state = 'bounced' WHERE recipient = 'cy' AND round = 0;",
        )
        .unwrap();
    let later = bench.ledger.due(&campaign(), Round(1), None, at(5), 9).await.unwrap();
    let mut claimed = Vec::new();
    for due in &later {
        claimed.push(bench.ledger.claim(&lease, claim(due.id, 5)).await.unwrap());
    }
    assert_eq!(claimed[0], Claimed::No(DeliveryState::Skipped));
    assert!(matches!(claimed[1], Claimed::Yes(_)), "an acknowledgement stops nothing");
    assert_eq!(claimed[2], Claimed::No(DeliveryState::Skipped));
    let reasons: Vec<_> = bench
        .deliveries(&Selection { round: Some(Round(1)), states: vec![DeliveryState::Skipped], recipient: None })
        .into_iter()
        .filter_map(|delivery| delivery.reason)
        .collect();
    assert_eq!(reasons, ["answered: replied", "bounced in round 0"]);
    assert_eq!(bench.claim(&lease, "di", 5).await.unwrap(), Claimed::No(DeliveryState::Skipped));
}

#[tokio::test]
async fn an_attempt_is_settled_once_and_only_as_something_it_can_become() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    let started = bench.start(&lease, "ana", 1).await;
    let other = bench.start(&lease, "bo", 1).await;
    for state in [DeliveryState::Planned, DeliveryState::Skipped, DeliveryState::Bounced] {
        assert!(bench.ledger.settle(&lease, settlement(started, 2, state)).await.is_err(), "{state}");
    }
    let mixed = (started.0, other.1);
    assert!(bench.ledger.settle(&lease, settlement(mixed, 2, DeliveryState::Accepted)).await.is_err());
    bench.ledger.settle(&lease, settlement(started, 2, DeliveryState::Accepted)).await.unwrap();
    for state in [DeliveryState::Accepted, DeliveryState::Deferred, DeliveryState::InDoubt] {
        assert!(bench.ledger.settle(&lease, settlement(started, 3, state)).await.is_err(), "{state}");
    }
    assert_eq!(bench.delivery("ana").accepted_at, Some(at(2)));
    bench.check_tally();
}

#[tokio::test]
async fn an_outcome_is_recorded_though_nobody_waits_for_it() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    let started = bench.start(&lease, "ana", 1).await;
    drop(bench.ledger.settle(&lease, settlement(started, 2, DeliveryState::Accepted)));
    // What is asked later is done later.
    bench.start(&lease, "bo", 3).await;
    assert_eq!(bench.delivery("ana").state, DeliveryState::Accepted);
}

#[tokio::test]
async fn dropping_the_last_handle_waits_for_what_was_asked() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    let started = bench.start(&lease, "ana", 1).await;
    let Bench { folder, ledger } = bench;
    drop(ledger.settle(&lease, settlement(started, 2, DeliveryState::Accepted)));
    drop(ledger.release(&lease, at(3)));
    drop(ledger);
    let path = folder.path().join("logs/ledger.db");
    assert!(!path.with_file_name("ledger.db-wal").exists(), "the file was not closed");
    let ledger = SqliteLedger::open_existing(&path).unwrap().unwrap();
    assert_eq!(ledger.tally(&campaign(), FIRST).unwrap().of(DeliveryState::Accepted), 1);
}

#[tokio::test]
async fn one_failing_command_does_not_spoil_the_others() {
    let (bench, lease) = Bench::planned(&["ana", "bo", "cy"]).await;
    let ids = ["ana", "bo", "cy"].map(|id| bench.id(id));
    // A trigger stands for whatever SQLite could refuse in the middle of a command.
    bench
        .sql()
        .execute_batch(&format!(
            "CREATE TRIGGER breaks AFTER UPDATE ON delivery WHEN NEW.id = {} BEGIN SELECT RAISE(ABORT, 'broken'); END;",
            ids[1].0
        ))
        .unwrap();
    // The writer is kept busy, so that all of these are in one transaction.
    let lock = bench.sql();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = bench.ledger.renew(&lease, at(1));
    std::thread::sleep(std::time::Duration::from_millis(50));
    let unknown = bench.ledger.claim(&lease, claim(DeliveryId(999), 1));
    let claims = ids.map(|id| bench.ledger.claim(&lease, claim(id, 1)));
    lock.execute_batch("COMMIT").unwrap();
    busy.await.unwrap();
    assert!(matches!(unknown.await, Err(LedgerError::NoSuchDelivery(_))));
    let [first, second, third] = claims;
    assert!(matches!(first.await, Ok(Claimed::Yes(_))));
    assert!(matches!(second.await, Err(LedgerError::Store { .. })));
    assert!(matches!(third.await, Ok(Claimed::Yes(_))));
    let states = ["ana", "bo", "cy"].map(|id| bench.delivery(id).state);
    assert_eq!(states, [DeliveryState::Attempting, DeliveryState::Planned, DeliveryState::Attempting]);
    assert_eq!(bench.story(), ["planned", "attempting ana", "attempting cy"]);
    let attempts: i64 = bench.sql().query_row("SELECT count(*) FROM attempt", [], |row| row.get(0)).unwrap();
    assert_eq!(attempts, 2);
    bench.check_tally();
}

#[tokio::test]
async fn a_person_says_what_became_of_a_delivery_in_doubt() {
    let (bench, lease) = Bench::planned(&["ana", "bo", "cy"]).await;
    bench.send(&lease, "ana", 5, DeliveryState::InDoubt).await;
    bench.send(&lease, "bo", 5, DeliveryState::InDoubt).await;
    assert!(bench.due_ids(9_999).await.iter().all(|id| id == "cy"), "what is in doubt is never sent again by itself");
    let resolve = async |id: &str, resolution| {
        let recipient = RecipientId::new(id);
        bench.ledger.resolve(FIRST, &recipient, resolution, &word(at(50))).await
    };
    let held = resolve("ana", Resolution::Accepted).await;
    assert!(matches!(held, Err(LedgerError::Held(_))), "a run sends: {held:?}");
    bench.ledger.release(&lease, at(40)).await.unwrap();

    resolve("ana", Resolution::Accepted).await.unwrap();
    let accepted = bench.delivery("ana");
    assert_eq!((accepted.state, accepted.accepted_at), (DeliveryState::Accepted, Some(at(5))));
    resolve("bo", Resolution::NotSent).await.unwrap();
    assert_eq!(bench.due_ids(50).await, ["bo", "cy"]);
    let again = resolve("ana", Resolution::NotSent).await;
    let accepted = DeliveryState::Accepted;
    assert!(matches!(again, Err(LedgerError::NotInDoubt { state, .. }) if state == accepted));
    assert!(matches!(resolve("eve", Resolution::Accepted).await, Err(LedgerError::NoSuchDelivery(_))));
    let events = bench.events();
    assert_eq!(events[events.len() - 2].source, "person ana");
    assert_eq!(bench.story()[5..], ["resolved ana", "resolved bo"]);
    bench.check_tally();

    let (lease, in_doubt) = bench.ledger.take_lease(&campaign(), &clock(60)).await.unwrap();
    assert_eq!(in_doubt, 0);
    bench.send(&lease, "bo", 61, DeliveryState::Accepted).await;
}

#[tokio::test]
async fn events_are_never_changed_or_deleted_except_through_the_door_for_erasing() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.send(&lease, "ana", 1, DeliveryState::Accepted).await;
    let sql = bench.sql();
    assert!(sql.execute("UPDATE event SET kind = 'failed'", []).is_err());
    assert!(sql.execute("DELETE FROM event", []).is_err());
    assert_eq!(bench.events().len(), 3);
    sql.execute_batch(
        "BEGIN; INSERT INTO erasure (id, at, source) VALUES (1, 0, 'person ana');
        UPDATE event SET recipient = 'erased', detail = '{}' WHERE recipient = 'ana'; DELETE FROM erasure; COMMIT;",
    )
    .unwrap();
    assert_eq!(bench.story(), ["planned", "attempting erased", "accepted erased"]);
    assert!(sql.execute("UPDATE event SET recipient = 'ana' WHERE recipient = 'erased'", []).is_err());
}

#[tokio::test]
async fn reading_stops_where_the_reader_says_so() {
    let (bench, _lease) = Bench::planned(&["ana", "bo"]).await;
    let mut seen = 0;
    let stopped = bench.ledger.deliveries(&campaign(), &Selection::default()).try_for_each(|delivery| {
        delivery.map_err(|error| error.to_string())?;
        seen += 1;
        // Reading within a reading is no trouble.
        bench.ledger.tally(&campaign(), FIRST).map_err(|error| error.to_string())?;
        Err("enough".to_owned())
    });
    assert_eq!(stopped, Err("enough".to_owned()), "whoever reads has errors of their own");
    assert_eq!(seen, 1);
}
