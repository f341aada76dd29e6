//! Runs whose clocks do not agree: somebody set the wall clock between them, or started the machine anew.

use std::time::Duration;

use super::windows::{full_until, per_minute};
use super::*;
use crate::clock::{earlier, later};

const YEAR: Duration = Duration::from_hours(365 * 24);

/// Dies without a word, and begins anew with this clock.
async fn again(bench: Bench, clock: &Clock) -> (Bench, Lease) {
    let path = bench.path();
    let Bench { folder, ledger } = bench;
    drop(ledger);
    let ledger = SqliteLedger::open(&path).unwrap();
    let (lease, _) = ledger.take_lease(&campaign(), clock).await.unwrap();
    (Bench { folder, ledger }, lease)
}

fn claim_now(bench: &Bench, clock: &Clock, recipient: &str) -> Claim {
    Claim { at: clock.now(), ..claim(bench.id(recipient), 0) }
}

/// A ledger in which the only letter of a minute was sent at `at(0)`, by a clock of a machine that stands ten seconds
/// later.
async fn sent() -> (Bench, Clock) {
    let (bench, _) = Bench::planned(&["ana", "bo"]).await;
    let clock = clock(0);
    let (bench, lease) = again(bench, &clock).await;
    bench.ledger.limit(&lease, "letters", per_minute(1)).await.unwrap();
    let Claimed::Yes(attempt) = bench.ledger.claim(&lease, claim_now(&bench, &clock, "ana")).await.unwrap() else {
        panic!("there was room");
    };
    bench.ledger.settle(&lease, settlement((bench.id("ana"), attempt), 0, DeliveryState::Accepted)).await.unwrap();
    clock.advance(Duration::from_secs(10));
    bench.ledger.renew(&lease, clock.now()).await.unwrap();
    (bench, clock)
}

/// How long the next letter has to wait, by the clock of a run that begins now.
async fn wait(bench: Bench, machine: &Clock) -> (Bench, Duration) {
    let clock = machine.anew();
    let (bench, lease) = again(bench, &clock).await;
    bench.ledger.limit(&lease, "letters", per_minute(1)).await.unwrap();
    let wait = match bench.ledger.claim(&lease, claim_now(&bench, &clock, "bo")).await.unwrap() {
        Claimed::Full(full) => crate::clock::until(clock.now(), full.until.expect("nothing is under way")),
        Claimed::Yes(_) => Duration::ZERO,
        Claimed::No(state) => panic!("it is {state}"),
    };
    (bench, wait)
}

#[tokio::test]
async fn a_wall_clock_that_is_set_between_two_runs_changes_no_window() {
    for to in [later(at(10), YEAR), earlier(at(10), YEAR), at(11), at(9)] {
        let (bench, clock) = sent().await;
        clock.set_wall(to);
        let (bench, left) = wait(bench, &clock).await;
        assert_eq!(left, Duration::from_secs(50), "{to}");
        clock.advance(left);
        assert_eq!(wait(bench, &clock).await.1, Duration::ZERO, "{to}");
    }
}

#[tokio::test]
async fn after_a_new_start_of_the_machine_the_wall_clock_tells_how_much_time_has_passed() {
    let (bench, clock) = sent().await;
    clock.restart();
    clock.advance(Duration::from_secs(20));
    let (bench, left) = wait(bench, &clock).await;
    assert_eq!(left, Duration::from_secs(30));
    // What is done to it later changes nothing any more.
    clock.set_wall(later(at(0), YEAR));
    assert_eq!(wait(bench, &clock).await.1, Duration::from_secs(30));
}

#[tokio::test]
async fn a_machine_that_starts_anew_in_the_past_waits_for_one_span_at_the_most_and_once() {
    let (mut bench, clock) = sent().await;
    clock.restart();
    clock.set_wall(earlier(at(0), YEAR));
    // Runs that end at once: each of them finds the time gone on.
    for left in [50, 40, 30, 20, 10, 0] {
        let (same, waits) = wait(bench, &clock).await;
        assert_eq!(waits, Duration::from_secs(left));
        bench = same;
        clock.advance(Duration::from_secs(10));
    }
}

#[tokio::test]
async fn a_copy_of_a_machine_with_the_same_name_does_not_turn_the_time_back() {
    let (bench, clock) = sent().await;
    clock.advance(Duration::from_hours(1));
    let (bench, lease) = again(bench, &clock.anew()).await;
    bench.ledger.renew(&lease, clock.now()).await.unwrap();
    let (bench, left) = wait(bench, &super::clock(30)).await;
    assert_eq!(left, Duration::ZERO, "an hour had passed before");
    drop(bench);
}

#[tokio::test]
async fn two_runs_whose_clocks_do_not_agree_count_each_others_letters_right() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    bench.ledger.limit(&lease, "letters", per_minute(1)).await.unwrap();
    let clock = clock(0);
    clock.set_wall(later(at(0), YEAR));
    let other = SqliteLedger::open(&bench.path()).unwrap();
    let another = CampaignId::parse("other").unwrap();
    let theirs = clock.anew();
    let (their_lease, _) = other.take_lease(&another, &theirs).await.unwrap();
    other.limit(&their_lease, "letters", per_minute(1)).await.unwrap();
    other.begin_plan(&their_lease, FIRST, &Columns::new(["id", "email"])).await.unwrap();
    other.plan(&their_lease, FIRST, vec![row("eve")]).await.unwrap();
    other.finish_plan(&their_lease, FIRST, theirs.now()).await.unwrap();
    let due = other.due(&another, FIRST, None, theirs.now(), 1).await.unwrap().remove(0);
    let Claimed::Yes(attempt) =
        other.claim(&their_lease, Claim { at: theirs.now(), ..claim(due.id, 0) }).await.unwrap()
    else {
        panic!("there was room");
    };
    clock.advance(Duration::from_secs(5));
    let ended = Settlement { at: theirs.now(), ..settlement((due.id, attempt), 0, DeliveryState::Accepted) };
    other.settle(&their_lease, ended).await.unwrap();
    clock.advance(Duration::from_secs(5));
    let full = bench.ledger.claim(&lease, claim_now(&bench, &clock, "bo")).await.unwrap();
    assert_eq!(full, full_until(Some(at(65))));
}

#[tokio::test]
async fn a_deferral_waits_as_long_as_it_was_meant_to_though_the_clock_was_set_back() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    bench.send(&lease, "ana", 0, DeliveryState::Deferred).await;
    let clock = clock(10);
    clock.set_wall(earlier(at(10), YEAR));
    let (bench, _lease) = again(bench, &clock.anew()).await;
    let ana = bench.delivery("ana");
    let now = clock.wall();
    assert_eq!(ana.next_attempt_at, Some(later(now, Duration::from_secs(901))));
    assert_eq!((ana.first_attempt_at, ana.last_attempt_at), (Some(now), Some(now)));
    clock.advance(Duration::from_secs(100));
    let (bench, _lease) = again(bench, &clock.anew()).await;
    assert_eq!(bench.delivery("ana").next_attempt_at, Some(later(now, Duration::from_secs(901))), "once is enough");
}

#[tokio::test]
async fn what_a_person_had_tried_again_in_the_future_is_tried_again_now() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.send(&lease, "ana", 0, DeliveryState::InDoubt).await;
    bench.ledger.release(&lease, at(2)).await.unwrap();
    let ana = RecipientId::new("ana");
    let resolution = crate::ledger::Resolution::NotSent;
    bench.ledger.resolve(FIRST, &ana, resolution, &word(later(at(2), YEAR))).await.unwrap();
    let (bench, _lease) = again(bench, &clock(3)).await;
    assert_eq!(bench.due_ids(3).await, ["ana"]);
}

/// Another campaign of the ledger, with a letter on the wire.
async fn on_the_wire(ledger: &SqliteLedger) -> (Lease, DeliveryId, AttemptId) {
    let other = CampaignId::parse("other").unwrap();
    let (lease, _) = ledger.take_lease(&other, &clock(0)).await.unwrap();
    ledger.begin_plan(&lease, FIRST, &Columns::new(["id", "email"])).await.unwrap();
    ledger.plan(&lease, FIRST, vec![row("eve")]).await.unwrap();
    ledger.finish_plan(&lease, FIRST, at(0)).await.unwrap();
    ledger.limit(&lease, "letters", per_minute(1)).await.unwrap();
    let due = ledger.due(&other, FIRST, None, at(0), 1).await.unwrap().remove(0);
    match ledger.claim(&lease, claim(due.id, 0)).await.unwrap() {
        Claimed::Yes(attempt) => (lease, due.id, attempt),
        refused => panic!("{refused:?}"),
    }
}

#[tokio::test]
async fn what_a_dead_run_of_another_campaign_left_open_does_not_fill_the_windows_for_ever() {
    // It dies before this run begins, or while it waits.
    for (dies_after, closed_at) in [(0, 5), (1, 20)] {
        let (bench, lease) = Bench::planned(&["ana"]).await;
        let other = SqliteLedger::open(&bench.path()).unwrap();
        let (their_lease, delivery, attempt) = on_the_wire(&other).await;
        let (bench, lease) = if dies_after == 0 {
            drop(other);
            drop(lease);
            let (bench, lease) = again(bench, &clock(5)).await;
            bench.ledger.limit(&lease, "letters", per_minute(1)).await.unwrap();
            (bench, lease)
        } else {
            bench.ledger.limit(&lease, "letters", per_minute(1)).await.unwrap();
            bench.ledger.renew(&lease, at(10)).await.unwrap();
            assert_eq!(bench.claim(&lease, "ana", 10).await.unwrap(), full_until(None), "it is alive");
            drop(other);
            bench.ledger.renew(&lease, at(20)).await.unwrap();
            (bench, lease)
        };
        assert_eq!(bench.claim(&lease, "ana", 21).await.unwrap(), full_until(Some(at(closed_at + 60))));
        let other = SqliteLedger::open(&bench.path()).unwrap();
        let (_, doubtful) = other.take_lease(&their_lease.campaign, &clock(22)).await.unwrap();
        assert_eq!(doubtful, 0, "it was put in doubt already");
        let state: String =
            bench.sql().query_row("SELECT state FROM delivery WHERE id = ?1", [delivery.0], |row| row.get(0)).unwrap();
        assert_eq!(state, "in-doubt");
        let late = settlement((delivery, attempt), 23, DeliveryState::Accepted);
        assert!(other.settle(&their_lease, late).await.is_err(), "whoever lost the lease is refused");
    }
}
