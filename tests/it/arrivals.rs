//! The pace as the server sees it, in real time. The tests of this file take their time without using it; their place
//! in the alphabet lets them begin before the others.

use std::time::Duration;

use crate::harness::{Campaign, Ran};

const MINUTE: Duration = Duration::from_mins(1);

#[test]
fn no_minute_of_three_holds_more_than_its_limit_and_no_room_is_lost() {
    let campaign =
        Campaign::new().many_recipients(120).settings("[pace]\nper_minute = 30\nconnections = 2\n").server([]);
    // Stopped and begun again in the middle: a quota is not forgotten.
    campaign.run(&["send", "--yes", "--limit", "50"]).exits(0).prints("70 planned, 50 accepted");
    Ran::new(campaign.command(&["send", "--yes"]).output().unwrap()).exits(0).prints("120 accepted");

    // The server's own clock, at the end of each letter.
    let mut arrivals: Vec<_> = campaign.received().iter().map(|letter| letter.at).collect();
    arrivals.sort();
    for (place, first) in arrivals.iter().enumerate() {
        let within = arrivals[place..].iter().take_while(|at| **at - *first < MINUTE).count();
        assert!(within <= 30, "{within} letters in a minute");
    }
    // 98 % of what four windows hold arrives while three minutes pass, and two in a hundred more.
    let in_time = arrivals.iter().filter(|at| **at - arrivals[0] < 3 * MINUTE * 102 / 100).count();
    assert!(in_time * 100 >= 120 * 98, "{in_time} of 120 letters in time");
}
