//! What nobody can know is told, or stops a run: a row without a language, another id, a clock that is wrong.

use serde_json::Value;

use crate::harness::Campaign;

#[test]
fn rows_without_a_language_among_those_with_one_are_named() {
    let campaign = Campaign::new()
        .file("templates/letter.fr.md", "+++\nsubject = \"Sujet\"\n+++\n\nBonjour {{recipient.name}}.\n")
        .recipients("email,name,lang\nana@example.org,Ana,fr\nbo@example.org,Bo,\ncy@example.org,Cy,fr\n")
        .server([]);
    let said = "1 row has no `lang`, while most have one, and gets the letter in `en`: `bo@";
    campaign.run(&["check"]).exits(0).says(said);
    campaign.run(&["send", "--yes"]).exits(0).says("1 row has no `lang`");
}

#[test]
fn whoever_gets_another_id_is_counted_once() {
    let rows = |ids: bool| {
        let row = |n: usize| {
            let id = if ids { format!("p{n},") } else { String::new() };
            format!("{id}r{n:02}@example.org,Person {n}\n")
        };
        let head = if ids { "id,email,name\n" } else { "email,name\n" };
        head.to_owned() + &(0..12).map(row).collect::<String>()
    };
    let campaign = Campaign::new()
        .recipients(&rows(true))
        .file("templates/follow-up.md", "+++\n+++\n\nOnce more.\n")
        .settings("[calendar]\ntimezone = \"UTC\"\n[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n")
        .server([]);
    campaign.run(&["send", "--yes", "--limit", "5"]).exits(0);
    campaign.write("lists/recipients.csv", rows(false));
    campaign.run(&["send", "--yes"]).exits(0);
    let status = || -> Value { serde_json::from_str(&campaign.run(&["status", "--json"]).exits(0).stdout).unwrap() };
    assert_eq!((&status()["rounds"][0]["total"], campaign.received().len()), (&12.into(), 12));
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes", "--no-sync"]).exits(0);
    assert_eq!(campaign.received().len(), 24);
    let told = status();
    assert_eq!((&told["people"]["recipients"], &told["people"]["sent"]), (&12.into(), &12.into()), "{told}");
}

#[test]
fn a_clock_that_is_days_before_the_last_letter_stops_a_run() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let set_back = |hours: i64| {
        let ledger = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
        let later = "UPDATE delivery SET last_attempt_at = last_attempt_at + ?1 * 3600000000 WHERE attempts > 0";
        ledger.execute(later, [hours]).unwrap();
    };
    set_back(40);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    set_back(20);
    campaign.run(&["send", "--yes"]).exits(2).says("the clock of this machine says ").says("set the clock");
    assert_eq!(campaign.received().len(), 2);
    campaign.run(&["send", "--sandbox", "--yes"]).exits(0);
    campaign.run(&["send", "--yes", "--take-over"]).exits(0);
    assert_eq!(campaign.received().len(), 3);
}
