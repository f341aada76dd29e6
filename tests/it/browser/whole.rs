//! A whole campaign, led through the pages from the first look to the report; and the same in a terminal, after which
//! both ledgers tell the same.

use std::fs;

use serde_json::{Value, json};
use undersigned::transport::sandbox::{Act, At, Fault, When};

use super::desk::{submit, url, wait_for};
use super::driver::{Browser, Scheme, View};
use super::screenshot;
use crate::desk::client::Desk;
use crate::desk::forms::told;
use crate::harness::{Campaign, text};
use crate::mails::{answer, letter, report};

const US: &str = "letters@coalition.example";
const OWN: &str = "maria@coalition.example";
const WIDE: View = View { width: 1280, scheme: Scheme::Light };

/// A folder as `init` makes it, with a person's own lists, letters and account in it: five people, of whom one's server
/// never answers to the final dot; and an inbox.
fn campaign() -> Campaign {
    let rows = "email,name,organisation,country\nana@ministry.example,Ana,Ministry,FR\nbo@parliament.example,Bo,Parliament,FR\n\
                cy@office.example,Cy,Office,DE\ndee@agency.example,Dee,Agency,DE\neve@court.example,Eve,Court,BE\n";
    let closes = Fault::once(When::Recipient("cy@office.example".to_owned()), At::FinalDot, Act::Close);
    let campaign = Campaign::empty().server([closes]);
    fs::remove_file(campaign.path("campaign.toml")).unwrap();
    campaign.run(&["init"]).exits(0).says("a sample campaign is in");
    // What it says next: "put your letter into templates/letter.md, your lists into lists/, your account into …".
    campaign.write("lists/recipients.csv", rows);
    campaign.write("lists/signatories.csv", "name\nDelta Watch\nÅlvfolket\n");
    campaign.write(
        "templates/letter.md",
        "+++\nsubject = \"To {{recipient.name}}\"\n+++\nDear {{recipient.name}},\n\nplease act.\n\n{{> signatories}}\n",
    );
    campaign.write(
        "templates/follow-up-1.md",
        "+++\nsubject = \"Again: To {{recipient.name}}\"\n+++\nDear {{recipient.name}}, may we ask again?\n",
    );
    // Nobody is written to in French.
    for other in ["templates/letter.fr.md", "templates/follow-up-1.fr.md"] {
        fs::remove_file(campaign.path(other)).unwrap();
    }
    let settings = fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let (account, password) =
        ("url = \"smtp://letters@smtp.coalition.example\"", "password = { env = \"SMTP_PASSWORD\" }\n");
    assert!(settings.contains(account) && settings.contains(password), "{settings}");
    let server = format!("url = \"smtp+plain://{}\"\ntimeout = \"5s\"", campaign.address());
    let settings = settings.replace(account, &server).replace(password, "");
    campaign.write("campaign.toml", format!("{settings}\n[inbox]\nmaildir = \"mail\"\n"));
    for folder in ["cur", "new", "tmp"] {
        fs::create_dir_all(campaign.path("mail").join(folder)).unwrap();
    }
    campaign
}

/// A bounce of Bo's letter, Ana's answer, and a mail of somebody at Dee's agency: a suggestion.
fn post(campaign: &Campaign) {
    let bounced = letter(campaign, "bo@parliament.example");
    let bounce = report(US, "bo@parliament.example", "failed", "5.1.1", Some(&bounced.id));
    let thread = format!("In-Reply-To: <{}>\n", letter(campaign, "ana@ministry.example").id);
    let suggestion = answer("pat@agency.example", US, "", "We agree.").replace("Re: To Ana", "Odp: To Dee");
    for (name, mail) in [
        ("1", bounce),
        ("2", answer("ana@ministry.example", US, &thread, "Thank you, we have written to the delegation.")),
        ("3", suggestion),
    ] {
        campaign.write(&format!("mail/new/{name}"), mail);
    }
}

/// What happened, without times and numbers: each kind with whom it is about.
fn happened(campaign: &Campaign) -> Vec<(String, String, String)> {
    let mut all: Vec<_> = campaign
        .events()
        .iter()
        .map(|event| (text(&event["event"]), text(&event["recipient"]), event["round"].to_string()))
        .collect();
    // Letters leave side by side.
    all.sort();
    all
}

fn break_a_name(campaign: &Campaign) -> String {
    let whole = fs::read_to_string(campaign.path("templates/letter.md")).unwrap();
    campaign.write("templates/letter.md", whole.replace("recipient.name", "recipient.nam"));
    whole
}

/// Sees that the page's form is filled in and sent, by its path.
fn go(browser: &Browser, desk: &Desk, page: &str, ending: &str, fields: &Value) {
    browser.visit(&url(desk, page));
    submit(browser, ending, fields);
}

fn led_through_the_pages(browser: &Browser, campaign: &Campaign) {
    let whole = break_a_name(campaign);
    let desk = Desk::open(campaign, &[]);
    let keep = |name: &str| browser.photograph(&screenshot(&format!("whole-{name}")));
    browser.look(WIDE);
    browser.visit(&url(&desk, &desk.first));
    wait_for(browser, "The lists or letters have faults");
    keep("01-a-fault");
    browser.visit(&url(&desk, "/letter"));
    wait_for(browser, "templates/letter.md:2:");
    keep("02-where-it-is");
    // The page follows the file by itself.
    campaign.write("templates/letter.md", whole);
    wait_for(browser, "Dear Ana");
    keep("03-mended-and-looked-at");
    go(browser, &desk, "/letter#test", "/run/test", &json!({ "address": OWN }));
    wait_for(browser, "The test letter went out.");
    keep("04-test-letter");
    browser.visit(&url(&desk, "/recipients"));
    wait_for(browser, "not yet");
    keep("05-not-yet");
    go(browser, &desk, "/run", "/run/send", &json!({ "number": "4" }));
    wait_for(browser, "The number is not that of the letters: 5 letters would be sent.");
    keep("06-another-number");
    go(browser, &desk, "/run", "/run/send", &json!({ "number": "5" }));
    wait_for(browser, "in-doubt: 1");
    keep("07-sent");
    post(campaign);
    campaign.days_go_by(8);
    go(browser, &desk, "/run", "/run/sync", &json!({}));
    wait_for(browser, "The inbox was read.");
    keep("08-inbox-read");
    browser.visit(&url(&desk, "/"));
    wait_for(browser, "1 mail waits for your word");
    keep("09-what-needs-a-person");
    browser.visit(&url(&desk, "/inbox"));
    wait_for(browser, "pat@agency.example");
    keep("10-a-suggestion");
    browser.run("document.querySelector('button[name=confirm]').click()", &Value::Null);
    wait_for(browser, "1 suggestion is confirmed.");
    let eve = desk.page_of("Eve");
    go(browser, &desk, &eve, "/mark", &json!({ "status": "declined" }));
    wait_for(browser, "The answer is: declined.");
    keep("11-marked");
    browser.run("document.querySelector('.notice button').click()", &Value::Null);
    wait_for(browser, "Taken back: declined.");
    let cy = desk.page_of("Cy");
    browser.visit(&url(&desk, &cy));
    browser.run("document.querySelector('input[name=as][value=accepted]').click()", &Value::Null);
    submit(browser, "/resolve", &json!({}));
    wait_for(browser, "The letter counts as accepted.");
    keep("12-no-doubt-any-more");
    campaign.days_go_by(16);
    browser.visit(&url(&desk, "/run"));
    wait_for(browser, "(2 letters)");
    keep("13-the-follow-up");
    let send =
        "const form = [...document.forms].find((form) => form.elements.round?.value === '1' && form.elements.number);
        form.elements.number.value = '2'; form.querySelector('button').click();";
    browser.run(send, &Value::Null);
    wait_for(browser, "The run is done.");
    keep("14-followed-up");
    browser.visit(&url(&desk, "/"));
    wait_for(browser, "Sent and answered over time");
    keep("15-overview");
    browser.visit(&url(&desk, "/report/page"));
    keep("16-report");
    browser.photograph_print(&screenshot("whole-17-report-in-print"));
    browser.look(WIDE);
}

fn led_in_a_terminal(campaign: &Campaign) {
    let whole = break_a_name(campaign);
    campaign.run(&["check"]).exits(2).says("templates/letter.md:2:");
    campaign.write("templates/letter.md", whole);
    campaign.run(&["test", OWN, "--as", "ana@ministry.example"]).exits(0);
    campaign.run(&["send", "--yes"]).exits(1);
    post(campaign);
    campaign.days_go_by(8);
    campaign.run(&["sync"]);
    let waits = campaign.run(&["sync", "--unmatched", "--json"]).exits(0).stdout;
    let waits = waits.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let number =
        waits.flat_map(|mail| mail["suggestions"].as_array().unwrap().clone()).next().unwrap()["number"].clone();
    campaign.run(&["confirm", &number.to_string()]).exits(0);
    campaign.run(&["mark", "eve@court.example", "declined"]).exits(0);
    campaign.run(&["mark", "eve@court.example", "--undo"]).exits(0);
    campaign.run(&["resolve", "cy@office.example", "--accepted"]).exits(0);
    campaign.days_go_by(16);
    campaign.run(&["follow-up", "--yes"]).exits(0);
}

#[test]
fn a_campaign_that_is_led_through_the_pages_is_the_one_that_is_led_in_a_terminal() {
    let Some(browser) = Browser::start() else { return };
    let (here, there) = (campaign(), campaign());
    led_through_the_pages(&browser, &here);
    led_in_a_terminal(&there);
    assert_eq!(told(&here), told(&there));
    assert_eq!(happened(&here), happened(&there));
    let (mut one, mut other) = (here.reached(), there.reached());
    one.sort();
    other.sort();
    assert_eq!(one, other);
    let stands = |row: &Value| {
        format!("{} {} {} {}", text(&row["recipient"]), row["round"], text(&row["state"]), text(&row["answer"]))
    };
    let stands: Vec<String> = here.log().iter().map(stands).collect();
    assert_eq!(
        stands,
        [
            "ana@ministry.example 0 accepted replied",
            "bo@parliament.example 0 bounced none",
            "cy@office.example 0 accepted none",
            "dee@agency.example 0 accepted replied",
            "eve@court.example 0 accepted none",
            "ana@ministry.example 1 skipped none",
            "bo@parliament.example 1 skipped none",
            "cy@office.example 1 accepted none",
            "dee@agency.example 1 skipped none",
            "eve@court.example 1 accepted none",
        ]
    );
}
