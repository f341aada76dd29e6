//! One letter for each address in each round, under whatever id.

use super::*;
use crate::ledger::{LedgerError, Resolution};

fn to(id: &str, address: &str) -> PlannedRow {
    PlannedRow { email: Some(EmailAddress::parse(address).unwrap()), ..row(id) }
}

/// Who is still to be sent a letter, with the address.
fn open(bench: &Bench) -> Vec<(String, String)> {
    let states = vec![DeliveryState::Planned, DeliveryState::Deferred];
    let found = bench.deliveries(&Selection { states, ..Selection::default() });
    found.into_iter().map(|delivery| (delivery.recipient.to_string(), delivery.email)).collect()
}

#[tokio::test]
async fn two_letters_of_a_plan_never_go_to_one_address() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    let rows = vec![to("bo", "both@example.org"), to("cy", "both@example.org")];
    let refused = bench.plan_rows(&lease, Round(1), rows.clone()).await.unwrap_err().to_string();
    assert!(refused.contains("two letters of the plan go to `both@example.org`"), "{refused}");
    let refused = bench.plan_rows(&lease, FIRST, rows).await.unwrap_err().to_string();
    assert!(refused.contains("two letters of the plan go to `both@example.org`"), "{refused}");
    assert_eq!(bench.due_ids(1).await, ["ana"]);
    let one_is_skipped = vec![to("bo", "both@example.org"), skipped("both", "duplicate of line 2")];
    bench.plan_rows(&lease, FIRST, one_is_skipped).await.unwrap();
    assert_eq!(bench.due_ids(1).await, ["bo"]);
}

#[tokio::test]
async fn what_may_have_left_keeps_its_address_for_ever() {
    for state in [DeliveryState::Accepted, DeliveryState::InDoubt] {
        let (bench, lease) = Bench::planned(&["ana"]).await;
        bench.send(&lease, "ana", 1, state).await;
        let refused = bench.plan_rows(&lease, FIRST, vec![to("new", "Ana@example.org")]).await.unwrap_err().to_string();
        assert!(refused.contains("another letter of the round goes to `Ana@example.org`"), "{refused}");
        assert!(open(&bench).is_empty());
        bench.plan_rows(&lease, Round(1), vec![to("new", "ana@example.org")]).await.unwrap();
    }
}

#[tokio::test]
async fn the_schema_lets_nothing_leave_that_does_not_hold_its_address() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    let sql = bench.sql();
    let same = "UPDATE delivery SET email_key = 'bo@example.org' WHERE recipient = 'ana'";
    assert!(sql.execute(same, []).is_err(), "two letters hold one address");
    sql.execute("UPDATE delivery SET holds_address = 0 WHERE recipient = 'ana'", []).unwrap();
    sql.execute(same, []).unwrap();
    let leaves = "UPDATE delivery SET state = 'attempting' WHERE recipient = 'ana'";
    assert!(sql.execute(leaves, []).is_err(), "a letter left for an address that another one holds");
    assert_eq!(bench.claim(&lease, "ana", 1).await.unwrap(), Claimed::No(DeliveryState::Skipped));
    assert_eq!(bench.delivery("ana").reason.unwrap(), "the address was written to as `bo`");
    bench.start(&lease, "bo", 1).await;
}

#[tokio::test]
async fn addresses_may_be_swapped_and_given_away_from_one_plan_to_the_next() {
    let (bench, lease) = Bench::planned(&["ana", "bo", "cy", "di"]).await;
    bench.send(&lease, "bo", 1, DeliveryState::Deferred).await;
    let rows = vec![
        to("ana", "bo@example.org"),
        to("bo", "ana@example.org"),
        // Cy is skipped now, and di not in the list any more: their addresses are free.
        skipped("cy", "suppressed"),
        to("eve", "di@example.org"),
        to("flo", "cy@example.org"),
    ];
    bench.plan_rows(&lease, FIRST, rows).await.unwrap();
    let pair = |id: &str, email: &str| (id.to_owned(), email.to_owned());
    assert_eq!(
        open(&bench),
        [
            pair("ana", "bo@example.org"),
            pair("bo", "ana@example.org"),
            pair("eve", "di@example.org"),
            pair("flo", "cy@example.org")
        ]
    );
    for id in ["ana", "bo", "eve", "flo"] {
        bench.send(&lease, id, 9_999, DeliveryState::Accepted).await;
    }
    bench.check_tally();
}

#[tokio::test]
async fn a_letter_that_failed_gives_its_address_away() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.send(&lease, "ana", 1, DeliveryState::Failed).await;
    bench.plan_rows(&lease, FIRST, vec![to("new", "ana@example.org")]).await.unwrap();
    bench.start(&lease, "new", 2).await;
    bench.ledger.release(&lease, at(3)).await.unwrap();
    let ana = RecipientId::new("ana");
    let again = bench.ledger.resolve(FIRST, &ana, Resolution::NotSent, &word(at(4))).await;
    assert!(matches!(&again, Err(LedgerError::AddressTaken { other, .. }) if other == "new"), "{again:?}");
    assert_eq!(bench.delivery("ana").state, DeliveryState::Failed);
}

#[tokio::test]
async fn a_letter_that_failed_and_is_tried_again_by_a_persons_word_holds_its_address_again() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.send(&lease, "ana", 1, DeliveryState::Failed).await;
    bench.ledger.release(&lease, at(2)).await.unwrap();
    let ana = RecipientId::new("ana");
    bench.ledger.resolve(FIRST, &ana, Resolution::NotSent, &word(at(3))).await.unwrap();
    let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(4)).await.unwrap();
    bench.send(&lease, "ana", 5, DeliveryState::Accepted).await;
    let refused = bench.plan_rows(&lease, FIRST, vec![to("new", "ana@example.org")]).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn an_address_whose_letter_never_left_is_planned_under_a_new_id() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    bench.send(&lease, "ana", 1, DeliveryState::InDoubt).await;
    bench.plan(&lease, &["bo"]).await;
    bench.ledger.release(&lease, at(2)).await.unwrap();
    let ana = RecipientId::new("ana");
    bench.ledger.resolve(FIRST, &ana, Resolution::NotSent, &word(at(3))).await.unwrap();
    let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(4)).await.unwrap();
    bench.plan_rows(&lease, FIRST, vec![row("bo"), to("new", "ana@example.org")]).await.unwrap();
    assert_eq!(bench.due_ids(9).await, ["bo", "new"]);
    assert_eq!(bench.delivery("ana").state, DeliveryState::Skipped);
    bench.send(&lease, "new", 9, DeliveryState::Accepted).await;
}

/// One of the people at a mailbox, each of whom is to get a letter.
fn at_office(id: &str, name: &str) -> PlannedRow {
    PlannedRow { person: Person::named(name), name: name.to_owned(), ..to(id, "office@example.org") }
}

#[tokio::test]
async fn each_of_several_people_at_an_address_gets_one_letter_and_no_two_that_may_be_one() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    let (ana, bo) = (at_office("a", "Ana Roe"), at_office("b", "Bo Lind"));
    bench.plan_rows(&lease, FIRST, vec![ana.clone(), bo.clone()]).await.unwrap();
    bench.send(&lease, "a", 1, DeliveryState::Accepted).await;
    bench.send(&lease, "b", 2, DeliveryState::InDoubt).await;
    // Under other ids, by other forms of the names, as the mailbox's own, and without a name.
    for other in [
        at_office("new", "Ana Roe"),
        at_office("new", "LIND, B."),
        PlannedRow { name: "Bo Lind".to_owned(), ..to("new", "office@example.org") },
        PlannedRow { name: String::new(), ..to("new", "office@example.org") },
    ] {
        let rows = vec![ana.clone(), bo.clone(), other.clone()];
        let refused = bench.plan_rows(&lease, FIRST, rows).await.unwrap_err().to_string();
        let told = ["another letter of the round goes to", "two letters of the plan go to"];
        let is_told = told.iter().any(|words| refused.contains(&format!("{words} `office@example.org`")));
        assert!(is_told, "{other:?}: {refused}");
    }
    bench.plan_rows(&lease, FIRST, vec![ana, bo, at_office("c", "Cy Dee")]).await.unwrap();
    bench.send(&lease, "c", 3, DeliveryState::Accepted).await;
    let letters = bench.ledger.letters_to(&campaign(), FIRST, "office@example.org").unwrap();
    let ids: Vec<&str> = letters.iter().map(|(letter, _)| letter.recipient.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    bench.check_tally();
}

#[tokio::test]
async fn a_claim_looks_again_at_whose_letters_an_address_has() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.plan_rows(&lease, FIRST, vec![at_office("a", "Ana Roe"), at_office("b", "Bo Lind")]).await.unwrap();
    let sql = bench.sql();
    let same = "UPDATE delivery SET person = 'ana roe' WHERE recipient = 'b'";
    assert!(sql.execute(same, []).is_err(), "two letters to one person hold one address");
    sql.execute("UPDATE delivery SET person = 'a roe' WHERE recipient = 'b'", []).unwrap();
    assert_eq!(bench.claim(&lease, "b", 1).await.unwrap(), Claimed::No(DeliveryState::Skipped));
    assert_eq!(bench.delivery("b").reason.unwrap(), "the address was written to as `a`");
    bench.start(&lease, "a", 1).await;
}

#[tokio::test]
async fn a_letter_to_one_of_several_people_that_failed_can_be_tried_again_beside_the_others() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.plan_rows(&lease, FIRST, vec![at_office("a", "Ana Roe"), at_office("b", "Bo Lind")]).await.unwrap();
    bench.send(&lease, "a", 1, DeliveryState::Failed).await;
    bench.send(&lease, "b", 2, DeliveryState::Accepted).await;
    bench.ledger.release(&lease, at(3)).await.unwrap();
    let ana = RecipientId::new("a");
    bench.ledger.resolve(FIRST, &ana, Resolution::NotSent, &word(at(4))).await.unwrap();
    let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(5)).await.unwrap();
    bench.send(&lease, "a", 6, DeliveryState::Accepted).await;
}
