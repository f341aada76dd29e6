//! The desk in a browser: whole on every screen, by day and by night, without a broken rule of accessibility, and used
//! as a person uses it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::driver::{Browser, Scheme, View};
use super::{axe, screenshot};
use crate::desk::client::Desk;
use crate::desk::pages::mixed;
use crate::desk::scenes::{lying, slow, stopped};
use crate::harness::{Campaign, text};

const VIEWS: [View; 5] = [
    View { width: 1600, scheme: Scheme::Light },
    View { width: 320, scheme: Scheme::Light },
    View { width: 320, scheme: Scheme::Dark },
    View { width: 1280, scheme: Scheme::Light },
    View { width: 1280, scheme: Scheme::Dark },
];

/// What of a page is wider than its window.
const TOO_WIDE: &str = "const width = document.documentElement.clientWidth;
    return document.documentElement.scrollWidth <= width ? [] :
      [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > width + 1).map((e) => e.outerHTML.slice(0, 120));";

/// What a page breaks of the rules of accessibility.
const BROKEN: &str = "const done = arguments[0];
    axe.run(document).then(
      (result) => done(result.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`).concat(result.passes.length > 10 ? [] : 'few rules were tried')),
      (error) => done([String(error)]));";

pub fn url(desk: &Desk, path: &str) -> String {
    format!("http://{}{path}", desk.host)
}

/// Waits until a text is on the page.
#[track_caller]
pub fn wait_for(browser: &Browser, sought: &str) {
    let begun = Instant::now();
    loop {
        let shown = text(&browser.run("return document.body.innerText", &Value::Null));
        if shown.contains(sought) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "not shown: {sought}\n{shown}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Fills fields of a form in, and sends it.
pub fn submit(browser: &Browser, ending: &str, fields: &Value) {
    let script = "const [ending, fields] = arguments[0];
        const form = [...document.forms].find((form) => new URL(form.action).pathname.endsWith(ending));
        for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
        form.querySelector('button').click();";
    browser.run(script, &json!([ending, fields]));
}

/// What is wrong with a page in every view; takes a picture of each.
fn looked_at(browser: &Browser, axe: &str, (name, desk, path): (&str, &Desk, &str)) -> Vec<String> {
    let mut wrong = Vec::new();
    browser.visit(&url(desk, &desk.first));
    for view in VIEWS {
        browser.look(view);
        browser.visit(&url(desk, path));
        let name = format!("desk-{name}-{}", view.name());
        // What is closed is looked at too.
        browser.run("document.querySelectorAll('details').forEach((part) => { part.open = true })", &Value::Null);
        browser.photograph(&screenshot(&name));
        let wide = browser.run(TOO_WIDE, &Value::Null);
        wrong.extend(wide.as_array().unwrap().iter().map(|what| format!("{name}: too wide: {what}")));
        browser.run(axe, &Value::Null);
        let broken = browser.wait_for(BROKEN);
        wrong.extend(broken.as_array().unwrap().iter().map(|what| format!("{name}: {what}")));
    }
    wrong
}

/// The page to which a form leads.
fn said(desk: &Desk, page: &str, ending: &str, fields: &[(&str, &str)]) -> String {
    let form = desk.get(page).form(ending);
    let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let answer = desk.post(&form.action, &hidden.chain(fields.iter().copied()).collect::<Vec<_>>());
    answer.header("location").unwrap().to_owned()
}

#[test]
fn every_state_of_the_desk_is_whole_and_breaks_no_rule_of_accessibility() {
    let (Some(axe), Some(browser)) = (axe(), Browser::start()) else { return };
    let (lying, stopped, spoiled, running) = (lying(), stopped(), Campaign::new().server([]), slow());
    let desk = Desk::open(&lying, &[]);
    let (ana, bo) = (desk.page_of("Ana"), desk.page_of("Bo"));
    let done = said(&desk, &ana, "/mark", &[("status", "replied"), ("note", "a word\nand another")]);
    let refused = said(&desk, &bo, "/mark", &[("status", "replied"), ("on", "yesterday")]);
    let forgotten = said(&desk, &desk.page_of("Cy"), "/forget", &[("typed", "cy@example.org")]);
    let agreed = said(&desk, "/approval", "/approval", &[("person", "Noor Haddad"), ("note", "fine")]);
    let letter = std::fs::read_to_string(spoiled.path("templates/letter.md")).unwrap();
    spoiled.write("templates/letter.md", letter.replace("recipient.name", "recipient.nam"));
    let (halted, faulty) = (Desk::open(&stopped, &[]), Desk::open(&spoiled, &[]));
    let sending = Desk::open(&running, &[]);
    sending.fill_in("/run", "/run/send", &[("number", "30")]);
    let mut wrong = Vec::new();
    // The pages of the report and of the approval run no script, also none of axe's: they are looked at as files.
    for (name, desk, path) in [
        // While it lasts.
        ("run-goes-on", &sending, "/run"),
        ("overview-waiting", &desk, "/"),
        ("inbox-waiting", &desk, "/inbox"),
        ("recipient-said", &desk, done.as_str()),
        ("recipient-refused", &desk, refused.as_str()),
        ("recipient-forgotten", &desk, forgotten.as_str()),
        ("approval", &desk, agreed.as_str()),
        ("log", &desk, "/log"),
        ("log-of-a-column", &desk, "/log?column=tags&value=mep"),
        ("run-to-some", &desk, &format!("/run?only={}", bo.replace("/recipients/", ""))),
        ("overview-faults", &faulty, "/"),
        ("letter-faults", &faulty, "/letter"),
        ("run-faults", &faulty, "/run"),
        ("approval-faults", &faulty, "/approval"),
        ("recipients-faults", &faulty, "/recipients"),
        ("overview-stopped", &halted, "/"),
        ("run-stopped", &halted, "/run"),
        ("problem", &desk, "/log.csv?column=nothing&value=x"),
    ] {
        wrong.extend(looked_at(&browser, &axe, (name, desk, path)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_page_of_the_desk_is_whole_and_breaks_no_rule_of_accessibility() {
    let (Some(axe), Some(browser)) = (axe(), Browser::start()) else { return };
    let (campaign, fresh) = (mixed(), Campaign::new().server([]));
    campaign.run(&["mark", "ana@example.org", "replied", "--note", "called on Monday"]).exits(0);
    campaign.run(&["suppress", "bo@example.org", "--reason", "asked by phone"]).exits(0);
    let (desk, empty) = (Desk::open(&campaign, &[]), Desk::open(&fresh, &[]));
    let reading = Desk::open(&campaign, &["--read-only"]);
    let (ana, cy) = (desk.page_of("Ana"), desk.page_of("Cy"));
    let mut wrong = Vec::new();
    for (name, desk, path) in [
        ("overview", &desk, "/"),
        ("recipients", &desk, "/recipients"),
        ("recipients-none", &desk, "/recipients?q=nobody"),
        ("recipient", &desk, ana.as_str()),
        ("recipient-in-doubt", &desk, cy.as_str()),
        ("suppressions", &desk, "/suppressions"),
        ("letter", &desk, "/letter"),
        ("inbox", &desk, "/inbox"),
        ("report", &desk, "/report"),
        ("recipients-fresh", &empty, "/recipients"),
        ("letter-fresh", &empty, "/letter#test"),
        ("run", &desk, "/run"),
        ("run-fresh", &empty, "/run"),
        ("overview-fresh", &empty, "/"),
        ("recipient-read-only", &reading, ana.as_str()),
        ("not-found", &desk, "/nowhere"),
    ] {
        wrong.extend(looked_at(&browser, &axe, (name, desk, path)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_person_sends_and_follows_a_letter_and_says_what_came_back() {
    let Some(browser) = Browser::start() else { return };
    let campaign = Campaign::new().many_recipients(30).server([]);
    let desk = Desk::open(&campaign, &[]);
    browser.look(VIEWS[3]);
    browser.visit(&url(&desk, &desk.first));
    wait_for(&browser, "Nothing was sent yet");
    let address = text(&browser.run("return location.href", &Value::Null));
    assert_eq!(address, url(&desk, "/"), "the token is gone from the address");
    browser.visit(&url(&desk, "/run"));
    submit(&browser, "/run/send", &json!({ "number": "30" }));
    // The page follows the run by itself.
    wait_for(&browser, "The run is done.");
    assert_eq!(campaign.received().len(), 30);
    browser.visit(&url(&desk, &desk.page_of("Person 7")));
    submit(&browser, "/mark", &json!({ "status": "declined", "note": "<script>document.title = 'hacked'</script>" }));
    wait_for(&browser, "The answer is: declined.");
    browser.photograph(&screenshot("desk-marked"));
    let title = text(&browser.run("return document.title", &Value::Null));
    assert!(title.starts_with("Person 7"), "{title}");
    browser.run("document.querySelector('.notice button').click()", &Value::Null);
    wait_for(&browser, "Taken back: declined.");
    assert_eq!(text(&campaign.row("r0007@d07.example.org")["answer"]), "none");
    // The letter is shown in its frame, and can run nothing there.
    browser.run("document.querySelector('details').open = true", &Value::Null);
    let inside = "const done = arguments[0]; const frame = document.querySelector('iframe');
        setTimeout(() => { try { done(String(frame.contentDocument)) } catch (error) { done(String(error)) } }, 500);";
    assert_eq!(text(&browser.wait_for(inside)), "null", "the frame is of nobody's origin");
    browser.photograph(&screenshot("desk-letter"));
}
