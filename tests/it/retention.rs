//! What `retention` in `[ledger]` says: of strangers' mails that are old nothing is left but that they were read, and of
//! campaigns that are over for long the people go, from every byte that this program keeps. Neither lets a letter go
//! twice.

use serde_json::Value;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::answered::inbox;
use crate::forget::holding;
use crate::harness::{Campaign, text};
use crate::mails::{answer, letter, report};

const US: &str = "letters@coalition.example";
const WHO: &str = "zebedee.quux@ministry.example";
const NAME: &str = "Zebedee Quuxington";
const OUT: &str = "cy@other.example";
const RULES: &str = "[calendar]\ntimezone = \"UTC\"\n[inbox]\nmbox = \"inbox.mbox\"\n\
    [ledger]\nretention = { strangers = \"90d\", campaigns = \"2y\" }\n\
    [[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n";

/// So many days go by: all that the ledger knows happened so much earlier, and this machine remembers none of it.
fn days_go_by(campaign: &Campaign, days: i64) {
    age(campaign, days);
    campaign.forget();
}

/// The same in the ledger alone.
pub fn age(campaign: &Campaign, days: i64) {
    let ledger = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
    let moved = days * 86_400_000_000;
    ledger
        .execute_batch(&format!(
            "BEGIN; INSERT INTO erasure (id, at, source) VALUES (1, 0, 'test'); UPDATE event SET at = at - {moved};
            DELETE FROM erasure; UPDATE mail SET read_at = read_at - {moved}, said_at = said_at - {moved};
            UPDATE attempt SET counted_from = counted_from - {moved}; COMMIT"
        ))
        .unwrap();
}

/// A campaign that has sent, was answered, looked at its letters, and tried everything in the sandbox; with the token of
/// one letter.
fn lived() -> (Campaign, String) {
    let list = format!(
        "id,email,name,cc,attachments\n1,ana@example.org,Ana,,\n2,{WHO},{NAME},clerk@ministry.example,files/zebedee.txt\n\
        3,{OUT},Cy,\"{WHO}, desk@other.example\",\n4,,Nobody,,\n"
    );
    let campaign = Campaign::new()
        .file("templates/follow-up.md", "+++\n+++\n\nDear {{recipient.name}}, once more.\n")
        .file("files/zebedee.txt", "for one alone")
        .recipients(&list)
        .settings(RULES)
        .server([]);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let reply_to = "[sender]\nreply_to = \"replies+{token}@coalition.example\"\n";
    campaign.write("campaign.toml", settings.replacen("[sender]\n", reply_to, 1));
    campaign.run(&["send", "--sandbox", "--yes"]).exits(0);
    campaign.run(&["preview", "--out", "logs/preview"]).exits(0);
    campaign.run(&["approval", "--agreed", "Una Roe", "--note", "Zebedee agreed"]);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    let theirs = letter(&campaign, WHO);
    let token = theirs.reply_to.split(['+', '@']).nth(1).unwrap().to_owned();
    let thread = format!("In-Reply-To: <{}>\n", theirs.id);
    let wish = format!("In-Reply-To: <{}>\n", letter(&campaign, OUT).id);
    inbox(
        &campaign,
        [
            answer(WHO, US, &format!("{thread}Auto-Submitted: auto-replied\n"), &format!("{NAME} has your letter.")),
            report(US, WHO, "delayed", "4.2.2", Some(&theirs.id)),
            answer(OUT, US, &wish, "Please remove me from your list."),
            answer(WHO, US, "Subject: Lunch\nMessage-ID: <lunch>\n", &format!("Something else. {NAME}")),
        ],
    );
    campaign.run(&["sync"]).exits(0);
    campaign.run(&["mark", OUT, "opted-out"]).exits(0);
    campaign.run(&["mark", WHO, "note", "--note", &format!("{NAME} called")]).exits(0);
    campaign.run(&["stop", "--reason", &format!("{NAME} asked")]).exits(0);
    campaign.run(&["stop", "--undo"]).exits(0);
    (campaign, token)
}

/// Throws away what mails suggest.
fn dismiss_all(campaign: &Campaign) {
    let listed = campaign.run(&["sync", "--unmatched", "--json"]).exits(0).stdout;
    for mail in listed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        if mail["suggestions"].as_array().is_some_and(|all| !all.is_empty()) {
            campaign.run(&["mark", "--undo", "--mail", &mail["mail"].to_string()]).exits(0);
        }
    }
}

#[test]
fn a_campaign_that_is_over_for_long_is_erased_by_a_persons_word_and_never_sent_again() {
    let (campaign, token) = lived();
    let words = [WHO, "zebedee", "quux", NAME, &token, "lunch", "clerk@"];
    campaign.run(&["ledger", "expire", "--yes"]).exits(0).says("no campaign of the ledger is overdue");
    dismiss_all(&campaign);
    days_go_by(&campaign, 729);
    campaign.run(&["status"]).exits(0).prints("accepted");
    assert!(!campaign.run(&["status"]).stdout.contains("overdue"));
    days_go_by(&campaign, 2);
    // Nothing is erased by itself.
    campaign
        .run(&["status"])
        .exits(0)
        .prints("the campaign `2027-03-delta` is overdue")
        .prints("`undersigned ledger expire`");
    let status: Value = serde_json::from_str(&campaign.run(&["status", "--json"]).exits(0).stdout).unwrap();
    assert_eq!(status["overdue"][0]["campaign"], "2027-03-delta");
    campaign.run(&["sync"]).exits(0).says("the campaign `2027-03-delta` is overdue");
    assert!(!holding(&campaign, &words).is_empty(), "the test would see it");
    let ran = campaign.run(&["ledger", "expire"]).exits(2);
    ran.says("what is kept of its people in 4 letters").says("stdin is not a terminal");
    assert!(!holding(&campaign, &[WHO]).is_empty(), "nobody has agreed");

    let ran = campaign.run(&["ledger", "expire", "--yes"]).exits(0);
    ran.says("`2027-03-delta` is erased").says("not reached: lists");
    assert_eq!(holding(&campaign, &words), Vec::<String>::new());
    // Those whose wish is kept are in it with their address alone.
    assert_eq!(holding(&campaign, &["ana@example.org", "desk@other.example"]), Vec::<String>::new());

    // The numbers stay.
    campaign.run(&["status"]).exits(0).prints("accepted           3").prints("was erased on").prints("1 opted-out");
    let states = campaign.states();
    assert_eq!((states.len(), states.values().filter(|state| *state == "accepted").count()), (4, 3));
    assert!(campaign.events().iter().any(|event| event["event"] == "expired"));
    campaign.run(&["log", "--where", "name=Ana"]);
    let page = campaign.path("report.html");
    campaign.run(&["report", "--out", page.to_str().unwrap()]).exits(0);
    for way in [
        &["send", "--yes"][..],
        &["send", "--sandbox", "--yes"],
        &["plan"],
        &["check"],
        &["follow-up", "--yes"],
        &["sync"],
        &["mark", "expired-1", "replied"],
        &["resolve", "expired-1", "--not-sent"],
        &["adopt", "--witness"],
        &["adopt", "--mbox", "inbox.mbox"],
    ] {
        campaign.run(way).exits(2).says("give it an `id` of its own");
    }
    assert_eq!(campaign.received().len(), 3, "nobody gets it twice");
    campaign.run(&["ledger", "expire", "--yes"]).exits(0).says("no campaign of the ledger is overdue");
}

#[test]
fn after_it_another_campaign_writes_to_the_same_people_but_not_to_whoever_opted_out() {
    let (campaign, _) = lived();
    dismiss_all(&campaign);
    days_go_by(&campaign, 800);
    let witness = std::fs::read(campaign.path("logs/ledger.db-sent")).unwrap();
    let contacted = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    campaign.run(&["ledger", "expire", "--yes"]).exits(0);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let next = settings.replace("id = \"2027-03-delta\"", "id = \"2029-05-delta\"\ncontinues = \"2027-03-delta\"");
    campaign.write("campaign.toml", next);
    campaign.run(&["check"]).exits(0).says("`continues` names a campaign of which nobody is known any more");
    campaign.run(&["plan"]).exits(0).prints("suppressed: asked not to be written to");
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted, 2 skipped").says("`continues` names a campaign");
    let to = |who: &str| campaign.received().iter().filter(|letter| letter.recipients[0] == who).count();
    assert_eq!((to("ana@example.org"), to(WHO), to(OUT)), (2, 2, 1));
    // What lifts nobody's wish lifts this one neither.
    campaign.run(&["mark", "ana@example.org", "opted-out"]).exits(0);
    campaign.run(&["mark", "ana@example.org", "opted-out", "--undo"]);
    campaign.run(&["suppress"]).exits(0).prints(OUT);
    // A log and a table of before, put back, neither refuse the ledger nor bring anybody back.
    campaign.write("logs/contacted.csv", contacted);
    std::fs::write(campaign.path("logs/ledger.db-sent"), witness).unwrap();
    let ledger = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
    ledger.execute("DELETE FROM witness", []).unwrap();
    drop(ledger);
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted, 2 skipped");
    assert!(!std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap().contains("desk@other.example"));
    assert_eq!(campaign.received().len(), 5);
    campaign.write("campaign.toml", settings);
    campaign.run(&["send", "--yes"]).exits(2).says("give it an `id` of its own");
}

#[test]
fn a_ledger_of_before_is_not_taken_for_one_that_may_send() {
    let (campaign, _) = lived();
    dismiss_all(&campaign);
    days_go_by(&campaign, 800);
    let old = std::fs::read(campaign.path("logs/ledger.db")).unwrap();
    campaign.run(&["ledger", "expire", "--yes"]).exits(0);
    std::fs::write(campaign.path("logs/ledger.db"), old).unwrap();
    // All letters are in it as they left: that it is older is known by its last event.
    campaign.run(&["send", "--yes"]).exits(2).says("this machine saw later entries of this ledger");
    assert_eq!(campaign.received().len(), 3);
}

#[test]
fn what_is_open_keeps_a_campaign_and_is_named() {
    let cut = Fault::once(When::Recipient("ana@example.org".to_owned()), At::FinalDot, Act::KeepAndClose);
    let campaign = Campaign::new().settings(RULES).server([cut]);
    campaign.write("templates/follow-up.md", "+++\n+++\n\nDear {{recipient.name}}, once more.\n");
    campaign.run(&["send", "--yes"]).exits(1);
    inbox(&campaign, [answer("bo@example.org", US, "", "We agree.")]);
    campaign.run(&["sync"]).exits(0);
    days_go_by(&campaign, 800);
    campaign
        .run(&["ledger", "expire", "--yes"])
        .exits(2)
        .says("1 letter is in doubt")
        .says("1 mail waits for a person");
    campaign.run(&["sync"]).exits(0).says("1 mail is as old, and waits for you: 1");
    campaign.run(&["resolve", "ana@example.org", "--accepted"]).exits(0);
    dismiss_all(&campaign);
    campaign.run(&["ledger", "expire", "--yes"]).exits(0).says("no campaign of the ledger is overdue");
    assert_eq!(holding(&campaign, &["ana@example.org"]).len(), 2, "the ledger, and the log of who was contacted");
    days_go_by(&campaign, 800);
    campaign.run(&["ledger", "expire", "--yes"]).exits(0).says("is erased");
    assert_eq!(holding(&campaign, &["ana@example.org"]), Vec::<String>::new());

    let plain = Campaign::new().server([]);
    plain.run(&["ledger", "expire", "--yes"]).exits(2).says("nothing says how long campaigns are kept");
    plain.run(&["ledger", "expire", "--to", "sqlite:x.db"]).exits(2);
    plain.run(&["ledger", "copy"]).exits(2).says("--to <URL>");
}

#[test]
fn of_a_strangers_mail_nothing_is_left_and_it_is_not_read_twice() {
    let campaign = Campaign::new().settings(RULES).server([]);
    campaign.write("templates/follow-up.md", "+++\n+++\n\nDear {{recipient.name}}, once more.\n");
    campaign.run(&["send", "--yes"]).exits(0);
    let stranger = answer("yolanda.vexley@shop.example", US, "X-Shop: yes\n", "Buy two hundred marbles.")
        .replace("To Ana", "Marbles");
    let theirs = format!("In-Reply-To: <{}>\n", letter(&campaign, "bo@example.org").id);
    let of_letter = answer("bo@example.org", US, &theirs, "Our answer to marbles.");
    let suggested = answer("cy@example.org", US, "", "We agree.");
    inbox(&campaign, [&stranger, &of_letter, &suggested]);
    campaign.run(&["sync"]).exits(0).says("3 new mails");
    let words = ["yolanda", "vexley", "shop.example", "marbles.\"", "two hundred"];
    assert!(!holding(&campaign, &words).is_empty(), "the test would see it");
    days_go_by(&campaign, 91);
    let ran = campaign.run(&["sync", "--json"]).exits(0).says("1 mail of a stranger was read more than 90 days ago");
    ran.says("1 mail is as old, and waits for you: ");
    let told = campaign.run(&["sync", "--json"]).exits(0).stdout;
    let told: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    assert_eq!((&told["kind"], &told["strangers_erased"]), (&"retention".into(), &0.into()));
    assert_eq!(told["strangers_waiting"].as_array().unwrap().len(), 1);
    assert_eq!(holding(&campaign, &words), Vec::<String>::new());
    // It counts once for ever, nobody is told of it any more, and what is about a letter is as it was.
    campaign.run(&["sync"]).exits(0).says("0 new mails, 3 counted before");
    let listed = campaign.run(&["sync", "--unmatched", "--json"]).exits(0).stdout;
    assert_eq!(listed.lines().count(), 1, "{listed}");
    assert_eq!(text(&campaign.row("bo@example.org")["answer"]), "replied");
    assert!(!holding(&campaign, &["Our answer to marbles"]).is_empty());
    campaign.run(&["confirm", &told["strangers_waiting"][0].to_string()]).exits(0);
    assert_eq!(text(&campaign.row("cy@example.org")["answer"]), "replied");
}

#[test]
fn a_copy_of_the_ledger_knows_what_was_erased() {
    let (campaign, _) = lived();
    dismiss_all(&campaign);
    days_go_by(&campaign, 800);
    campaign.run(&["ledger", "expire", "--yes"]).exits(0);
    campaign.run(&["ledger", "copy", "--to", "sqlite:logs/other.db"]).exits(0);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let moved = settings.replace("[ledger]\n", "[ledger]\nurl = \"sqlite:logs/other.db\"\n");
    campaign.write("campaign.toml", moved);
    campaign.run(&["send", "--yes"]).exits(2).says("give it an `id` of its own");
    campaign.run(&["status"]).exits(0).prints("was erased on");
}

#[test]
fn a_campaign_that_is_overdue_before_its_follow_up_is_due_is_told() {
    let said = "keeps campaigns for 60 days, and follow-up 1 goes";
    for (after, is_told) in
        [("60 days", true), ("59 days", false), ("43 working days", true), ("42 working days", false)]
    {
        let campaign = Campaign::new().file("templates/follow-up.md", "+++\n+++\n\nOnce more.\n").settings(&format!(
            "[ledger]\nretention = {{ campaigns = \"60d\" }}\n[[follow_up]]\nafter = \"{after}\"\ntemplate = \"templates/follow-up.md\"\n"
        ));
        let ran = campaign.run_aside(&["check"]);
        assert_eq!(ran.stderr.contains(said) || ran.stdout.contains(said), is_told, "{after}: {ran:?}");
    }
}
