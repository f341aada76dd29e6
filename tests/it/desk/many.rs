//! More letters than a page looks through: it shows what it finds in a part of them, says so, and leads to the rest.

use super::client::{Answer, Desk};
use crate::harness::Campaign;

/// Where a link with these words leads to.
#[track_caller]
fn link(page: &Answer, words: &str) -> String {
    let links = page.body.split("<a href=\"").skip(1).map(|rest| rest.split_once("</a>").unwrap().0);
    let (path, _) = links
        .filter_map(|link| link.split_once("\">"))
        .find(|(_, text)| *text == words)
        .unwrap_or_else(|| panic!("no link says {words}: {}", page.body));
    path.replace("&amp;", "&")
}

#[test]
fn among_many_letters_it_is_looked_so_far_and_no_further_unless_somebody_says_so() {
    let campaign = Campaign::new().many_recipients(20_100).server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let desk = Desk::open(&campaign, &[]);
    // Whoever is named by id or address is found at once.
    let page = desk.get("/recipients?q=r20050@d10.example.org").shows("This is whose id or address that is.");
    page.shows(">Person 20050<");
    let mut page = desk.get("/recipients?q=Person+20050");
    let said = "5,000 letters were looked through; there may be others further on.";
    for _ in 0..4 {
        page = page.shows(said).hides(">Person 20050<");
        page = desk.get(&link(&page, "Look further"));
    }
    let found = page.shows(">Person 20050<").hides(said);
    let back = link(&found, "Previous");
    desk.get(&back).hides(">Person 20050<");
    // Or in one go.
    let first = desk.get("/recipients?q=Person+20050");
    let all = link(&first, "Look through all; this takes a while");
    desk.get(&all).shows(">Person 20050<").hides(said);
    // What an index has is whole as it is.
    desk.get("/recipients?state=accepted").shows("1 letter. Page 1 of 1").hides(said);
    let unordered = desk.get("/recipients?sort=name").shows("So many letters are shown as they stand in the list.");
    let unordered = unordered.shows(">Person 2<");
    let ordered = desk.get(&link(&unordered, "Put them in the order you chose; this takes a while"));
    ordered.shows(">Person 10000<").hides(">Person 2<");
    // The log does the same.
    let log = desk.get("/log?column=name&value=Person+20050").shows(said).hides(">Person 20050<");
    desk.get(&link(&log, "Look through all; this takes a while")).shows(">Person 20050<");
    // A file has all of it.
    let file = desk.get("/log.csv?column=name&value=Person+20050").body;
    assert_eq!(file.lines().count(), 2, "{file}");
}
