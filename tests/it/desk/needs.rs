//! What the desk says needs a person, where no letter tells it.

use super::client::Desk;
use crate::harness::Campaign;
use crate::retention::age;

const RULE: &str =
    "[calendar]\ntimezone = \"UTC\"\n[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n";

fn sent(more: &str) -> Campaign {
    let campaign = Campaign::new()
        .file("templates/follow-up.md", "+++\n+++\n\nDear {{recipient.name}}, once more.\n")
        .settings(&format!("{RULE}{more}"))
        .server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    campaign
}

#[test]
fn whoever_is_gone_from_the_list_is_named_until_they_answer() {
    let said = "Somebody to whom something was to be sent is not in the list any more";
    let campaign = sent("");
    let desk = Desk::open(&campaign, &[]);
    desk.get("/").hides(said);
    campaign.write("lists/recipients.csv", "email,name\nbo@example.org,Bo\ncy@example.org,Cy\n");
    desk.get("/").shows(said).shows("no follow-up of round 1 goes to them").shows("`ana@example.org`");
    campaign.run_aside(&["mark", "ana@example.org", "replied"]).exits(0);
    desk.get("/").hides(said);
}

#[test]
fn a_campaign_that_is_kept_for_too_long_is_named() {
    let said = "People of a campaign are kept longer than the settings say.";
    let campaign = sent("[ledger]\nretention = { campaigns = \"60d\" }\n");
    let desk = Desk::open(&campaign, &[]);
    desk.get("/").hides(said);
    age(&campaign, 61);
    desk.get("/").shows(said).shows("is overdue: nothing has happened in it since");
}
