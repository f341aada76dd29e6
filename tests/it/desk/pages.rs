//! What each page shows.

use undersigned::transport::sandbox::{Act, At, Fault, When};

use super::client::Desk;
use crate::harness::Campaign;

/// Ana has her letter, Bo's address does not exist, nobody knows of Cy's.
pub fn mixed() -> Campaign {
    let at = |to: &str, at, act| Fault::always(When::Recipient(to.to_owned()), at, act);
    let campaign = Campaign::new()
        .recipients("email,name,organisation,country,tags\nana@example.org,Ana,Åland Watch,FR,mep\nbo@example.org,Bo,Delta,FR,\ncy@example.org,Cy,,DE,mep\n")
        .server([
            at("bo@example.org", At::Rcpt, Act::Reply("550 5.1.1 no such user".to_owned())),
            at("cy@example.org", At::FinalDot, Act::Close),
        ]);
    campaign.run(&["send", "--yes"]).exits(1);
    campaign
}

#[test]
fn the_overview_says_where_the_campaign_stands_and_what_needs_a_person() {
    let campaign = Campaign::new().server([]);
    let desk = Desk::open(&campaign, &[]);
    desk.get("/")
        .shows("Nothing was sent yet")
        .shows("Nothing needs you now")
        .shows("<title>Overview · Keep the delta</title>");
    drop(desk);
    let campaign = mixed();
    let desk = Desk::open(&campaign, &[]);
    let page = desk.get("/");
    assert_eq!(page.status, 200);
    let page = page.shows("1 letter is in doubt").shows("1 letter failed").shows("href=\"/recipients?state=in-doubt\"");
    page.shows("First letter").shows("3 recipients").shows("33 %").hides("@example.org");
}

#[test]
fn the_overview_tells_of_faults_in_the_files_and_of_changes_since_the_first_letter() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let desk = Desk::open(&campaign, &[]);
    desk.get("/").hides("Files changed");
    let letter = std::fs::read_to_string(campaign.path("templates/letter.md")).unwrap();
    campaign.write("templates/letter.md", letter.replace("please act", "please act now"));
    desk.get("/").shows("Files changed since the first letter left: templates/letter.md");
    campaign.write("templates/letter.md", letter.replace("recipient.name", "recipient.nam"));
    desk.get("/").shows("templates/letter.md:2:").shows("The lists or letters have faults");
    campaign.write("campaign.toml", "id = 1\n");
    let page = desk.get("/");
    assert_eq!(page.status, 422);
    page.shows("campaign.toml:1:").shows("Something is in the way");
}

#[test]
fn the_table_is_searched_and_filtered_and_turned() {
    let campaign = mixed();
    let desk = Desk::open(&campaign, &[]);
    let names = |path: &str| -> Vec<String> {
        let body = desk.get(path).body;
        let rows = body.split("<th scope=\"row\">").skip(1);
        rows.map(|row| row.split("<bdi>").nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
    };
    for (query, found) in [
        ("", &["Ana", "Bo", "Cy"][..]),
        ("?q=ÅLAND", &["Ana"]),
        ("?q=example+Bo", &["Bo"]),
        ("?q=*", &[]),
        ("?state=failed", &["Bo"]),
        ("?state=in-doubt&state=failed", &["Bo", "Cy"]),
        ("?state=accepted", &["Ana"]),
        ("?answer=none", &["Ana", "Bo", "Cy"]),
        ("?answer=replied", &[]),
        ("?country=fr", &["Ana", "Bo"]),
        ("?country=France", &["Ana", "Bo"]),
        ("?country=Germany&answer=none", &["Cy"]),
        ("?country=fr&state=accepted", &["Ana"]),
        ("?tag=mep", &["Ana", "Cy"]),
        ("?round=1", &[]),
        ("?sort=name&country=FR", &["Ana", "Bo"]),
        ("?sort=attempted", &["Cy", "Bo", "Ana"]),
        ("?page=2", &[]),
    ] {
        let mut names = names(&format!("/recipients{query}"));
        if query == "?sort=attempted" {
            names.sort();
            names.reverse();
        }
        assert_eq!(names, found, "{query}");
    }
    desk.get("/recipients").shows("3 letters. Page 1 of 1").hides("@example.org").hides("%40");
    desk.get("/recipients?q=nobody").shows("Nobody is like that");
}

#[test]
fn a_long_table_has_pages() {
    let campaign = Campaign::new().many_recipients(120).server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let desk = Desk::open(&campaign, &[]);
    let first = desk.get("/recipients?sort=name").shows("120 letters. Page 1 of 3");
    assert_eq!(first.body.matches("name=\"pick\"").count(), 50);
    let first = first.shows("href=\"/recipients?sort=name&amp;page=2&amp;after=").hides("rel=\"prev\"");
    assert!(first.body.len() < 60_000, "{}", first.body.len());
    let last = desk.get("/recipients?page=3").shows("rel=\"prev\"").hides("rel=\"next\"");
    assert_eq!(last.body.matches("name=\"pick\"").count(), 20);
}

#[test]
fn one_recipient_is_shown_with_everything_that_happened() {
    let campaign = mixed();
    campaign.run(&["mark", "ana@example.org", "replied", "--note", "called on Monday"]).exits(0);
    let desk = Desk::open(&campaign, &[]);
    let path = desk.page_of("Ana");
    assert!(!path.contains("ana") && !path.contains('@'), "{path}");
    let page = desk.get(&path);
    assert_eq!(page.status, 200);
    let page = page.shows("<h1>Ana</h1>").shows("ana@example.org").shows("Åland Watch").shows("called on Monday");
    page.shows("attempt 1").shows("250").shows("The answer is: replied.").shows("maria");
    desk.get(&desk.page_of("Bo")).shows("550 5.1.1 no such user");
    desk.get(&desk.page_of("Cy")).shows("in doubt").shows("What became of it?");
    for wrong in ["/recipients/x", "/recipients/ana@example.org", "/recipients/aaaaaaaaaaaaaaaaaaaaaaaaaa", "/nowhere"]
    {
        assert_eq!(desk.get(wrong).status, 404, "{wrong}");
    }
}

#[test]
fn the_log_is_the_one_of_the_terminal() {
    let campaign = mixed();
    let desk = Desk::open(&campaign, &[]);
    let log = desk.get("/log.csv");
    assert_eq!(log.body, campaign.run(&["log", "--format", "csv"]).exits(0).stdout);
    assert_eq!(log.header("content-type"), Some("text/csv; charset=utf-8"));
}

#[test]
fn the_pages_speak_the_language_of_the_browser() {
    let campaign = mixed();
    let desk = Desk::open(&campaign, &[]);
    for (language, title, state) in [
        ("fr-BE,en;q=0.5", "Vue d’ensemble", "en doute"),
        ("de", "Übersicht", "ungewiss"),
        ("es-AR", "Resumen", "en duda"),
        ("nl", "Overview", "in-doubt"),
    ] {
        let page = desk.get_in(language, "/").shows(&format!("<h1>{title}</h1>")).shows(state);
        let tag = language.get(..2).filter(|tag| *tag != "nl").unwrap_or("en");
        page.shows(&format!("<html lang=\"{tag}\" dir=\"ltr\">"));
    }
}

#[test]
fn a_desk_for_reading_shows_no_form_and_takes_none() {
    let campaign = mixed();
    let before = campaign.run(&["log", "--events"]).exits(0).stdout;
    let open = Desk::open(&campaign, &[]);
    let path = open.page_of("Ana");
    let token = open.get(&path).form("/mark").hidden;
    drop(open);
    let desk = Desk::open(&campaign, &["--read-only"]);
    for page in ["/", "/recipients", &path, "/run"] {
        desk.get(page).shows("Read only").hides("method=\"post\"");
    }
    for action in ["mark", "note", "resolve", "suppress"] {
        let answer = desk.post(&format!("{path}/{action}"), &[("form", &token[0].1), ("status", "replied")]);
        assert_eq!(answer.status, 403);
        answer.shows("opened for reading only");
    }
    for path in ["/recipients", "/run/send", "/run/stop", "/run/stop-now", "/run/sync", "/nowhere"] {
        assert_eq!(desk.post(path, &[]).status, 403, "{path}");
    }
    assert_eq!(campaign.run(&["log", "--events"]).exits(0).stdout, before);
}

#[test]
fn the_desk_opens_for_a_campaign_that_is_sound_and_ends_when_it_is_told() {
    let campaign = Campaign::new().server([]);
    assert_eq!(Desk::open(&campaign, &[]).close(), "Ctrl-C ends it\n");
    let taken = Desk::open(&campaign, &[]);
    let port = taken.host.split(':').nth(1).unwrap();
    let refused = campaign.run(&["serve", "--no-open", "--port", port]).exits(2);
    refused.says(&format!("the port {port} of 127.0.0.1 cannot be had"));
    campaign.write("campaign.toml", "");
    campaign.run(&["serve", "--no-open"]).exits(2).says("campaign.toml");
}

#[test]
fn a_letter_is_shown_as_it_was_sent_whatever_became_of_its_files() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let sent = campaign.received().into_iter().find(|letter| letter.recipients[0] == "ana@example.org").unwrap();
    let desk = Desk::open(&campaign, &[]);
    let path = format!("{}/letter/0", desk.page_of("Ana"));
    let page = desk.get(&path).shows("Dear Ana").shows("please act");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none'") && !policy.contains("script"), "{policy}");
    assert_eq!(page.header("x-frame-options"), Some("SAMEORIGIN"));
    let source = desk.get(&format!("{path}/source"));
    assert_eq!(source.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(source.body.replace("\r\n", "\n"), String::from_utf8(sent.message).unwrap().replace("\r\n", "\n"));
    let letter = std::fs::read_to_string(campaign.path("templates/letter.md")).unwrap();
    campaign.write("templates/letter.md", letter.replace("please act", "do nothing"));
    campaign.write("lists/recipients.csv", "email,name\nana@example.org,Anabel\n");
    desk.get(&path).shows("Dear Ana,").shows("please act").hides("do nothing");
    desk.get(&format!("{path}/text")).shows("To Ana\n").shows("please act").hides("Anabel");
    assert_eq!(desk.get(&path.replace("/letter/0", "/letter/1")).status, 404);
}
