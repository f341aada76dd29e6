//! A ledger that an older version of the program filled: it tells the same as before, and the first command that writes
//! brings it up to date.

use rusqlite::Connection;

use crate::harness::Campaign;
use crate::mails::{Sent, answer, letter};

const FOLLOW_UPS: &str = "[calendar]\ntimezone = \"UTC\"\n[inbox]\nmbox = \"inbox.mbox\"\n\
    [[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n\
    [[follow_up]]\nafter = \"7 days\"\ntemplate = \"templates/follow-up.md\"\n";

/// The campaign whose ledger `older/README.md` tells of.
fn older() -> Campaign {
    let mut log = csv::Reader::from_reader(include_str!("older/version-1.log.csv").as_bytes());
    let rows = log.records().map(|row| row.unwrap()).filter(|row| &row[1] == "0");
    let rows = rows.map(|row| format!("{},\"{}\",\"{}\"", &row[2], &row[3], &row[4]));
    let list: Vec<String> = std::iter::once("id,email,name".to_owned()).chain(rows).collect();
    let campaign = Campaign::new()
        .recipients(&(list.join("\n") + "\n"))
        .settings(FOLLOW_UPS)
        .file("logs/.keep", "")
        .environment("USER", "sam");
    ledger(&campaign).execute_batch(include_str!("older/version-1.sql")).unwrap();
    campaign
}

fn ledger(campaign: &Campaign) -> Connection {
    Connection::open(campaign.path("logs/ledger.db")).unwrap()
}

fn version(campaign: &Campaign) -> i64 {
    ledger(campaign).query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_ledger_of_version_1_is_read_as_it_is_and_brought_up_to_date_by_whoever_writes() {
    let campaign = older();
    assert_eq!(version(&campaign), 1);
    for (arguments, told) in [
        (&["status", "--json"][..], include_str!("older/version-1.status.json")),
        (&["log", "--format", "csv"], include_str!("older/version-1.log.csv")),
        (&["log", "--events"], include_str!("older/version-1.events.jsonl")),
        (&["sync", "--unmatched", "--json"], include_str!("older/version-1.unmatched.jsonl")),
    ] {
        assert_eq!(campaign.run(arguments).exits(0).stdout, told, "{arguments:?}");
        assert_eq!(version(&campaign), 1, "{arguments:?}");
    }
    campaign.run(&["stop", "--undo"]).exits(0);
    assert_eq!(version(&campaign), 10);
    let told = include_str!("older/version-1.going-on.csv");
    assert_eq!(campaign.run(&["log", "--format", "csv"]).exits(0).stdout, told);
}

#[test]
fn in_a_ledger_of_version_1_a_later_day_of_return_is_waited_for_and_a_sooner_one_is_not() {
    let campaign = older();
    campaign.run(&["stop", "--undo"]).exits(0);
    let follow_up = || campaign.row("ana@ana.example")["follow_up"].clone();
    assert_eq!(follow_up(), "due 2026-12-29", "as the older program knew it");
    let id = campaign.row("ana@ana.example")["message_id"].as_str().unwrap().trim_matches(['<', '>']).to_owned();
    let letter = Sent { id, bounce_to: String::new(), reply_to: String::new() };
    for (day, due) in [("3 January 2027", "due 2027-01-03"), ("1 January 2027", "due 2027-01-03")] {
        let fields =
            format!("In-Reply-To: <{}>\nAuto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n", letter.id);
        let away = format!("I am out of the office until {day}.");
        let mail = answer("ana@ana.example", "letters@coalition.example", &fields, &away);
        let written = "Date: Sun, 20 Dec 2026 10:00:00 +0000\n";
        let mail: String = mail
            .split_inclusive('\n')
            .map(|line| if line.starts_with("Date:") { written } else { line })
            .collect::<String>()
            .replace("<answer-", &format!("<{day}-").replace(' ', "-"));
        campaign.write("inbox.mbox", format!("From somebody Mon\n{mail}\n"));
        campaign.run(&["sync"]).exits(0);
        assert_eq!(follow_up(), due);
    }
}

#[test]
fn a_letter_that_was_attempted_keeps_its_message_id_when_it_goes_again() {
    let campaign = older().server([]);
    campaign.run(&["stop", "--undo"]).exits(0);
    let before = campaign.row("dee@dee.example");
    assert_eq!((before["state"].as_str(), before["attempts"].as_u64()), (Some("deferred"), Some(1)));
    let campaign = campaign.recipients("email,name\ndee@dee.example,dee\nzoe@zoe.example,zoe\n");
    // Dee's letter goes again, and Zoe's for the first time.
    campaign.run(&["send", "--yes", "--accept-changes"]).exits(1);
    let after = campaign.row("dee@dee.example");
    assert_eq!((after["state"].as_str(), after["attempts"].as_u64()), (Some("accepted"), Some(2)));
    assert_eq!(after["message_id"], before["message_id"]);
    for to in ["dee@dee.example", "zoe@zoe.example"] {
        let id = format!("<{}>", letter(&campaign, to).id);
        assert_eq!(campaign.row(to)["message_id"], *id, "it went under the id that the ledger has");
    }
    let known = "f4c966ac61ba109f5705ac2e052421e3@coalition.example";
    assert_eq!(letter(&campaign, "dee@dee.example").id, known);
    campaign.run(&["preview", "--format", "eml", "dee@dee.example"]).exits(0).prints(known);
}
