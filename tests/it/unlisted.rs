//! Somebody who is taken out of the recipients list while something is to be sent to them.

use serde_json::Value;

use crate::harness::{Campaign, text};
use crate::session::Session;

const FOLLOW_UP: &str = "+++\n+++\n\nDear {{recipient.name}}, once more.\n";
const RULE: &str =
    "[calendar]\ntimezone = \"UTC\"\n[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n";
const LESS: &str = "email,name\nbo@example.org,Bo\ncy@example.org,Cy\n";

fn campaign() -> Campaign {
    Campaign::new().file("templates/follow-up.md", FOLLOW_UP).settings(RULE).server([])
}

fn status(campaign: &Campaign) -> Value {
    serde_json::from_str(&campaign.run_aside(&["status", "--json"]).exits(0).stdout).unwrap()
}

#[test]
fn whoever_is_gone_from_the_list_after_the_first_letter_is_not_called_due_and_is_named_by_what_plans() {
    let session = Session::begin();
    let campaign = campaign();
    campaign.run_aside(&["send", "--yes"]).exits(0);
    campaign.write("lists/recipients.csv", LESS);
    assert_eq!(text(&campaign.row("ana@example.org")["follow_up"]), "stopped: not in the list");
    assert!(text(&campaign.row("bo@example.org")["follow_up"]).starts_with("due "));
    campaign.run(&["status"]).exits(0).prints("1 stopped: not in the list");
    assert_eq!(status(&campaign)["rounds"][0]["follow_up"]["stopped: not in the list"], 1);
    let said = "not in the list any more, and no follow-up of round 1 goes to them";
    campaign.run(&["plan", "--round", "1"]).exits(0).says(said).says("`ana@example.org`");
    let json = campaign.run_aside(&["plan", "--round", "1", "--json"]).exits(0).stdout;
    assert!(json.contains(said), "{json}");
    campaign.run(&["follow-up", "--yes"]).exits(0).says("nobody is due today").says(said);
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes"]).exits(0).says(said).prints("2 accepted");
    // Who has answered is gone from the list and not missed.
    campaign.run_aside(&["mark", "ana@example.org", "replied"]).exits(0);
    let ran = campaign.run_aside(&["plan", "--round", "1"]).exits(0);
    assert!(!ran.stderr.contains("not in the list"), "{ran:?}");
    session.reads("unlisted");
}

#[test]
fn whoever_is_gone_from_the_list_before_the_letter_left_is_named_before_the_plan_forgets_them() {
    let campaign = campaign();
    campaign.run_aside(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign.write("lists/recipients.csv", "email,name\nana@example.org,Ana\nbo@example.org,Bo\n");
    let said =
        "not in the list any more, and the letter of round 0 that was planned does not go to them: `cy@example.org`";
    campaign.run_aside(&["plan"]).exits(0).says(said);
    campaign.run_aside(&["status"]).exits(0).prints("1 of them is not in the list any more");
    assert_eq!(status(&campaign)["rounds"][0]["not_listed"], 1);
    campaign.run_aside(&["send", "--yes"]).exits(0).says(said);
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org"]);
}

#[test]
fn a_list_that_cannot_be_read_whole_and_another_id_or_address_miss_nobody() {
    let campaign = Campaign::new()
        .recipients("id,email,name\n1,ana@example.org,Ana\n2,bo@example.org,Bo\n3,cy@example.org,Cy\n")
        .file("templates/follow-up.md", FOLLOW_UP)
        .settings(RULE)
        .server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    for list in [
        "id,email,name\n1,new@example.org,Ana\n7,bo@example.org,Bo\n3,cy@example.org,Cy\n",
        "id,email,name\n1,\"desk@example.org, ana@example.org\",Ana\n2,,Bo\n3,cy@example.org,Cy\n",
        "id,email,name\n1,ana@,Ana\n",
    ] {
        campaign.write("lists/recipients.csv", list);
        let log = campaign.run_aside(&["log", "--format", "csv"]).exits(0);
        assert!(!log.stdout.contains("not in the list"), "{list}: {log:?}");
    }
}

#[test]
fn a_follow_up_for_some_says_why_they_get_none() {
    let campaign = campaign();
    campaign.run_aside(&["send", "--yes"]).exits(0);
    let why = "`ana@example.org`, who was asked for, gets no letter now: not due before ";
    campaign.run_aside(&["follow-up", "--yes", "--only", "ana@example.org"]).exits(0).says(why);
    campaign.days_go_by(14);
    campaign.run_aside(&["follow-up", "--yes"]).exits(0);
    let why = "`ana@example.org`, who was asked for, gets no letter now: it is accepted already";
    campaign.run_aside(&["follow-up", "--yes", "--only", "Ana@example.org"]).exits(0).says(why);
    campaign.run_aside(&["follow-up", "--yes", "--only", "nobody@example.org"]).exits(2);
}

#[test]
fn whoever_was_forgotten_is_said_to_be_so_in_every_round() {
    let campaign = campaign();
    campaign.run_aside(&["send", "--yes"]).exits(0);
    campaign.run_aside(&["forget", "ana@example.org", "--yes"]);
    let plan = campaign.run_aside(&["plan", "--round", "1"]).exits(0).stdout;
    let row = plan.lines().find(|line| line.contains("ana@example.org")).unwrap_or_default();
    assert!(row.contains("suppressed") && !row.contains("no letter in round 0"), "{plan}");
}
