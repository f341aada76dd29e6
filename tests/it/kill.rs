//! Killed without warning at any moment, and run again until it is done: nobody gets a letter twice, nobody is passed
//! over, and what nobody can know is in doubt.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::harness::{Campaign, text};

const RECIPIENTS: usize = 400;
const KILLS: usize = 300;
const CONNECTIONS: usize = 2;
/// What is done beside the run. The recipient may not be in the ledger yet.
const BESIDE: [&[&str]; 4] = [
    &["mark", "r0400@d00.example.org", "note", "--note", "called"],
    &["sync", "--mbox", "/dev/null"],
    &["log", "--format", "csv"],
    &["suppress", "nobody@else.example"],
];

#[test]
fn killed_at_any_moment_nobody_gets_it_twice_and_nobody_is_passed_over() {
    let settings = format!("[pace]\nconnections = {CONNECTIONS}\n");
    let campaign = Campaign::new().many_recipients(RECIPIENTS).settings(&settings).server([]);
    let mut random = fastrand::Rng::with_seed(7);
    let mut kills = 0;
    let begun = Instant::now();
    while kills < KILLS {
        let mut run = campaign.start(&["send", "--yes"]);
        // Somebody else writes and reads meanwhile.
        let beside = BESIDE[kills / 10 % BESIDE.len()];
        let beside = (kills % 10 == 0).then(|| campaign.start(beside));
        if kills % 3 != 0 {
            // Anywhere: while it starts, plans, or sends.
            std::thread::sleep(Duration::from_micros(random.u64(0..50_000)));
        } else {
            // While it sends: some letters after the first, and a little later.
            let enough = campaign.sandbox().count() + random.usize(0..2);
            while campaign.sandbox().count() <= enough && run.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            std::thread::sleep(Duration::from_micros(random.u64(0..1_000)));
        }
        let ended = run.try_wait().unwrap();
        assert_eq!(ended, None, "all was sent before all kills were made: {} letters", campaign.sandbox().count());
        run.kill().unwrap();
        run.wait().unwrap();
        if let Some(beside) = beside {
            // What it says is read: a pipe that nobody empties would hold a long log for ever.
            let ended = beside.wait_with_output().unwrap().status.code();
            assert!(matches!(ended, Some(0 | 2)), "{ended:?}");
        }
        kills += 1;
    }
    let before_the_last = campaign.received().len();
    let last = campaign.run(&["send", "--yes"]);
    let states = campaign.states();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for state in states.values() {
        *counts.entry(state).or_default() += 1;
    }
    let reached = campaign.reached();
    println!(
        "{kills} kills, {RECIPIENTS} recipients, {} letters taken by the server, {before_the_last} of them from runs that were killed; {counts:?}; {:.0?}",
        reached.len(),
        begun.elapsed()
    );

    assert_eq!(states.len(), RECIPIENTS);
    let mut once = reached.clone();
    once.dedup();
    assert_eq!(once.len(), reached.len(), "somebody got the letter twice");
    for row in campaign.log() {
        let (address, state) = (text(&row["email"]), text(&row["state"]));
        let arrived = reached.binary_search(&address).is_ok();
        match state.as_str() {
            "accepted" => assert!(arrived, "{address} is accepted and did not arrive"),
            "in-doubt" => {}
            other => panic!("{address} is {other}: passed over"),
        }
        assert!(!arrived || state == "accepted" || state == "in-doubt");
    }
    let in_doubt = counts.get("in-doubt").copied().unwrap_or_default();
    assert_eq!(last.status, Some(i32::from(in_doubt > 0)));
    assert!(in_doubt <= KILLS * CONNECTIONS * 2, "{in_doubt}");
    assert!(counts["accepted"] > RECIPIENTS / 4, "too many kills hit: {counts:?}");
}
