//! A letter that came back goes to the address that its row was given since: once, and to the old one never again.

use crate::answered::inbox;
use crate::harness::{Campaign, text};
use crate::mails::{Sent, letter, report};

const US: &str = "letters@coalition.example";
const RULES: &str = "[calendar]\ntimezone = \"UTC\"\n[inbox]\nmbox = \"inbox.mbox\"\n\
    [[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n";

/// A campaign whose list has these rows and whose letter to bo came back: for good, or not.
fn bounced(list: &str, status: &str) -> (Campaign, Sent) {
    let campaign = Campaign::new()
        .file("templates/follow-up.md", "+++\n+++\n\nDear {{recipient.name}}, once more.\n")
        .recipients(list)
        .settings(RULES)
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    let bo = letter(&campaign, "bo@example.org");
    inbox(&campaign, [report(US, "bo@example.org", "failed", status, Some(&bo.id))]);
    campaign.run(&["sync"]).exits(0);
    (campaign, bo)
}

const WITH_IDS: &str = "id,email,name\n1,ana@example.org,Ana\n2,bo@example.org,Bo\n";
const WITHOUT: &str = "email,name\nana@example.org,Ana\nbo@example.org,Bo\n";

fn reached(campaign: &Campaign) -> Vec<String> {
    let mut reached = campaign.reached();
    reached.sort();
    reached
}

#[test]
fn a_letter_that_came_back_goes_to_the_mended_address_once_with_or_without_an_id() {
    for list in [WITH_IDS, WITHOUT] {
        let (campaign, _) = bounced(list, "5.1.1");
        campaign.run(&["send", "--yes"]).exits(0).prints("1 accepted, 1 bounced");
        campaign.write("lists/recipients.csv", list.replace("bo@example.org", "bo@example.net"));
        campaign.run(&["plan"]).exits(0).prints("1 letter to send");
        campaign.run(&["send", "--yes"]).prints("2 accepted");
        campaign.run(&["send", "--yes"]).prints("2 accepted");
        assert_eq!(reached(&campaign), ["ana@example.org", "bo@example.net", "bo@example.org"]);
        // And the follow-up goes there too, when its own time has come.
        campaign.days_go_by(20);
        campaign.run(&["follow-up", "--yes"]).exits(0).prints("2 accepted");
        assert_eq!(reached(&campaign).iter().filter(|to| *to == "bo@example.net").count(), 2);
        assert_eq!(reached(&campaign).iter().filter(|to| *to == "bo@example.org").count(), 1);
    }
}

#[test]
fn the_bounced_address_never_gets_the_letter_again_whatever_becomes_of_the_list() {
    // It may be there again tomorrow (the mailbox was full): nothing suppresses it.
    let (campaign, _) = bounced(WITH_IDS, "5.2.2");
    let list = |rows: &str| campaign.write("lists/recipients.csv", format!("id,email,name\n{rows}"));
    list("1,ana@example.org,Ana\n2,bo@example.net,Bo\n");
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    let second = letter(&campaign, "bo@example.net");
    inbox(&campaign, [report(US, "bo@example.net", "failed", "5.1.1", Some(&second.id))]);
    campaign.run(&["sync"]).exits(0);
    for rows in [
        "1,ana@example.org,Ana\n2,bo@example.org,Bo\n",
        "1,ana@example.org,Ana\n2,bo@example.net,Bo\n3,bo@example.org,Bo\n",
        "1,ana@example.org,Ana\n2,bo@example.com,Bo\n7,Bo@Example.org,Bo\n8,bo@example.net,Bo\n",
    ] {
        list(rows);
        campaign.run(&["send", "--yes"]);
    }
    assert_eq!(reached(&campaign), ["ana@example.org", "bo@example.com", "bo@example.net", "bo@example.org"]);
    assert_eq!(text(&campaign.row("2")["email"]), "bo@example.com");
}

#[test]
fn a_late_report_about_the_old_address_says_nothing_of_the_letter_to_the_new_one() {
    let (campaign, bo) = bounced(WITH_IDS, "4.4.7");
    campaign.write("lists/recipients.csv", WITH_IDS.replace("bo@example.org", "bo@example.net"));
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    let late = report(US, "bo@example.org", "failed", "5.1.1", Some(&bo.id));
    inbox(&campaign, [late.replace("Sorry.", "Sorry once more.")]);
    campaign.run(&["sync"]).exits(0).says("1 new mail");
    assert_eq!(text(&campaign.row("2")["state"]), "accepted");
    // It speaks for itself of the address, which is written to no more; and one about the new one counts.
    let second = letter(&campaign, "bo@example.net");
    inbox(&campaign, [report(US, "bo@example.net", "failed", "5.1.1", Some(&second.id))]);
    campaign.run(&["sync"]).exits(0).says("1 bounced");
    assert_eq!(text(&campaign.row("2")["state"]), "bounced");
}

#[test]
fn a_ledger_knows_of_the_letter_to_the_old_address_where_its_witness_is_read_anew() {
    let (campaign, _) = bounced(WITH_IDS, "5.1.1");
    campaign.write("lists/recipients.csv", WITH_IDS.replace("bo@example.org", "bo@example.net"));
    campaign.run(&["send", "--yes"]).exits(0);
    let ledger = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
    ledger.execute("DELETE FROM witness", []).unwrap();
    drop(ledger);
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    std::fs::remove_file(campaign.path("logs/ledger.db-sent")).unwrap();
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    let told = std::fs::read_to_string(campaign.path("logs/ledger.db-sent")).unwrap();
    assert_eq!(told.lines().filter(|line| line.starts_with("leaves ")).count(), 3, "{told}");
}
