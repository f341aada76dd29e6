//! A round is sent from the desk: looked at, agreed to by its number, followed, stopped.

use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use super::client::{Answer, Desk};
use crate::harness::Campaign;

/// Waits until the page of the run shows something.
#[track_caller]
pub fn wait_for(desk: &Desk, text: &str) -> Answer {
    for _ in 0..600 {
        let page = desk.get("/run");
        if page.body.contains(text) {
            return page;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    desk.get("/run").shows(text)
}

#[test]
fn the_first_letter_is_sent_once_its_number_is_typed() {
    let campaign = Campaign::new().server([]);
    let desk = Desk::open(&campaign, &[]);
    let page = desk.get("/run").shows("Letters to be sent</dt><dd>3").shows("Type the number of letters");
    page.shows(&campaign.address().to_string());
    for wrong in ["", "2", "yes", "03", "3 letters"] {
        desk.fill_in("/run", "/run/send", &[("number", wrong)]);
        wait_for(&desk, "The number is not that of the letters: 3 letters would be sent.");
    }
    assert_eq!(campaign.received().len(), 0);
    assert!(!campaign.path("logs/ledger.db").exists());
    desk.fill_in("/run", "/run/send", &[("number", "3")]);
    wait_for(&desk, "The run is done.").shows("accepted: 3").shows("There is nothing to send.");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org", "cy@example.org"]);
    let csv = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    assert_eq!(csv, campaign.run(&["log", "--format", "csv"]).exits(0).stdout);
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.received().len(), 3);
}

#[test]
fn a_part_of_it_is_sent() {
    let campaign = Campaign::new().server([]);
    let desk = Desk::open(&campaign, &[]);
    desk.get("/run?limit=2").shows("(2 letters)");
    desk.fill_in("/run?limit=2", "/run/send", &[("number", "2")]);
    wait_for(&desk, "The run is done.");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org"]);
}

#[test]
fn a_changed_letter_goes_on_by_a_person_s_word_alone() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let letter = std::fs::read_to_string(campaign.path("templates/letter.md")).unwrap();
    campaign.write("templates/letter.md", letter.replace("please act", "please act now"));
    let desk = Desk::open(&campaign, &[]);
    desk.get("/run").shows("The rest get the new text");
    desk.fill_in("/run", "/run/send", &[("number", "2")]);
    wait_for(&desk, "changed since the first letter left: templates/letter.md");
    assert_eq!(campaign.received().len(), 1);
    desk.fill_in("/run", "/run/send", &[("number", "2"), ("accept_changes", "yes")]);
    wait_for(&desk, "The run is done.");
    assert_eq!(campaign.received().len(), 3);
}

/// A server that takes its time.
pub fn slow(letters: usize) -> Campaign {
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(300)));
    Campaign::new().many_recipients(letters).settings("[pace]\nconnections = 2\n").server([slow])
}

fn count(campaign: &Campaign, state: &str) -> usize {
    campaign.states().values().filter(|found| *found == state).count()
}

#[test]
fn a_run_is_followed_and_stopped_once_what_is_on_the_wire_is_finished() {
    let campaign = slow(60);
    let desk = Desk::open(&campaign, &[]);
    desk.fill_in("/run", "/run/send", &[("number", "60")]);
    let page = wait_for(&desk, "First letter is being sent.");
    page.shows("data-follow=\"/run/events\"").shows("<progress max=\"60\"").hides("Type the number");
    while campaign.received().len() < 3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    // Nobody else may send meanwhile, and the overview says so.
    campaign.run_aside(&["send", "--yes"]).exits(2).says("is being sent by process");
    desk.get("/").shows("is being sent at this moment");
    desk.fill_in("/run", "/run/stop", &[]);
    wait_for(&desk, "The run has stopped").shows("goes on");
    let sent = campaign.received().len();
    assert!((3..60).contains(&sent), "{sent}");
    assert_eq!((count(&campaign, "accepted"), count(&campaign, "planned")), (sent, 60 - sent));
}

#[test]
fn a_run_that_is_cut_off_leaves_doubt_and_sends_nothing_twice() {
    let silent = Fault::once(When::Transaction(3), At::FinalDot, Act::Late(Duration::from_mins(10)));
    let campaign = Campaign::new().many_recipients(10).settings("[pace]\nper_hour = 100000\n").server([silent]);
    let address = campaign.sandbox().address();
    let campaign = campaign.smtp(&format!("url = \"smtp+plain://{address}\"\ntimeout = \"10m\""));
    let desk = Desk::open(&campaign, &[]);
    desk.fill_in("/run", "/run/send", &[("number", "10")]);
    while campaign.received().len() < 3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    desk.fill_in("/run", "/run/stop-now", &[]);
    wait_for(&desk, "It was cut off.");
    // The next run, of the same desk, finds the doubt, and sends the others.
    let left = desk.get("/run").body.split('(').find_map(|rest| rest.split(" letters)").next()?.parse::<u64>().ok());
    desk.fill_in("/run", "/run/send", &[("number", &left.unwrap().to_string())]);
    wait_for(&desk, "in-doubt: 1");
    let mut reached = campaign.reached();
    let all = reached.len();
    reached.dedup();
    assert_eq!((reached.len(), all), (10, 10));
}

#[test]
fn a_run_goes_on_when_the_page_is_closed_and_ends_with_the_desk() {
    let campaign = slow(60);
    let desk = Desk::open(&campaign, &[]);
    desk.fill_in("/run", "/run/send", &[("number", "60")]);
    while campaign.received().len() < 5 {
        std::thread::sleep(Duration::from_millis(5));
    }
    desk.close();
    let sent = campaign.received().len();
    assert!((5..60).contains(&sent), "{sent}");
    assert_eq!((count(&campaign, "accepted"), count(&campaign, "planned")), (sent, 60 - sent));
}

#[test]
fn a_desk_that_is_killed_while_it_sends_leaves_what_a_killed_run_leaves() {
    let campaign = slow(40);
    let mut desk = Desk::open(&campaign, &[]);
    desk.fill_in("/run", "/run/send", &[("number", "40")]);
    while campaign.received().len() < 5 {
        std::thread::sleep(Duration::from_millis(5));
    }
    desk.kill();
    let desk = Desk::open(&campaign, &[]);
    desk.get("/run").hides("is being sent");
    campaign.run(&["send", "--yes"]);
    let mut reached = campaign.reached();
    let all = reached.len();
    reached.dedup();
    assert_eq!(reached.len(), all, "somebody got it twice");
    let in_doubt = count(&campaign, "in-doubt");
    assert!(in_doubt <= 4, "{in_doubt}");
    assert_eq!(count(&campaign, "accepted") + in_doubt, 40);
}

#[test]
fn a_run_that_was_begun_in_a_terminal_is_seen() {
    let campaign = slow(40);
    let desk = Desk::open(&campaign, &[]);
    let run = campaign.start(&["send", "--yes"]);
    let page = wait_for(&desk, "First letter is being sent.");
    page.shows("is being sent by process").shows("This run was begun elsewhere").hides("/run/stop");
    assert!(run.wait_with_output().unwrap().status.success());
    wait_for(&desk, "There is nothing to send.").hides("is being sent");
}

#[test]
fn what_happens_is_told_as_it_happens() {
    let campaign = slow(20);
    let desk = Desk::open(&campaign, &[]);
    desk.fill_in("/run", "/run/send", &[("number", "20")]);
    // It ends when the run does.
    let told = desk.get("/run/events");
    assert_eq!(told.header("content-type"), Some("text/event-stream"));
    let told = told.shows("event: progress").shows("event: over").shows("<progress max=\"20\"");
    told.shows("The run is done.").hides("r0001@");
}

#[test]
fn the_inbox_is_read_and_the_follow_up_goes_to_who_has_not_answered() {
    let campaign = Campaign::new()
        .settings(
            "[inbox]\nmaildir = \"mail\"\n[[follow_up]]\nafter = \"7 days\"\ntemplate = \"templates/letter.md\"\n",
        )
        .server([]);
    for folder in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(campaign.path("mail").join(folder)).unwrap();
    }
    let desk = Desk::open(&campaign, &[]);
    desk.fill_in("/run", "/run/send", &[("number", "3")]);
    wait_for(&desk, "The run is done.").shows("Follow-up 1 is due from");
    let letter = campaign.received().into_iter().find(|letter| letter.recipients[0] == "ana@example.org").unwrap();
    let id = crate::mails::field(&letter, "Message-ID: <");
    let mail = crate::mails::answer(
        "ana@example.org",
        "letters@coalition.example",
        &format!("In-Reply-To: <{id}>\n"),
        "Thank you.",
    );
    campaign.write("mail/new/1", mail);
    campaign.days_go_by(8);
    desk.get("/").shows("The inbox was never read");
    desk.fill_in("/run", "/run/sync", &[]);
    let page = wait_for(&desk, "The inbox was read.").shows("1 new mail (1 replied)");
    page.shows("Follow-up 1").shows("Have answered</dt><dd>1").shows("(2 letters)");
    desk.get(&desk.page_of("Ana")).shows("Thank you.").shows("The answer is: replied.");
    let form = desk.get("/run").body.split("<section").find(|part| part.contains("plan1")).unwrap().to_owned();
    let part = Answer { status: 200, headers: Vec::new(), body: form };
    let hidden = part.form("/run/send").hidden;
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("number", "2"));
    assert_eq!(desk.post("/run/send", &fields).status, 303);
    wait_for(&desk, "The run is done.");
    assert_eq!(campaign.received().len(), 5);
    let reached = campaign.reached();
    assert_eq!(reached.iter().filter(|to| *to == "ana@example.org").count(), 1, "{reached:?}");
}

#[test]
fn a_plan_that_nobody_looked_at_is_not_sent() {
    type Change = fn(&Campaign);
    let changes: [(&str, Change); 4] = [
        ("somebody else on the list", |campaign| {
            let list = std::fs::read_to_string(campaign.path("lists/recipients.csv")).unwrap();
            campaign.write("lists/recipients.csv", list.replace("cy@example.org,Cy", "eve@example.org,Eve"));
        }),
        ("another text", |campaign| {
            let letter = std::fs::read_to_string(campaign.path("templates/letter.md")).unwrap();
            campaign.write("templates/letter.md", letter.replace("please act", "DRAFT, do not send"));
        }),
        ("another sender", |campaign| {
            let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
            campaign.write("campaign.toml", settings.replace("letters@coalition.example", "others@coalition.example"));
        }),
        ("one opted out, one is new", |campaign| {
            campaign.run(&["suppress", "ana@example.org"]).exits(0);
            let list = std::fs::read_to_string(campaign.path("lists/recipients.csv")).unwrap();
            campaign.write("lists/recipients.csv", format!("{list}eve@example.org,Eve\n"));
        }),
    ];
    for (what, change) in changes {
        let campaign = Campaign::new().server([]);
        let desk = Desk::open(&campaign, &[]);
        let form = desk.get("/run").form("/run/send");
        change(&campaign);
        let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<(&str, &str)> = hidden.chain([("number", "3")]).collect();
        assert_eq!(desk.post(&form.action, &fields).status, 303);
        wait_for(&desk, "The plan is not the one that you looked at");
        assert_eq!(campaign.received().len(), 0, "{what}");
        // Looked at again, it goes.
        desk.fill_in("/run", "/run/send", &[("number", "3")]);
        wait_for(&desk, "The run is done.");
        assert_eq!(campaign.received().len(), 3, "{what}");
    }
}

#[test]
fn a_form_that_comes_twice_sends_once() {
    let campaign = Campaign::new().many_recipients(6).server([]);
    let desk = Desk::open(&campaign, &[]);
    let form = desk.get("/run?limit=2").form("/run/send");
    let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = hidden.chain([("number", "2")]).collect();
    for _ in 0..2 {
        assert_eq!(desk.post(&form.action, &fields).status, 303);
    }
    wait_for(&desk, "The plan is not the one that you looked at");
    assert_eq!(campaign.received().len(), 2, "the first few, and nobody else");
}
