//! What is written from right to left stands so, in a table, on a recipient's page and in a letter, and turns nothing of
//! what stands around it.

use serde_json::{Value, json};

use super::desk::{url, wait_for};
use super::driver::{Browser, Scheme, View};
use super::screenshot;
use crate::desk::client::Desk;
use crate::harness::{Campaign, text};

const WIDE: View = View { width: 1280, scheme: Scheme::Light };
const NARROW: View = View { width: 320, scheme: Scheme::Light };

/// Where the first letters of a text stand: how far from the left and from the right end of what holds them.
const STANDS: &str = "
    const [sought, holder] = arguments[0];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(sought);
      if (at < 0 || !node.parentElement.checkVisibility() || !node.parentElement.closest(holder)) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const letter = range.getBoundingClientRect();
      const box = node.parentElement.closest(holder).getBoundingClientRect();
      return [letter.left - box.left, box.right - letter.right];
    }
    return null;";

/// Whether the first letter of a text stands nearer to the right end of what holds it.
#[track_caller]
fn begins_at_the_right(browser: &Browser, sought: &str, holder: &str) -> bool {
    let stands = browser.run(STANDS, &json!([sought, holder]));
    let ends = stands.as_array().unwrap_or_else(|| panic!("not shown: {sought} in {holder}"));
    ends[1].as_f64().unwrap() < ends[0].as_f64().unwrap()
}

fn campaign() -> Campaign {
    let rows = "email,name,organisation,lang,country\nwazir@water.example,الوزير سامي,وزارة المياه (٢٠٢٧),ar,EG\n\
        dana@knesset.example,דנה כהן,הכנסת [א],en,IL\nana@example.org,Ana,Delta,en,FR\n";
    Campaign::new()
        .recipients(rows)
        .file(
            "templates/letter.ar.md",
            "+++\nsubject = \"إلى {{recipient.name}}\"\n+++\n\nالسيد {{recipient.name}}، نطلب منكم وقف المشروع.\n\n- أوقفوا الترخيص\n- انشروا الأرقام\n",
        )
        .server([])
}

#[test]
fn what_runs_from_right_to_left_is_shown_so_and_turns_nothing_else() {
    let Some(browser) = Browser::start() else { return };
    let campaign = campaign();
    let desk = Desk::open(&campaign, &[]);
    browser.look(WIDE);
    browser.visit(&url(&desk, &desk.first));
    // The letter before it is sent: its text line by line, and the page in its frame.
    browser.visit(&url(&desk, "/letter?lang=ar"));
    wait_for(&browser, "السيد");
    assert!(begins_at_the_right(&browser, "السيد", "pre"), "the text of the letter");
    assert_eq!(text(&browser.run("return document.documentElement.dir", &Value::Null)), "ltr", "the page is English");
    browser.photograph(&screenshot("rtl-letter"));
    browser.visit(&url(&desk, "/letter/page?lang=ar&n=1"));
    assert!(begins_at_the_right(&browser, "السيد", "body"), "the letter in its frame");
    browser.visit(&url(&desk, "/run"));
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.run(&["mark", "dana@knesset.example", "declined", "--note", "התקשרו: \"לא\" (0471)"]).exits(0);
    for view in [WIDE, NARROW] {
        browser.look(view);
        browser.visit(&url(&desk, "/recipients"));
        wait_for(&browser, "الوزير سامي");
        let directions = "return [...document.querySelectorAll('tbody th a')].map((link) => {
            const box = link.getBoundingClientRect(), cell = link.closest('th').getBoundingClientRect();
            return [link.textContent, getComputedStyle(link.querySelector('bdi')).direction, box.left - cell.left < 20];
        })";
        // Each name runs as it is written, and stands where names stand.
        assert_eq!(
            browser.run(directions, &Value::Null),
            json!([["الوزير سامي", "rtl", true], ["דנה כהן", "rtl", true], ["Ana", "ltr", true]])
        );
        browser.photograph(&screenshot(&format!("rtl-recipients-{}", view.name())));
        browser.visit(&url(&desk, &desk.page_of("דנה כהן")));
        wait_for(&browser, "0471");
        let note =
            "const note = [...document.querySelectorAll('dd.lines bdi')].find((e) => e.textContent.includes('0471'));
            return getComputedStyle(note).direction";
        assert_eq!(text(&browser.run(note, &Value::Null)), "rtl");
        let field = "return [...document.querySelectorAll('textarea')].map((e) => getComputedStyle(e).direction)";
        let fields = browser.run(field, &Value::Null);
        assert!(fields.as_array().unwrap().contains(&json!("rtl")), "the note is written as it runs: {fields}");
        browser.photograph(&screenshot(&format!("rtl-recipient-{}", view.name())));
        let wide = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        assert_eq!(browser.run(wide, &Value::Null), json!(false));
    }
    // The letter as it was sent.
    let wazir = desk.page_of("الوزير سامي");
    browser.look(WIDE);
    browser.visit(&url(&desk, &format!("{wazir}/letter/0")));
    assert!(begins_at_the_right(&browser, "السيد", "body"), "the letter as it was sent");
    let list = "return getComputedStyle(document.querySelector('li')).direction";
    assert_eq!(text(&browser.run(list, &Value::Null)), "rtl");
    browser.photograph(&screenshot("rtl-sent"));
}
