//! The log at the desk: a page, and the files that the terminal writes too.

use std::io::{Cursor, Read as _};

use super::client::Desk;
use super::pages::mixed;
use super::runs::wait_for;
use crate::harness::{Campaign, text};

/// Four people in two countries, of whom Cy has answered; a follow-up is due in three days.
fn sent() -> Campaign {
    let campaign = Campaign::new()
        .recipients(
            "email,name,country,Party\nana@example.org,Ana,FR,Green\nbo@example.org,Bo,BE,Red\n\
             cy@example.org,Cy,France,\ndi@example.org,Di,DE,Green\n",
        )
        .settings("[[follow_up]]\nafter = \"3 days\"\ntemplate = \"templates/letter.md\"\n")
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.run(&["mark", "cy@example.org", "replied", "--note", "by telephone"]).exits(0);
    campaign
}

/// The names in the table.
fn names(desk: &Desk, query: &str) -> Vec<String> {
    let body = desk.get(&format!("/log{query}")).body;
    let rows = body.split("<th scope=\"row\">").skip(1);
    rows.map(|row| row.split("<bdi>").nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}

#[test]
fn the_page_and_its_files_have_what_the_terminal_has() {
    let campaign = sent();
    let desk = Desk::open(&campaign, &[]);
    for (query, flags, found) in [
        ("", &[][..], &["Ana", "Bo", "Cy", "Di"][..]),
        ("?country=France", &["--where", "country=France"], &["Ana", "Cy"]),
        ("?country=fr&answer=none", &["--where", "country=fr", "--answer", "none"], &["Ana"]),
        ("?answer=replied", &["--answer", "replied"], &["Cy"]),
        ("?column=Party&value=green", &["--where", "party=green"], &["Ana", "Di"]),
        ("?column=Party", &["--where", "party="], &["Cy"]),
        ("?state=accepted&round=0", &["--state", "accepted", "--round", "0"], &["Ana", "Bo", "Cy", "Di"]),
        ("?state=failed", &["--state", "failed"], &[]),
        ("?country=Nowhere", &["--where", "country=Nowhere"], &[]),
    ] {
        assert_eq!(names(&desk, query), found, "{query}");
        let csv = desk.get(&format!("/log.csv{query}"));
        assert_eq!(csv.body, campaign.run(&[&["log", "--format", "csv"], flags].concat()).exits(0).stdout, "{query}");
        assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"log.csv\""));
    }
    let page = desk.get("/log?country=France").shows("href=\"/log.csv?country=France\"");
    page.shows("href=\"/log.xlsx?country=France\"").shows("by telephone").shows("replied, ").hides("@example.org");
    // What comes next, as the column `follow_up` says it.
    let due = text(&campaign.row("ana@example.org")["follow_up"]);
    assert!(due.starts_with("due "), "{due}");
    desk.get("/log").shows(">Follow-up<").shows(">due ").shows(">stopped: replied<");
    // The same day, as each language writes it.
    let day: jiff::civil::Date = due.trim_start_matches("due ").parse().unwrap();
    let (d, y) = (day.day(), day.year());
    for (language, begins, ends) in [
        ("en", format!(">due {d} "), format!(" {y}<")),
        ("fr", format!(">prévue le {d} "), format!(" {y}<")),
        ("es", format!(">prevista el {d} "), format!(" {y}<")),
        ("de", format!(">fällig am {d:02}.{:02}.", day.month()), format!("{y}<")),
    ] {
        desk.get_in(language, "/log").shows(&begins).shows(&ends);
    }
    desk.get_in("de", "/log").shows("<h1>Protokoll</h1>").shows(">endet: ").shows(">fällig am ");
    desk.get("/recipients").shows("href=\"/log\"");
}

#[test]
fn the_spreadsheet_is_the_one_of_the_terminal() {
    let campaign = sent();
    let desk = Desk::open(&campaign, &[]);
    let sheet = |bytes: &[u8]| {
        let mut files = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut told = String::new();
        for name in ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"] {
            files.by_name(name).unwrap().read_to_string(&mut told).unwrap();
        }
        told
    };
    for (query, flags) in
        [("", &[][..]), ("?country=FR&answer=replied", &["--where", "country=FR", "--answer", "replied"])]
    {
        let out = campaign.path("log.xlsx");
        let all = [&["log", "--format", "xlsx", "--out", out.to_str().unwrap()], flags].concat();
        campaign.run(&all).exits(0);
        let here = desk.bytes(&format!("/log.xlsx{query}"));
        let at = here.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&here[..at]).to_ascii_lowercase();
        assert!(head.contains("spreadsheetml.sheet") && head.contains("filename=\"log.xlsx\""), "{head}");
        assert_eq!(sheet(&here[at + 4..]), sheet(&std::fs::read(&out).unwrap()), "{query}");
    }
}

#[test]
fn before_the_first_letter_the_log_is_empty_and_says_what_to_do() {
    let campaign = Campaign::new().server([]);
    let desk = Desk::open(&campaign, &[]);
    desk.get("/log").shows("Nothing was sent yet").shows("href=\"/run\"").hides("<table");
    assert_eq!(desk.get("/log.csv").body.lines().count(), 1, "the header alone");
    // A list that cannot be read is said on a page, and no file is begun.
    let campaign = sent();
    let desk = Desk::open(&campaign, &[]);
    let wrong = desk.get("/log.csv?column=Parti&value=x");
    assert_eq!(wrong.status, 422);
    wrong.shows("Parti").shows("Something is in the way").hides("Ana");
}

#[test]
fn a_long_log_comes_through_whole() {
    let campaign = Campaign::new().many_recipients(3_000).server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let desk = Desk::open(&campaign, &[]);
    let csv = desk.get("/log.csv");
    assert_eq!(csv.body, campaign.run(&["log", "--format", "csv"]).exits(0).stdout);
    assert_eq!(csv.header("content-length"), None, "it is sent as it is written");
    for (language, counted) in
        [("fr", "3\u{202f}000 lettres"), ("de", "3.000 Briefe"), ("es", "3000 cartas"), ("en", "3,000 letters")]
    {
        for page in ["/log", "/recipients"] {
            desk.get_in(language, page).shows(counted);
        }
    }
    let first = desk.get("/log").shows("3,000 letters. Page 1").shows("rel=\"next\"").hides("rel=\"prev\"");
    let next = first.body.split("href=\"").filter(|rest| rest.contains("rel=\"next\"")).last().unwrap();
    let second = desk.get(&next.split('"').next().unwrap().replace("&amp;", "&"));
    second.shows("Page 2").shows("Person 51<").hides("Person 50<");
}

#[test]
fn who_agrees_is_noted_with_the_version_that_they_saw() {
    let campaign = Campaign::new().server([]);
    let desk = Desk::open(&campaign, &[]);
    let page = desk.get("/approval").shows("Nobody has agreed yet.").shows("href=\"/approval/page\"");
    let version = page.body.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let handed = desk.get("/approval/page");
    assert_eq!(handed.body, campaign.run_aside(&["approval"]).exits(0).stdout);
    assert!(handed.header("content-security-policy").unwrap().starts_with("sandbox"));
    let saved = desk.get("/approval/page?save=yes");
    assert_eq!(saved.header("content-disposition"), Some("attachment; filename=\"approval.html\""));
    desk.fill_in("/approval", "/approval", &[]).shows("Write who agrees.");
    let agrees = [("person", "Noor Haddad"), ("note", "with the new title")];
    desk.fill_in("/approval", "/approval", &agrees).shows("It is noted that Noor Haddad agrees.").shows("Undo");
    desk.get("/approval").shows("to this version").shows("with the new title").shows("noted by maria");
    let status = campaign.run(&["status"]).exits(0).stdout;
    assert!(status.contains("Noor Haddad") && handed.body.contains(&version), "{status}");
    // Whoever has seen another version agrees to none.
    let form = desk.get("/approval").form("/approval");
    let letter = std::fs::read_to_string(campaign.path("templates/letter.md")).unwrap();
    campaign.write("templates/letter.md", letter.replace("please act", "please act now"));
    let mut fields: Vec<(&str, &str)> =
        form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("person", "Bo Lund"));
    let answer = desk.post("/approval", &fields);
    desk.get(answer.header("location").unwrap())
        .shows("The letter has changed since you looked at it.")
        .hides("Bo Lund");
    desk.get("/approval").shows(&format!("to another version, {version}"));
    // And it can be taken back.
    let take_back = [("person", "Noor Haddad"), ("undo", "yes")];
    desk.fill_in("/approval", "/approval", &take_back)
        .shows("taken back that Noor Haddad agreed")
        .shows("Nobody has agreed yet.");
    desk.get("/letter").shows("href=\"/approval\"");
}

#[test]
fn several_are_written_to_no_more_or_alone() {
    let campaign = mixed();
    let list = std::fs::read_to_string(campaign.path("lists/recipients.csv")).unwrap();
    let desk = Desk::open(&campaign, &[]);
    let key = |name: &str| desk.page_of(name).replace("/recipients/", "");
    let (ana, bo) = (key("Ana"), key("Bo"));
    let chosen = [("pick", ana.as_str()), ("pick", &bo), ("status", "suppress")];
    desk.fill_in("/recipients", "/recipients", &chosen).shows("2 addresses are written to no more.");
    desk.get("/suppressions").shows("ana@example.org").shows("bo@example.org").hides("cy@example.org");
    for address in ["ana@example.org", "bo@example.org"] {
        campaign.run(&["suppress", address, "--undo"]).exits(0);
    }
    // To those alone who failed: the plan first, and the number of letters to them.
    campaign.run(&["resolve", "bo@example.org", "--not-sent"]).exits(0);
    campaign.write("lists/recipients.csv", format!("{list}dee@example.org,Dee,,DE,\n"));
    let plan = desk.fill_in("/recipients", "/recipients", &[("pick", bo.as_str()), ("send", "yes")]);
    let plan = plan.shows("Only to the 1 recipient that you chose.").shows("(1 letter)");
    let form = plan.form("/run/send");
    let mut fields: Vec<(&str, &str)> =
        form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("number", "1"));
    assert_eq!(desk.post("/run/send", &fields).status, 303);
    wait_for(&desk, "some letters failed");
    assert_eq!(campaign.row("bo@example.org")["attempts"], 2);
    assert!(!campaign.reached().iter().any(|to| to == "dee@example.org"));
}
