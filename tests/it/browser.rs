//! Letters as a browser shows them: on a telephone and in a wide window, by day and by night, and with no more than
//! mail programs know.
//!
//! The pictures that are taken lie under `target/screenshots`, for people to look at.

#[cfg(unix)]
mod desk;
pub mod drawing;
mod driver;
#[cfg(unix)]
mod keyboard;
pub mod letters;
#[cfg(unix)]
mod right_to_left;
#[cfg(unix)]
mod tasks;
#[cfg(unix)]
mod whole;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::harness::material;
use driver::{Browser, Scheme, View};
use letters::Page;

const MEASURE: &str = include_str!("browser/measure.js");
const LEAST: &str = include_str!("browser/least.js");

fn screenshot(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots").join(name).with_extension("png")
}

/// What is wrong with the page that is open.
fn measure(browser: &Browser, width: u32) -> Vec<String> {
    let found = browser.run(MEASURE, &json!(width));
    found.as_array().unwrap().iter().map(crate::harness::text).collect()
}

#[test]
fn every_letter_is_whole_and_readable_on_every_screen_by_day_and_by_night() {
    let Some(browser) = Browser::start() else { return };
    let wrong = look_at(&browser, letters::all());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is wrong with pages in all views; takes a picture of each.
fn look_at(browser: &Browser, pages: Vec<Page>) -> Vec<String> {
    let mut wrong = Vec::new();
    for Page { name, file } in pages {
        browser.open(&file);
        for view in View::ALL {
            browser.look(view);
            browser.photograph(&screenshot(&format!("{name}-{}", view.name())));
            wrong
                .extend(measure(browser, view.width).into_iter().map(|what| format!("{name} {}: {what}", view.name())));
        }
    }
    wrong
}

#[test]
fn every_letter_is_readable_with_no_more_than_outlook_and_gmail_know() {
    let Some(browser) = Browser::start() else { return };
    let mut wrong = Vec::new();
    for Page { name, file } in letters::all() {
        for (program, width) in [("outlook", 600), ("outlook", 1000), ("gmail", 320)] {
            browser.look(View { width, scheme: Scheme::Light });
            browser.open(&file);
            browser.run(LEAST, &json!(program));
            browser.photograph(&screenshot(&format!("{name}-{program}-{width}")));
            let found = measure(&browser, width).into_iter();
            // Outlook knows no greatest width: there, letters are as wide as the window.
            let found = found.filter(|what| program != "outlook" || !what.starts_with("lines of"));
            wrong.extend(found.map(|what| format!("{name} {program} {width}: {what}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What axe-core says of pages, by day and by night, without the rules that are off.
fn judge(browser: &Browser, axe: &str, pages: Vec<Page>, off: &[&str]) -> Vec<String> {
    let off: serde_json::Map<String, Value> =
        off.iter().map(|rule| ((*rule).to_owned(), json!({ "enabled": false }))).collect();
    let mut wrong = Vec::new();
    for Page { name, file } in pages {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let view = View { width: 1200, scheme };
            browser.look(view);
            browser.open(&file);
            browser.run(axe, &Value::Null);
            let found = browser.wait_for(&format!(
                "const done = arguments[0];
                 axe.run(document, {{ rules: {} }}).then(
                   result => done(result.violations.map(({{ id, nodes }}) => `${{id}}: ${{nodes[0].html}}`)
                     .concat(result.passes.length > 10 ? [] : 'few rules were tried')),
                   error => done([String(error)]));",
                Value::Object(off.clone())
            ));
            wrong.extend(found.as_array().unwrap().iter().map(|what| format!("{name} {}: {what}", view.name())));
        }
    }
    wrong
}

fn axe() -> Option<String> {
    Some(std::fs::read_to_string(material("UNDERSIGNED_AXE")?.join("axe.min.js")).unwrap())
}

#[test]
fn no_letter_breaks_a_rule_of_accessibility() {
    let (Some(axe), Some(browser)) = (axe(), Browser::start()) else { return };
    // Not of a letter, which is shown within a mail program's page: its landmarks, and a heading of the first level.
    let off = ["region", "landmark-one-main", "page-has-heading-one"];
    let wrong = judge(&browser, &axe, letters::all(), &off);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_page_for_the_public_and_no_index_breaks_a_rule_of_accessibility() {
    let (Some(axe), Some(browser)) = (axe(), Browser::start()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let wrong = judge(&browser, &axe, letters::pages(folder.path()), &[]);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_page_for_the_public_and_every_index_is_whole_on_every_screen() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let wrong = look_at(&browser, letters::pages(folder.path()));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_wrong_with_a_page_is_seen() {
    let Some(browser) = Browser::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let good = letters::sample(folder.path()).remove(0);
    let sound = std::fs::read_to_string(&good.file).unwrap();
    let spoiled = folder.path().join("spoiled.html");
    for (from, to, seen) in [
        ("max-width: 560px", "width: 560px", "the page is 600 px wide in a window of 320"),
        ("word-break: break-word;\">", "overflow: hidden; height: 300px\">", "cut off: "),
        ("<p ", "<p><img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\"></p><p ", "is not shown"),
        ("color: #1f1f1f;font", "color: #888888;font", "a contrast of 3.54"),
        ("font-size: 17px", "font-size: 9px", "9 px is too small to read"),
        ("@media (prefers-color-scheme: dark)", "@media print", "the page is light where the reader prefers dark"),
        ("<body", "<body dir=\"rtl\"", "BODY does not run ltr"),
        ("lang=\"en\"", "", "the language is not told"),
        ("<p ", "<h1>One</h1><h3>Three</h3><p ", "a heading of level 3 after one of 1"),
        ("color: #0b4f8a;\"", "text-decoration: none\"", "not underlined: "),
    ] {
        assert!(sound.contains(from), "{from}");
        std::fs::write(&spoiled, sound.replacen(from, to, if from == "<p " { 1 } else { 2 })).unwrap();
        browser.open(&spoiled);
        browser.look(View { width: 320, scheme: Scheme::Dark });
        let mut found = measure(&browser, 320);
        browser.look(View { width: 320, scheme: Scheme::Light });
        found.extend(measure(&browser, 320));
        assert!(found.iter().any(|what| what.contains(seen)), "{to}: not seen: {seen}\n{found:#?}");
    }
    let uneven = "<div class=\"columns\" style=\"columns: 2\"><ul style=\"margin: 0\"><li style=\"position: relative; top: 9px\">a</li>\
        <li>b</li></ul></div><p style=\"margin: 0\">c</p>";
    let (letter, end) = sound.rsplit_once("</div>").unwrap();
    std::fs::write(&spoiled, format!("{letter}{uneven}</div>{end}")).unwrap();
    browser.open(&spoiled);
    browser.look(View { width: 1200, scheme: Scheme::Light });
    let found = measure(&browser, 1200);
    for seen in ["columns begin at ", "px below the columns"] {
        assert!(found.iter().any(|what| what.contains(seen)), "not seen: {seen}\n{found:#?}");
    }
    std::fs::write(&spoiled, sound.replace("max-width: 560px", "max-width: 900px")).unwrap();
    browser.open(&spoiled);
    browser.look(View { width: 1200, scheme: Scheme::Light });
    assert!(measure(&browser, 1200).iter().any(|what| what.starts_with("lines of ")));
}
