//! Whose a refusal is: nobody is marked for what the server holds against the account.

use undersigned::transport::sandbox::{Act, At, Fault, When};

use super::to;
use crate::harness::{Campaign, text};

/// Refuses every transaction from one number on.
fn from(first: usize, at: At, reply: &str) -> impl Iterator<Item = Fault> {
    let reply = reply.to_owned();
    (first..first + 200).map(move |number| Fault::always(When::Transaction(number), at, Act::Reply(reply.clone())))
}

#[test]
fn what_the_account_is_refused_for_stops_the_run_and_marks_nobody_in_whatever_words() {
    for reply in [
        "550-Domain coalition.example has exceeded the max emails per hour (150/150 (100%)) allowed.\n550 Message discarded.",
        "550 User has exceeded outgoing email quota",
        "550 Please turn on SMTP Authentication in your mail client.",
        "550 Sender rate overlimit - 11.0 / 1m",
        "550 Administrative prohibition",
        "550 Rate limit exceeded",
        "550 Your account is on probation",
        "550 SPF check failed",
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
        "550 5.2.0 SubmissionQuotaExceededException",
        "550",
        "554 5.7.1 go away",
    ] {
        let campaign = Campaign::new().server(from(2, At::Rcpt, reply));
        campaign.run(&["send", "--yes"]).exits(3).says("`undersigned send` goes on").prints("1 accepted");
        assert_eq!(campaign.reached(), ["ana@example.org"], "{reply}");
        assert!(!campaign.states().values().any(|state| state == "failed"), "{reply}: {:?}", campaign.states());
    }
}

#[test]
fn a_single_recipient_who_is_refused_in_unknown_words_has_failed_once_others_were_taken() {
    let campaign = Campaign::new().server([to("bo@example.org", At::Rcpt, "550 5.7.1 the computer says no")]);
    campaign
        .run(&["send", "--yes"])
        .exits(1)
        .prints("2 accepted, 1 failed")
        .says("while the server took letters to others");
    let row = campaign.row("bo@example.org");
    assert_eq!((text(&row["state"]), text(&row["smtp_reply"])), ("failed".into(), "the computer says no".into()));
    assert_eq!(row["attempts"], 1);
}

#[test]
fn the_last_of_a_list_is_not_marked_for_what_may_be_a_quota_and_the_next_run_tries_again() {
    let campaign = Campaign::new()
        .server([Fault { times: Some(2), ..to("cy@example.org", At::Rcpt, "550 5.7.1 the computer says no") }]);
    let ran = campaign.run(&["send", "--yes"]).exits(3).prints("2 accepted, 1 deferred");
    let ran = ran.says("1 letter was refused (`550 5.7.1 the computer says no`)").says("nobody is marked");
    ran.says("with 1 left");
    campaign.run(&["send", "--yes"]).exits(3).prints("2 accepted, 1 deferred");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.row("cy@example.org")["attempts"], 3);
}

#[test]
fn a_list_with_addresses_that_are_refused_in_unknown_words_is_sent_to_its_end() {
    let refused: Vec<String> = (1..=60).step_by(9).map(|n| format!("r{n:04}@d{:02}.example.org", n % 20)).collect();
    let campaign = Campaign::new().many_recipients(60);
    let campaign = campaign.server(refused.iter().map(|address| to(address, At::Rcpt, "550 nothing doing")));
    campaign.run(&["send", "--yes"]).exits(1).prints("53 accepted, 7 failed");
}

#[test]
fn over_several_connections_the_last_letters_show_whose_the_late_refusals_are() {
    let refused = [45, 52, 54, 56].map(|n| format!("r{n:04}@d{:02}.example.org", n % 20));
    let campaign = Campaign::new().many_recipients(60).settings("[pace]\nconnections = 8\n");
    let campaign = campaign.server(refused.iter().map(|address| to(address, At::Rcpt, "550 nothing doing")));
    campaign.run(&["send", "--yes"]).exits(1).prints("56 accepted, 4 failed");
}

#[test]
fn greylisting_in_any_words_never_stops_a_run() {
    for reply in [
        "450 4.2.0 Recipient address rejected: Greylisted, see http://postgrey.example/help",
        "451 4.7.1 Please try again later",
        "451 Temporary failure, please try again later.",
        "450 4.7.1 Greylisting in action, please come back later",
    ] {
        let grey = |n: usize| {
            Fault::once(
                When::Recipient(format!("r{n:04}@d{:02}.example.org", n % 20)),
                At::Rcpt,
                Act::Reply(reply.into()),
            )
        };
        let campaign = Campaign::new().many_recipients(30).settings("[retry]\nfirst_after = \"300ms\"\n");
        let campaign = campaign.server((1..=30).map(grey));
        campaign.run(&["send", "--yes"]).exits(0).prints("30 accepted");
        assert!(campaign.log().iter().all(|row| row["attempts"] == 2), "{reply}");
    }
}

#[test]
fn a_rate_that_the_server_says_slows_the_run_and_does_not_stop_it() {
    let slow = |n| {
        Fault::always(
            When::Transaction(n),
            At::Rcpt,
            Act::Reply("450 4.7.1 Rate limit reach, try again in 1 seconds".into()),
        )
    };
    let campaign = Campaign::new().many_recipients(40).server((10..13).map(slow));
    campaign.run(&["send", "--yes"]).exits(0).prints("40 accepted").says("faster than the server takes");
    let attempts: u64 = campaign.log().iter().map(|row| row["attempts"].as_u64().unwrap()).sum();
    assert_eq!(attempts, 43);
}

#[test]
fn a_run_that_is_not_to_wait_stops_where_the_server_has_had_enough() {
    let enough = Act::Reply("450 4.7.1 Error: too much mail, try again in 60 seconds".into());
    let campaign = Campaign::new().many_recipients(40).server([Fault::always(When::Always, At::Rcpt, enough)]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).says("the server takes fewer letters at a time");
    assert!(!campaign.states().values().any(|state| state == "failed"));
    let attempts: u64 = campaign.log().iter().map(|row| row["attempts"].as_u64().unwrap()).sum();
    assert!(attempts <= 2, "{attempts}");
}

#[test]
fn addresses_that_do_not_exist_are_counted_before_the_provider_locks_the_account() {
    let unknown = Fault::always(When::Always, At::Rcpt, Act::Reply("550 5.1.1 no such user".into()));
    let campaign = Campaign::new().many_recipients(8).settings("[pace]\nunknown_per_hour = 3\n").server([unknown]);
    let ran = campaign.run(&["send", "--yes", "--no-wait"]).exits(3);
    ran.prints("5 planned, 3 failed").says("addresses that do not exist");
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("5 planned, 3 failed");
}

#[test]
fn what_failed_for_one_reason_is_sent_again_all_at_once() {
    let campaign = Campaign::new().server([
        Fault { times: Some(1), ..to("ana@example.org", At::Rcpt, "552 5.2.2 mailbox full") },
        Fault { times: Some(1), ..to("bo@example.org", At::Rcpt, "550 5.1.1 no such user") },
        Fault { times: Some(1), ..to("cy@example.org", At::Rcpt, "552 5.2.2 Mailbox FULL") },
    ]);
    campaign.run(&["send", "--yes"]).exits(1).prints("3 failed");
    campaign
        .run(&["resolve", "--not-sent", "--state", "failed", "--reason", "nothing like it"])
        .exits(2)
        .says("nothing like it");
    let ran = campaign.run(&["resolve", "--not-sent", "--state", "failed", "--reason", "full"]).exits(0);
    ran.says("`ana@example.org`").says("`cy@example.org`").says("2 letters");
    assert_eq!(campaign.state("bo@example.org"), "failed");
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
    campaign
        .run(&["resolve", "bo@example.org", "ana@example.org", "--not-sent"])
        .exits(1)
        .says("`ana@example.org` is accepted");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
}
