//! What came back: reports and answers are matched to the letters that the sandbox's server took, count once, and
//! believe nobody too much.

use std::collections::BTreeMap;

use serde_json::Value;
use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, Ran, material, text};
use crate::mails::{Sent, answer, field, letter, report};
use crate::session::Session;

/// Addresses that tell the letters apart.
const TOKENS: &str =
    "reply_to = \"replies+{token}@coalition.example\"\nbounce_to = \"bounces+{token}@coalition.example\"\n";

/// A campaign whose letters were sent. `sender` is more of `[sender]`.
pub fn sent(sender: &str) -> Campaign {
    let campaign = Campaign::new()
        .recipients(
            "email,name,cc\nana@example.org,Ana,\nbo@example.org,Bo,\"kim@ministry.example, lee@ministry.example\"\ncy@other.example,Cy,\n",
        )
        .settings("")
        .server([]);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("[letter]", &format!("{sender}[letter]")));
    campaign.run(&["send", "--yes"]).exits(0);
    campaign
}

/// Puts a mail into the workspace's Maildir.
fn deliver(campaign: &Campaign, name: &str, mail: &str) {
    campaign.write(&format!("mail/new/{name}"), mail);
}

/// Reads the Maildir; what came, by name.
fn sync(campaign: &Campaign) -> BTreeMap<String, Value> {
    let folder = campaign.path("mail");
    let ran = campaign.run(&["sync", "--json", "--maildir", folder.to_str().unwrap()]).exits(0);
    let name = |mail: &Value| text(&mail["place"]).rsplit('/').next().unwrap().to_owned();
    lines(&ran).into_iter().map(|mail| (name(&mail), mail)).collect()
}

pub fn lines(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a mail did: `recipient effect`, or nothing.
pub fn did(mail: &Value) -> Vec<String> {
    let deliveries = mail["deliveries"].as_array().unwrap().iter();
    deliveries.map(|one| format!("{} {}", text(&one["recipient"]), text(&one["effect"]))).collect()
}

fn answers(campaign: &Campaign) -> BTreeMap<String, String> {
    campaign.log().iter().map(|row| (text(&row["recipient"]), text(&row["answer"]))).collect()
}

#[test]
fn a_hard_failure_bounces_the_letter_and_stops_the_address_and_a_delay_does_nothing() {
    let campaign = sent("");
    let (ana, bo, cy) = (
        letter(&campaign, "ana@example.org"),
        letter(&campaign, "bo@example.org"),
        letter(&campaign, "cy@other.example"),
    );
    let to = "letters@coalition.example";
    deliver(&campaign, "hard", &report(to, "ana@example.org", "failed", "5.1.1", Some(&ana.id)));
    deliver(&campaign, "delay", &report(to, "bo@example.org", "delayed", "4.4.1", Some(&bo.id)));
    deliver(&campaign, "full", &report(to, "cy@other.example", "failed", "5.2.2", Some(&cy.id)));
    let came = sync(&campaign);
    assert_eq!(did(&came["hard"]), ["ana@example.org bounced"]);
    assert_eq!(came["hard"]["suppressed"], serde_json::json!(["ana@example.org"]));
    assert_eq!(did(&came["delay"]), ["bo@example.org noted"]);
    assert_eq!(did(&came["full"]), ["cy@other.example bounced"]);
    assert_eq!(came["full"]["suppressed"], serde_json::json!([]));
    assert_eq!(campaign.state("ana@example.org"), "bounced");
    assert_eq!(campaign.state("bo@example.org"), "accepted");
    campaign.run(&["status"]).exits(0).prints("bounced            2");
    let failed = campaign.run(&["log", "--failed", "--format", "csv"]).exits(0);
    failed.prints("userunknown, 5.1.1");
}

#[test]
fn a_report_that_names_only_an_address_is_about_the_letter_that_went_there_where_a_person_says_so() {
    let campaign = sent("");
    deliver(&campaign, "named", &report("letters@coalition.example", "ana@example.org", "failed", "5.1.1", None));
    let came = sync(&campaign);
    assert_eq!((did(&came["named"]), campaign.state("ana@example.org")), (vec![], "accepted".to_owned()));
    assert_eq!(came["named"]["suggestions"][0]["recipient"], "ana@example.org");
    assert_eq!(came["named"]["suggestions"][0]["confirm"], serde_json::json!(["confirm", "2"]));
    // The mail says nothing else: its own number will do.
    campaign.run(&["confirm", "1"]).exits(0);
    assert_eq!(campaign.state("ana@example.org"), "bounced");
    campaign.run(&["suppress"]).exits(0).prints("ana@example.org");
}

#[test]
fn a_report_of_the_accounts_quota_suppresses_nobody_and_the_letter_can_be_sent_again() {
    let campaign = sent("");
    let (ana, bo) = (letter(&campaign, "ana@example.org"), letter(&campaign, "bo@example.org"));
    let to = "letters@coalition.example";
    let quota = report(to, "ana@example.org", "failed", "5.7.1", Some(&ana.id));
    let said = "smtp; 550-Domain coalition.example has exceeded the max emails per hour\n (150/150 (100%)) allowed.";
    deliver(&campaign, "quota", &quota.replace("smtp; 550 5.7.1 no", said));
    deliver(&campaign, "gone", &report(to, "bo@example.org", "failed", "5.1.1", Some(&bo.id)));
    let came = sync(&campaign);
    assert_eq!(did(&came["quota"]), ["ana@example.org bounced"]);
    assert_eq!(came["quota"]["suppressed"], serde_json::json!([]));
    campaign.run(&["resolve", "bo@example.org", "--not-sent"]).exits(2).says("is bounced");
    let ran = campaign.run(&["resolve", "--not-sent", "--state", "failed", "--reason", "max emails per hour"]).exits(0);
    ran.says("`ana@example.org` will be sent");
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(
        (campaign.state("ana@example.org"), campaign.state("bo@example.org")),
        ("accepted".into(), "bounced".into())
    );
}

#[test]
fn a_letter_that_was_passed_on_to_two_addresses_bounces_once() {
    let campaign = sent("");
    let ana = letter(&campaign, "ana@example.org");
    let group = |to: &str| {
        format!(
            "Original-Recipient: rfc822; ana@example.org\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\n"
        )
    };
    let mail = report("letters@coalition.example", "one@forward.example", "failed", "5.1.1", Some(&ana.id));
    let groups = ["two@forward.example", "three@forward.example"].map(group).concat();
    let mail = mail.replace("Final-Recipient: rfc822; one", &format!("{groups}Final-Recipient: rfc822; one"));
    deliver(&campaign, "passed", &mail);
    let came = sync(&campaign);
    assert_eq!(did(&came["passed"]), ["ana@example.org bounced", "ana@example.org noted"]);
    campaign.run(&["status"]).exits(0).prints("accepted           2").prints("bounced            1");
}

#[test]
fn a_failed_copy_leaves_the_letter_where_it_is() {
    let campaign = sent("");
    let bo = letter(&campaign, "bo@example.org");
    let mail = report("letters@coalition.example", "kim@ministry.example", "failed", "5.1.1", Some(&bo.id));
    deliver(&campaign, "copy", &mail);
    let came = sync(&campaign);
    assert_eq!(did(&came["copy"]), ["bo@example.org noted"]);
    assert_eq!(came["copy"]["suppressed"], serde_json::json!(["kim@ministry.example"]));
    assert_eq!(campaign.state("bo@example.org"), "accepted");
}

#[test]
fn a_failed_blind_copy_leaves_the_letter_where_it_is() {
    let campaign = Campaign::new()
        .recipients("email,name,bcc\nana@example.org,Ana,archive@coalition.example\n")
        .settings("")
        .server([]);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("[letter]", &format!("{TOKENS}[letter]")));
    campaign.run(&["send", "--yes"]).exits(0);
    let ana = letter(&campaign, "ana@example.org");
    deliver(&campaign, "copy", &report(&ana.bounce_to, "archive@coalition.example", "failed", "5.2.2", Some(&ana.id)));
    assert_eq!(did(&sync(&campaign)["copy"]), ["ana@example.org noted"]);
    assert_eq!(campaign.state("ana@example.org"), "accepted");
}

#[test]
fn a_copy_that_was_left_out_is_no_address_of_the_letter() {
    let campaign = Campaign::new()
        .recipients("email,name,cc\nbo@example.org,Bo,\nana@example.org,Ana,bo@example.org\n")
        .settings("")
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    deliver(&campaign, "named", &report("letters@coalition.example", "bo@example.org", "failed", "5.1.1", None));
    assert_eq!(sync(&campaign)["named"]["suggestions"][0]["recipient"], "bo@example.org");
}

#[test]
fn a_report_is_known_by_its_token_also_where_the_letter_was_passed_on() {
    let campaign = sent(TOKENS);
    let ana = letter(&campaign, "ana@example.org");
    deliver(
        &campaign,
        "passed",
        &report(&ana.bounce_to.to_uppercase(), "old@elsewhere.example", "failed", "5.1.1", None),
    );
    let came = sync(&campaign);
    assert_eq!(did(&came["passed"]), ["ana@example.org bounced"]);
    assert_eq!(came["passed"]["deliveries"][0]["by"], "token");
    // We never wrote to that address: nothing is known of the one that we wrote to.
    assert_eq!(came["passed"]["suppressed"], serde_json::json!([]));
}

#[test]
fn forged_reports_do_nothing_and_are_listed() {
    let campaign = sent(TOKENS);
    let ana = letter(&campaign, "ana@example.org");
    let forged = "bounces+aaaaaaaaaaaaaaaa@coalition.example";
    deliver(&campaign, "token", &report(forged, "ana@example.org", "failed", "5.1.1", Some(&ana.id)));
    deliver(&campaign, "stranger", &report("letters@coalition.example", "zoe@example.org", "failed", "5.1.1", None));
    // Reports come back to an address with a token here: one that has none is not believed for an address that anybody
    // may know.
    deliver(&campaign, "bare", &report("letters@coalition.example", "ana@example.org", "failed", "5.1.1", None));
    let came = sync(&campaign);
    assert!(came.values().all(|mail| did(mail).is_empty()), "{came:#?}");
    assert_eq!(came["token"]["reason"], "its token is not one of ours");
    assert_eq!(came["stranger"]["reason"], "it is about no letter of ours");
    assert_eq!(came["bare"]["suggestions"][0]["recipient"], "ana@example.org");
    assert_eq!(campaign.state("ana@example.org"), "accepted");
    assert_eq!(lines(&campaign.run(&["sync", "--unmatched", "--json"]).exits(0)).len(), 3);
}

#[test]
fn an_answer_counts_by_its_token_or_by_thread_and_address() {
    let session = Session::begin();
    let campaign = sent(TOKENS);
    let (ana, bo, cy) = (
        letter(&campaign, "ana@example.org"),
        letter(&campaign, "bo@example.org"),
        letter(&campaign, "cy@other.example"),
    );
    let thread = |letter: &Sent| format!("In-Reply-To: <{}>\n", letter.id);
    let us = "letters@coalition.example";
    deliver(&campaign, "token", &answer("clerk@elsewhere.example", &ana.reply_to, "", "We will look into it."));
    deliver(&campaign, "copy", &answer("lee@ministry.example", us, &thread(&bo), "Thank you, we agree."));
    deliver(&campaign, "stranger", &answer("eve@attacker.example", us, &thread(&cy), "I am Cy, believe me."));
    deliver(&campaign, "address", &answer("cy@other.example", us, "", "About something else."));
    let colleague = |name: &str, subject: &str| {
        let mail = answer(&format!("{name}@other.example"), us, "", "About your letter.");
        deliver(&campaign, name, &mail.replace("Subject: Re: To Ana", &format!("Subject: {subject}")));
    };
    colleague("pat", "[EXTERNAL] AW: To  Cy");
    colleague("sam", "Re: Something else");
    let came = sync(&campaign);
    assert_eq!(did(&came["token"]), ["ana@example.org replied"]);
    assert_eq!(did(&came["copy"]), ["bo@example.org replied"]);
    for (name, why) in [("stranger", "thread"), ("address", "address"), ("pat", "domain and subject")] {
        assert!(did(&came[name]).is_empty(), "{name}");
        assert_eq!(came[name]["suggestions"][0]["recipient"], "cy@other.example", "{name}");
        assert_eq!(came[name]["suggestions"][0]["why"], why);
        assert_eq!(came[name]["suggestions"][0]["effect"], "replied");
    }
    assert_eq!(came["sam"]["suggestions"], serde_json::json!([]));
    let listed = campaign.run(&["sync", "--unmatched"]).exits(0);
    listed.prints("confirms it, as replied");
    let answers = answers(&campaign);
    assert_eq!(answers["ana@example.org"], "replied");
    assert_eq!(answers["bo@example.org"], "replied");
    assert_eq!(answers["cy@other.example"], "none");
    session.reads("sync-unmatched");
}

#[test]
fn a_report_that_nobody_can_read_is_no_answer() {
    let campaign = sent(TOKENS);
    let (ana, bo) = (letter(&campaign, "ana@example.org"), letter(&campaign, "bo@example.org"));
    deliver(&campaign, "odd", &answer("MAILER-DAEMON@mx.example.org", &ana.reply_to, "", "Das ging leider schief."));
    let held = "Your message to List awaits moderator approval.";
    deliver(&campaign, "held", &answer("list-owner@lists.example", &bo.bounce_to, "", held));
    let came = sync(&campaign);
    for (name, recipient) in [("odd", "ana@example.org"), ("held", "bo@example.org")] {
        assert!(did(&came[name]).is_empty(), "{name}");
        assert_eq!(came[name]["suggestions"][0]["recipient"], recipient);
    }
}

#[test]
fn what_the_campaign_answers_itself_with_a_copy_to_its_own_address_is_no_answer() {
    let campaign = sent(TOKENS);
    let ana = letter(&campaign, "ana@example.org");
    let copy = format!("Cc: {}\nIn-Reply-To: <{}>\n", ana.reply_to, ana.id);
    deliver(&campaign, "own", &answer("Letters@coalition.example", "ana@example.org", &copy, "Is there any news?"));
    let sent = campaign.received().into_iter().find(|letter| letter.recipients[0] == "ana@example.org").unwrap();
    campaign.write("mail/new/sent", &sent.message);
    let came = sync(&campaign);
    for name in ["own", "sent"] {
        assert_eq!(came[name]["reason"], "it is of our own writing", "{name}");
    }
    assert_eq!(answers(&campaign)["ana@example.org"], "none");
}

#[test]
fn who_answers_a_letter_that_the_server_put_off_does_not_get_it_again() {
    let later =
        Fault::once(When::Recipient("ana@example.org".into()), At::FinalDot, Act::Reply("451 4.3.0 later".into()));
    let campaign = Campaign::new()
        .recipients("email,name\nana@example.org,Ana\n")
        .settings("[retry]\nfirst_after = \"30s\"\n")
        .server([later]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3);
    assert_eq!(campaign.state("ana@example.org"), "deferred");
    let id = text(&campaign.row("ana@example.org")["message_id"]);
    let thread = format!("In-Reply-To: <{}>\n", id.trim_matches(['<', '>']));
    let us = "letters@coalition.example";
    deliver(&campaign, "address", &answer("ana@example.org", us, "Auto-Submitted: auto-replied\n", "Away."));
    deliver(&campaign, "answer", &answer("ana@example.org", us, &thread, "Yes.").replace("answer-", "yes-"));
    let came = sync(&campaign);
    assert_eq!(came["address"]["reason"], "it is about no letter of ours");
    assert_eq!(did(&came["answer"]), ["ana@example.org replied"]);
    std::thread::sleep(std::time::Duration::from_secs(2));
    campaign.run(&["send", "--yes"]).exits(0).prints("1 skipped");
    assert!(campaign.reached().is_empty());
}

#[test]
fn an_out_of_office_is_an_auto_reply_with_the_day_of_return_and_a_later_answer_stands_above_it() {
    let campaign = sent("");
    let ana = letter(&campaign, "ana@example.org");
    let thread = format!("In-Reply-To: <{}>\n", ana.id);
    let away = "Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n";
    let us = "letters@coalition.example";
    let day = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(20));
    let until = format!("I am out of the office until {}.", day.strftime("%-d %B %Y"));
    let mail = answer("ana@example.org", us, &format!("{thread}{away}"), &until);
    deliver(&campaign, "away", &mail.replace("answer-", "away-"));
    assert_eq!(did(&sync(&campaign)["away"]), ["ana@example.org auto-reply"]);
    deliver(&campaign, "yes", &answer("ana@example.org", us, &thread, "Back again: yes."));
    assert_eq!(did(&sync(&campaign)["yes"]), ["ana@example.org replied"]);
    deliver(&campaign, "again", &mail.replace("answer-", "again-"));
    assert_eq!(did(&sync(&campaign)["again"]), ["ana@example.org noted"]);
    assert_eq!(answers(&campaign)["ana@example.org"], "replied");
    let events = lines(&campaign.run(&["log", "--events"]).exits(0));
    let away = events.iter().find(|event| event["detail"]["effect"] == "auto-reply").unwrap();
    assert_eq!(away["event"], "answer");
    assert_eq!(away["detail"]["returns_on"], day.to_string());
}

#[test]
fn nobody_waits_for_the_return_of_one_who_got_a_copy() {
    let campaign = sent(TOKENS);
    let bo = letter(&campaign, "bo@example.org");
    let day = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(20));
    let until = format!("I am out of the office until {}.", day.strftime("%-d %B %Y"));
    for from in ["kim@ministry.example", "zoe@elsewhere.example", "bo.roe@example.org"] {
        deliver(&campaign, from, &answer(from, &bo.bounce_to, "Auto-Submitted: auto-replied\n", &until));
    }
    sync(&campaign);
    let events = lines(&campaign.run(&["log", "--events"]).exits(0));
    let away = events.iter().filter(|event| event["detail"]["effect"] == "auto-reply");
    let away: BTreeMap<String, &Value> =
        away.map(|event| (text(&event["detail"]["from"]), &event["detail"]["returns_on"])).collect();
    assert_eq!(away["kim@ministry.example"], &Value::Null);
    assert_eq!(away["zoe@elsewhere.example"], &Value::Null);
    assert_eq!(away["bo.roe@example.org"], &day.to_string());
}

#[test]
fn whoever_asks_not_to_be_written_to_is_suppressed_in_every_campaign() {
    let campaign = sent("");
    let ana = letter(&campaign, "ana@example.org");
    let thread = format!("In-Reply-To: <{}>\n", ana.id);
    let mail =
        answer("ana@example.org", "letters@coalition.example", &thread, "Please remove me from your mailing list.");
    deliver(&campaign, "stop", &mail);
    assert_eq!(did(&sync(&campaign)["stop"]), ["ana@example.org opted-out"]);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("2027-03-delta", "2027-04-delta"));
    campaign.run(&["plan"]).exits(0).prints("asked not to be written to");
}

#[test]
fn a_stranger_to_whom_a_letter_was_passed_on_speaks_for_no_address_and_a_colleague_does() {
    let campaign = sent(TOKENS);
    let (ana, cy) = (letter(&campaign, "ana@example.org"), letter(&campaign, "cy@other.example"));
    let wish = "Please unsubscribe me.";
    deliver(&campaign, "stranger", &answer("zoe@elsewhere.example", &ana.reply_to, "", wish));
    deliver(&campaign, "colleague", &answer("pat@other.example", &cy.reply_to, "", wish));
    let came = sync(&campaign);
    assert_eq!(did(&came["stranger"]), ["ana@example.org opted-out"]);
    assert_eq!(came["stranger"]["suppressed"], serde_json::json!([]));
    assert_eq!(came["colleague"]["suppressed"], serde_json::json!(["cy@other.example"]));
}

#[test]
fn a_person_puts_right_what_mails_said_of_whichever_round() {
    let rule = "[[follow_up]]\nafter = \"1 day\"\ntemplate = \"templates/again.md\"\n";
    let campaign = Campaign::new()
        .recipients("email,name\nana@example.org,Ana\n")
        .file("templates/again.md", "+++\n+++\n\nAgain.\n")
        .settings(&format!("[calendar]\ntimezone = \"UTC\"\n{rule}{rule}"))
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.days_go_by(2);
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("1 accepted");
    campaign.days_go_by(2);
    let ids: Vec<String> = campaign.received().iter().map(|letter| field(letter, "Message-ID: <")).collect();
    let answered = |name: &str, id: &str, text: &str| {
        let mail = answer("ana@example.org", "letters@coalition.example", &format!("In-Reply-To: <{id}>\n"), text);
        deliver(&campaign, name, &mail.replace("answer-", name));
        assert_eq!(did(&sync(&campaign)[name]).len(), 1);
    };
    let due = |text: &str| campaign.run(&["plan", "--round", "2"]).exits(0).prints(text);
    answered("late", &ids[0], "Please unsubscribe me.");
    due("answered: opted-out");
    let undone = campaign.run(&["mark", "ana@example.org", "--undo"]).exits(0);
    undone.says("round 0: the answer of `ana@example.org`, `opted-out`, is taken back").says("not suppressed any more");
    due("1 letter to send");
    answered("one", &ids[0], "Yes.");
    answered("other", &ids[1], "Yes, as I said.");
    campaign.run(&["mark", "ana@example.org", "acknowledged"]).exits(0).says("follow-ups go there still");
    due("1 letter to send");
    campaign.run(&["mark", "ana@example.org", "declined"]).exits(0);
    due("answered: declined");
}

#[test]
fn the_same_mail_counts_once_in_whatever_mailbox_it_lies() {
    let session = Session::begin();
    let campaign = sent("");
    let ana = letter(&campaign, "ana@example.org");
    let hard = report("letters@coalition.example", "ana@example.org", "failed", "5.1.1", Some(&ana.id));
    let stranger = answer("eve@attacker.example", "letters@coalition.example", "", "Buy this.");
    deliver(&campaign, "1", &hard);
    deliver(&campaign, "2", &stranger);
    assert_eq!(sync(&campaign).len(), 2);
    let before = campaign.run(&["log", "--events"]).exits(0).stdout;
    assert!(sync(&campaign).is_empty());
    deliver(&campaign, "3", &format!("Received: by mx; somewhere\n{}", hard.replace('\n', "\r\n")));
    assert!(sync(&campaign).is_empty());
    campaign.write("box", format!("From a Mon\n{hard}\nFrom b Tue\nStatus: RO\n{stranger}\n"));
    let file = campaign.path("box");
    let ran = campaign.run(&["sync", "--mbox", file.to_str().unwrap()]).exits(0).says("0 new mails, 2 counted before");
    assert_eq!(ran.stdout, "");
    assert_eq!(campaign.run(&["log", "--events"]).exits(0).stdout, before);
    session.reads("sync-again");
}

#[test]
fn the_inbox_of_the_campaign_is_read_and_nothing_in_it_is_changed() {
    let session = Session::begin();
    let campaign = sent("");
    let ana = letter(&campaign, "ana@example.org");
    campaign.run(&["sync"]).exits(2).says("there is no [inbox]");
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", format!("{settings}\n[inbox]\nmaildir = \"mail\"\n"));
    campaign.run(&["sync"]).exits(2).says("cannot be read");
    deliver(&campaign, "1", &report("letters@coalition.example", "ana@example.org", "failed", "5.1.1", Some(&ana.id)));
    let ran = campaign.run(&["sync"]).exits(0).says("1 new mail");
    assert!(ran.stdout.contains("bounced"), "{ran:#?}");
    assert!(campaign.path("mail/new/1").is_file());
    assert!(!campaign.path("mail/cur").exists());
    session.reads("sync-inbox");
}

#[test]
fn real_reports_on_letters_of_others_do_nothing_and_none_is_lost() {
    let Some(corpora) = material("UNDERSIGNED_CORPORA") else { return };
    let campaign = sent("");
    let mut delivered = 0;
    for folder in ["generated", "bounces/maildir", "replies/talon"] {
        let mut folders = vec![corpora.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else {
                    delivered += 1;
                    campaign.write(&format!("mail/cur/{delivered}"), std::fs::read(entry).unwrap());
                }
            }
        }
    }
    let came = sync(&campaign);
    assert!(came.values().all(|mail| did(mail).is_empty() && mail["suppressed"] == serde_json::json!([])));
    let kept = lines(&campaign.run(&["sync", "--unmatched", "--json"]).exits(0)).len();
    assert_eq!(kept, came.len());
    // Some lie there twice.
    assert!(kept > delivered * 9 / 10, "{kept} of {delivered}");
    assert!(sync(&campaign).is_empty());
    assert_eq!(campaign.states().into_values().collect::<Vec<_>>(), ["accepted"; 3]);
}

#[test]
fn hostile_mail_is_read_in_bounds_and_does_nothing() {
    let campaign = sent("");
    let ana = letter(&campaign, "ana@example.org");
    let nested: Vec<String> =
        (0..1000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    let nested = nested.concat();
    deliver(&campaign, "nested", &format!("From: eve@attacker.example\n{nested}"));
    deliver(
        &campaign,
        "flood",
        &format!("From: eve@attacker.example\n{}\nYes.\n", "References: <x@y>\n".repeat(50_000)),
    );
    deliver(
        &campaign,
        "long",
        &answer(
            "ana@example.org",
            "letters@coalition.example",
            &format!("In-Reply-To: <{}>\n", ana.id),
            &"x".repeat(3_000_000),
        ),
    );
    deliver(&campaign, "none", "");
    campaign.write("mail/new/bytes", [0xff; 2000]);
    let came = sync(&campaign);
    assert_eq!(came.len(), 5);
    assert_eq!(did(&came["long"]), ["ana@example.org replied"]);
    assert_eq!(came["bytes"]["reason"], "it is no mail");
    for name in ["nested", "flood", "none", "bytes"] {
        assert!(did(&came[name]).is_empty(), "{name}");
    }
}
