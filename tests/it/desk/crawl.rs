//! Whoever follows every link of the desk, of a campaign all of whose material is hostile, meets nothing that runs, no
//! address in a link, and no link that leads nowhere.

use std::collections::BTreeSet;

use super::client::{Answer, Desk};
use super::hostile::{HOSTILE, nothing_runs};
use crate::answered::inbox;
use crate::harness::Campaign;
use crate::mails::{answer, letter, report};

const US: &str = "letters@coalition.example";
/// So many pages are looked at, at the most.
const PAGES: usize = 400;

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A campaign with something hostile, or very long, in each field of its lists and mails.
fn hostile() -> Campaign {
    // A cell has no more characters than `check` lets it have; a mail has as many as it has.
    let (long, longer) = ("long ".repeat(90), "long ".repeat(2_000));
    let texts: Vec<&str> = HOSTILE.into_iter().chain([long.trim()]).collect();
    let columns = ["name", "salutation", "title", "role", "organisation", "country", "tags", "party"];
    let mut rows = vec![format!("id,email,{}", columns.join(","))];
    for (at, text) in texts.iter().enumerate() {
        let cells: Vec<String> = columns.iter().map(|_| cell(text)).collect();
        // An id has no line breaks, and is bounded.
        let id: String = format!("{at} {text}").chars().take(60).collect();
        rows.push(format!("{},r{at}@example.org,{}", cell(&id), cells.join(",")));
    }
    let signatories: Vec<String> = texts.iter().map(|text| format!("{},{}", cell(text), cell(text))).collect();
    let campaign = Campaign::new()
        .recipients(&format!("{}\n", rows.join("\n")))
        .file("lists/signatories.csv", format!("name,representative\n{}\n", signatories.join("\n")))
        .file(
            "templates/letter.md",
            "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\nDear {{recipient.name}} of {{recipient.party}}, {{recipient.role}}\n",
        )
        .settings("[inbox]\nmbox = \"inbox.mbox\"\n[[follow_up]]\nafter = \"7 days\"\ntemplate = \"templates/letter.md\"\n")
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let mut mails = Vec::new();
    for text in texts.into_iter().chain([longer.as_str()]) {
        let line = text.replace(['\r', '\n'], " ");
        let thread = format!("In-Reply-To: <{}>\n", letter(&campaign, "r0@example.org").id);
        for (from, thread) in [("r0@example.org", thread.as_str()), ("pat@example.org", ""), ("shop@away.example", "")]
        {
            let mail = answer(from, US, thread, &line).replace("Re: To Ana", &format!("Re: To {line}"));
            mails.push(
                mail.replace(&format!("From: {from}"), &format!("From: \"{}\" <{from}>", line.replace('"', "'"))),
            );
        }
        let bounced = report(US, "r1@example.org", "failed", "5.1.1", Some(&letter(&campaign, "r1@example.org").id));
        mails.push(
            bounced.replace("Diagnostic-Code: smtp; 550 5.1.1 no", &format!("Diagnostic-Code: smtp; 550 5.1.1 {line}")),
        );
    }
    inbox(&campaign, mails);
    campaign.run(&["sync"]);
    campaign.run(&["mark", "r2@example.org", "declined", "--note", HOSTILE[0]]).exits(0);
    campaign.run(&["suppress", "r3@example.org", "--reason", HOSTILE[1]]).exits(0);
    campaign.run(&["approval", "--agreed", HOSTILE[0], "--note", HOSTILE[4]]).exits(0);
    campaign
}

/// Where the links of a page lead to.
fn links(page: &Answer) -> Vec<String> {
    let found = ["href=\"", "src=\""].into_iter().flat_map(|name| page.body.split(name).skip(1));
    let found = found.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
    found.filter(|link| link.starts_with('/')).map(|link| link.split('#').next().unwrap().to_owned()).collect()
}

#[test]
fn whoever_follows_every_link_meets_nothing_that_runs_and_no_address() {
    let campaign = hostile();
    let desk = Desk::open(&campaign, &[]);
    let mut seen = BTreeSet::new();
    let mut to_see = vec!["/".to_owned(), "/log".to_owned(), "/suppressions".to_owned(), "/approval".to_owned()];
    while let Some(path) = to_see.pop() {
        // A table whose page is chosen by its filters has the same links.
        if seen.len() > PAGES || !seen.insert(path.clone()) || path.contains(".xlsx") || path.ends_with("/pdf") {
            continue;
        }
        assert!(!path.contains('@') && !path.to_lowercase().contains("%40"), "{path}");
        let page = desk.get(&path);
        assert_eq!(page.status, 200, "{path}: {page:?}");
        let kind = page.header("content-type").unwrap_or_default().to_owned();
        let policy = page.header("content-security-policy").unwrap().to_owned();
        if !kind.starts_with("text/html") {
            continue;
        }
        if policy.starts_with("sandbox") {
            // A page of its own, which runs nothing, whatever it holds: and it holds no script.
            assert!(!page.body.contains("<script") && !page.body.contains("onerror=alert(1)>"), "{path}");
            continue;
        }
        nothing_runs(&page);
        assert!(!page.body.contains("long ".repeat(600).as_str()) || path != "/recipients", "{path} is very long");
        to_see.extend(links(&page));
    }
    for wanted in ["/recipients", "/log", "/inbox", "/run", "/letter", "/report", "/approval", "/approval/page"] {
        assert!(seen.contains(wanted), "{wanted}: {seen:?}");
    }
    assert!(seen.iter().any(|path| path.ends_with("/letter/0/text")), "{seen:?}");
}
