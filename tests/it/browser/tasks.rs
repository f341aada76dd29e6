//! Four things that somebody new at the desk wishes to do, by clicking on what the pages show.

use std::fs;

use serde_json::{Value, json};

use super::desk::{url, wait_for};
use super::driver::{Browser, Scheme, View};
use super::screenshot;
use crate::desk::client::Desk;
use crate::harness::{Campaign, text};
use crate::mails::{letter, report};

const WIDE: View = View { width: 1280, scheme: Scheme::Light };

/// Two people in France, of whom one has answered, two elsewhere, of whom one's letter came back.
fn campaign() -> Campaign {
    let campaign = Campaign::new()
        .recipients(
            "id,email,name,organisation,country\nana,ana@ministry.example,Ana Roe,Ministry of Water,FR\n\
             bo,bo@parliament.example,Bo Lund,Parliament,France\ncy,cy@office.example,Cy Korda,Office for Rivers,DE\n\
             dee,dee@agency.example,Dee Vega,Agency,BE\n",
        )
        .settings(
            "[inbox]\nmaildir = \"mail\"\n[[follow_up]]\nafter = \"7 days\"\ntemplate = \"templates/letter.md\"\n",
        )
        .server([]);
    for folder in ["cur", "new", "tmp"] {
        fs::create_dir_all(campaign.path("mail").join(folder)).unwrap();
    }
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.run(&["mark", "ana", "replied"]).exits(0);
    let bounced = letter(&campaign, "dee@agency.example");
    let bounce = report("letters@coalition.example", "dee@agency.example", "failed", "5.1.1", Some(&bounced.id));
    campaign.write("mail/new/1", bounce);
    campaign.run(&["sync"]);
    campaign
}

/// Somebody sits down at the desk of the campaign, and sees its first page; nobody, where there is no browser.
fn at_the_desk() -> Option<(Browser, Campaign, Desk)> {
    let browser = Browser::start()?;
    let campaign = campaign();
    let desk = Desk::open(&campaign, &[]);
    browser.look(WIDE);
    browser.visit(&url(&desk, &desk.first));
    Some((browser, campaign, desk))
}

/// Clicks on what bears a label: a link, a button, or what opens a part of the page. It has to be seen.
#[track_caller]
fn click(browser: &Browser, label: &str) {
    let script = "const all = [...document.querySelectorAll('a[href], button, summary, label')];
        const found = all.find((e) => e.checkVisibility() && e.textContent.trim() === arguments[0]);
        if (!found) return all.filter((e) => e.checkVisibility()).map((e) => e.textContent.trim());
        found.scrollIntoView({ block: 'center' });
        const box = found.getBoundingClientRect();
        const on_top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        if (!found.contains(on_top)) return ['covered', on_top?.outerHTML];
        found.click();
        return null;";
    let missing = browser.run(script, &json!(label));
    assert!(missing.is_null(), "nothing to click on says {label}: {missing}");
}

/// Writes into the field of a label, or chooses there.
#[track_caller]
fn enter(browser: &Browser, label: &str, value: &str) {
    let script = "const [text, value] = arguments[0];
        const label = [...document.querySelectorAll('label')].find((e) => e.checkVisibility() && e.textContent.trim().startsWith(text));
        const field = label?.control;
        if (!field) return [...document.querySelectorAll('label')].map((e) => e.textContent.trim());
        if (field.tagName === 'SELECT') {
          const option = [...field.options].find((e) => e.textContent.trim() === value);
          if (!option) return [...field.options].map((e) => e.textContent.trim());
          option.selected = true;
        } else field.value = value;
        return null;";
    let missing = browser.run(script, &json!([label, value]));
    assert!(missing.is_null(), "no field is called {label}, or has no {value}: {missing}");
}

fn names(browser: &Browser) -> Value {
    browser.run("return [...document.querySelectorAll('tbody th a')].map((e) => e.textContent)", &Value::Null)
}

#[test]
fn who_in_france_has_not_answered() {
    let Some((browser, _campaign, _desk)) = at_the_desk() else { return };
    click(&browser, "Recipients");
    wait_for(&browser, "4 letters");
    enter(&browser, "Country", "France");
    enter(&browser, "Answer", "none");
    click(&browser, "Show");
    wait_for(&browser, "Bo Lund");
    assert_eq!(names(&browser), json!(["Bo Lund"]));
    browser.photograph(&screenshot("task-1-france"));
    // With the day of each, and as a file.
    click(&browser, "Log");
    wait_for(&browser, "Who was contacted, when");
    enter(&browser, "Country", "France");
    enter(&browser, "Answer", "none");
    click(&browser, "Show");
    wait_for(&browser, "due ");
    assert_eq!(names(&browser), json!(["Bo Lund"]));
    browser.photograph(&screenshot("task-1-log"));
    let file =
        "return [...document.querySelectorAll('a')].find((e) => e.textContent.includes('.xlsx')).getAttribute('href')";
    assert_eq!(text(&browser.run(file, &Value::Null)), "/log.xlsx?answer=none&country=France");
}

#[test]
fn an_office_called_and_will_write() {
    let Some((browser, campaign, _desk)) = at_the_desk() else { return };
    click(&browser, "Recipients");
    wait_for(&browser, "4 letters");
    enter(&browser, "Name, organisation, address or note", "rivers");
    click(&browser, "Show");
    wait_for(&browser, "Cy Korda");
    click(&browser, "Cy Korda");
    wait_for(&browser, "Record an answer");
    enter(&browser, "Answer", "acknowledged");
    enter(&browser, "Note, if any", "called on Monday: they will write");
    browser.photograph(&screenshot("task-2-office"));
    click(&browser, "Record");
    wait_for(&browser, "The answer is: acknowledged. Follow-ups go there still.");
    browser.photograph(&screenshot("task-2-recorded"));
    let row = campaign.row("cy");
    assert_eq!(
        (text(&row["answer"]), text(&row["note"])),
        ("acknowledged".into(), "called on Monday: they will write".into())
    );
    // Whoever else sits at the desk finds it by the note.
    click(&browser, "Recipients");
    wait_for(&browser, "4 letters");
    enter(&browser, "Name, organisation, address or note", "will write");
    click(&browser, "Show");
    wait_for(&browser, "Cy Korda");
}

#[test]
fn one_came_back_and_goes_to_another_address() {
    let Some((browser, campaign, _desk)) = at_the_desk() else { return };
    wait_for(&browser, "1 letter came back. Find another address, or say that it did arrive.");
    browser.photograph(&screenshot("task-3-overview"));
    click(&browser, "See which");
    wait_for(&browser, "Dee Vega");
    click(&browser, "Dee Vega");
    wait_for(&browser, "write that into the row in lists/recipients.csv");
    browser.photograph(&screenshot("task-3-came-back"));
    let list = fs::read_to_string(campaign.path("lists/recipients.csv")).unwrap();
    campaign.write("lists/recipients.csv", list.replace("dee@agency.example", "vega@agency.example"));
    click(&browser, "Go to the run");
    wait_for(&browser, "(1 letter)");
    browser.photograph(&screenshot("task-3-plan"));
    enter(&browser, "Type the number of letters", "1");
    click(&browser, "Send");
    wait_for(&browser, "The run is done.");
    browser.photograph(&screenshot("task-3-sent"));
    assert_eq!(campaign.reached().iter().filter(|to| *to == "vega@agency.example").count(), 1);
    assert_eq!(campaign.reached().len(), 5, "nobody else got a letter");
    click(&browser, "Overview");
    wait_for(&browser, "Where it stands");
    let shown = text(&browser.run("return document.body.innerText", &Value::Null));
    assert!(!shown.contains("came back. Find"), "{shown}");
}

#[test]
fn the_board_gets_a_page() {
    let Some((browser, _campaign, desk)) = at_the_desk() else { return };
    click(&browser, "The report");
    wait_for(&browser, "One page that shows everything by itself");
    enter(&browser, "Numbers by the column", "country");
    click(&browser, "Show");
    wait_for(&browser, "Save");
    browser.photograph(&screenshot("task-4-which"));
    let links = "return [...document.querySelectorAll('section.card')].map((card) =>
        [card.querySelector('h2').textContent, ...[...card.querySelectorAll('a')].map((e) => e.getAttribute('href'))])";
    let links = browser.run(links, &Value::Null);
    assert_eq!(links[1][2], json!("/report/page?public=yes&save=yes&by=country"), "{links}");
    browser.visit(&url(&desk, &text(&links[1][1])));
    let shown = text(&browser.run("return document.body.innerText", &Value::Null));
    assert!(!shown.contains('@') && shown.contains("France"), "{shown}");
    browser.photograph(&screenshot("task-4-page"));
    let saved = desk.get(&text(&links[1][2]));
    assert_eq!(saved.header("content-disposition"), Some("attachment; filename=\"report-public.html\""));
}
