//! What a person says of recipients, and whom not to write to: `mark` and `suppress`.

use std::time::Duration;

use serde_json::Value;
use undersigned::transport::sandbox::{Act, At, Fault, Options, When};

use crate::harness::{Campaign, Ran, text};
use crate::session::Session;

const OTHERS: [&str; 2] = ["bo@example.org", "cy@example.org"];

/// A campaign of which Ana alone has her letter.
fn begun() -> Campaign {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    assert_eq!(campaign.reached(), ["ana@example.org"]);
    campaign
}

/// The events of a kind.
fn told(campaign: &Campaign, kind: &str) -> Vec<Value> {
    let events = campaign.run(&["log", "--events"]).exits(0).stdout;
    let events = events.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.filter(|event| event["event"] == kind).collect()
}

#[test]
fn an_answer_by_telephone_stands_in_the_log_with_who_wrote_it_down() {
    let session = Session::begin();
    let campaign = begun().environment("USER", "maria");
    campaign
        .run(&["mark", "ANA@example.org", "replied", "--note", "called on Monday"])
        .exits(0)
        .says("`ana@example.org` is `replied`; no follow-up goes there");
    let row = campaign.row("ana@example.org");
    assert_eq!((text(&row["state"]), text(&row["answer"])), ("accepted".into(), "replied".into()));
    assert_eq!(text(&row["note"]), "called on Monday");
    assert!(!text(&row["answered_at"]).is_empty());
    let csv = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    assert!(csv.lines().any(|line| line.contains(",replied,") && line.ends_with("called on Monday")), "{csv}");
    let events = told(&campaign, "answer");
    assert_eq!(text(&events[0]["source"]), "person maria");
    assert_eq!(text(&events[0]["detail"]["note"]), "called on Monday");
    campaign.run(&["log"]).exits(0).prints("replied; called on Monday");
    campaign.run(&["status"]).exits(0).prints("answers: 1 replied");
    let status: Value = serde_json::from_str(&campaign.run(&["status", "--json"]).exits(0).stdout).unwrap();
    assert_eq!(status["rounds"][0]["answers"]["replied"], 1);
    session.reads("mark-by-telephone");
}

#[test]
fn a_call_of_last_week_stands_under_its_day() {
    let campaign = begun();
    campaign.run(&["mark", "ana@example.org", "replied", "--on", "2026-01-05"]).exits(0);
    assert!(text(&campaign.row("ana@example.org")["answered_at"]).starts_with("2026-01-05T"));
    campaign.run(&["mark", "ana@example.org", "declined", "--on", "2126-01-05"]).exits(2).says("2126-01-05");
    assert_eq!(text(&campaign.row("ana@example.org")["answer"]), "replied");
}

#[test]
fn an_answer_is_corrected_and_taken_back() {
    let session = Session::begin();
    let campaign = begun();
    campaign.run(&["mark", "ana@example.org", "replied"]).exits(0);
    let corrected = campaign.run(&["mark", "ana@example.org", "acknowledged"]).exits(0);
    corrected.says("is `acknowledged`, no longer `replied`; follow-ups go there still");
    campaign.run(&["mark", "ana@example.org", "acknowledged"]).exits(0).says("as before");
    campaign.run(&["mark", "ana@example.org", "--undo"]).exits(0).says("`acknowledged`, is taken back");
    assert_eq!(text(&campaign.row("ana@example.org")["answer"]), "none");
    campaign.run(&["mark", "ana@example.org", "--undo"]).exits(0).says("no answer to take back");
    session.reads("mark-corrected");
}

#[test]
fn a_note_alone_changes_nothing_else_and_an_empty_one_goes() {
    let session = Session::begin();
    let campaign = begun();
    campaign.run(&["mark", "ana@example.org", "note"]).exits(2).says("--note");
    campaign.run(&["mark", "ana@example.org", "note", "--note", "ask again in May"]).exits(0).says("has a note");
    let row = campaign.row("ana@example.org");
    assert_eq!((text(&row["answer"]), text(&row["note"])), ("none".into(), "ask again in May".into()));
    assert_eq!(told(&campaign, "note").len(), 1);
    campaign.run(&["mark", "ana@example.org", "note", "--note", ""]).exits(0);
    assert_eq!(text(&campaign.row("ana@example.org")["note"]), "");
    session.reads("mark-note");
}

#[test]
fn who_has_answered_before_the_letter_left_does_not_get_it_until_that_is_taken_back() {
    let session = Session::begin();
    let campaign = begun();
    campaign.run(&["mark", "bo@example.org", "declined"]).exits(0).says("the letter is not sent");
    campaign.run(&["plan"]).exits(0).prints("answered: declined").prints("1 answered");
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted, 1 skipped");
    assert_eq!(campaign.reached(), ["ana@example.org", "cy@example.org"]);
    campaign.run(&["mark", "bo@example.org", "--undo"]).exits(0);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    session.reads("mark-before-the-letter");
}

#[test]
fn who_is_marked_or_suppressed_while_a_run_sends_gets_nothing_more_from_it() {
    let slow = Fault::once(When::Recipient("ana@example.org".into()), At::FinalDot, Act::Late(Duration::from_secs(4)));
    let campaign = Campaign::new()
        .recipients(
            "email,name,cc\nana@example.org,Ana,\nbo@example.org,Bo,\ncy@example.net,Cy,\ndi@example.org,Di,desk@example.org\n",
        )
        // A pace, however fast: nothing is claimed ahead of it.
        .settings("[pace]\nconnections = 1\nper_hour = 100000\n")
        .waiting("1m")
        .server([slow]);
    let run = campaign.start(&["send", "--yes"]);
    while campaign.received().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    campaign.run(&["mark", "bo@example.org", "opted-out"]).exits(0).says("nothing more goes to `bo@example.org`");
    campaign.run(&["suppress", "@EXAMPLE.net"]).exits(0).says("1 letter of this campaign is not sent");
    campaign.run(&["suppress", "desk@example.org"]).exits(0);
    Ran::new(run.wait_with_output().unwrap()).exits(0).prints("2 accepted, 2 skipped");
    assert_eq!(campaign.reached(), ["ana@example.org", "di@example.org"], "and no copy goes to the desk");
    assert_eq!(text(&campaign.row("bo@example.org")["note"]), "answered: opted-out");
}

#[test]
fn who_opts_out_of_one_campaign_gets_nothing_from_the_others_of_the_ledger() {
    let session = Session::begin();
    let campaign = begun();
    campaign.run(&["mark", "ana@example.org", "opted-out"]).exits(0).says("in any campaign of this ledger");
    assert_eq!(told(&campaign, "suppressed").len(), 1);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("2027-03-delta", "2027-09-delta"));
    campaign.run(&["plan"]).exits(0).prints("skip: suppressed: opted out");
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted, 1 skipped");
    campaign.write("campaign.toml", settings);
    // Another answer is no wish to be written to again.
    campaign
        .run(&["mark", "ana@example.org", "replied"])
        .exits(0)
        .says("nothing more goes to `ana@example.org` all the same");
    campaign.run(&["suppress"]).exits(0).prints("ana@example.org");
    let lifted = campaign.run(&["mark", "ana@example.org", "--undo"]).exits(0);
    lifted.says("`ana@example.org` is not suppressed any more");
    campaign.run(&["status"]).exits(0);
    assert_eq!(campaign.run(&["suppress"]).exits(0).stdout.lines().count(), 1, "the heading alone");
    session.reads("mark-opted-out");
}

#[test]
fn a_suppression_stops_letters_until_it_is_taken_back() {
    let session = Session::begin();
    let campaign = Campaign::new().server([]);
    let asked = campaign.run(&["suppress", "Ana@Example.ORG", "--reason", "asked by phone"]).exits(0);
    asked.says("`Ana@example.org` is written to no more").says("1 letter of this campaign is not sent");
    campaign.run(&["suppress"]).exits(0).prints("ana@example.org  asked by phone");
    campaign.run(&["suppress", "ana@example.org"]).exits(0).says("as before");
    campaign.run(&["plan"]).exits(0).prints("skip: suppressed: asked by phone");
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted, 1 skipped");
    assert_eq!(campaign.reached(), OTHERS);
    campaign.run(&["status"]).exits(0).prints("not written to in any campaign: 1 address");
    campaign.run(&["suppress", "ana@example.org", "--undo"]).exits(0).says("not suppressed in the ledger any more");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    session.reads("suppress");
}

#[test]
fn a_domain_is_suppressed_in_whatever_script_it_is_written() {
    let session = Session::begin();
    let campaign = Campaign::new()
        .recipients("email,name\nana@bücher.example,Ana\nbo@xn--bcher-kva.example,Bo\ncy@sub.bücher.example,Cy\n")
        .server([]);
    campaign.run(&["suppress", "@BÜCHER.example"]).exits(0).says("2 letters of this campaign are not sent");
    campaign.run(&["suppress"]).exits(0).prints("@xn--bcher-kva.example");
    campaign.run(&["send", "--yes"]).exits(0).prints("1 accepted, 2 skipped");
    campaign.run(&["suppress", "@xn--bcher-kva.example", "--undo"]).exits(0).says("`@bücher.example`");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    session.reads("suppress-domain");
}

#[test]
fn taking_back_says_where_else_somebody_is_suppressed() {
    let session = Session::begin();
    let campaign = begun().file("lists/suppressions.csv", "email,reason\nbo@example.org,asked\n");
    campaign.run(&["suppress", "bo@example.org", "--undo"]).exits(2).says("stands in lists/suppressions.csv");
    campaign.run(&["suppress", "bo@example.org"]).exits(0);
    campaign.run(&["suppress", "bo@example.org", "--undo"]).exits(0).says("it stands in lists/suppressions.csv too");
    campaign.run(&["suppress", "cy@example.org", "--undo"]).exits(2).says("`cy@example.org` is not suppressed");
    campaign.run(&["mark", "ana@example.org", "opted-out"]).exits(0);
    let undone = campaign.run(&["suppress", "ana@example.org", "--undo"]).exits(0);
    undone.says("the answer of `ana@example.org` is `opted-out`");
    session.reads("suppress-undo");
}

#[test]
fn what_cannot_be_marked_or_suppressed_is_refused() {
    let session = Session::begin();
    let campaign = Campaign::new().server([]);
    campaign.run(&["mark", "ana@example.org", "replied"]).exits(2).says("nothing was sent yet");
    campaign.run(&["suppress", "ana"]).exits(2).says("`ana` is neither an email address nor `@domain`");
    campaign.run(&["suppress", "--undo"]).exits(2);
    assert!(!campaign.path("logs").exists(), "nothing was written");
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.run(&["mark", "eve@example.org", "replied"]).exits(2).says("no delivery of `eve@example.org`");
    campaign.run(&["mark", "ana@example.org", "bounced"]).exits(2).says("opted-out");
    campaign.run(&["mark", "ana@example.org"]).exits(2);
    campaign.run(&["mark", "ana@example.org", "replied", "--undo"]).exits(2);
    session.reads("mark-refused");
}

#[test]
fn an_address_names_its_letter_and_not_the_rows_that_were_passed_over() {
    let session = Session::begin();
    let campaign = Campaign::new()
        .recipients("id,email,name\na,office@example.org,Ana\nb,office@example.org,Bo\n")
        .server_with(Options::default());
    campaign.run(&["send", "--yes"]).exits(0).prints("1 accepted, 1 skipped");
    campaign.run(&["mark", "office@example.org", "replied"]).exits(0).says("`a` is `replied`");
    campaign.run(&["mark", "b", "note", "--note", "the same office"]).exits(0).says("`b` has a note");
    session.reads("mark-by-address");
}

#[test]
fn whoever_gets_a_copy_answers_for_the_letter() {
    let session = Session::begin();
    let campaign = Campaign::new()
        .recipients(
            "id,E-Mail,Name,CC\na,\"ana@example.org; desk@example.org\",Ana,\nb,bo@example.org,Bo,Chair@example.org\n",
        )
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    campaign.run(&["mark", "desk@example.org", "replied"]).exits(0).says("`a` is `replied`");
    campaign.run(&["mark", "chair@example.org", "declined"]).exits(0).says("`b` is `declined`");
    session.reads("mark-by-copy");
}

#[test]
fn an_address_of_before_names_whoever_has_another_one_now() {
    let rule =
        "[calendar]\ntimezone = \"UTC\"\n[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n";
    let campaign = Campaign::new()
        .recipients("id,email,name\na,ana@old.example,Ana\n")
        .file("templates/follow-up.md", "+++\n+++\n\nOnce more.\n")
        .settings(rule)
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.write("lists/recipients.csv", "id,email,name\na,ana@new.example,Ana\n");
    campaign.days_go_by(20);
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("1 accepted");
    campaign.run(&["mark", "ana@old.example", "opted-out"]).exits(0).says("round 1: `a` is `opted-out`");
}

#[test]
fn a_delivery_is_named_as_a_recipient_is() {
    let cut = |address: &str| Fault::once(When::Recipient(address.to_owned()), At::FinalDot, Act::KeepAndClose);
    let campaign = Campaign::new()
        .recipients("id,email,name,cc\na,ana@example.org,Ana,desk@example.org\nb,bo@example.org,Bo,desk@example.org\n")
        .server([cut("ana@example.org")]);
    campaign.run(&["send", "--yes"]).exits(1);
    campaign.run(&["mark", "desk@example.org", "replied"]).exits(2).says("several recipients: `a`, `b`; say which one");
    campaign.run(&["resolve", "eve@example.org", "--accepted"]).exits(2).says("no delivery of `eve@example.org`");
    let resolved = campaign.run(&["resolve", "desk@example.org", "--accepted"]).exits(0);
    resolved.says("round 0: the letter to `a` counts as accepted");
    campaign.run(&["resolve", "desk@example.org", "--accepted"]).exits(2).says("several recipients");
}

#[test]
fn whoever_names_a_person_or_writes_a_day_in_another_form_is_told_what_to_type() {
    let session = Session::begin();
    let campaign = Campaign::new()
        .recipients(
            "email,name,organisation\nana@example.org,Dr. Ana Lund,Ministry\nbo@example.org,Bo Lund,\ncy@example.org,Cy,\n",
        )
        .server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    campaign.run(&["mark", "Lund", "replied"]).exits(2);
    campaign.run(&["mark", "ana lund", "replied"]).exits(2).says("`ana@example.org` (Dr. Ana Lund, Ministry)");
    campaign.run(&["resolve", "Lund", "--accepted"]).exits(2).says("is a name");
    campaign.run(&["mark", "Nobody", "replied"]).exits(2).says("no delivery of `Nobody`");
    campaign.run(&["mark", "ana@example.org", "replied", "--on", "12.11.2026"]).exits(2).says("as in `2026-11-12`");
    campaign.run(&["mark", "ana@example.org", "replied", "--on", "12/11/2026"]).exits(2);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let bare =
        settings.replace("\"Secretariat <letters@coalition.example>\"", "Secretariat <letters@coalition.example>");
    campaign.write("campaign.toml", bare);
    campaign.run(&["check"]).exits(2).says("write `from = \"Secretariat <letters@coalition.example>\"`");
    session.reads("mark-by-name");
}

#[test]
fn an_answer_from_a_day_before_the_letter_left_is_said_to_be_one() {
    let campaign = begun();
    let early = campaign.run(&["mark", "ana@example.org", "replied", "--on", "2025-01-01"]).exits(0);
    assert!(early.stderr.contains("the letter to `ana@example.org` left on "), "{early:#?}");
    assert!(early.stderr.contains("after 2025-01-01"), "{early:#?}");
    let today = jiff::Zoned::now().date().to_string();
    let right = campaign.run(&["mark", "ana@example.org", "replied", "--on", &today]).exits(0);
    assert!(!right.stderr.contains("left on"), "{right:#?}");
}

#[test]
fn a_letter_to_somebody_suppressed_is_not_said_to_be_sent_again() {
    let unknown = Act::Reply("550 5.1.1 no such user".into());
    let campaign = Campaign::new().server([Fault::always(When::Recipient("bo@example.org".into()), At::Rcpt, unknown)]);
    campaign.run_aside(&["send", "--yes"]).exits(1);
    campaign.run_aside(&["suppress", "bo@example.org"]).exits(0);
    let ran = campaign.run_aside(&["resolve", "bo@example.org", "--not-sent"]).exits(0);
    assert!(!ran.stderr.contains("will be sent"), "{ran:?}");
    ran.says("is not sent again: the address is suppressed");
}
