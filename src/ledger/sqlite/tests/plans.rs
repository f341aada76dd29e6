//! Plans, and what becomes of the deliveries when they change.

use super::*;

#[tokio::test]
async fn nothing_changes_before_a_plan_is_finished() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.ledger.begin_plan(&lease, FIRST, &Columns::new(["other"])).await.unwrap();
    bench.ledger.plan(&lease, FIRST, vec![row("bo")]).await.unwrap();
    assert_eq!(bench.due_ids(1).await, ["ana"]);
    let columns = || bench.ledger.columns(&campaign(), FIRST).unwrap().unwrap();
    assert_eq!(columns().names(), ["id", "email"]);
    // A plan that was not finished leaves nothing behind.
    bench.ledger.begin_plan(&lease, FIRST, &Columns::new(["third"])).await.unwrap();
    bench.ledger.plan(&lease, FIRST, vec![row("cy")]).await.unwrap();
    bench.ledger.plan(&lease, FIRST, vec![row("di")]).await.unwrap();
    bench.ledger.finish_plan(&lease, FIRST, at(2)).await.unwrap();
    assert_eq!(bench.due_ids(2).await, ["cy", "di"]);
    assert_eq!(columns().names(), ["third"]);
    assert!(bench.ledger.finish_plan(&lease, FIRST, at(3)).await.is_err(), "there is no plan to finish");
    let rows: i64 = bench.sql().query_row("SELECT count(*) FROM list_row", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 2, "rows of earlier lists were kept");
}

#[tokio::test]
async fn a_recipient_gone_from_the_list_is_removed_or_skipped() {
    let (bench, lease) = Bench::planned(&["new", "tried", "sent", "failed", "doubt", "stays"]).await;
    bench.send(&lease, "tried", 1, DeliveryState::Deferred).await;
    bench.send(&lease, "sent", 1, DeliveryState::Accepted).await;
    bench.send(&lease, "failed", 1, DeliveryState::Failed).await;
    bench.send(&lease, "doubt", 1, DeliveryState::InDoubt).await;
    let before = bench.story().len();
    let tally = bench.plan(&lease, &["stays"]).await;
    assert_eq!(tally.total(), 5);
    assert_eq!(tally.of(DeliveryState::Skipped), 1);
    assert_eq!(tally, bench.ledger.tally(&campaign(), FIRST).unwrap());
    let states: Vec<_> = bench
        .deliveries(&Selection::default())
        .into_iter()
        .map(|delivery| (delivery.recipient.to_string(), delivery.state))
        .collect();
    for (id, state) in [
        ("tried", DeliveryState::Skipped),
        ("sent", DeliveryState::Accepted),
        ("failed", DeliveryState::Failed),
        ("doubt", DeliveryState::InDoubt),
        ("stays", DeliveryState::Planned),
    ] {
        assert!(states.contains(&(id.to_owned(), state)), "{id}: {states:?}");
    }
    assert_eq!(bench.delivery("tried").reason.unwrap(), "no longer in the recipients list");
    assert_eq!(bench.story()[before..], ["skipped tried", "planned"]);
    assert_eq!(ReadLedger::next_attempt_at(&bench.ledger, &campaign(), FIRST).unwrap(), None);

    bench.plan(&lease, &["tried", "stays", "sent", "failed"]).await;
    let back = bench.delivery("tried");
    assert_eq!((back.state, back.attempts, back.reason), (DeliveryState::Planned, 1, None));
    assert_eq!(bench.due_ids(2).await, ["tried", "stays"], "failed stays failed, accepted stays accepted");
    bench.send(&lease, "tried", 3, DeliveryState::Accepted).await;
    assert_eq!(bench.delivery("tried").attempts, 2);
    bench.check_tally();
}

#[tokio::test]
async fn a_new_plan_changes_what_was_not_sent_and_keeps_what_was() {
    let (bench, lease) = Bench::planned(&["sent", "waits", "open"]).await;
    bench.send(&lease, "sent", 1, DeliveryState::Accepted).await;
    bench.send(&lease, "waits", 1, DeliveryState::Deferred).await;
    let moved = |id: &str| PlannedRow {
        email: Some(EmailAddress::parse(&format!("{id}@example.net")).unwrap()),
        name: "Another name".to_owned(),
        cells: vec![id.to_owned(), "cell".to_owned()],
        left_out: vec!["eve@example.org".to_owned()],
        line: 7,
        ..row(id)
    };
    bench.plan_rows(&lease, FIRST, ["open", "waits", "sent"].map(moved).to_vec()).await.unwrap();
    assert_eq!(bench.delivery("sent").email, "sent@example.org");
    assert_eq!(bench.delivery("sent").state, DeliveryState::Accepted);
    let waits = bench.delivery("waits");
    assert_eq!((waits.state, waits.next_attempt_at), (DeliveryState::Deferred, Some(at(902))));
    assert_eq!(waits.email, "waits@example.net");
    let due = bench.due(902).await;
    assert_eq!(due[0].recipient.as_str(), "open");
    assert_eq!(due[1].cells, ["waits", "cell"]);
    assert_eq!((due[1].line, due[1].attempts, due[1].place), (7, 1, 1));
    assert_eq!(due[1].left_out, ["eve@example.org"]);
    assert_eq!(due[1].first_attempt_at, Some(at(1)));
}

#[tokio::test]
async fn a_plan_skips_and_takes_back() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    bench.send(&lease, "bo", 1, DeliveryState::Deferred).await;
    let tally = bench
        .plan_rows(&lease, FIRST, vec![skipped("ana", "duplicate of line 3"), skipped("bo", "suppressed")])
        .await
        .unwrap();
    assert_eq!(tally.of(DeliveryState::Skipped), 2);
    assert_eq!(bench.delivery("ana").reason.unwrap(), "duplicate of line 3");
    assert!(bench.due(9_999).await.is_empty());
    bench.plan(&lease, &["ana", "bo"]).await;
    assert_eq!(bench.due_ids(2).await, ["ana", "bo"]);
    let ana = bench.ledger.standing(&campaign(), FIRST, &RecipientId::new("ana"), "").unwrap();
    assert_eq!(
        ana.map(|standing| (standing.state, standing.address)),
        Some((DeliveryState::Planned, row("ana").email.unwrap().key()))
    );
    assert_eq!(bench.ledger.standing(&campaign(), FIRST, &RecipientId::new("eve"), "").unwrap(), None);
    let told = ["skipped ana", "skipped bo", "planned", "planned ana", "planned bo", "planned"];
    assert_eq!(bench.story()[3..], told);
    bench.check_tally();
}

#[tokio::test]
async fn a_delivery_that_is_not_in_the_plan_is_not_sent() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    bench.send(&lease, "ana", 1, DeliveryState::InDoubt).await;
    bench.plan(&lease, &["bo"]).await;
    bench.ledger.release(&lease, at(2)).await.unwrap();
    let not_sent = crate::ledger::Resolution::NotSent;
    let ana = RecipientId::new("ana");
    bench.ledger.resolve(FIRST, &ana, not_sent, &word(at(3))).await.unwrap();
    let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(4)).await.unwrap();
    assert_eq!(bench.due_ids(9).await, ["bo"]);
    assert_eq!(ReadLedger::next_attempt_at(&bench.ledger, &campaign(), FIRST).unwrap(), None);
    assert_eq!(bench.claim(&lease, "ana", 9).await.unwrap(), Claimed::No(DeliveryState::Deferred));
}

#[tokio::test]
async fn a_recipient_is_in_a_plan_once() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    let twice = bench.plan_rows(&lease, FIRST, vec![row("bo"), row("cy"), row("bo")]).await;
    let error = twice.unwrap_err().to_string();
    assert!(error.contains("the recipient `bo` is in the plan twice"), "{error}");
    assert_eq!(bench.due_ids(1).await, ["ana"], "the plan that could not be finished changed something");
    bench.check_tally();
}

#[tokio::test]
async fn a_row_that_cannot_be_stored_leaves_no_half_of_its_rows_behind() {
    let (bench, lease) = Bench::planned(&[]).await;
    bench.ledger.begin_plan(&lease, FIRST, &Columns::new(["id"])).await.unwrap();
    let beyond = PlannedRow { line: u64::MAX, ..row("bo") };
    assert!(bench.ledger.plan(&lease, FIRST, vec![row("ana"), beyond]).await.is_err());
    bench.ledger.plan(&lease, FIRST, vec![row("cy")]).await.unwrap();
    let tally = bench.ledger.finish_plan(&lease, FIRST, at(1)).await.unwrap();
    assert_eq!(tally.total(), 1);
}

#[tokio::test]
async fn what_a_person_wrote_down_is_not_removed_with_its_row() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    bench.sql().execute("UPDATE delivery SET note = 'met in person' WHERE recipient = 'ana'", []).unwrap();
    let tally = bench.plan(&lease, &["bo"]).await;
    assert_eq!((tally.total(), tally.of(DeliveryState::Skipped)), (2, 1));
    assert_eq!(bench.delivery("ana").note.unwrap(), "met in person");
}

#[tokio::test]
async fn rounds_and_campaigns_are_apart() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.plan_rows(&lease, Round(2), vec![row("ana"), row("bo")]).await.unwrap();
    let other = CampaignId::parse("other").unwrap();
    let (second, _) = bench.ledger.take_lease(&other, &clock(0)).await.unwrap();
    bench.plan_rows(&second, FIRST, vec![row("eve")]).await.unwrap();
    assert_eq!(bench.ledger.rounds(&campaign()).unwrap(), [Round(0), Round(2)]);
    assert_eq!(bench.ledger.rounds(&other).unwrap(), [Round(0)]);
    assert_eq!(bench.ledger.tally(&campaign(), FIRST).unwrap().total(), 1);
    assert_eq!(bench.ledger.tally(&campaign(), Round(2)).unwrap().total(), 2);
    let by_address = Selection { recipient: Some("ana@example.org".to_owned()), ..Selection::default() };
    let rounds: Vec<_> = bench.deliveries(&by_address).into_iter().map(|delivery| delivery.round).collect();
    assert_eq!(rounds, [Round(0), Round(2)]);
    // A delivery of one campaign cannot be claimed for another.
    let ana = claim(bench.delivery("ana").id, 1);
    assert!(bench.ledger.claim(&second, ana).await.is_err());
}
