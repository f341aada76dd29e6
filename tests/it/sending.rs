//! The main job: who gets a letter, how often, and what the log says.

use std::time::Duration;

use undersigned::transport::Capabilities;
use undersigned::transport::sandbox::{Act, At, Fault, Options, When};

use crate::harness::{Campaign, Ran, text};

fn to(address: &str, at: At, reply: &str) -> Fault {
    Fault::always(When::Recipient(address.to_owned()), at, Act::Reply(reply.to_owned()))
}

fn act(address: &str, at: At, act: Act) -> Fault {
    Fault::always(When::Recipient(address.to_owned()), at, act)
}

const ALL: [&str; 3] = ["ana@example.org", "bo@example.org", "cy@example.org"];

#[test]
fn everybody_gets_the_letter_once_however_often_it_is_sent() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted").says("0 letters to send");
    assert_eq!(campaign.reached(), ALL);
    let row = campaign.row("ana@example.org");
    assert_eq!(text(&row["state"]), "accepted");
    assert_eq!(row["smtp_code"], 250);
    assert_eq!(row["attempts"], 1);
    let letters = campaign.received();
    let message_id = text(&row["message_id"]);
    assert!(
        letters
            .iter()
            .any(|letter| String::from_utf8_lossy(&letter.message).contains(&format!("Message-ID: {message_id}")))
    );
}

#[test]
fn a_refused_recipient_does_not_stop_the_others() {
    let campaign = Campaign::new().server([to("bo@example.org", At::Rcpt, "550 5.1.1 no such user")]);
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
    assert_eq!(campaign.reached(), ["ana@example.org", "cy@example.org"]);
    let row = campaign.row("bo@example.org");
    assert_eq!((text(&row["state"]), &row["smtp_code"]), ("failed".into(), &550.into()));
    assert_eq!((text(&row["smtp_enhanced"]), text(&row["smtp_reply"])), ("5.1.1".into(), "no such user".into()));
    campaign.run(&["send", "--yes"]).exits(1).says("0 letters to send");
    assert_eq!(campaign.received().len(), 2);
}

#[test]
fn a_deferred_letter_is_tried_again_and_arrives_once() {
    let later = Fault::once(When::Recipient("bo@example.org".into()), At::Rcpt, Act::Reply("450 4.2.0 later".into()));
    let campaign = Campaign::new().settings("[retry]\nfirst_after = \"200ms\"\n").server([later]);
    campaign.run(&["send", "--yes"]).exits(0).says("deferred").prints("3 accepted");
    assert_eq!(campaign.reached(), ALL);
    assert_eq!(campaign.row("bo@example.org")["attempts"], 2);
}

#[test]
fn without_waiting_a_deferred_letter_is_left_for_the_next_run() {
    let campaign = Campaign::new().server([to("bo@example.org", At::Rcpt, "450 4.2.0 later")]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("2 accepted, 1 deferred");
    let row = campaign.row("bo@example.org");
    assert_eq!(text(&row["state"]), "deferred");
    assert!(!text(&row["next_attempt_at"]).is_empty());
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3);
    assert_eq!(campaign.row("bo@example.org")["attempts"], 1, "its time has not come");
    assert_eq!(campaign.received().len(), 2);
}

#[test]
fn what_is_deferred_for_too_long_has_failed() {
    let settings = "[retry]\nfirst_after = \"50ms\"\ngive_up_after = \"300ms\"\n";
    let campaign = Campaign::new().settings(settings).server([to("bo@example.org", At::Rcpt, "450 4.2.0 later")]);
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
    assert!(text(&campaign.row("bo@example.org")["note"]).starts_with("given up after"));
}

#[test]
fn a_lost_reply_to_the_final_dot_leaves_the_letter_in_doubt_until_a_person_speaks() {
    for (fault, arrived) in [(Act::Close, 2), (Act::KeepAndClose, 3), (Act::Silence, 3)] {
        let campaign = Campaign::new().server([act("bo@example.org", At::FinalDot, fault)]);
        let address = campaign.sandbox().address();
        let campaign = campaign.smtp(&format!("url = \"smtp+plain://{address}\"\ntimeout = \"500ms\""));
        campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 in-doubt");
        campaign.run(&["send", "--yes"]).exits(1).says("0 letters to send");
        assert_eq!(campaign.received().len(), arrived);
        assert_eq!(campaign.state("bo@example.org"), "in-doubt");
        assert_eq!(campaign.row("bo@example.org")["attempts"], 1);
    }
}

#[test]
fn a_person_resolves_what_is_in_doubt_either_way() {
    let fault = Fault::once(When::Recipient("bo@example.org".into()), At::FinalDot, Act::Close);
    let campaign = Campaign::new().server([fault]);
    campaign.run(&["send", "--yes"]).exits(1);
    campaign.run(&["resolve", "cy@example.org", "--accepted"]).exits(2).says("is accepted, not in-doubt");
    campaign.run(&["resolve", "eve@example.org", "--accepted"]).exits(2).says("no delivery of `eve@example.org`");
    campaign.run(&["resolve", "bo@example.org"]).exits(2);
    campaign.run(&["resolve", "BO@example.org", "--not-sent"]).exits(0).says("will be sent");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ALL);

    let kept = Fault::once(When::Recipient("bo@example.org".into()), At::FinalDot, Act::KeepAndClose);
    let campaign = Campaign::new().server([kept]);
    campaign.run(&["send", "--yes"]).exits(1);
    campaign.run(&["resolve", "bo@example.org", "--accepted"]).exits(0).says("counts as accepted");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ALL);
}

#[test]
fn a_connection_that_breaks_before_the_final_dot_is_not_in_doubt() {
    for at in [At::Mail, At::Rcpt, At::Data] {
        let when = When::Transaction(2);
        let campaign =
            Campaign::new().settings("[retry]\nfirst_after = \"100ms\"\n").server([Fault::once(when, at, Act::Close)]);
        campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
        assert_eq!(campaign.reached(), ALL, "{at:?}");
    }
}

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
    let fault = Fault::always(When::Always, At::Rcpt, Act::Reply("451 4.7.1 too many messages".into()));
    let campaign = Campaign::new().many_recipients(50).server([fault]);
    campaign
        .run(&["send", "--yes"])
        .exits(3)
        .says("5 of the last 5 letters were refused for a rule of the server's")
        .says("too many messages")
        .says("ask the provider");
    let states = campaign.states();
    assert!(states.values().filter(|state| *state == "planned").count() >= 40);
    assert!(!states.values().any(|state| state == "failed"));
}

#[test]
fn what_is_refused_to_everybody_stops_the_run_and_can_be_tried_again() {
    for (at, reply) in [
        (At::Rcpt, "554 5.7.1 relay access denied"),
        (At::FinalDot, "550 5.7.1 looks like spam"),
        (At::FinalDot, "554 no"),
    ] {
        let times = Some(5);
        let fault = Fault { when: When::Always, at, act: Act::Reply(reply.into()), times };
        let campaign = Campaign::new().many_recipients(30).server([fault]);
        campaign.run(&["send", "--yes"]).exits(3).says("5 of the last 5 letters were refused");
        let failed: Vec<String> =
            campaign.states().into_iter().filter(|(_, state)| state == "failed").map(|(id, _)| id).collect();
        assert_eq!(failed.len(), 5, "{reply}");
        for id in &failed {
            campaign.run(&["resolve", id, "--not-sent"]).exits(0);
        }
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

#[test]
fn renumbered_ids_pass_over_nobody() {
    let campaign = Campaign::new().recipients("id,email,name\n1,ana@example.org,Ana\n2,bo@example.org,Bo\n").server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.write(
        "lists/recipients.csv",
        "id,email,name\n1,new@example.org,New\n2,ana@example.org,Ana\n3,bo@example.org,Bo\n",
    );
    campaign
        .run(&["send", "--yes"])
        .exits(2)
        .says("lists/recipients.csv:2:1: the id `1` is that of the letter to `ana@example.org`, which is accepted");
    campaign.write(
        "lists/recipients.csv",
        "id,email,name\n9,new@example.org,New\n1,ana@example.org,Ana\n2,bo@example.org,Bo\n",
    );
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org", "new@example.org"]);
}

#[test]
fn only_names_a_recipient_in_any_spelling_also_when_it_is_deferred() {
    let campaign = Campaign::new()
        .recipients("id,email,name\n17,Ana@Example.org,Ana\n18,bo@example.org,Bo\n")
        .server([to("ana@example.org", At::Rcpt, "450 4.2.0 later")]);
    campaign.run(&["send", "--yes", "--no-wait", "--only", "ana@example.org"]).exits(3).prints("1 deferred");
}

#[test]
fn a_server_that_names_no_size_takes_any() {
    let offers = Capabilities { size: Some(0), ..Options::default().offers };
    let campaign = Campaign::new().server_with(Options { offers, ..Options::default() });
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
}

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
    campaign.run(&["send", "--yes"]).exits(1).prints("55 accepted");
    let letters = campaign.received();
    let gap = |n: usize| letters[n + 1].at - letters[n].at;
    assert!(gap(0) > Duration::from_millis(400) && gap(1) > Duration::from_millis(200), "{:?}, {:?}", gap(0), gap(1));
    let first = letters[0].connection;
    let alone = letters.iter().take_while(|letter| letter.connection == first).count();
    assert!(alone >= 16, "{alone}");
    let connections: std::collections::BTreeSet<usize> = letters.iter().map(|letter| letter.connection).collect();
    assert_eq!(connections.len(), 4, "{connections:?}");
}

#[test]
fn limit_and_only_choose_who_goes_now() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--only", "Bo@example.org"]).exits(0).prints("1 accepted");
    assert_eq!(campaign.reached(), ["bo@example.org"]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0).prints("1 planned");
    assert_eq!(campaign.received().len(), 2);
    campaign.run(&["send", "--yes", "--only", "eve@example.org"]).exits(2).says("no recipient has this id or address");
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached(), ALL);
}

#[test]
fn duplicates_and_suppressions_are_skipped_and_named() {
    let campaign = Campaign::new()
        .recipients(
            "email,name\nana@example.org,Ana\nANA@Example.org,Ana again\nbo@example.org,Bo\ncy@example.net,Cy\n",
        )
        .file("lists/suppressions.csv", "email,reason\nBO@example.org,asked by phone\n@example.net,\n")
        .server([]);
    campaign
        .run(&["send", "--yes"])
        .exits(0)
        .says("recipients.csv:3:1: `ANA@example.org` is skipped: duplicate of line 2")
        .prints("1 accepted, 3 skipped");
    assert_eq!(campaign.reached(), ["ana@example.org"]);
    let notes: Vec<String> = campaign.log().iter().map(|row| text(&row["note"])).collect();
    assert!(notes.contains(&"duplicate of line 2".to_owned()), "{notes:?}");
    assert!(notes.contains(&"suppressed: asked by phone".to_owned()), "{notes:?}");
}

#[test]
fn a_list_that_got_new_ids_writes_to_nobody_twice() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.write(
        "lists/recipients.csv",
        "id,email,name\n1,ana@example.org,Ana\n2,bo@example.org,Bo\n3,cy@example.org,Cy\n4,di@example.org,Di\n",
    );
    campaign.run(&["send", "--yes"]).exits(0).says("1 letter to send");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org", "cy@example.org", "di@example.org"]);
}

#[test]
fn who_was_taken_from_the_list_is_not_written_to() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign.write("lists/recipients.csv", "email,name\nana@example.org,Ana\ncy@example.org,Cy\n");
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    assert_eq!(campaign.reached(), ["ana@example.org", "cy@example.org"]);
}

#[test]
fn a_letter_that_changed_after_the_first_left_stops_the_run() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign.write("templates/letter.md", "+++\nsubject = \"Other\"\n+++\n\nOther words.\n");
    campaign.run(&["send", "--yes"]).exits(2).says("templates/letter.md").says("--accept-changes");
    assert_eq!(campaign.received().len(), 1);
    campaign.run(&["send", "--yes", "--accept-changes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ALL);
}

#[test]
fn an_attachment_that_changed_stops_the_run_whoever_it_is_for() {
    let of_all = Campaign::new().settings("[letter]\ndate = 2027-03-22\nattachments = [\"files/annex.pdf\"]\n");
    let of_letter = Campaign::new()
        .file("templates/letter.md", "+++\nsubject = \"x\"\nattachments = [\"files/annex.pdf\"]\n+++\n\nHello.\n");
    let of_one = Campaign::new().recipients(
        "email,name,attachments\nana@example.org,Ana,\nbo@example.org,Bo,\ncy@example.org,Cy,files/annex.pdf\n",
    );
    for campaign in [of_all, of_letter, of_one] {
        let campaign = campaign.file("files/annex.pdf", "one").server([]);
        campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
        campaign.write("files/annex.pdf", "two");
        campaign.run(&["check"]).exits(0).says("changed since the first letter left: files/annex.pdf");
        campaign.run(&["send", "--yes"]).exits(2).says("files/annex.pdf").says("--accept-changes");
        assert_eq!(campaign.received().len(), 1);
        campaign.run(&["send", "--yes", "--accept-changes"]).exits(0).prints("3 accepted");
        assert_eq!(campaign.reached(), ALL);
    }
}

#[test]
fn a_new_recipient_may_bring_an_attachment_along() {
    let campaign = Campaign::new()
        .recipients("email,name,attachments\nana@example.org,Ana,files/a.pdf\nbo@example.org,Bo,\n")
        .file("files/a.pdf", "a")
        .file("files/c.pdf", "c")
        .server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign
        .write("lists/recipients.csv", "email,name,attachments\nbo@example.org,Bo,\ncy@example.org,Cy,files/c.pdf\n");
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached(), ALL);
}

#[test]
fn another_campaign_with_the_same_id_is_refused() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let settings =
        std::fs::read_to_string(campaign.path("campaign.toml")).unwrap().replace("Keep the delta", "Free the press");
    campaign.write("campaign.toml", settings);
    campaign.run(&["send", "--yes"]).exits(2).says("campaign.toml").says("an `id` of its own");
    assert_eq!(campaign.received().len(), 1);
}

#[test]
fn a_full_window_stops_a_run_that_is_not_to_wait_and_survives_a_restart() {
    let campaign = Campaign::new().many_recipients(10).settings("[pace]\nper_hour = 4\n").server([]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("4 accepted");
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("4 accepted");
    assert_eq!(campaign.received().len(), 4);
}

#[test]
fn copies_count_in_the_pace_unless_messages_are_counted() {
    let rows: Vec<String> = (0..6).map(|n| format!("r{n}@example.org,X,office@example.net")).collect();
    let list = format!("email,name,bcc\n{}\n", rows.join("\n"));
    let run = |counts: &str| {
        let settings = format!("[pace]\nper_day = 4\n{counts}");
        let campaign = Campaign::new().recipients(&list).settings(&settings).server([]);
        campaign.run(&["send", "--yes", "--no-wait"]).exits(3);
        campaign.received().len()
    };
    assert_eq!(run(""), 2);
    assert_eq!(run("counts = \"messages\"\n"), 4);
}

#[test]
fn a_full_domain_does_not_hold_up_the_others() {
    let campaign = Campaign::new()
        .recipients("email,name\na@one.example,A\nb@one.example,B\nc@one.example,C\nd@two.example,D\n")
        .settings("[pace]\nper_domain_per_minute = 1\n")
        .server([]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("2 accepted");
    assert_eq!(campaign.reached(), ["a@one.example", "d@two.example"]);
}

#[test]
fn a_domain_that_another_campaign_fills_meanwhile_does_not_hold_up_the_others() {
    let late = act("first@zero.example", At::FinalDot, Act::Late(Duration::from_secs(4)));
    let campaign = Campaign::new()
        .recipients("email,name\nfirst@zero.example,F\na@one.example,A\nb@two.example,B\nc@three.example,C\n")
        .settings("[pace]\nper_domain_per_minute = 1\n")
        .server([late]);
    // Both are of one folder, and so of one ledger.
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let other = settings.replace("2027-03-delta", "other") + "[lists]\nrecipients = \"lists/other.csv\"\n";
    campaign.write("other.toml", other);
    campaign.write("lists/other.csv", "email,name\nz@one.example,Z\n");
    let run = campaign.start(&["send", "--yes", "--no-wait"]);
    while campaign.sandbox().connections().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    campaign.run(&["--config", "other.toml", "send", "--yes"]).exits(0);
    Ran::new(run.wait_with_output().unwrap()).exits(3).prints("1 planned, 3 accepted");
    assert_eq!(campaign.reached(), ["b@two.example", "c@three.example", "first@zero.example", "z@one.example"]);
}

#[test]
fn letters_are_spaced_out_within_a_second() {
    let campaign = Campaign::new().settings("[pace]\nper_second = 5\n").server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let times: Vec<_> = campaign.received().iter().map(|letter| letter.at).collect();
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] > Duration::from_millis(150), "{:?}", pair[1] - pair[0]);
    }
}

#[test]
fn outside_the_hours_nothing_goes() {
    // A stretch of one minute, twelve hours from now, in UTC: never now.
    let then =
        jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(12)).unwrap().strftime("%H:%M").to_string();
    let end = if then == "23:59" {
        "24:00".to_owned()
    } else {
        let (hour, minute) = then.split_once(':').unwrap();
        let minutes = hour.parse::<u32>().unwrap() * 60 + minute.parse::<u32>().unwrap() + 1;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    };
    let campaign = Campaign::new().settings(&format!("[pace]\nhours = \"Mon-Sun {then}-{end} UTC\"\n")).server([]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("3 planned");
    assert!(campaign.received().is_empty());
}

#[test]
fn a_letter_too_large_for_the_server_is_refused_before_anything_is_sent() {
    let offers = Capabilities { size: Some(10_000), ..Options::default().offers };
    let campaign = Campaign::new()
        .settings("[letter]\ndate = 2027-03-22\nattachments = [\"annex.pdf\"]\n")
        .file("annex.pdf", vec![7; 20_000])
        .server_with(Options { offers, ..Options::default() });
    campaign.run(&["send", "--yes"]).exits(2).says("and the server takes 10000; make the attachments smaller");
    assert!(campaign.received().is_empty());
    assert!(campaign.states().values().all(|state| state == "planned"));
}

#[test]
fn the_log_of_every_run_is_written_for_its_owner_alone() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let csv = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    assert_eq!(csv, campaign.run(&["log", "--format", "csv"]).exits(0).stdout);
    assert_eq!(csv.lines().count(), 4);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &str| std::fs::metadata(campaign.path(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("logs/contacted.csv"), mode("logs/ledger.db"), mode("logs")), (0o600, 0o600, 0o700));
    }
}

#[test]
fn a_server_that_is_not_there_stops_the_run() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let campaign = Campaign::new().smtp(&format!("url = \"smtp+plain://127.0.0.1:{port}\""));
    campaign.run(&["send", "--yes"]).exits(3).says("refused");
    assert!(campaign.states().values().all(|state| state == "planned"));
}

#[test]
fn a_silent_server_is_given_up_after_the_time_that_is_configured() {
    let campaign = Campaign::new().server([Fault::always(When::Always, At::Greeting, Act::Silence)]);
    let address = campaign.sandbox().address();
    let campaign = campaign.smtp(&format!("url = \"smtp+plain://{address}\"\ntimeout = \"300ms\""));
    campaign.run(&["send", "--yes"]).exits(3).says("no answer before the greeting");
    assert!(campaign.states().values().all(|state| state == "planned"));
}

#[test]
fn what_is_said_on_the_way_masks_addresses() {
    let reply = "550 5.1.1 <bo@example.org>: no such user";
    let campaign = Campaign::new().server([to("bo@example.org", At::Rcpt, reply)]);
    let said = campaign.run(&["-vv", "send", "--yes"]).exits(1).says("<b***@example.org>: no such user").stderr;
    assert!(!said.contains("bo@example.org") && !said.contains("ana@example.org"), "{said}");
    assert_eq!(text(&campaign.row("bo@example.org")["smtp_reply"]), "<bo@example.org>: no such user");
}

#[test]
fn letters_go_in_the_language_of_their_reader() {
    let campaign = Campaign::new()
        .recipients("email,name,lang\nana@example.org,Ana,fr-BE\nbo@example.org,Bo,de\ncy@example.org,Cy,\n")
        .file(
            "templates/letter.fr.md",
            "+++\nsubject = \"À {{recipient.name}}\"\n+++\n\nBonjour, le {{date letter.date}}.\n",
        )
        .server([]);
    campaign.run(&["check"]).exits(0).says("there is no letter in `de`");
    campaign.run(&["send", "--yes"]).exits(0);
    let letter = |to: &str| {
        let letters = campaign.received();
        String::from_utf8(letters.into_iter().find(|letter| letter.recipients == [to]).unwrap().message).unwrap()
    };
    assert!(letter("ana@example.org").contains("Content-Language: fr\r\n"));
    assert!(letter("ana@example.org").contains("22 mars 2027"));
    assert!(letter("bo@example.org").contains("Content-Language: en\r\n"));
}

#[test]
fn the_sandbox_needs_no_server_and_keeps_away_from_the_real_ledger() {
    let campaign = Campaign::new();
    campaign.run(&["send", "--sandbox", "--yes"]).exits(0).prints("3 accepted").says("logs/sandbox/letters");
    let letters = std::fs::read_dir(campaign.path("logs/sandbox/letters")).unwrap().count();
    assert_eq!(letters, 3);
    assert!(!campaign.path("logs/ledger.db").exists());
    assert!(campaign.log().is_empty());
    campaign.run(&["log", "--sandbox", "--format", "csv"]).exits(0).prints("ana@example.org");
    campaign
        .run(&["send", "--sandbox", "--yes"])
        .exits(0)
        .says("0 letters to send")
        .says("remove logs/sandbox to begin anew");
    assert_eq!(std::fs::read_dir(campaign.path("logs/sandbox/letters")).unwrap().count(), 3);
}

#[test]
fn every_step_of_a_delivery_is_an_event() {
    let later = Fault::once(When::Recipient("bo@example.org".into()), At::Rcpt, Act::Reply("450 4.2.0 later".into()));
    let campaign = Campaign::new().settings("[retry]\nfirst_after = \"50ms\"\n").server([later]);
    campaign.run(&["send", "--yes"]).exits(0);
    let events = campaign.run(&["log", "--events"]).exits(0).stdout;
    let of_bo: Vec<String> = events
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|event| event["recipient"] == "bo@example.org")
        .map(|event| text(&event["event"]))
        .collect();
    assert_eq!(of_bo, ["attempting", "deferred", "attempting", "accepted"]);
}
