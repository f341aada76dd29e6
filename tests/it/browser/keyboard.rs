//! The desk by the keyboard alone: what can be done by a click can be done by keys, whoever does it sees where they are,
//! and the order is that of the page.

use serde_json::{Value, json};

use super::desk::{url, wait_for};
use super::driver::{Browser, Scheme, View};
use super::screenshot;
use crate::desk::client::Desk;
use crate::desk::scenes::lying;
use crate::harness::{Campaign, text};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const SHIFT: &str = "\u{e008}";
const DOWN: &str = "\u{e015}";
const SPACE: &str = " ";
/// No page has so many stops.
const MOST: usize = 400;

const WIDE: View = View { width: 1280, scheme: Scheme::Light };
const NARROW: View = View { width: 320, scheme: Scheme::Dark };

/// What of a page can be used, in its order: but for what stands in a closed part, and for all but one of radio buttons
/// that belong together.
const STOPS: &str = "
    const groups = new Set();
    const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]')]
      .filter((e) => e.type !== 'hidden' && !e.disabled && e.checkVisibility())
      .filter((e) => e.type !== 'radio' || (!groups.has(e.name + e.form.action) && groups.add(e.name + e.form.action)));
    window.stops = stops;
    return stops.map((e) => `${e.tagName} ${e.id || e.name || e.textContent.trim().slice(0, 30)}`);";

/// Where the focus is: which of the stops, whether it is seen, and how.
const FOCUS: &str = "
    const here = document.activeElement;
    if (!here || here === document.body) return { at: -1 };
    const box = here.getBoundingClientRect();
    const style = getComputedStyle(here);
    return {
      at: window.stops.findIndex((e) => e === here || (e.type === 'radio' && e.name === here.name && e.form === here.form)),
      what: here.outerHTML.slice(0, 100),
      isFrame: here.tagName === 'IFRAME',
      isMarked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
      isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.height > 0,
    };";

/// Goes through a page by Tab; gives what is wrong with it.
fn gone_through(browser: &Browser, name: &str) -> Vec<String> {
    let stops = browser.run(STOPS, &Value::Null).as_array().unwrap().clone();
    let (mut wrong, mut reached) = (Vec::new(), vec![false; stops.len()]);
    let mut last = -1;
    for _ in 0..MOST {
        browser.press(TAB);
        let focus = browser.run(FOCUS, &Value::Null);
        let at = focus["at"].as_i64().unwrap();
        if at < 0 && focus["what"].is_null() {
            break;
        }
        // A long text that scrolls is a stop of its own, and a frame's content has stops of its own.
        let Ok(place) = usize::try_from(at) else { continue };
        if focus["isFrame"] == true && reached[place] {
            continue;
        }
        if at == 0 && last > 0 && reached.iter().all(|reached| *reached) {
            // Behind the last one is the first.
            break;
        }
        if at < last {
            wrong.push(format!("{name}: out of order: {}", focus["what"]));
        }
        if focus["isFrame"] == false && focus["isMarked"] == false {
            wrong.push(format!("{name}: the focus is not seen: {}", focus["what"]));
        }
        if focus["isInView"] == false {
            wrong.push(format!("{name}: out of sight: {}", focus["what"]));
        }
        (last, reached[place]) = (at, true);
    }
    let missed = stops.iter().zip(&reached).filter(|(_, reached)| !**reached);
    wrong.extend(missed.map(|(stop, _)| format!("{name}: cannot be reached: {stop}")));
    if stops.len() < 5 {
        wrong.push(format!("{name}: few stops: {stops:?}"));
    }
    wrong
}

#[test]
fn every_part_of_every_page_is_reached_by_tab_in_the_order_of_the_page_and_seen() {
    let Some(browser) = Browser::start() else { return };
    let (campaign, fresh) = (lying(), Campaign::new().server([]));
    let (desk, empty) = (Desk::open(&campaign, &[]), Desk::open(&fresh, &[]));
    let (ana, cy) = (desk.page_of("Ana"), desk.page_of("Cy"));
    let mut wrong = Vec::new();
    for (name, desk, path) in [
        ("overview", &desk, "/"),
        ("recipients", &desk, "/recipients"),
        ("recipient", &desk, ana.as_str()),
        ("in doubt", &desk, cy.as_str()),
        ("letter", &desk, "/letter"),
        ("approval", &desk, "/approval"),
        ("inbox", &desk, "/inbox"),
        ("run", &desk, "/run"),
        ("log", &desk, "/log"),
        ("report", &desk, "/report"),
        ("suppressions", &desk, "/suppressions"),
        ("recipients before", &empty, "/recipients"),
        ("not found", &desk, "/nowhere"),
    ] {
        browser.visit(&url(desk, &desk.first));
        for view in [WIDE, NARROW] {
            browser.look(view);
            browser.visit(&url(desk, path));
            wrong.extend(gone_through(&browser, &format!("{name} {}", view.name())));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Presses Tab until what has the focus is what is sought.
#[track_caller]
fn tab_to(browser: &Browser, sought: &str) {
    for _ in 0..MOST {
        browser.press(TAB);
        let is_it = format!("return Boolean(document.activeElement?.matches({sought:?}))");
        if browser.run(&is_it, &Value::Null) == json!(true) {
            return;
        }
    }
    panic!("Tab does not lead to {sought}");
}

#[test]
fn the_first_stop_leads_past_the_navigation_to_the_content() {
    let Some(browser) = Browser::start() else { return };
    let campaign = Campaign::new().server([]);
    let desk = Desk::open(&campaign, &[]);
    browser.look(WIDE);
    browser.visit(&url(&desk, &desk.first));
    browser.press(TAB);
    let skip = "const skip = document.activeElement; const box = skip.getBoundingClientRect();
        return [skip.className, box.top >= 0 && box.left >= 0, skip.textContent]";
    assert_eq!(browser.run(skip, &Value::Null), json!(["skip", true, "Go to the content"]));
    browser.photograph(&screenshot("keyboard-skip"));
    browser.press(ENTER);
    assert_eq!(text(&browser.run("return document.activeElement.id", &Value::Null)), "main");
    browser.press(TAB);
    let is_in_main = "return document.querySelector('main').contains(document.activeElement)";
    assert_eq!(browser.run(is_in_main, &Value::Null), json!(true));
    // And back.
    browser.press_with(SHIFT, TAB);
    let is_in_navigation = "return document.querySelector('nav').contains(document.activeElement)";
    assert_eq!(browser.run(is_in_navigation, &Value::Null), json!(true));
}

#[test]
fn a_campaign_is_led_by_keys_alone() {
    let Some(browser) = Browser::start() else { return };
    let campaign = lying();
    let desk = Desk::open(&campaign, &[]);
    browser.look(WIDE);
    browser.visit(&url(&desk, &desk.first));
    // To one recipient, and an answer of theirs.
    tab_to(&browser, "nav a[href=\"/recipients\"]");
    browser.press(ENTER);
    wait_for(&browser, "3 letters");
    tab_to(&browser, "tbody th a");
    browser.press(ENTER);
    wait_for(&browser, "Record an answer");
    tab_to(&browser, "#status");
    browser.press(DOWN);
    tab_to(&browser, "#marknote");
    browser.write("they will write");
    tab_to(&browser, "form[action$=\"/mark\"] button");
    browser.press(SPACE);
    wait_for(&browser, "The answer is: acknowledged. Follow-ups go there still.");
    assert_eq!(text(&campaign.row("ana@example.org")["answer"]), "acknowledged");
    browser.photograph(&screenshot("keyboard-marked"));
    tab_to(&browser, ".notice button");
    browser.press(ENTER);
    wait_for(&browser, "Taken back: acknowledged.");
    // Several at once, by their boxes.
    tab_to(&browser, "nav a[href=\"/recipients\"]");
    browser.press(ENTER);
    wait_for(&browser, "Of those that are chosen");
    for name in ["Ana", "Cy"] {
        tab_to(&browser, &format!("input[name=pick][aria-label$=\"{name}\"]"));
        browser.press(SPACE);
    }
    tab_to(&browser, "#do");
    browser.press(DOWN);
    browser.press(DOWN);
    tab_to(&browser, "#do ~ button");
    browser.press(ENTER);
    wait_for(&browser, "Recorded of 2 recipients.");
    assert_eq!(text(&campaign.row("cy@example.org")["answer"]), "declined");
    // What waits is confirmed.
    tab_to(&browser, "nav a[href=\"/inbox\"]");
    browser.press(ENTER);
    wait_for(&browser, "pat@example.org");
    tab_to(&browser, "button[name=dismiss]");
    browser.press(ENTER);
    wait_for(&browser, "1 suggestion is dismissed.");
    // The letter that is left is sent, its number typed.
    tab_to(&browser, "nav a[href=\"/run\"]");
    browser.press(ENTER);
    wait_for(&browser, "(1 letter)");
    // The list was changed for the last row alone.
    tab_to(&browser, "#number0");
    browser.write("1");
    browser.press(ENTER);
    // One has failed and one is in doubt, as before.
    wait_for(&browser, "accepted: 2");
    assert!(campaign.reached().contains(&"dee@example.org".to_owned()));
    // A part that is closed is opened, and what it holds is typed.
    tab_to(&browser, "summary");
    while text(&browser.run("return document.activeElement.textContent", &Value::Null)) != "Stop the campaign" {
        tab_to(&browser, "summary");
    }
    browser.press(ENTER);
    tab_to(&browser, "form[action=\"/run/halt\"] input");
    browser.write("the board asks");
    browser.press(ENTER);
    wait_for(&browser, "maria stopped the campaign");
    wait_for(&browser, "the board asks");
    browser.photograph(&screenshot("keyboard-stopped"));
}
