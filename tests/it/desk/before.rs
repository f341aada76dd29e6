//! What the desk shows before the first letter leaves, and how its pages are turned and follow what changes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::client::Desk;
use super::pages::mixed;
use crate::harness::Campaign;

/// The names in the table.
fn names(desk: &Desk, path: &str) -> Vec<String> {
    let body = desk.get(path).body;
    let rows = body.split("<th scope=\"row\">").skip(1);
    rows.map(|row| row.split("<bdi>").nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}

#[test]
fn before_the_first_letter_leaves_the_table_is_the_list_with_what_the_plan_makes_of_each() {
    let campaign = Campaign::new()
        .recipients(
            "email,name,organisation,country,tags\nana@example.org,Ana,Åland Watch,FR,mep\nana@example.org,Ana again,,FR,\n\
             bo@example.org,Bo,Delta,DE,\n,Nobody,,DE,\ncy@example.org,Cy,,DE,mep\n",
        )
        .server([]);
    campaign.run(&["suppress", "bo@example.org"]).exits(0);
    let desk = Desk::open(&campaign, &[]);
    let page =
        desk.get("/recipients").shows("Nothing was sent yet: this is the list").shows("5 recipients. Page 1 of 1");
    assert_eq!(page.body.matches(">not yet<").count(), 2);
    let page = page.shows(">gets none<").shows("Address is in another row too (2)");
    let page = page.shows("Not to be written to").shows("No address in the list");
    page.hides("@example.org").hides("%40").hides("name=\"pick\"");
    for (query, found) in [
        ("?q=ÅLAND", &["Ana"][..]),
        ("?q=example+bo", &["Bo"]),
        ("?country=de", &["Bo", "Nobody", "Cy"]),
        ("?tag=mep&country=de", &["Cy"]),
        ("?q=nobody-is-so", &[]),
        ("?page=2", &[]),
    ] {
        assert_eq!(names(&desk, &format!("/recipients{query}")), found, "{query}");
    }
    // The letter of a row is found by its number: no link holds an address.
    let link = desk.get("/recipients?q=Cy").body;
    let link = link.split("href=\"/letter?n=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    desk.get(&format!("/letter?n={link}")).shows("Dear Cy");
    let letter = std::fs::read_to_string(campaign.path("templates/letter.md")).unwrap();
    campaign.write("templates/letter.md", letter.replace("recipient.name", "recipient.nam"));
    desk.get("/recipients").shows("templates/letter.md:2:").shows("The lists or letters have faults");
}

#[test]
fn while_a_long_list_is_looked_at_the_overview_does_not_say_that_nothing_needs_anybody() {
    let campaign = Campaign::new().many_recipients(150_000).server([]);
    let desk = Desk::open(&campaign, &[]);
    desk.get("/").shows("The lists and letters are still being looked at").hides("Nothing needs you");
    let is_known = || !desk.get("/").body.contains("still being looked at");
    assert!((0..60).any(|_| is_known()), "it never ends");
    desk.get("/").shows("Nothing needs you");
    // The table waits no longer than a moment either, and then reads no further than it shows.
    assert!((0..60).any(|_| !desk.get("/recipients").body.contains("still being looked at")), "it never ends");
    desk.get("/recipients").shows("150,000 recipients. Page 1 of 3,000").shows(">Person 50<").hides(">Person 51<");
    desk.get("/recipients?page=3000").shows(">Person 150000<").hides("rel=\"next\"");
    desk.get("/recipients?q=Person+6").shows("Page 1<").shows("rel=\"next\"");
    campaign.write("lists/recipients.csv", "email,name\nana@example.org,Ana\n");
    desk.get("/recipients").shows("1 recipient. Page 1 of 1").hides(">Person 50<");
}

#[test]
fn every_row_stands_on_one_page_however_the_table_is_put_in_order_and_turned() {
    let campaign = Campaign::new().many_recipients(170).server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    for n in [3, 60, 61, 120, 170] {
        campaign.run(&["mark", &format!("r{n:04}@d{:02}.example.org", n % 20), "replied"]).exits(0);
    }
    let desk = Desk::open(&campaign, &[]);
    let link = |path: &str, rel: &str| -> Option<String> {
        let body = desk.get(path).body;
        let before = body.split(&format!("\" rel=\"{rel}\"")).next().filter(|before| before.len() < body.len())?;
        Some(before.rsplit('"').next().unwrap().replace("&amp;", "&"))
    };
    for query in
        ["", "?sort=name", "?sort=organisation", "?sort=attempted", "?sort=answered", "?state=accepted", "?q=person"]
    {
        let mut pages = vec![format!("/recipients{query}")];
        while let Some(next) = link(pages.last().unwrap(), "next") {
            pages.push(next);
        }
        assert_eq!(pages.len(), 4, "{query}: {pages:?}");
        let shown: Vec<Vec<String>> = pages.iter().map(|page| names(&desk, page)).collect();
        let mut all = shown.concat();
        assert_eq!(all.len(), 170, "{query}");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 170, "{query}: one stands twice");
        // Backwards, the same pages are met.
        let (mut at, mut page) = (3, pages[3].clone());
        while let Some(previous) = link(&page, "prev") {
            (at, page) = (at - 1, previous);
            assert_eq!(names(&desk, &page), shown[at], "{query} {page}");
        }
        assert_eq!(at, 0, "{query}");
    }
    assert_eq!(names(&desk, "/recipients?answer=replied").len(), 5);
    desk.get("/recipients?sort=name&page=3&after=nothing").shows("Page 3 of 4");
}

#[test]
fn the_overview_has_the_picture_of_the_report() {
    let campaign = mixed();
    campaign.run(&["mark", "ana@example.org", "replied"]).exits(0);
    let desk = Desk::open(&campaign, &[]);
    let path =
        |page: &str| page.split("class=\"sent\" d=\"M0 220").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let overview = desk.get("/").shows("Sent and answered over time").body;
    assert_eq!(path(&overview), path(&campaign.run(&["report"]).exits(0).stdout));
    // What happens is on it at once.
    campaign.run(&["mark", "ana@example.org", "--undo"]).exits(0);
    desk.get("/").shows("Answered: <strong>0</strong>");
}

#[test]
fn a_letter_s_page_is_told_when_its_files_change() {
    let campaign = Campaign::new().server([]);
    let desk = Desk::open(&campaign, &[]);
    let page = desk.get("/letter").shows("Dear Ana").body;
    let events = page.split("data-alive=\"").nth(1).unwrap().split('"').next().unwrap();
    let mut stream = TcpStream::connect(&desk.host).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let request = format!("GET {events} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", desk.host, desk.cookie);
    stream.write_all(request.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    // What changed before anybody followed is told too.
    campaign.write("templates/letter.md", "+++\nsubject = \"To {{recipient.nam}}\"\n+++\nDear\n");
    lines.find(|line| line == "event: changed").unwrap();
    desk.get("/letter").shows("templates/letter.md:2:");
    campaign.write("campaign.toml", "id = 1\n");
    lines.find(|line| line == "event: changed").unwrap();
}
