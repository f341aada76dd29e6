//! How many connections a run has.

use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::Campaign;

#[test]
fn several_connections_share_the_work() {
    let campaign = Campaign::new().many_recipients(60).settings("[pace]\nconnections = 4\n").server([]);
    campaign.run(&["send", "--yes"]).exits(0).prints("60 accepted");
    assert_eq!(campaign.reached().len(), 60);
    let connections = campaign.sandbox().connections().len();
    assert!((2..=4).contains(&connections), "{connections}");
}

#[test]
fn a_server_with_fewer_connections_is_enough() {
    let full = |number| {
        Fault::always(When::Connection(number), At::Greeting, Act::Reply("421 4.7.0 too many connections".into()))
    };
    let campaign = Campaign::new().many_recipients(30).settings("[pace]\nconnections = 3\n").server([full(2), full(3)]);
    campaign.run(&["send", "--yes"]).exits(0).prints("30 accepted");
    assert_eq!(campaign.reached().len(), 30);
}

#[test]
fn a_server_that_takes_more_connections_later_gets_them() {
    let full = |number| {
        Fault::always(When::Connection(number), At::Greeting, Act::Reply("421 4.7.0 too many connections".into()))
    };
    // Each letter takes its time, so that all connections that stand are needed.
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(5)));
    let campaign =
        Campaign::new().many_recipients(90).settings("[pace]\nconnections = 3\n").server([full(3), full(4), slow]);
    let ran = campaign.run(&["send", "--yes"]).exits(0).prints("90 accepted");
    assert_eq!(ran.stderr.matches("going on with fewer connections").count(), 1, "{ran:#?}");
    let letters_over = |number| campaign.received().iter().filter(|letter| letter.connection == number).count();
    assert_eq!(campaign.sandbox().connections().len(), 5);
    assert!(letters_over(5) > 5, "{}", letters_over(5));
}

#[test]
fn a_run_after_trouble_begins_with_one_letter_and_speeds_up() {
    let spam =
        Fault { times: Some(5), ..Fault::always(When::Always, At::FinalDot, Act::Reply("554 5.7.1 spam".into())) };
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(5)));
    let campaign = Campaign::new().many_recipients(60).settings("[pace]\nconnections = 4\n").server([spam, slow]);
    campaign.run(&["send", "--yes"]).exits(3);
    campaign.run(&["send", "--yes"]).exits(0).prints("60 accepted");
    let letters = campaign.received();
    let gap = |n: usize| letters[n + 1].at - letters[n].at;
    assert!(gap(0) > Duration::from_millis(400) && gap(1) > Duration::from_millis(200), "{:?}, {:?}", gap(0), gap(1));
    let first = letters[0].connection;
    let alone = letters.iter().take_while(|letter| letter.connection == first).count();
    assert!(alone >= 16, "{alone}");
    let connections: std::collections::BTreeSet<usize> = letters.iter().map(|letter| letter.connection).collect();
    assert_eq!(connections.len(), 4, "{connections:?}");
}
