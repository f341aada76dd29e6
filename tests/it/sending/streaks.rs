//! What stops a run: what the server says of us, and trouble that goes on.

use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use super::to;
use crate::harness::Campaign;

#[test]
fn what_the_server_says_of_us_stops_the_run_and_fails_nobody() {
    for (at, reply, said) in [
        (At::Mail, "550 5.7.1 sender not allowed", "sender"),
        (At::Mail, "530 5.7.0 log in first", "log"),
        (At::Mail, "552 5.3.4 message too big", "5.3.4"),
        (At::Ehlo, "550 go away", "550"),
        (At::Greeting, "554 no service", "554"),
    ] {
        let campaign = Campaign::new().server([Fault::always(When::Always, at, Act::Reply(reply.into()))]);
        campaign.run(&["send", "--yes"]).exits(3).says(said);
        assert!(
            campaign.states().values().all(|state| state == "planned" || state == "deferred"),
            "{at:?}: {:?}",
            campaign.states()
        );
        assert!(campaign.received().is_empty());
    }
}

#[test]
fn a_refused_copy_does_not_stop_the_letter_and_a_refused_letter_sends_no_copy() {
    let campaign = Campaign::new()
        .recipients("email,name,cc\nana@example.org,Ana,copy@example.org\nbo@example.org,Bo,other@example.org\n")
        .server([
            to("copy@example.org", At::Rcpt, "550 5.1.1 no such copy"),
            to("bo@example.org", At::Rcpt, "550 5.1.1 no such user"),
        ]);
    campaign.run(&["send", "--yes"]).exits(1).prints("1 accepted, 1 failed");
    assert_eq!(campaign.reached(), ["ana@example.org"]);
    campaign.run(&["log", "--events"]).exits(0).prints("no such copy");
}

#[test]
fn a_streak_of_refusals_alike_stops_the_run() {
    let fault = Fault::always(When::Always, At::Rcpt, Act::Reply("451 4.7.1 the rule of the day".into()));
    let campaign = Campaign::new().many_recipients(50).server([fault]);
    campaign
        .run(&["send", "--yes"])
        .exits(3)
        .says("5 of the last 5 letters were refused for a rule of the server's")
        .says("the rule of the day")
        .says("ask the provider");
    let states = campaign.states();
    assert!(states.values().filter(|state| *state == "planned").count() >= 40);
    assert!(!states.values().any(|state| state == "failed"));
}

#[test]
fn what_is_refused_to_everybody_stops_the_run_marks_nobody_and_is_tried_again() {
    for (at, reply) in [
        (At::Rcpt, "554 5.7.1 relay access denied"),
        (At::FinalDot, "550 5.7.1 looks like spam"),
        (At::FinalDot, "554 no"),
    ] {
        let times = Some(5);
        let fault = Fault { when: When::Always, at, act: Act::Reply(reply.into()), times };
        let campaign = Campaign::new().many_recipients(30).server([fault]);
        campaign.run(&["send", "--yes"]).exits(3).says("5 of the last 5 letters were refused");
        let count = |state| campaign.states().values().filter(|it| *it == state).count();
        assert_eq!((count("failed"), count("deferred")), (0, 5), "{reply}");
        campaign.run(&["send", "--yes"]).exits(0).prints("30 accepted");
        assert_eq!(campaign.reached().len(), 30);
    }
}

#[test]
fn a_filter_that_lets_a_letter_through_now_and_then_stops_the_run_too() {
    let spam = |number| Fault::always(When::Transaction(number), At::FinalDot, Act::Reply("550 5.7.1 spam".into()));
    let campaign = Campaign::new().many_recipients(50).server((1..=100).filter(|n| n % 3 != 0).map(spam));
    campaign.run(&["send", "--yes"]).exits(3).says("5 of the last 7 letters").says("550 5.7.1 spam");
    assert_eq!(campaign.received().len(), 2);
}

#[test]
fn connections_that_break_together_do_not_stop_the_run() {
    let cut = (40..47).map(|number| Fault::always(When::Transaction(number), At::Data, Act::Close));
    let slow = Fault::always(When::Always, At::Data, Act::Late(Duration::from_millis(20)));
    let campaign = Campaign::new()
        .many_recipients(100)
        .settings("[pace]\nconnections = 8\n[retry]\nfirst_after = \"100ms\"\n")
        .server(cut.chain([slow]));
    campaign.run(&["send", "--yes"]).exits(0).prints("100 accepted");
    assert_eq!(campaign.reached().len(), 100);
}

#[test]
fn how_much_is_put_up_with_is_a_setting() {
    let refusing = |at, act| Fault::always(When::Always, at, act);
    let refused = Act::Reply("450 4.7.1 later".into());
    for (setting, fault, said) in [
        ("stop_after_refusals = 2", refusing(At::Rcpt, refused), "2 of the last 2 letters were refused"),
        ("stop_after_in_doubt = 3", refusing(At::FinalDot, Act::KeepAndClose), "3 of the last 3 letters are in doubt"),
    ] {
        let campaign = Campaign::new().many_recipients(20).settings(&format!("[pace]\n{setting}\n")).server([fault]);
        campaign.run(&["send", "--yes"]).exits(3).says(said);
        assert_eq!(
            campaign.states().values().filter(|state| *state == "planned").count(),
            20 - said[..1].parse::<usize>().unwrap()
        );
    }
}

#[test]
fn a_server_that_goes_away_is_given_up_after_so_many_attempts_as_are_set() {
    let gone = (2..20).map(|n| Fault::always(When::Connection(n), At::Greeting, Act::Close));
    let bye = Fault::once(When::Transaction(2), At::FinalDot, Act::Close);
    let settings = "[pace]\nstop_after_unreachable = 2\n";
    let campaign = Campaign::new().settings(settings).server(gone.chain([bye]));
    let ran = campaign.run(&["send", "--yes"]).exits(3).says("broken off before the greeting");
    assert_eq!(ran.stderr.matches("trying again in").count(), 1, "{ran:#?}");
}

#[test]
fn unknown_users_in_a_row_are_no_streak() {
    let unknown = Fault::always(When::Always, At::Rcpt, Act::Reply("550 5.1.1 no such user".into()));
    let campaign = Campaign::new().many_recipients(8).server([unknown]);
    campaign.run(&["send", "--yes"]).exits(1).prints("8 failed").says("8 of 8 addresses do not exist");
}
