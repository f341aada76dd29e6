//! What is asked at once of a ledger on a server goes together, and each hears what became of its own.

use futures_util::future::join_all;

use super::super::*;
use super::place::{OnServer, Place};

const LETTERS: usize = 60;

fn names() -> Vec<String> {
    (0..LETTERS).map(|number| format!("r{number:02}")).collect()
}

/// A ledger on a server with a plan, and the letters of that.
async fn planned(server: &OnServer) -> (SqliteLedger, Lease, Vec<DeliveryId>) {
    let ledger = server.open();
    let (lease, _) = ledger.take_lease(&campaign(), &clock(0)).await.unwrap();
    ledger.begin_plan(&lease, FIRST, &Columns::new(["id", "email"])).await.unwrap();
    ledger.plan(&lease, FIRST, names().iter().map(|name| row(name)).collect()).await.unwrap();
    ledger.finish_plan(&lease, FIRST, at(0)).await.unwrap();
    let due = RunLedger::due(&ledger, &campaign(), FIRST, None, at(1), 1000).await.unwrap();
    (ledger, lease, due.into_iter().map(|due| due.id).collect())
}

async fn settle_all(ledger: &SqliteLedger, lease: &Lease, all: &[Settlement]) -> Vec<String> {
    let settled = all.iter().map(|one| ledger.settle(lease, one.clone()));
    join_all(settled)
        .await
        .into_iter()
        .map(|done| done.err().map_or_else(String::new, |error| error.to_string()))
        .collect()
}

#[tokio::test]
async fn letters_that_are_claimed_at_once_leave_once_and_in_their_order() {
    let Some(server) = OnServer::new() else { return };
    let (ledger, lease, letters) = planned(&server).await;
    // Each is asked for twice.
    let twice = letters.iter().chain(&letters).map(|id| ledger.claim(&lease, claim(*id, 1)));
    let claimed: Vec<Claimed> = join_all(twice).await.into_iter().collect::<Result<_>>().unwrap();
    let attempts: Vec<AttemptId> = claimed
        .iter()
        .filter_map(|claimed| match claimed {
            Claimed::Yes(attempt) => Some(*attempt),
            _ => None,
        })
        .collect();
    assert_eq!(attempts.len(), LETTERS, "{claimed:?}");
    assert!(attempts.is_sorted() && claimed[..LETTERS].iter().all(|claimed| matches!(claimed, Claimed::Yes(_))));
    let told: Vec<Event> = ledger.events(&campaign()).collect::<Result<_>>().unwrap();
    let told = told.into_iter().filter(|event| event.kind == "attempting");
    let told: Vec<String> = told.filter_map(|event| Some(event.delivery?.1.to_string())).collect();
    assert_eq!(told, names());
    assert_eq!(ledger.tally(&campaign(), FIRST).unwrap().of(DeliveryState::Attempting), LETTERS as u64);
}

#[tokio::test]
async fn one_that_cannot_be_settled_keeps_none_of_the_others_from_it() {
    let Some(server) = OnServer::new() else { return };
    let (ledger, lease, letters) = planned(&server).await;
    let claimed = join_all(letters.iter().map(|id| ledger.claim(&lease, claim(*id, 1)))).await;
    let states = [DeliveryState::Accepted, DeliveryState::Failed, DeliveryState::Deferred];
    let mut ends: Vec<Settlement> = letters
        .iter()
        .zip(claimed)
        .enumerate()
        .map(|(number, (id, claimed))| match claimed.unwrap() {
            Claimed::Yes(attempt) => settlement((*id, attempt), 2, states[number % 3]),
            refused => panic!("{refused:?}"),
        })
        .collect();
    // Two others have settled these: nobody knows it here but the ledger.
    let elsewhere = server.open_elsewhere();
    let change = |sql: &str, key: i64| elsewhere.read(|connection| Ok(connection.execute(sql, [key])?)).unwrap();
    change("UPDATE attempt SET ended_at = 1, counted_from = 1, outcome = 'accepted' WHERE id = ?1", ends[7].attempt.0);
    change("UPDATE delivery SET state = 'in-doubt' WHERE id = ?1", ends[20].delivery.0);
    let said = settle_all(&ledger, &lease, &ends).await;
    let refused: Vec<usize> = (0..LETTERS).filter(|number| !said[*number].is_empty()).collect();
    assert_eq!(refused, [7, 20], "{said:?}");
    assert!(said[7].contains("is not under way"), "{}", said[7]);
    let tally = ledger.tally(&campaign(), FIRST).unwrap();
    assert_eq!(tally.of(DeliveryState::Attempting), 2, "they stay as they are in its tally: {tally:?}");
    assert_eq!(
        tally.of(DeliveryState::Accepted) + tally.of(DeliveryState::Failed) + tally.of(DeliveryState::Deferred),
        58
    );
    // Whoever says it again is refused, and nothing changes.
    ends.retain(|end| end.state == DeliveryState::Accepted);
    assert!(settle_all(&ledger, &lease, &ends).await.iter().all(|said| !said.is_empty()));
    assert_eq!(ledger.tally(&campaign(), FIRST).unwrap(), tally);
}
