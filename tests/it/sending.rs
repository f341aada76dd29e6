//! The main job: who gets a letter, how often, and what the log says.

mod connections;
mod frozen;
mod inputs;
mod pace;
mod streaks;
mod whose;

use undersigned::transport::Capabilities;
use undersigned::transport::sandbox::{Act, At, Fault, Options, When};

use crate::harness::{Campaign, text};
use crate::session::Session;

fn to(address: &str, at: At, reply: &str) -> Fault {
    Fault::always(When::Recipient(address.to_owned()), at, Act::Reply(reply.to_owned()))
}

fn act(address: &str, at: At, act: Act) -> Fault {
    Fault::always(When::Recipient(address.to_owned()), at, act)
}

const ALL: [&str; 3] = ["ana@example.org", "bo@example.org", "cy@example.org"];

#[test]
fn everybody_gets_the_letter_once_however_often_it_is_sent() {
    let session = Session::begin();
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
    session.reads("send");
}

#[test]
fn a_refused_recipient_does_not_stop_the_others() {
    let session = Session::begin();
    let campaign = Campaign::new().server([to("bo@example.org", At::Rcpt, "550 5.1.1 no such user")]);
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
    assert_eq!(campaign.reached(), ["ana@example.org", "cy@example.org"]);
    let row = campaign.row("bo@example.org");
    assert_eq!((text(&row["state"]), &row["smtp_code"]), ("failed".into(), &550.into()));
    assert_eq!((text(&row["smtp_enhanced"]), text(&row["smtp_reply"])), ("5.1.1".into(), "no such user".into()));
    campaign.run(&["send", "--yes"]).exits(1).says("0 letters to send");
    assert_eq!(campaign.received().len(), 2);
    session.reads("send-refused");
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
    let session = Session::begin();
    let campaign = Campaign::new().server([to("bo@example.org", At::Rcpt, "450 4.2.0 later")]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("2 accepted, 1 deferred");
    let row = campaign.row("bo@example.org");
    assert_eq!(text(&row["state"]), "deferred");
    assert!(!text(&row["next_attempt_at"]).is_empty());
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3);
    assert_eq!(campaign.row("bo@example.org")["attempts"], 1, "its time has not come");
    assert_eq!(campaign.received().len(), 2);
    session.reads("send-deferred");
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
    let session = Session::begin();
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
    session.reads("resolve-in-doubt");
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
fn limit_and_only_choose_who_goes_now() {
    let session = Session::begin();
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--only", "Bo@example.org"]).exits(0).prints("1 accepted");
    assert_eq!(campaign.reached(), ["bo@example.org"]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0).prints("1 planned");
    assert_eq!(campaign.received().len(), 2);
    campaign.run(&["send", "--yes", "--only", "eve@example.org"]).exits(2).says("no recipient has this id or address");
    campaign
        .run(&["send", "--yes", "--only", "bo@example.org"])
        .exits(0)
        .says("`bo@example.org`, who was asked for, gets no letter now: it is accepted already");
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached(), ALL);
    session.reads("send-limit-only");
}

#[test]
fn duplicates_and_suppressions_are_skipped_and_named() {
    let session = Session::begin();
    let campaign = Campaign::new()
        .recipients("email,name\nana@example.org,Ana\nANA@Example.org,ANA\nbo@example.org,Bo\ncy@example.net,Cy\n")
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
    session.reads("send-skipped");
}

#[test]
fn a_message_that_speaks_of_another_line_says_its_row_where_cells_have_line_breaks() {
    let campaign = Campaign::new().recipients(
        "email,name,note\nana@example.org,Ana,\"first\nsecond\nthird\"\nbo@example.org,Bo,\nBO@example.org,Bo,\n,Cy,\n",
    );
    campaign.run(&["plan"]).exits(0).prints("skip: duplicate of line 5 (row 3)");
    let said = campaign.run(&["check"]);
    said.says("recipients.csv:6:1 (row 4, column A): `BO@example.org` is skipped: duplicate of line 5 (row 3)")
        .says("recipients.csv:7 (row 5): 1 row has no address, and is skipped (row 5)");
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
fn a_letter_too_large_for_the_server_is_refused_before_anything_is_sent() {
    let session = Session::begin();
    let offers = Capabilities { size: Some(10_000), ..Options::default().offers };
    let campaign = Campaign::new()
        .settings("[letter]\ndate = 2027-03-22\nattachments = [\"annex.pdf\"]\n")
        .file("annex.pdf", vec![7; 20_000])
        .server_with(Options { offers, ..Options::default() });
    campaign.run(&["send", "--yes"]).exits(2).says("and the server takes 10000; make the attachments smaller");
    assert!(campaign.received().is_empty());
    assert!(campaign.states().values().all(|state| state == "planned"));
    session.reads("send-too-large");
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
    // Nobody listens on port 1; a port that was free a moment ago may be another test's by now.
    let campaign = Campaign::new().smtp("url = \"smtp+plain://127.0.0.1:1\"");
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
    let session = Session::begin();
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
    session.reads("send-sandbox");
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
