//! Follow-ups: who gets one, when, in which thread.

mod preview;
mod quote;

use rusqlite::Connection;
use serde_json::Value;
use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, Ran, text};
use crate::session::Session;

const FOLLOW_UP: &str = "+++\n+++\n\nDear {{recipient.name}},\n\nwe wrote {{previous.days_ago}} days ago: {{previous.subject}}.\n\n{{#each previous.new_signatories}}\n- {{name}} signed since.\n{{/each}}\n";
const RULE: &str =
    "[calendar]\ntimezone = \"UTC\"\n[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n";
const SECOND_RULE: &str = "[[follow_up]]\nafter = \"7 days\"\ntemplate = \"templates/second.md\"\n";

/// A campaign with a follow-up, whose first letter was sent.
fn sent() -> Campaign {
    let campaign = Campaign::new().file("templates/follow-up.md", FOLLOW_UP).settings(RULE).server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign
}

fn sql(campaign: &Campaign) -> Connection {
    Connection::open(campaign.path("logs/ledger.db")).unwrap()
}

/// What came back from a recipient, as a person says it.
fn answered(campaign: &Campaign, recipient: &str, answer: &str) {
    campaign.run(&["mark", &format!("{recipient}@example.org"), answer]).exits(0);
}

/// A machine answered.
fn auto_replied(campaign: &Campaign, recipient: &str, returns_on: Option<&str>) {
    let changed = "UPDATE delivery SET answer = 'auto-reply', answer_by = 'mail', returns_on = ?2 WHERE email = ?1";
    assert!(sql(campaign).execute(changed, (format!("{recipient}@example.org"), returns_on)).unwrap() > 0);
}

fn follow_up(campaign: &Campaign) -> Ran {
    campaign.run(&["follow-up", "--yes"])
}

/// The message to a recipient, of those with this text.
fn message(campaign: &Campaign, to: &str, with: &str) -> String {
    let all = campaign.received().into_iter().filter(|letter| letter.recipients == [format!("{to}@example.org")]);
    let mut found: Vec<String> = all.map(|letter| String::from_utf8(letter.message).unwrap()).collect();
    found.retain(|message| message.contains(with));
    assert_eq!(found.len(), 1, "{to}: {found:#?}");
    found.remove(0)
}

/// A header, unfolded.
fn header(message: &str, name: &str) -> String {
    let head = message.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_default().to_owned()
}

fn plan(campaign: &Campaign, round: &str) -> Value {
    serde_json::from_str(&campaign.run(&["plan", "--round", round, "--json"]).exits(0).stdout).unwrap()
}

/// Decision and reason of each recipient.
fn decisions(campaign: &Campaign, round: &str) -> Vec<(String, String)> {
    let plan = plan(campaign, round);
    let rows = plan["deliveries"].as_array().unwrap();
    rows.iter().map(|row| (text(&row["decision"]), text(&row["reason"]))).collect()
}

#[test]
fn without_an_inbox_it_is_said_that_nobody_knows_who_has_answered() {
    let campaign = sent();
    campaign.days_go_by(14);
    let ran = follow_up(&campaign).exits(0);
    ran.says("no mailbox is read, since there is no [inbox]: whoever has answered gets a follow-up");
    let campaign = sent();
    campaign.days_go_by(14);
    let ran = campaign.run(&["follow-up", "--yes", "--no-sync"]).exits(0);
    assert!(!ran.stderr.contains("no mailbox is read"), "whoever said so knows: {ran:?}");
}

#[test]
fn a_run_says_who_gets_a_letter_in_another_language_than_theirs() {
    let campaign = Campaign::new()
        .recipients("email,name,lang\nana@example.org,Ana,fr\nbo@example.org,Bo,en\n")
        .file("templates/letter.fr.md", "+++\nsubject = \"À {{recipient.name}}\"\n+++\n\nAgissez.\n")
        .file("templates/follow-up.md", FOLLOW_UP)
        .settings(RULE)
        .server([]);
    let ran = campaign.run(&["send", "--yes"]).exits(0);
    assert!(!ran.stderr.contains("there is no letter in"), "{ran:?}");
    campaign.days_go_by(14);
    follow_up(&campaign).exits(0).says("there is no letter in `fr`: `ana@example.org` (line 2) gets the one in `en`");
}

#[test]
fn what_failed_in_an_earlier_round_is_tried_again_without_naming_the_round() {
    let campaign = Campaign::new().file("templates/follow-up.md", FOLLOW_UP).settings(RULE);
    let unknown = Act::Reply("550 5.1.1 no such user".into());
    let campaign = campaign.server([Fault::always(When::Recipient("bo@example.org".into()), At::Rcpt, unknown)]);
    campaign.run(&["send", "--yes"]).exits(1);
    campaign.days_go_by(14);
    follow_up(&campaign);
    campaign.run(&["resolve", "bo@example.org", "--not-sent"]).exits(0).says("will be sent");
}

#[test]
fn a_follow_up_goes_in_thread_to_those_who_are_due_and_to_nobody_twice() {
    let session = Session::begin();
    let campaign = sent();
    let first = campaign.received().len();
    follow_up(&campaign).exits(0).says("nobody is due today; round 1 is, from ");
    assert_eq!(campaign.received().len(), first);
    campaign.days_go_by(14);
    answered(&campaign, "bo", "replied");
    auto_replied(&campaign, "cy", None);
    follow_up(&campaign).exits(0);
    assert_eq!(
        campaign.reached(),
        ["ana@example.org", "ana@example.org", "bo@example.org", "cy@example.org", "cy@example.org"]
    );
    let (letter, reminder) = (message(&campaign, "ana", "please act"), message(&campaign, "ana", "days ago"));
    assert_eq!(header(&letter, "In-Reply-To"), "");
    assert_eq!(header(&reminder, "In-Reply-To"), header(&letter, "Message-ID"));
    assert_eq!(header(&reminder, "References"), header(&letter, "Message-ID"));
    assert_ne!(header(&reminder, "Message-ID"), header(&letter, "Message-ID"));
    assert_eq!(header(&reminder, "Subject"), "Re: To Ana");
    assert!(reminder.contains("we wrote 14 days ago: To Ana."), "{reminder}");
    for _ in 0..2 {
        follow_up(&campaign).exits(0).says("nobody is due");
        assert_eq!(campaign.received().len(), first + 2);
    }
    session.reads("follow-up");
}

#[test]
fn a_second_follow_up_refers_to_the_whole_thread_and_is_counted_from_the_first() {
    let session = Session::begin();
    let campaign = Campaign::new()
        .file("templates/follow-up.md", FOLLOW_UP)
        .file(
            "templates/second.md",
            "+++\nsubject = \"Last word, {{recipient.name}}\"\n+++\n\nAfter {{previous.subject}}.\n",
        )
        .settings(RULE)
        .settings(SECOND_RULE)
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.days_go_by(30);
    follow_up(&campaign).exits(0).says("round 1");
    follow_up(&campaign).exits(0).says("nobody is due today; round 2 is");
    campaign.days_go_by(7);
    follow_up(&campaign).exits(0).says("round 2");
    let ids = ["please act", "days ago", "After Re: To Ana"].map(|with| message(&campaign, "ana", with));
    let [first, second, _] = ids.each_ref().map(|message| header(message, "Message-ID"));
    assert_eq!(header(&ids[2], "In-Reply-To"), second);
    assert_eq!(header(&ids[2], "References"), format!("{first} {second}"));
    assert_eq!(header(&ids[2], "Subject"), "Last word, Ana");
    assert_eq!(campaign.received().len(), 9);
    session.reads("follow-up-second");
}

#[test]
fn plan_says_of_everybody_when_and_why_or_why_not() {
    let campaign = sent();
    let due = |campaign: &Campaign| text(&plan(campaign, "1")["deliveries"][0]["due"]);
    let on = due(&campaign);
    let waits = ("skip".to_owned(), format!("not due before {on}"));
    assert_eq!(decisions(&campaign, "1"), vec![waits; 3]);
    assert_eq!(text(&plan(&campaign, "1")["next_due"]), on);
    campaign.days_go_by(20);
    answered(&campaign, "bo", "declined");
    sql(&campaign).execute("UPDATE delivery SET state = 'bounced' WHERE recipient = 'cy@example.org'", []).unwrap();
    let row = |decision: &str, reason: &str| (decision.to_owned(), reason.to_owned());
    let expected = [row("send", ""), row("skip", "answered: declined"), row("skip", "bounced in round 0")];
    assert_eq!(decisions(&campaign, "1"), expected);
    campaign.run(&["plan", "--round", "1"]).exits(0).prints("send, due since ").prints("bounced in round 0");
    campaign.run(&["plan", "--round", "2"]).exits(2).says("there is no round 2");
}

#[test]
fn the_log_says_what_comes_next() {
    let campaign = sent();
    let next = |campaign: &Campaign| -> Vec<String> {
        campaign.log().iter().map(|row| format!("{} {}", row["round"], text(&row["follow_up"]))).collect()
    };
    let due = text(&plan(&campaign, "1")["next_due"]);
    assert_eq!(next(&campaign), vec![format!("0 due {due}"); 3]);
    answered(&campaign, "bo", "replied");
    campaign.run(&["suppress", "cy@example.org"]).exits(0);
    campaign.days_go_by(20);
    follow_up(&campaign).exits(0);
    let expected = ["0 sent", "0 stopped: replied", "0 stopped: suppressed", "1 ", "1 ", "1 "];
    assert_eq!(next(&campaign), expected);
    let contacted = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    assert!(contacted.contains(",stopped: replied,"), "{contacted}");
}

#[test]
fn holidays_and_the_weekend_are_no_working_days() {
    let campaign = Campaign::new()
        .file("templates/follow-up.md", FOLLOW_UP)
        .recipients("email,name,country\nana@example.org,Ana,BE\nbo@example.org,Bo,FR\n")
        .file("lists/holidays.csv", "date,country,name\n2026-01-02,BE,bridge day\n2026-01-01,,New Year\n")
        .settings("[calendar]\ntimezone = \"UTC\"\nholidays = \"lists/holidays.csv\"\n")
        .settings("[[follow_up]]\nafter = \"2 working days\"\ntemplate = \"templates/follow-up.md\"\n")
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    // Wednesday, 31 December 2025.
    sql(&campaign).execute("UPDATE delivery SET accepted_at = 1767182400000000", []).unwrap();
    let due = |n: usize| text(&plan(&campaign, "1")["deliveries"][n]["due"]);
    assert_eq!([due(0), due(1)], ["2026-01-06", "2026-01-05"]);
    let logged: Vec<String> = campaign.log().iter().map(|row| text(&row["follow_up"])).collect();
    assert_eq!(logged, ["due 2026-01-06", "due 2026-01-05"]);
    campaign.write("lists/holidays.csv", "date,country\n2026-01-02,Belgium\n2026-01-05,be\n");
    campaign.run(&["check"]).exits(0).says("`belgium` is the country of no recipient").says("written as in `BE`");
    campaign.write("lists/holidays.csv", "date\nsoon\n");
    campaign.run(&["check"]).exits(2).says("lists/holidays.csv:2:1: `soon`");
    campaign.run(&["log"]).exits(2).says("lists/holidays.csv:2:1: `soon`");
}

#[test]
fn somebody_who_is_away_gets_it_after_the_return() {
    let campaign = sent();
    campaign.days_go_by(20);
    // Nobody waits for a day that is broken, or made up so that nothing is ever sent.
    auto_replied(&campaign, "ana", Some("2999-01-01"));
    assert_eq!(decisions(&campaign, "1")[0].0, "send");
    let back =
        jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().saturating_add(jiff::Span::new().days(9));
    auto_replied(&campaign, "ana", Some(&back.to_string()));
    assert_eq!(decisions(&campaign, "1")[0].1, format!("away, not due before {back}"));
    follow_up(&campaign).exits(0);
    assert_eq!(campaign.reached().iter().filter(|to| *to == "ana@example.org").count(), 1);
}

#[test]
fn a_list_with_new_ids_sends_no_follow_up_to_somebody_who_got_no_letter() {
    let campaign = Campaign::new()
        .file("templates/follow-up.md", FOLLOW_UP)
        .settings(RULE)
        .recipients("id,email,name\n1,ana@example.org,Ana\n2,bo@example.org,Bo\n")
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.days_go_by(20);
    // Somebody new stands first now; and Bo has moved.
    campaign.write(
        "lists/recipients.csv",
        "id,email,name\n1,new@example.org,New\n7,ana@example.org,Ana\n2,bo@elsewhere.example,Bo\n",
    );
    let row = |decision: &str, reason: &str| (decision.to_owned(), reason.to_owned());
    assert_eq!(decisions(&campaign, "1"), [row("skip", "no letter in round 0"), row("send", ""), row("send", "")]);
    follow_up(&campaign).exits(0);
    assert_eq!(campaign.reached()[2..], ["bo@elsewhere.example", "bo@example.org"]);
    assert_eq!(header(&message(&campaign, "ana", "days ago"), "Subject"), "Re: To Ana");
}

#[test]
fn who_signed_since_is_named() {
    let campaign = sent();
    campaign.days_go_by(20);
    campaign.write("lists/signatories.csv", "name,acronym\nDelta Watch,DW\nReed Union,\nÅlvfolket,\n");
    follow_up(&campaign).exits(0);
    let reminder = message(&campaign, "ana", "days ago");
    assert!(reminder.contains("- Reed Union signed since."), "{reminder}");
    assert!(!reminder.contains("Delta Watch signed since"), "{reminder}");
}

#[test]
fn a_campaign_that_continues_another_goes_on_in_its_threads() {
    let campaign = sent();
    campaign.write("templates/letter.md", "+++\nsubject = \"Once more\"\n+++\n\nDear {{recipient.name}},\n\n{{#if previous}}our letter \"{{previous.subject}}\" has no answer.{{else}}we write for the first time.{{/if}}\n");
    campaign.write("lists/recipients.csv", "email,name\nana@example.org,Ana\ndo@example.org,Do\n");
    let config = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let config = config.replace("id = \"2027-03-delta\"", "id = \"2028-01-delta\"\ncontinues = \"2027-03-delta\"");
    campaign.write("campaign.toml", config);
    campaign.run(&["send", "--yes"]).exits(0);
    let (letter, next) = (message(&campaign, "ana", "please act"), message(&campaign, "ana", "has no answer"));
    assert_eq!(header(&next, "In-Reply-To"), header(&letter, "Message-ID"));
    assert_eq!(header(&next, "Subject"), "Once more");
    assert!(next.contains("To Ana"), "{next}");
    assert_eq!(header(&message(&campaign, "do", "for the first time"), "References"), "");
    campaign.days_go_by(14);
    follow_up(&campaign).exits(0);
    let reminder = message(&campaign, "ana", "days ago");
    assert_eq!(header(&reminder, "Subject"), "Re: Once more");
    assert_eq!(
        header(&reminder, "References"),
        format!("{} {}", header(&letter, "Message-ID"), header(&next, "Message-ID"))
    );
}

#[test]
fn there_is_no_follow_up_before_the_first_letter_and_none_without_a_rule() {
    let session = Session::begin();
    let campaign = Campaign::new().server([]);
    follow_up(&campaign).exits(2).says("there is no `[[follow_up]]`");
    let campaign = Campaign::new().file("templates/follow-up.md", FOLLOW_UP).settings(RULE).server([]);
    follow_up(&campaign).exits(2).says("nothing was sent yet");
    session.reads("follow-up-refused");
}

#[test]
fn in_the_sandbox_nobody_waits_for_a_follow_up() {
    let session = Session::begin();
    let campaign = Campaign::new().file("templates/follow-up.md", FOLLOW_UP).settings(RULE);
    campaign.run(&["send", "--sandbox", "--yes"]).exits(0);
    campaign.run(&["follow-up", "--sandbox", "--yes"]).exits(0).prints("3 accepted");
    campaign.run(&["follow-up", "--sandbox", "--yes"]).exits(0).says("nobody is due");
    session.reads("follow-up-sandbox");
}

#[test]
fn the_samples_follow_up_reads_well_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_undersigned"));
        Ran::new(command.arg("-C").arg(folder.path()).args(arguments).output().unwrap())
    };
    run(&["init"]).exits(0);
    run(&["send", "--sandbox", "--yes"]).exits(0);
    run(&["follow-up", "--sandbox", "--yes"]).exits(0);
    let letters = std::fs::read_dir(folder.path().join("logs/sandbox/letters")).unwrap();
    let letters: Vec<String> =
        letters.map(|entry| String::from_utf8(std::fs::read(entry.unwrap().path()).unwrap()).unwrap()).collect();
    let first = letters.iter().filter(|letter| header(letter, "In-Reply-To").is_empty()).count();
    assert_eq!(letters.len(), 2 * first);
    let reminders: Vec<&String> = letters.iter().filter(|letter| !header(letter, "In-Reply-To").is_empty()).collect();
    let is_in = |letter: &&&String, language: &str| header(letter, "Content-Language") == language;
    let english = reminders.iter().find(|letter| is_in(letter, "en")).unwrap();
    let french = reminders.iter().find(|letter| is_in(letter, "fr")).unwrap();
    assert_eq!(header(english, "Subject"), "Re: Joint public letter: keep the Velma delta alive");
    assert!(english.contains("0 days ago, on ") && english.contains("This one is short."), "{english}");
    assert!(french.contains("Il y a 0 jours, le "), "{french}");
}

#[test]
fn nobody_is_reminded_in_the_name_of_somebody_else() {
    let list = |ana: &str, bo: &str| format!("id,email,name\na,{ana},Ana\nb,{bo},Bo\nc,cy@example.org,Cy\n");
    let (ana, bo) = ("ana@example.org", "bo@example.org");
    let campaign = Campaign::new().file("templates/follow-up.md", FOLLOW_UP).settings(RULE);
    let campaign = campaign.recipients(&list(ana, bo)).server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.days_go_by(20);
    // One column was sorted, and the others were not.
    campaign.write("lists/recipients.csv", list(bo, ana));
    campaign.run(&["plan", "--round", "1"]).exits(2).says("the id `a` is that of").says("the id `b` is that of");
    campaign.run(&["follow-up", "--yes"]).exits(2).says("the id `a` is that of");
    assert_eq!(campaign.received().len(), 3);
    campaign.write("lists/recipients.csv", list(ana, bo));
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("3 accepted");
}

fn state_in_round_1(campaign: &Campaign, recipient: &str) -> String {
    let found = "SELECT state FROM delivery WHERE round = 1 AND email = ?1";
    let found = sql(campaign).query_row(found, [format!("{recipient}@example.org")], |row| row.get(0));
    found.unwrap_or_default()
}

/// A follow-up whose last letter is on the wire when the run is killed.
fn killed_on_the_wire() -> Campaign {
    let campaign = sent();
    campaign.days_go_by(20);
    campaign.sandbox().order(Fault::always(When::Recipient("cy@example.org".to_owned()), At::FinalDot, Act::Silence));
    let mut run = campaign.start(&["follow-up", "--yes"]);
    while state_in_round_1(&campaign, "bo") != "accepted" || state_in_round_1(&campaign, "cy") != "attempting" {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    campaign
}

#[test]
fn a_letter_that_a_killed_follow_up_left_on_the_wire_is_not_forgotten() {
    let campaign = killed_on_the_wire();
    campaign
        .run(&["follow-up", "--yes"])
        .exits(1)
        .says("1 of the letters that an earlier run had on the wire")
        .says("nobody is due");
    campaign.run(&["follow-up", "--yes"]).exits(1);
    // And whoever knows what became of it says so at once.
    for (word, state) in [("--accepted", "accepted"), ("--not-sent", "deferred")] {
        let campaign = killed_on_the_wire();
        campaign.run(&["resolve", "cy@example.org", word]).exits(0);
        assert_eq!(state_in_round_1(&campaign, "cy"), state);
    }
}
