//! Letters that are offered together with the one before them, where nothing limits the pace.

use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::Campaign;

/// Ten recipients, one connection.
fn ten(settings: &str, script: impl IntoIterator<Item = Fault>) -> Campaign {
    Campaign::new().many_recipients(10).settings(&format!("[pace]\nconnections = 1\n{settings}")).server(script)
}

/// Of each MAIL, whether the client had not waited for a reply before it.
fn ahead(campaign: &Campaign) -> Vec<bool> {
    let connections = campaign.sandbox().connections();
    let mails = connections.iter().flat_map(|connection| &connection.commands);
    mails.filter(|said| said.text.starts_with("MAIL")).map(|said| said.pipelined).collect()
}

#[test]
fn without_a_limit_letters_follow_one_another_in_one_round_trip_each() {
    let campaign = ten("", []);
    campaign.run(&["send", "--yes"]).exits(0).prints("10 accepted");
    let ahead = ahead(&campaign);
    assert!(!ahead[0], "the first letter goes alone");
    assert!(ahead.iter().filter(|ahead| **ahead).count() >= 8, "{ahead:?}");
    assert_eq!(campaign.reached().len(), 10);
}

#[test]
fn nothing_is_claimed_ahead_of_a_pace() {
    let campaign = ten("per_day = 100000\n", []);
    campaign.run(&["send", "--yes"]).exits(0).prints("10 accepted");
    assert_eq!(ahead(&campaign), [false; 10]);
}

#[test]
fn a_letter_that_was_offered_to_a_connection_that_ended_goes_over_the_next_one() {
    for (act, others) in [
        (Act::KeepAndClose, "9 accepted, 1 in-doubt"),
        (Act::Reply("421 4.3.2 closing".to_owned()), "9 accepted, 1 deferred"),
    ] {
        let campaign = ten("", [Fault::once(When::Recipient("r0005@d05.example.org".to_owned()), At::FinalDot, act)]);
        campaign.run(&["send", "--yes", "--no-wait"]).prints(others);
        assert!(campaign.log().iter().all(|row| row["attempts"] == 1), "{others}");
        assert_eq!(campaign.sandbox().connections().len(), 2, "{others}");
    }
}

#[test]
fn a_letter_that_is_suppressed_after_it_was_offered_does_not_go() {
    let late = Act::Late(Duration::from_secs(2));
    let campaign = ten("", [Fault::once(When::Recipient("r0004@d04.example.org".to_owned()), At::FinalDot, late)]);
    let mut run = campaign.start(&["send", "--yes"]);
    while campaign.received().len() < 4 {
        std::thread::sleep(Duration::from_millis(5));
    }
    // The fourth letter is on the wire and the fifth is claimed. The sixth will be offered with the fifth.
    let ledger = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
    ledger.busy_timeout(Duration::from_secs(10)).unwrap();
    let suppress =
        "INSERT INTO suppression (key, reason, at, source) VALUES ('r0006@d06.example.org', 'asked', 0, 'test')";
    ledger.execute(suppress, []).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert_eq!(campaign.state("r0006@d06.example.org"), "skipped");
    assert_eq!((campaign.reached().len(), campaign.sandbox().connections().len()), (9, 2));
}

#[test]
fn after_an_answer_that_stops_the_run_the_next_message_is_not_sent() {
    let refused = Act::Reply("552 5.3.4 too big".to_owned());
    let campaign = ten("", [Fault::once(When::Recipient("r0005@d05.example.org".to_owned()), At::FinalDot, refused)]);
    campaign
        .run(&["send", "--yes"])
        .exits(3)
        .says("make its attachments smaller")
        .prints("4 planned, 4 accepted, 2 deferred");
    assert_eq!(campaign.received().len(), 4);
    // The letter that was offered along with it was never sent, and is due at once.
    campaign.run(&["send", "--yes"]).exits(0).prints("10 accepted");
    assert_eq!(campaign.reached().len(), 10);
}

#[test]
fn a_server_that_takes_nothing_from_behind_a_message_is_offered_nothing_ahead_from_then_on() {
    for act in [Act::RefuseAhead, Act::ForgetAhead] {
        let campaign = ten("", [Fault::always(When::Always, At::FinalDot, act.clone())]);
        campaign.run(&["send", "--yes"]).exits(0).prints("10 accepted");
        assert!(campaign.log().iter().all(|row| row["attempts"] == 1), "{act:?}: nobody was put off for it");
        assert_eq!(campaign.reached().len(), 10, "{act:?}");
        let connections = campaign.sandbox().connections();
        assert_eq!(connections.len(), 2, "{act:?}: it is found out once");
        assert!(connections[0].commands.len() < connections[1].commands.len(), "{act:?}: at the first chance");
        // The next run knows.
        let campaign = campaign.many_recipients(20);
        campaign.run(&["send", "--yes"]).exits(0).prints("20 accepted");
        assert_eq!((campaign.reached().len(), campaign.sandbox().connections().len()), (20, 3), "{act:?}");
    }
}

#[test]
fn a_letter_is_settled_when_its_own_reply_is_read_whatever_becomes_of_the_one_behind_it() {
    let forgets = Fault::once(When::Recipient("r0005@d05.example.org".to_owned()), At::FinalDot, Act::ForgetAhead);
    let campaign = ten("", [forgets]);
    let mut run = campaign.start(&["send", "--yes"]);
    while campaign.received().len() < 5 {
        std::thread::sleep(Duration::from_millis(5));
    }
    while campaign.run_aside(&["log", "--state", "accepted"]).stdout.lines().count() < 6 {
        std::thread::sleep(Duration::from_millis(20));
    }
    // The server says nothing of the sixth letter, and the program still listens.
    assert_eq!(campaign.sandbox().connections().len(), 1);
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert_eq!((campaign.reached().len(), campaign.sandbox().connections().len()), (10, 2));
}
