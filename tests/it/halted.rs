//! A campaign that a person stops: neither its letter nor a follow-up goes, whatever is under way, until that is taken
//! back.

use std::time::Duration;

use serde_json::Value;
use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, Ran, text};
use crate::session::Session;

const RULE: &str =
    "[calendar]\ntimezone = \"UTC\"\n[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n";

#[test]
fn neither_the_letter_nor_a_follow_up_goes_until_a_person_takes_it_back() {
    let session = Session::begin();
    let campaign = Campaign::new().file("templates/follow-up.md", "+++\n+++\n\nOnce more.\n").settings(RULE).server([]);
    campaign.run(&["stop", "--undo"]).exits(2).says("the campaign is not stopped");
    campaign.run(&["stop"]).exits(0).says("neither its letter nor a follow-up is sent");
    campaign.run(&["send", "--yes"]).exits(2).says("nothing was sent").says("`undersigned stop --undo`");
    campaign.run(&["plan"]).exits(0).prints("skip: the campaign is stopped").prints("0 letters to send");
    assert_eq!(campaign.received().len(), 0);
    campaign.run(&["stop", "--undo"]).exits(0);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");

    campaign.days_go_by(20);
    campaign.run(&["mark", "bo@example.org", "replied"]).exits(0);
    campaign.run(&["stop", "--reason", "the minister resigned"]).exits(0);
    campaign.run(&["stop"]).exits(0).says("as before");
    campaign.run(&["follow-up", "--yes"]).exits(2).says("the minister resigned").says("nothing was sent");
    let plan: Value = serde_json::from_str(&campaign.run(&["plan", "--round", "1", "--json"]).exits(0).stdout).unwrap();
    assert_eq!((&plan["to_send"], &plan["skipped"]["campaign_stopped"]), (&0.into(), &2.into()));
    let next: Vec<String> = campaign.log().iter().map(|row| text(&row["follow_up"])).collect();
    assert_eq!(next, ["stopped: campaign", "stopped: replied", "stopped: campaign"]);
    let csv = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    assert!(csv.contains(",stopped: campaign,"), "{csv}");
    campaign.run(&["status"]).exits(0).prints(": the minister resigned; `undersigned stop --undo`");
    let status: Value = serde_json::from_str(&campaign.run(&["status", "--json"]).exits(0).stdout).unwrap();
    assert!(text(&status["stopped"]).ends_with(": the minister resigned"), "{status}");
    assert_eq!(status["rounds"][0]["follow_up"]["stopped: campaign"], 2);
    assert_eq!(campaign.received().len(), 3);

    campaign.run(&["stop", "--undo"]).exits(0).says("that is taken back");
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("2 accepted");
    let told: Vec<String> = campaign.events().iter().map(|event| text(&event["event"])).collect();
    let told = |kind: &str| told.iter().filter(|event| *event == kind).count();
    assert_eq!((told("stopped"), told("resumed")), (3, 2));
    session.reads("stop");
}

#[test]
fn a_run_that_is_sending_finishes_what_is_on_the_wire_and_ends() {
    for pace in ["", "per_hour = 100000\n"] {
        let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(100)));
        let campaign =
            Campaign::new().many_recipients(40).settings(&format!("[pace]\nconnections = 2\n{pace}")).server([slow]);
        let run = campaign.start(&["send", "--yes"]);
        while campaign.received().len() < 3 {
            std::thread::sleep(Duration::from_millis(5));
        }
        campaign.run(&["stop"]).exits(0).says("is sending it");
        let on_the_wire = campaign.received().len();
        let ran = Ran::new(run.wait_with_output().unwrap()).exits(3);
        assert!(ran.stderr.contains("stopped, with ") && ran.stderr.contains("`undersigned stop --undo`"), "{ran:#?}");
        let sent = campaign.received().len();
        assert!(sent <= on_the_wire + 4, "two for each connection, not {}", sent - on_the_wire);
        ran.prints(&format!("{} planned, {sent} accepted", 40 - sent));
        campaign.run(&["send", "--yes"]).exits(2);
        assert_eq!(campaign.received().len(), sent);
        campaign.run(&["stop", "--undo"]).exits(0);
        campaign.run(&["send", "--yes"]).exits(0).prints("40 accepted");
        let mut reached = campaign.reached();
        reached.dedup();
        assert_eq!((reached.len(), campaign.received().len()), (40, 40));
    }
}

#[test]
fn a_run_that_waits_for_its_hours_ends_too() {
    let tomorrow = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).tomorrow().unwrap().strftime("%a");
    let hours = format!("[pace]\nhours = \"{tomorrow} 00:00-24:00 UTC\"\n");
    let campaign = Campaign::new().settings(&hours).server([]);
    let run = campaign.start(&["send", "--yes"]);
    while !campaign.path("logs/ledger.db").is_file() || campaign.log().is_empty() {
        std::thread::sleep(Duration::from_millis(20));
    }
    campaign.run(&["stop"]).exits(0);
    let ran = Ran::new(run.wait_with_output().unwrap()).exits(3);
    assert!(ran.stderr.contains("stopped, with 3 left: the campaign was stopped by "), "{ran:#?}");
    assert_eq!(campaign.received().len(), 0);
}

#[test]
fn the_sandbox_is_stopped_by_itself() {
    let session = Session::begin();
    let campaign = Campaign::new();
    campaign.run(&["stop", "--sandbox"]).exits(0);
    campaign.run(&["send", "--sandbox", "--yes"]).exits(2).says("`undersigned stop --undo --sandbox`");
    campaign.run(&["plan"]).exits(0).prints("3 letters to send");
    campaign.run(&["stop", "--undo", "--sandbox"]).exits(0);
    campaign.run(&["send", "--sandbox", "--yes"]).exits(0).prints("3 accepted");
    session.reads("stop-sandbox");
}
