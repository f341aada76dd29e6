//! A person asks to be forgotten: nothing of them is left in any byte that this program keeps, nobody writes to them
//! again, and the numbers stay true.

use serde_json::Value;

use crate::answered::inbox;
use crate::desk::client::Desk;
use crate::harness::{Campaign, text};
use crate::mails::{answer, letter, report};

const US: &str = "letters@coalition.example";
const WHO: &str = "zebedee.quux@ministry.example";
const NAME: &str = "Zebedee Quuxington";
const RULES: &str = "[calendar]\ntimezone = \"UTC\"\n[inbox]\nmbox = \"inbox.mbox\"\n\
    [[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n";

fn list(column: &str) -> String {
    let id = |n: u32| if column.is_empty() { String::new() } else { format!("{n},") };
    format!(
        "{column}email,name,cc\n{}ana@example.org,Ana,\n{}{WHO},{NAME},clerk@ministry.example\n\
         {}cy@other.example,Cy,\"{WHO}, desk@other.example\"\n",
        id(1),
        id(2),
        id(3)
    )
}

/// A campaign that has sent, been answered, looked at its letters, and tried everything in the sandbox.
fn lived(list: &str) -> (Campaign, String) {
    let campaign = Campaign::new()
        .file("templates/follow-up.md", "+++\n+++\n\nDear {{recipient.name}}, once more.\n")
        .recipients(list)
        .settings(RULES)
        .server([]);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let reply_to = "[sender]\nreply_to = \"replies+{token}@coalition.example\"\n";
    campaign.write("campaign.toml", settings.replacen("[sender]\n", reply_to, 1));
    campaign.run(&["send", "--sandbox", "--yes"]).exits(0);
    campaign.run(&["preview", "--out", "logs/preview"]).exits(0);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    let theirs = letter(&campaign, WHO);
    let token = theirs.reply_to.split(['+', '@']).nth(1).unwrap().to_owned();
    let thread = format!("In-Reply-To: <{}>\n", theirs.id);
    inbox(
        &campaign,
        [
            answer(WHO, US, &format!("{thread}Auto-Submitted: auto-replied\n"), &format!("{NAME} has your letter.")),
            report(US, WHO, "delayed", "4.2.2", Some(&theirs.id)),
            answer(WHO, US, "", &format!("Something else. {NAME}")),
            report(US, WHO, "failed", "5.2.2", None),
        ],
    );
    campaign.run(&["sync"]).exits(0);
    campaign.run(&["mark", WHO, "note", "--note", &format!("{NAME} called")]).exits(0);
    campaign.run(&["suppress", WHO, "--reason", &format!("{NAME} asked")]).exits(0);
    (campaign, token)
}

/// The files that this program keeps and that hold one of these words, in whatever case.
pub fn holding(campaign: &Campaign, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![campaign.path("logs"), campaign.path("ledgers")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let bytes = std::fs::read(entry.path()).unwrap().to_ascii_lowercase();
            let name = entry.path().display().to_string();
            for word in words {
                let word = word.to_ascii_lowercase();
                if bytes.windows(word.len()).any(|window| window == word.as_bytes()) || name.contains(&word) {
                    found.push(format!("{word} in {name}"));
                }
            }
        }
    }
    found
}

#[test]
fn who_is_forgotten_is_in_no_byte_and_is_never_written_to_again() {
    for column in ["", "id,"] {
        let (campaign, token) = lived(&list(column));
        let words = [WHO, "zebedee", "quux", NAME, &token];
        assert!(!holding(&campaign, &words).is_empty(), "the test would see it");
        let exported: Value = serde_json::from_str(&campaign.run(&["export", WHO]).exits(0).stdout).unwrap();
        assert_eq!(exported["ledger"]["letters"][0]["name"], NAME);
        assert_eq!(exported["ledger"]["letters"][0]["row"]["cc"], "clerk@ministry.example");
        assert_eq!(exported["ledger"]["mails"].as_array().unwrap().len(), 4);

        campaign.run(&["forget", WHO]).exits(2).says("stdin is not a terminal");
        let ran = campaign.run(&["forget", WHO, "--yes"]).exits(0).says("forgotten: what told of them in ");
        ran.says("lists/recipients.csv:3")
            .says("lists/recipients.csv:4")
            .says("inbox.mbox:")
            .says("not reached: backups");
        assert_eq!(holding(&campaign, &words), Vec::<String>::new());
        // The numbers stay: three letters left, and what came back is not lost.
        let states = campaign.states();
        assert_eq!((states.len(), states.values().filter(|state| *state == "accepted").count()), (3, 3));
        campaign.run(&["status"]).exits(0).prints("accepted").prints("1 auto-reply");

        // The list has them still: they are suppressed, and do not come back into the ledger.
        campaign.run(&["plan"]).exits(0).prints("skip: suppressed: asked to be forgotten");
        campaign.run(&["check"]).exits(0);
        campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
        campaign.days_go_by(20);
        campaign.run(&["follow-up", "--yes"]).exits(0);
        campaign.run(&["send", "--sandbox", "--yes"]);
        let to_them = |campaign: &Campaign| {
            campaign.received().iter().filter(|letter| letter.recipients.iter().any(|to| to == WHO)).count()
        };
        assert_eq!(to_them(&campaign), 1, "their letter, from before");
        let after = holding(&campaign, &[WHO, "zebedee", "quux", NAME]);
        assert_eq!(after, Vec::<String>::new());

        // What they write later is counted, and not kept.
        inbox(&campaign, [answer(WHO, US, "X-More: 1\n", &format!("Once more, {NAME}"))]);
        campaign.run(&["sync"]).exits(0);
        assert_eq!(holding(&campaign, &[WHO, "zebedee", "quux", NAME]), Vec::<String>::new());

        // Another campaign of the ledger.
        let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
        campaign.write("campaign.toml", settings.replace("2027-03-delta", "2027-09-delta"));
        campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
        assert_eq!(to_them(&campaign), 1);
        assert_eq!(holding(&campaign, &[WHO, "zebedee", "quux", NAME]), Vec::<String>::new());
        let again: Value = serde_json::from_str(&campaign.run(&["export", WHO]).exits(0).stdout).unwrap();
        assert_eq!((&again["forgotten"], &again["ledger"]["letters"]), (&true.into(), &Value::Array(Vec::new())));
    }
}

#[test]
fn a_witness_from_before_neither_refuses_the_ledger_nor_brings_anybody_back() {
    let (campaign, _) = lived(&list("id,"));
    let witness = std::fs::read(campaign.path("logs/ledger.db-sent")).unwrap();
    let contacted = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    campaign.run(&["forget", WHO, "--yes"]).exits(0);
    // Somebody puts the log and the table of before back, and the ledger compares all of both.
    campaign.write("logs/contacted.csv", contacted);
    std::fs::write(campaign.path("logs/ledger.db-sent"), witness).unwrap();
    let ledger = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
    ledger.execute("DELETE FROM witness", []).unwrap();
    drop(ledger);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    campaign.run(&["adopt", "--witness"]);
    assert_eq!(holding(&campaign, &[WHO, "zebedee", "quux", NAME]), Vec::<String>::new());
    assert_eq!(campaign.received().len(), 3);
    // And a log that is gone is made of what the ledger knows.
    std::fs::remove_file(campaign.path("logs/ledger.db-sent")).unwrap();
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    let told = std::fs::read_to_string(campaign.path("logs/ledger.db-sent")).unwrap();
    assert_eq!(told.lines().filter(|line| line.starts_with("leaves ")).count(), 3, "{told}");
}

#[test]
fn who_was_to_be_written_to_is_not_and_whoever_has_a_similar_address_stays() {
    let others = "email,name\nx.zebedee.quux@ministry.example,Other\nzebedee.quux@ministry.example.org,Third\n";
    let campaign = Campaign::new().recipients(&format!("{others}{WHO},{NAME}\n")).server([]);
    campaign.run(&["send", "--yes", "--limit", "2"]);
    campaign.run(&["forget", WHO, "--yes"]).exits(0).says("1 letter that was still to be sent to them is not sent");
    campaign.run(&["send", "--yes"]).exits(0);
    let mut reached = campaign.reached();
    reached.sort();
    assert_eq!(reached, ["x.zebedee.quux@ministry.example", "zebedee.quux@ministry.example.org"]);
    for other in &reached {
        assert_eq!(text(&campaign.row(other)["email"]), *other);
    }
    for undo in [&["suppress", WHO, "--undo"][..], &["suppress", WHO]] {
        campaign.run(undo).exits(2).says("asked to be forgotten");
    }
    // Also where the ledger never heard of them.
    campaign.run(&["forget", "nobody@example.org", "--yes"]).exits(0);
    campaign.write("lists/recipients.csv", "email,name\nnobody@example.org,No\n");
    campaign.run(&["plan"]).exits(0).prints("skip: suppressed: asked to be forgotten");
    // None of the ways to a plan leaves that out, and no test letter goes there either.
    campaign.write("lists/recipients.csv", "email,name\nana@example.org,Ana\nnobody@example.org,No\n");
    let page = campaign.run(&["approval"]).exits(0);
    assert!(page.stdout.contains("1 letter to send"), "{}", page.stdout);
    let desk = Desk::open(&campaign, &[]);
    desk.get("/run").shows("(1 letter)");
    campaign.write("lists/recipients.csv", "email,name\nana@example.org,Ana\n");
    campaign.run(&["test", "nobody@example.org"]).exits(2).says("is suppressed");
    assert_eq!(holding(&campaign, &["nobody@example.org"]), Vec::<String>::new());
    campaign.run(&["forget", "no address", "--yes"]).exits(2).says("is not an email address");
}

#[test]
fn who_got_copies_alone_is_forgotten_too() {
    let rows = format!("email,name,cc\nana@example.org,Ana,\"{WHO};desk@example.org\"\n");
    let campaign = Campaign::new().recipients(&rows).server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let exported: Value = serde_json::from_str(&campaign.run(&["export", WHO]).exits(0).stdout).unwrap();
    assert_eq!(exported["ledger"]["copies"][0]["state"], "accepted");
    campaign.run(&["forget", WHO, "--yes"]).exits(0).says("1 copy");
    assert_eq!(holding(&campaign, &[WHO, "zebedee"]), Vec::<String>::new());
    assert_eq!(text(&campaign.row("ana@example.org")["state"]), "accepted");
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("2027-03-delta", "2027-09-delta"));
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.received().last().unwrap().recipients, ["ana@example.org", "desk@example.org"]);
    assert_eq!(holding(&campaign, &[WHO, "zebedee"]), Vec::<String>::new());
}
