//! From the mail that comes back to the follow-up that goes, or does not: what each kind of mail does, through the
//! whole program.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::{Campaign, text};
use crate::mails::{Sent, answer, letter, report};
use crate::session::Session;

const US: &str = "letters@coalition.example";
const RULES: &str = "[calendar]\ntimezone = \"UTC\"\n[inbox]\nmbox = \"inbox.mbox\"\n\
    [[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n\
    [[follow_up]]\nafter = \"7 days\"\ntemplate = \"templates/follow-up.md\"\n";

/// A campaign with an inbox and two follow-ups.
fn ready() -> Campaign {
    Campaign::new()
        .file("templates/follow-up.md", "+++\n+++\n\nDear {{recipient.name}}, once more.\n")
        .recipients(
            "email,name,cc\nana@example.org,Ana,\nbo@example.org,Bo,\"kim@ministry.example\"\ncy@other.example,Cy,\n",
        )
        .settings(RULES)
        .server([])
}

/// The same, whose first letter was sent.
pub fn sent() -> Campaign {
    let campaign = ready();
    campaign.run(&["send", "--yes"]).exits(0);
    campaign
}

/// Puts mails into the inbox, in the place of those that were there.
pub fn inbox<S: AsRef<str>>(campaign: &Campaign, mails: impl IntoIterator<Item = S>) {
    let mails = mails.into_iter().map(|mail| format!("From somebody Mon\n{}\n", mail.as_ref()));
    campaign.write("inbox.mbox", mails.collect::<String>());
}

fn thread(letter: &Sent) -> String {
    format!("In-Reply-To: <{}>\n", letter.id)
}

/// A person's answer to the letter that went to an address, of that subject.
fn reply(campaign: &Campaign, from: &str, to: &str, body: &str) -> String {
    answer(from, US, &thread(&letter(campaign, to)), body)
}

fn hard(campaign: &Campaign, to: &str) -> String {
    report(US, to, "failed", "5.1.1", Some(&letter(campaign, to).id))
}

/// The column `follow_up` of each row of a round.
fn next(campaign: &Campaign, round: u64) -> Vec<String> {
    let log = campaign.log();
    log.iter().filter(|row| row["round"] == round).map(|row| text(&row["follow_up"])).collect()
}

/// How many letters went to an address.
fn letters_to(campaign: &Campaign, to: &str) -> usize {
    campaign.reached().iter().filter(|reached| *reached == to).count()
}

#[test]
fn a_follow_up_reads_the_inbox_first_and_nobody_who_has_answered_gets_it() {
    let campaign = sent();
    campaign.days_go_by(14);
    inbox(
        &campaign,
        [reply(&campaign, "kim@ministry.example", "bo@example.org", "We agree."), hard(&campaign, "cy@other.example")],
    );
    campaign.run(&["plan", "--round", "1"]).exits(0).says("it was never read").prints("3 letters to send");
    campaign
        .run(&["follow-up", "--yes"])
        .exits(0)
        .says("inbox: 2 new mails (1 bounced, 1 replied)")
        .prints("1 accepted");
    assert_eq!(letters_to(&campaign, "ana@example.org"), 2);
    assert_eq!((letters_to(&campaign, "bo@example.org"), letters_to(&campaign, "cy@other.example")), (1, 1));
    assert_eq!(next(&campaign, 0), ["sent", "stopped: replied", "stopped: bounced in round 0"]);
    campaign.run(&["plan", "--round", "2"]).exits(0).says("it was last read on ");
    for _ in 0..2 {
        campaign.run(&["follow-up", "--yes"]).exits(0).says("2 counted before");
    }
    assert_eq!(campaign.received().len(), 4);
    let status: Value = serde_json::from_str(&campaign.run(&["status", "--json"]).exits(0).stdout).unwrap();
    assert_eq!(status["rounds"][0]["follow_up"]["stopped: replied"], 1);
    assert!(status["inbox_read_at"].is_string(), "{status}");
    campaign.run(&["status"]).exits(0).prints("follow-up: 1 sent, 1 stopped: bounced in round 0, 1 stopped: replied");
}

#[test]
fn a_follow_up_says_that_the_inbox_could_not_be_read_and_goes_on_or_stops_as_it_is_told() {
    let campaign = sent();
    campaign.days_go_by(14);
    let stopped = campaign.run(&["follow-up", "--yes", "--require-sync"]).exits(3);
    stopped.says("warning: the inbox could not be read: ").says("it was never read").says("before anything was sent");
    assert_eq!(campaign.received().len(), 3);
    inbox(&campaign, [reply(&campaign, "ana@example.org", "ana@example.org", "Yes.")]);
    campaign.run(&["sync"]).exits(0);
    std::fs::remove_file(campaign.path("inbox.mbox")).unwrap();
    let ran = campaign.run(&["follow-up", "--yes", "--limit", "1"]).exits(0);
    ran.says("warning: the inbox could not be read: ").says("it was last read on ");
    let silent = campaign.run(&["follow-up", "--yes", "--no-sync"]).exits(0);
    assert!(!silent.stderr.contains("inbox"), "{silent:#?}");
    assert_eq!(campaign.received().len(), 5);
    assert_eq!(letters_to(&campaign, "ana@example.org"), 1);
    campaign.run(&["follow-up", "--no-sync", "--require-sync"]).exits(2);
}

#[test]
fn hard_bounces_and_opt_outs_stop_the_address_everywhere_and_a_soft_bounce_stops_this_campaign() {
    let campaign = sent();
    let (bo, cy) = (letter(&campaign, "bo@example.org"), letter(&campaign, "cy@other.example"));
    inbox(
        &campaign,
        [
            hard(&campaign, "ana@example.org"),
            report(US, "bo@example.org", "failed", "4.4.7", Some(&bo.id)),
            answer("cy@other.example", US, &thread(&cy), "Please remove me from your mailing list."),
        ],
    );
    campaign.run(&["sync"]).exits(0);
    campaign.days_go_by(20);
    campaign.run(&["follow-up", "--yes"]).exits(0).says("nobody is due");
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("2027-03-delta", "2027-09-delta"));
    let plan: Value = serde_json::from_str(&campaign.run(&["plan", "--json"]).exits(0).stdout).unwrap();
    let decisions: Vec<String> =
        plan["deliveries"].as_array().unwrap().iter().map(|row| text(&row["decision"])).collect();
    assert_eq!(decisions, ["skip", "send", "skip"]);
}

#[test]
fn a_delay_and_a_machine_change_nothing_but_the_history() {
    let campaign = sent();
    let (ana, bo) = (letter(&campaign, "ana@example.org"), letter(&campaign, "bo@example.org"));
    let away = format!("{}Auto-Submitted: auto-replied\n", thread(&bo));
    inbox(
        &campaign,
        [
            report(US, "ana@example.org", "delayed", "4.4.1", Some(&ana.id)),
            answer("bo@example.org", US, &away, "I am out of the office."),
        ],
    );
    campaign.run(&["sync"]).exits(0);
    assert_eq!(campaign.states().into_values().collect::<Vec<_>>(), ["accepted"; 3]);
    let delays = |event: &&Value| event["detail"]["action"] == "delayed" && event["recipient"] == "ana@example.org";
    assert_eq!(campaign.events().iter().filter(delays).count(), 1);
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("3 accepted");
}

#[test]
fn a_report_on_the_first_letter_that_comes_after_the_follow_up_stops_the_next_one() {
    let session = Session::begin();
    let campaign = sent();
    let first = hard(&campaign, "ana@example.org").replace("5.1.1", "5.2.2");
    inbox(&campaign, [] as [&str; 0]);
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("3 accepted");
    inbox(&campaign, [first]);
    campaign.run(&["sync"]).exits(0).prints("bounced");
    let states: Vec<String> =
        campaign.log().iter().map(|row| format!("{} {}", row["round"], text(&row["state"]))).collect();
    assert_eq!(states[0], "0 bounced");
    assert_eq!(states[3], "1 accepted");
    assert_eq!(next(&campaign, 1)[0], "stopped: bounced in round 0");
    campaign.days_go_by(7);
    campaign.run(&["follow-up", "--yes"]).exits(0).says("round 2").prints("2 accepted");
    assert_eq!(letters_to(&campaign, "ana@example.org"), 2);
    session.reads("sync-bounced-late");
}

#[test]
fn one_report_may_be_about_several_letters() {
    let session = Session::begin();
    let campaign = sent();
    let ids =
        ["ana@example.org", "bo@example.org", "cy@other.example"].map(|to| format!("<{}>", letter(&campaign, to).id));
    let answered = format!("Auto-Submitted: auto-replied\nIn-Reply-To: {}\n", ids.join(" "));
    let one = report(US, "ana@example.org", "failed", "5.1.1", None);
    let one = one.replace("Auto-Submitted: auto-replied\n", &answered);
    let more = ["bo@example.org", "cy@other.example"].map(|to| {
        format!("\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no\n")
    });
    inbox(&campaign, [one.replace("5.1.1 no\n\n--b--", &format!("5.1.1 no\n{}\n--b--", more.concat()))]);
    campaign.run(&["sync"]).exits(0).says("1 new mail (3 bounced)");
    assert_eq!(campaign.states().into_values().collect::<Vec<_>>(), ["bounced"; 3]);
    session.reads("sync-several");
}

#[test]
fn an_answer_that_comes_after_an_acknowledgement_by_telephone_stops_the_follow_ups() {
    let campaign = sent();
    for to in ["ana@example.org", "bo@example.org"] {
        campaign.run(&["mark", to, "acknowledged", "--note", "by phone", "--on", "2026-01-05"]).exits(0);
    }
    inbox(&campaign, [reply(&campaign, "ana@example.org", "ana@example.org", "We agree.")]);
    campaign.run(&["sync"]).exits(0).says("1 new mail (1 replied)");
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes"]).exits(0);
    assert_eq!(["ana@example.org", "bo@example.org"].map(|to| letters_to(&campaign, to)), [1, 2]);
}

#[test]
fn a_system_that_answers_that_the_letter_did_not_arrive_is_no_person() {
    let campaign = sent();
    let words = "Dear Secretariat,\n\nyour letter \"To Ana\" could not be delivered. It has 12 MB, and we take 10.";
    let mail = reply(&campaign, "ana@example.org", "ana@example.org", words);
    inbox(&campaign, [mail.replace("Subject: Re: To Ana", "Subject: [undeliverable] Too large")]);
    campaign.run(&["sync"]).exits(0).says("1 new mail (1 bounced)");
    let ana = campaign.row("ana@example.org");
    assert_eq!((text(&ana["state"]), text(&ana["answer"])), ("bounced".into(), "none".into()));
}

#[test]
fn what_a_person_said_stands_whatever_comes_and_what_is_taken_back_is_not_read_again() {
    let session = Session::begin();
    let campaign = sent();
    campaign.run(&["mark", "ana@example.org", "acknowledged", "--note", "by phone"]).exits(0);
    // It was written before the call.
    let earlier = |mail: String| {
        let hour = jiff::fmt::rfc2822::to_string(&(&jiff::Zoned::now() - jiff::SignedDuration::from_hours(1))).unwrap();
        let line = |line: &str| if line.starts_with("Date:") { format!("Date: {hour}\n") } else { format!("{line}\n") };
        mail.lines().map(line).collect::<String>()
    };
    let mails = [
        earlier(reply(&campaign, "ana@example.org", "ana@example.org", "Yes.")),
        reply(&campaign, "bo@example.org", "bo@example.org", "Who are you?"),
    ];
    inbox(&campaign, &mails);
    campaign.run(&["sync"]).exits(0).prints("noted: a person said acknowledged");
    let answers =
        |campaign: &Campaign| -> Vec<String> { campaign.log().iter().map(|row| text(&row["answer"])).collect() };
    assert_eq!(answers(&campaign), ["acknowledged", "replied", "none"]);
    campaign.run(&["mark", "bo@example.org", "--undo", "--note", "not about the letter"]).exits(0);
    campaign.run(&["sync"]).exits(0).says("0 new mails, 2 counted before");
    assert_eq!(answers(&campaign), ["acknowledged", "none", "none"]);
    assert_eq!(text(&campaign.row("bo@example.org")["note"]), "not about the letter");
    // What comes later is another answer.
    let later = reply(&campaign, "bo@example.org", "bo@example.org", "We agree.").replace("<answer-", "<later-");
    inbox(&campaign, [later]);
    campaign.run(&["sync"]).exits(0);
    assert_eq!(answers(&campaign), ["acknowledged", "replied", "none"]);
    session.reads("sync-after-a-person");
}

#[test]
fn a_bounce_that_was_a_mistake_is_taken_back_for_good() {
    let session = Session::begin();
    let campaign = sent();
    let report = hard(&campaign, "ana@example.org");
    inbox(&campaign, [&report]);
    campaign.run(&["sync"]).exits(0);
    assert_eq!(campaign.state("ana@example.org"), "bounced");
    let undone = campaign.run(&["mark", "ana@example.org", "--undo", "--note", "it arrived, she says"]).exits(0);
    undone.says("round 0: the letter to `ana@example.org` did not bounce").says("not suppressed any more");
    assert_eq!(campaign.state("ana@example.org"), "accepted");
    assert_eq!(text(&campaign.row("ana@example.org")["note"]), "it arrived, she says");
    inbox(&campaign, [report.replace("Message-ID: <failed", "Message-ID: <again")]);
    campaign.run(&["sync"]).exits(0).prints("noted");
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.run(&["suppress"]).exits(0).stdout.lines().count(), 1, "the heading alone");
    session.reads("sync-bounce-taken-back");
}

#[test]
fn a_new_address_is_offered_as_a_correction() {
    let session = Session::begin();
    let campaign = sent();
    let bo = letter(&campaign, "bo@example.org");
    let moved = report(US, "ana@example.org", "failed", "5.1.6", Some(&letter(&campaign, "ana@example.org").id))
        .replace("5.1.6 no", "5.1.6 recipient has moved to ana.roe@new.example");
    let away = format!("{}Auto-Submitted: auto-replied\n", thread(&bo));
    let words = "My email address has changed. Please write to my new address bo.new@other.example from now on.";
    inbox(&campaign, [moved, answer("bo@example.org", US, &away, words)]);
    let shown = campaign.run(&["sync"]).exits(0);
    shown
        .prints("says to write to ana.roe@new.example: correct the list")
        .prints("says to write to bo.new@other.example: correct the list");
    let note = |recipient: &str| text(&campaign.row(recipient)["note"]);
    assert!(note("ana@example.org").ends_with("; moved to ana.roe@new.example"), "{}", note("ana@example.org"));
    assert_eq!(note("bo@example.org"), "bo@example.org says to write to bo.new@other.example");
    session.reads("sync-moved");
}

#[test]
fn an_answer_to_a_letter_that_a_person_took_for_not_sent_keeps_it_from_being_sent_again() {
    use undersigned::transport::sandbox::{Act, At, Fault, When};
    let session = Session::begin();
    let cut = Fault::once(When::Recipient("ana@example.org".to_owned()), At::FinalDot, Act::KeepAndClose);
    let campaign = Campaign::new().server([cut]);
    campaign.run(&["send", "--yes"]).exits(1);
    assert_eq!(campaign.state("ana@example.org"), "in-doubt");
    let id = text(&campaign.row("ana@example.org")["message_id"]);
    campaign.run(&["resolve", "ana@example.org", "--not-sent"]).exits(0);
    let thread = format!("In-Reply-To: <{}>\n", id.trim_matches(['<', '>']));
    inbox(&campaign, [answer("ana@example.org", US, &thread, "We agree.")]);
    let mbox = campaign.path("inbox.mbox");
    campaign.run(&["sync", "--mbox", mbox.to_str().unwrap()]).exits(0).prints("replied");
    let before = campaign.received().len();
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted, 1 skipped");
    assert_eq!(campaign.received().len(), before);
    session.reads("sync-not-sent");
}

#[test]
fn a_letter_in_doubt_that_was_answered_is_not_taken_for_one_that_was_not_sent() {
    use undersigned::transport::sandbox::{Act, At, Fault, When};
    let cut = Fault::once(When::Recipient("ana@example.org".to_owned()), At::FinalDot, Act::KeepAndClose);
    let campaign = Campaign::new().server([cut]);
    campaign.run(&["send", "--yes"]).exits(1);
    let id = text(&campaign.row("ana@example.org")["message_id"]);
    let thread = format!("In-Reply-To: <{}>\nAuto-Submitted: auto-replied\n", id.trim_matches(['<', '>']));
    inbox(&campaign, [answer("ana@example.org", US, &thread, "I am out of the office.")]);
    let mbox = campaign.path("inbox.mbox");
    campaign.run(&["sync", "--mbox", mbox.to_str().unwrap()]).exits(0).prints("auto-reply");
    campaign.run(&["resolve", "ana@example.org", "--not-sent"]).exits(2).says("it arrived, and would go there twice");
    assert_eq!(campaign.state("ana@example.org"), "in-doubt");
    campaign.run(&["resolve", "ana@example.org", "--accepted"]).exits(0);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
}

#[test]
fn a_suggestion_is_confirmed_by_the_command_that_is_shown() {
    let session = Session::begin();
    let campaign = sent();
    let mail = answer("pat@other.example", US, "", "We agree.").replace("Re: To Ana", "Odp: To Cy");
    inbox(&campaign, [mail]);
    let shown = campaign.run(&["sync"]).exits(0);
    campaign.run_aside(&["status"]).exits(0).prints("1 mail that may be an answer waits for you");
    let command = shown.stdout.split('`').nth(1).unwrap_or_else(|| panic!("{shown:#?}")).to_owned();
    assert_eq!(command, "undersigned confirm 2");
    assert_eq!(text(&campaign.row("cy@other.example")["answer"]), "none");
    campaign.run(&command.split(' ').skip(1).collect::<Vec<_>>()).exits(0);
    assert_eq!(text(&campaign.row("cy@other.example")["answer"]), "replied");
    assert!(!campaign.run_aside(&["status"]).exits(0).stdout.contains("waits for you"));
    session.reads("sync-suggestion");
}

#[test]
fn mail_is_recorded_while_a_run_sends() {
    use undersigned::transport::sandbox::{Act, At, Fault, When};
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(std::time::Duration::from_millis(50)));
    let campaign = Campaign::new().many_recipients(30).server([slow]);
    let run = campaign.start(&["send", "--yes"]);
    while campaign.received().len() < 4 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let first = campaign.received().remove(0).recipients.remove(0);
    inbox(&campaign, [hard(&campaign, &first)]);
    let mbox = campaign.path("inbox.mbox");
    campaign.run(&["sync", "--mbox", mbox.to_str().unwrap()]).exits(0).prints("bounced");
    let ran = crate::harness::Ran::new(run.wait_with_output().unwrap()).exits(0);
    ran.prints("29 accepted, 1 bounced");
    assert_eq!(campaign.state(&first), "bounced");
}

#[test]
fn the_order_in_which_mails_are_read_and_how_often_makes_no_difference() {
    let mut outcomes = BTreeMap::new();
    let [soon, late] = [20, 40].map(|days| jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(days)));
    for order in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [3, 0, 5, 1, 4, 2]] {
        let campaign = sent();
        let (ana, bo) = (letter(&campaign, "ana@example.org"), letter(&campaign, "bo@example.org"));
        let away = |day: jiff::civil::Date| {
            let until = format!("I am out of the office until {}.", day.strftime("%-d %B %Y"));
            let mail =
                answer("ana@example.org", US, &format!("{}Auto-Submitted: auto-replied\n", thread(&ana)), &until);
            mail.replace("<answer-", &format!("<{day}-"))
        };
        let mails = [
            away(soon),
            away(late),
            report(US, "bo@example.org", "failed", "5.1.1", Some(&bo.id)),
            reply(&campaign, "kim@ministry.example", "bo@example.org", "Please remove me from your mailing list."),
            reply(&campaign, "cy@other.example", "cy@other.example", "We agree."),
            report(US, "cy@other.example", "delayed", "4.4.1", None),
        ];
        for at in order {
            inbox(&campaign, [&mails[at], &mails[order[0]]]);
            campaign.run(&["sync"]).exits(0);
        }
        let rows: Vec<String> = (campaign.log().iter())
            .map(|row| format!("{} {} {}", text(&row["state"]), text(&row["answer"]), text(&row["follow_up"])))
            .collect();
        let suppressed = campaign.run(&["suppress"]).exits(0).stdout;
        let suppressed: Vec<&str> =
            suppressed.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
        let outcome = format!("{rows:#?} {suppressed:?} {} events", campaign.events().len());
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    assert_eq!(outcomes.len(), 1, "{outcomes:#?}");
    let outcome = outcomes.keys().next().unwrap();
    assert!(outcome.contains(&format!("accepted auto-reply due {late}")), "{outcome}");
    assert!(outcome.contains("bounced opted-out stopped: opted-out"), "{outcome}");
}

#[test]
fn the_log_knows_whom_the_campaigns_own_list_suppresses() {
    let campaign = sent().file("lists/suppressions.csv", "email,reason\ncy@other.example,asked\n@example.org,closed\n");
    assert_eq!(next(&campaign, 0), ["stopped: suppressed"; 3]);
    campaign.write("lists/suppressions.csv", "email,reason\ncy@,asked\n");
    campaign.run(&["log"]).exits(2).says("lists/suppressions.csv:2:1");
    let stopped = campaign.run(&["stop"]).exits(0).says("the campaign is stopped");
    stopped.says("it is recorded, but the log was not written anew: ").says("lists/suppressions.csv:2:1");
    campaign.run(&["stop", "--undo"]).exits(0);
    campaign.run(&["status"]).exits(0).says("who is due next cannot be said").prints("round 0: 3 recipients");
}

#[test]
fn a_suppression_stands_at_once_in_the_log_that_lies_in_the_folder() {
    let campaign = sent();
    let told = || {
        let log = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
        log.matches("stopped: suppressed").count()
    };
    campaign.run(&["suppress", "@example.org", "--reason", "closed"]).exits(0);
    assert_eq!(told(), 2);
    campaign.run(&["suppress", "@example.org", "--undo"]).exits(0);
    assert_eq!(told(), 0);
}

#[test]
fn a_plan_shows_whom_a_day_of_return_holds_back_and_by_which_mail() {
    let campaign = sent();
    let (ana, bo) = (letter(&campaign, "ana@example.org"), letter(&campaign, "bo@example.org"));
    let away = |from: &str, letter: &Sent, body: &str| {
        answer(from, US, &format!("{}Auto-Submitted: auto-replied\n", thread(letter)), body)
    };
    let back = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(60));
    inbox(
        &campaign,
        [
            away("ana@example.org", &ana, "I have your letter."),
            away("bo@example.org", &bo, &format!("I am away until {back}.")),
        ],
    );
    campaign.run(&["sync"]).exits(0);
    campaign.days_go_by(14);
    let plan = campaign.run(&["plan", "--round", "1"]).exits(0).prints("; 1 not due yet, of them 1 away");
    let held = format!("skip: away, not due before {back} (mail 3 from bo@example.org, `Re: To Ana`)");
    assert!(plan.stdout.contains(&held), "{plan:#?}");
    let json: Value = serde_json::from_str(&campaign.run(&["plan", "--round", "1", "--json"]).exits(0).stdout).unwrap();
    assert_eq!((&json["skipped"]["waiting"], &json["away"]), (&1.into(), &1.into()));
    let held = serde_json::json!({
        "until": back.to_string(), "mail": 3, "from": "bo@example.org", "subject": "Re: To Ana",
    });
    assert_eq!(json["deliveries"][1]["away"], held);
    assert_eq!(json["deliveries"][0]["away"], Value::Null);
}

#[test]
fn a_wish_that_the_letter_itself_words_is_not_its_readers_however_it_is_quoted() {
    let letter_text = "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\nDear {{recipient.name}},\n\nsuspend the dialogue. \
        If you do not wish to receive any more letters from us, please take me off your list and tell us so.\n";
    let campaign = Campaign::new()
        .file("templates/follow-up.md", "+++\n+++\n\nDear {{recipient.name}}, once more.\n")
        .file("templates/letter.md", letter_text)
        .recipients("email,name\nana@example.org,Ana\nbo@example.org,Bo\n")
        .settings(RULES)
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    // A program that marks no line of what it quotes.
    let quoted = "suspend the dialogue. If you do not wish to receive any more\nletters from us, please take me off your list and tell us so.";
    inbox(
        &campaign,
        [
            reply(&campaign, "ana@example.org", "ana@example.org", &format!("We agree with much of it.\n\n{quoted}\n")),
            reply(
                &campaign,
                "bo@example.org",
                "bo@example.org",
                &format!("Please take us off your list.\n\n{quoted}\n"),
            ),
        ],
    );
    campaign.run(&["sync"]).exits(0);
    assert_eq!(text(&campaign.row("ana@example.org")["answer"]), "replied");
    assert_eq!(text(&campaign.row("bo@example.org")["answer"]), "opted-out");
}

/// What a filter or a mail program says with no field for it, in the thread and from the organisation's own domain.
#[test]
fn what_a_filter_says_to_the_address_for_reports_is_a_bounce_or_waits_for_a_person() {
    let tokens = "[sender]\nreply_to = \"replies+{token}@coalition.example\"\nbounce_to = \"bounces+{token}@coalition.example\"\n";
    let campaign = ready();
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replacen("[sender]\n", tokens, 1));
    campaign.run(&["send", "--yes"]).exits(0);
    let (ana, bo, cy) = (
        letter(&campaign, "ana@example.org"),
        letter(&campaign, "bo@example.org"),
        letter(&campaign, "cy@other.example"),
    );
    let refused = "The message you sent to the minister was identified as spam and will not be delivered.";
    let unknown = "Wedi gwrthod eich neges.";
    inbox(
        &campaign,
        [
            answer("quarantine@example.org", &ana.bounce_to, &thread(&ana), refused),
            answer("security@example.org", &bo.bounce_to, &thread(&bo), unknown),
            answer("admin@other.example", &cy.reply_to, &thread(&cy), refused),
        ],
    );
    campaign.run(&["sync"]).exits(0);
    let states = campaign.states();
    assert_eq!(states.into_values().collect::<Vec<_>>(), ["bounced", "accepted", "accepted"]);
    let answers: Vec<String> = campaign.log().iter().map(|row| text(&row["answer"])).collect();
    assert_eq!(answers, ["none"; 3]);
    let waiting = campaign.run(&["sync", "--unmatched"]).exits(0);
    assert!(["security@example.org", "admin@other.example"].iter().all(|from| waiting.stdout.contains(from)));
}
