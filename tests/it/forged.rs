//! Mails that anybody can write who knows a campaign and whom it went to: each kind of them does nothing, and a person
//! is asked. What is tied to a letter, and is too much for one mail, waits for a person too.

use serde_json::Value;

use crate::answered::inbox;
use crate::harness::{Campaign, text};
use crate::mails::{answer, date, letter, report};
use crate::session::Session;
use crate::sync::{did, lines};

const US: &str = "letters@coalition.example";
const RULES: &str = "[calendar]\ntimezone = \"UTC\"\n[inbox]\nmbox = \"inbox.mbox\"\ntrusted = \"mx.coalition.example\"\n\
    [[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n";
const PEOPLE: [&str; 6] = [
    "ana@example.org",
    "bo@example.org",
    "cy@other.example",
    "di@other.example",
    "eve@attacker.example",
    "fay@ministry.example",
];

fn sent() -> Campaign {
    let rows = PEOPLE.map(|address| format!("{address},{}\n", &address[..2])).concat();
    let campaign = Campaign::new()
        .file("templates/follow-up.md", "+++\n+++\n\nDear {{recipient.name}}, once more.\n")
        .recipients(&format!("email,name\n{rows}"))
        .settings(RULES)
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign
}

/// Reads the inbox, which holds these mails; what came.
fn sync<S: AsRef<str>>(campaign: &Campaign, mails: impl IntoIterator<Item = S>, exit: i32) -> Vec<Value> {
    inbox(campaign, mails);
    lines(&campaign.run(&["sync", "--json"]).exits(exit))
}

/// All that mail can change: states, answers, when a follow-up is due, notes, and who is suppressed.
fn stands(campaign: &Campaign) -> Vec<String> {
    let cells =
        |row: &Value| ["recipient", "state", "answer", "follow_up", "note"].map(|name| text(&row[name])).join(" ");
    let mut stands: Vec<String> = campaign.log().iter().map(cells).collect();
    let suppressed = campaign.run(&["suppress"]).exits(0).stdout;
    stands.extend(suppressed.lines().skip(1).map(str::to_owned));
    stands
}

/// One of a report's recipients.
fn group(to: &str) -> String {
    format!("Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\n")
}

/// A report of all that were written to.
fn of_everybody(fields: &str) -> String {
    let all: String = PEOPLE.iter().map(|to| group(to)).collect();
    let mail = report(US, "zoe@elsewhere.example", "failed", "5.1.1", None);
    mail.replace("Final-Recipient: rfc822; zoe", &format!("{all}Final-Recipient: rfc822; zoe"))
        .replace("Auto-Submitted: auto-replied\n", &format!("Auto-Submitted: auto-replied\n{fields}"))
}

/// Forged mails, by kind.
fn forgeries() -> Vec<(&'static str, String)> {
    let ana = PEOPLE[0];
    let away = "Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n";
    // An id as it was computed before a key was in it, or as one may guess.
    let computed = |n: usize| format!("{n:032x}@coalition.example");
    let references = (0..500).map(|n| format!(" <{}>\n", computed(n))).collect::<Vec<_>>().concat();
    let arf = format!(
        "From: feedback@provider.example\nTo: {US}\nSubject: complaint\n{}MIME-Version: 1.0\n\
        Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\nContent-Type: text/plain\n\nAbuse.\n\n\
        --b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n\
        Original-Rcpt-To: {ana}\n\n--b\nContent-Type: message/rfc822\n\nFrom: {US}\nTo: {ana}\nSubject: To Ana\n\nDear Ana\n\n--b--\n",
        date()
    );
    let plain = format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: {US}\nSubject: failure notice\n{}\n\
        Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\
        This is a permanent error; I've given up. Sorry it didn't work out.\n\n<{ana}>:\nSorry, no mailbox here by that name. (#5.1.1)\n",
        date()
    );
    let ses = format!(
        "From: no-reply@sns.example\nTo: {US}\nSubject: AWS Notification Message\n{}Content-Type: text/plain\n\n\
        {{\"notificationType\":\"Bounce\",\"bounce\":{{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{{\"emailAddress\":\"{ana}\",\
        \"action\":\"failed\",\"status\":\"5.1.1\",\"diagnosticCode\":\"smtp; 550 5.1.1 user unknown\"}}]}},\"mail\":{{\"destination\":[\"{ana}\"]}}}}\n",
        date()
    );
    let thread = format!("In-Reply-To: <{}>\n", computed(1));
    vec![
        ("a report by address", report(US, ana, "failed", "5.1.1", None)),
        ("a report of all addresses", of_everybody("")),
        ("a report by a computed id", report(US, ana, "failed", "5.1.1", Some(&computed(1)))),
        (
            "a report by a token of nobody",
            report("bounces+aaaaaaaaaaaaaaaa@coalition.example", ana, "failed", "5.1.1", None),
        ),
        ("a report by References", of_everybody(&format!("References:\n{references}"))),
        ("a report in plain text", plain),
        (
            "three lines in an ordinary mail",
            answer("zoe@elsewhere.example", US, "", &format!("Hello,\n\n{}\nBye", group(ana))),
        ),
        ("a notification in JSON", ses),
        ("an abuse report", arf),
        ("a wish with a forged From", answer(ana, US, "", "Please remove me from your mailing list.")),
        ("a wish in a computed thread", answer(ana, US, &thread, "Unsubscribe")),
        ("an answer with a forged From", answer(ana, US, "", "We agree.")),
        ("an out-of-office", answer(ana, US, away, "I am out of the office and read no mail.")),
        ("a receipt", answer(ana, US, away, "We have received your message. Your reference is 4711-22.")),
        (
            "somebody who moved to another domain",
            answer(ana, US, away, "I have moved: please write to ana@attacker.example from now on."),
        ),
    ]
}

#[test]
fn a_forged_mail_of_any_kind_does_nothing() {
    let campaign = sent();
    let before = stands(&campaign);
    println!("| forged | what it did | what a person is asked |\n|---|---|---|");
    for (number, (kind, mail)) in forgeries().into_iter().enumerate() {
        let mail = mail.replacen("Message-ID: <", &format!("Message-ID: <{number}-"), 1);
        let came = sync(&campaign, [mail], 0);
        let asked = came[0]["suggestions"].as_array().unwrap().len();
        println!("| {kind} | {} | {asked} |", did(&came[0]).len());
        assert_eq!(did(&came[0]), [""; 0], "{kind}");
        assert_eq!(came[0]["suppressed"], serde_json::json!([]), "{kind}");
        assert_eq!(stands(&campaign), before, "{kind}");
    }
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("6 accepted");
}

#[test]
fn who_has_a_letter_can_say_something_of_that_one_alone() {
    let campaign = sent();
    let eve = letter(&campaign, "eve@attacker.example").id;
    let before = stands(&campaign);
    sync(
        &campaign,
        [
            of_everybody(&format!("References: <{eve}>\n")),
            of_everybody(&format!("In-Reply-To: <{eve}>\n")).replace("Message-ID: <", "Message-ID: <2"),
        ],
        0,
    );
    let of_others = |stands: &[String]| -> Vec<String> {
        stands.iter().filter(|line| !line.contains("eve@attacker.example")).cloned().collect()
    };
    assert_eq!(of_others(&stands(&campaign)), of_others(&before)[..]);
}

#[test]
fn a_day_of_return_by_an_address_alone_keeps_a_follow_up_back_for_thirty_days() {
    let campaign = sent();
    let away = "Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n";
    let due = || text(&campaign.row("ana@example.org")["follow_up"]);
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date();
    let day = |days: i64| today.saturating_add(jiff::Span::new().days(days));
    let until = |day: jiff::civil::Date| format!("I am out of the office until {}.", day.strftime("%-d %B %Y"));
    let came = sync(&campaign, [answer("ana@example.org", US, away, &until(day(20)))], 0);
    assert_eq!((did(&came[0]), due()), (vec!["ana@example.org noted".to_owned()], format!("due {}", day(20))));
    let longer = answer("ana@example.org", US, away, &until(day(100))).replace("answer-", "longer-");
    sync(&campaign, [longer], 0);
    assert_eq!(due(), format!("due {}", day(30)));
    assert_eq!(text(&campaign.row("ana@example.org")["answer"]), "none");
}

#[test]
fn what_one_mail_says_of_many_letters_waits_and_so_does_the_follow_up() {
    let session = Session::begin();
    let campaign = sent();
    let all = PEOPLE.map(|to| format!("<{}> ", letter(&campaign, to).id)).concat();
    inbox(&campaign, [of_everybody(&format!("In-Reply-To: {all}\n"))]);
    let before = stands(&campaign);
    campaign.run(&["sync"]).exits(1).says("`undersigned confirm --all-of 1` takes it as it is");
    assert_eq!(stands(&campaign), before);
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes"]).exits(3).says("`undersigned mark --undo --mail 1` throws it away");
    campaign.run(&["follow-up", "--yes", "--no-sync"]).exits(3);
    // The mail's own number is none of what it says, and it says too much to be meant by it.
    campaign.run(&["confirm", "1"]).exits(2).says("`undersigned confirm --all-of 1` takes all");
    campaign.run(&["confirm", "2"]).exits(0).says("`ana@example.org` is `bounced` now");
    assert_eq!(campaign.state("ana@example.org"), "bounced");
    campaign.run(&["confirm", "2"]).exits(2).says("nothing waits under the number 2");
    campaign.run(&["mark", "--undo", "--mail", "1"]).exits(0).says("5 suggestions of mail 1").says("is not suppressed");
    assert_eq!(campaign.states().into_values().collect::<Vec<_>>(), ["accepted"; 6]);
    campaign.run(&["sync"]).exits(0).says("1 counted before");
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("6 accepted");
    session.reads("held");
}

#[test]
fn all_that_waits_of_a_mail_is_confirmed_at_once() {
    let campaign = sent();
    let all = PEOPLE.map(|to| format!("<{}> ", letter(&campaign, to).id)).concat();
    let came = sync(&campaign, [of_everybody(&format!("In-Reply-To: {all}\n"))], 1);
    assert_eq!(came[0]["deliveries"].as_array().unwrap().len(), 6);
    assert_eq!(came[0]["deliveries"][0]["effect"], "waits");
    campaign.run(&["confirm", "--all-of", "1"]).exits(0);
    assert_eq!(campaign.states().into_values().collect::<Vec<_>>(), ["bounced"; 6]);
    campaign.run(&["sync"]).exits(0);
}

#[test]
fn what_failed_dmarc_is_a_suggestion_where_the_host_is_trusted() {
    let campaign = sent();
    let thread = format!("In-Reply-To: <{}>\n", letter(&campaign, "ana@example.org").id);
    let mail = |host: &str, result: &str| {
        let field = format!("Authentication-Results: {host}; dmarc={result} header.from=example.org\n");
        answer("ana@example.org", US, &format!("{field}{thread}"), "Yes.")
            .replace("answer-", &format!("{result}-{host}-"))
    };
    let came = sync(&campaign, [mail("mx.coalition.example", "fail")], 0);
    assert!(did(&came[0]).is_empty());
    assert_eq!(came[0]["suggestions"][0]["why"], "thread, but it failed DMARC");
    let came = sync(&campaign, [mail("mx.attacker.example", "fail")], 0);
    assert_eq!(did(&came[0]), ["ana@example.org replied"], "another host says nothing");
}

#[test]
fn mail_in_a_folder_for_junk_counts_by_its_token() {
    let campaign = sent();
    let thread = format!("In-Reply-To: <{}>\n", letter(&campaign, "ana@example.org").id);
    campaign.write("mail/.Junk/new/1", answer("ana@example.org", US, &thread, "Yes."));
    let folder = campaign.path("mail/.Junk");
    let came = lines(&campaign.run(&["sync", "--json", "--maildir", folder.to_str().unwrap()]).exits(0));
    assert!(did(&came[0]).is_empty());
    assert_eq!(came[0]["suggestions"][0]["why"], "thread, but it lay among junk");
}

#[test]
fn a_person_sees_the_first_line_of_an_answer_and_long_ones_are_cut() {
    let campaign = sent();
    let thread = format!("In-Reply-To: <{}>\n", letter(&campaign, "ana@example.org").id);
    let mail = answer("ana@example.org", US, &thread, "We will not support this.\nAna");
    let long = "x".repeat(5_000);
    let mail = mail.replace("Subject: Re: To Ana", &format!("Subject: Re: To Ana {long}"));
    let came = sync(&campaign, [mail], 0);
    assert_eq!(came[0]["first_line"], "We will not support this.");
    assert_eq!(text(&came[0]["subject"]).chars().count(), 200);
    assert!(!campaign.run(&["log", "--events"]).exits(0).stdout.contains(&"x".repeat(300)));
}

/// A campaign whose first letters have ids that can be computed, as those of the first versions had, and reports about
/// the first ones of them.
fn with_old_ids(recipients: usize, reports: usize) -> (Campaign, Vec<String>) {
    let campaign = Campaign::new()
        .file("templates/follow-up.md", "+++\n+++\n\nDear {{recipient.name}}, once more.\n")
        .many_recipients(recipients)
        .settings(RULES)
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let ledger = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
    let old =
        "UPDATE delivery SET message_id = '2027-03-delta.0.' || replace(recipient, '@', '.') || '@coalition.example'";
    ledger.execute(old, []).unwrap();
    let mail = |n: usize| {
        let to = format!("r{n:04}@d{:02}.example.org", n % 20);
        let id = format!("2027-03-delta.0.{}@coalition.example", to.replace('@', "."));
        report(US, &to, "failed", "5.1.1", Some(&id))
    };
    (campaign, (1..=reports).map(mail).collect())
}

#[test]
fn five_letters_that_are_known_by_old_ids_count_and_six_of_a_small_round_wait_for_a_person() {
    let (campaign, reports) = with_old_ids(40, 5);
    inbox(&campaign, &reports);
    campaign.run(&["sync"]).exits(0).says("5 new mails (5 bounced)");
    let suppressed = campaign.run(&["suppress"]).exits(0).stdout;
    assert!(!suppressed.contains('@'), "an id that can be computed suppresses nobody: {suppressed}");

    let (campaign, reports) = with_old_ids(40, 6);
    inbox(&campaign, &reports);
    campaign.run(&["sync"]).exits(1).says("6 new mails, 6 things for a person to confirm");
    assert_eq!(campaign.states().into_values().collect::<Vec<_>>(), ["accepted"; 40]);
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes"]).exits(3).says("waits for a person");
    campaign.run(&["confirm", "9-7"]).exits(2).says("7 is smaller than 9");
    campaign.run(&["confirm", "13-19"]).exits(2).says("nothing waits under the number 13");
    campaign.run(&["confirm", "4-8", "12"]).exits(0).says("`r0002@d02.example.org` is `bounced` now");
    campaign.run(&["confirm", "1-19"]).exits(0);
    let bounced = campaign.states().into_values().filter(|state| state == "bounced").count();
    assert_eq!(bounced, 6);
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("34 accepted");

    // 6 of 120 are no more than 5 %.
    let (campaign, reports) = with_old_ids(120, 6);
    inbox(&campaign, &reports);
    campaign.run(&["sync"]).exits(0).says("6 new mails (6 bounced)");
}

#[test]
fn a_filter_that_asks_for_a_proof_is_shown_as_something_that_a_person_must_do() {
    let campaign = sent();
    let thread = format!("In-Reply-To: <{}>\nAuto-Submitted: auto-replied\n", letter(&campaign, "ana@example.org").id);
    let asks = "Your message is held. Please prove that you are a person: https://filter.example/1";
    inbox(&campaign, [answer("ana@example.org", US, &thread, asks)]);
    let asked = "it asks for a proof that a person wrote: open it and do what it asks, or the letter is not delivered";
    let ran = campaign.run(&["sync"]).exits(0);
    // The table breaks its lines.
    assert!(ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains(asked), "{ran:?}");
    ran.says("1 asks for a proof that a person wrote: a person has to answer");
    assert_eq!(text(&campaign.row("ana@example.org")["answer"]), "auto-reply");
}
