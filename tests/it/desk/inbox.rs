//! What waits in the inbox, and what a person makes of it at the desk.

use super::client::{Desk, encode};
use super::forms::told;
use crate::answered::inbox;
use crate::harness::{Campaign, text};
use crate::mails::answer;

const US: &str = "letters@coalition.example";

/// A campaign to three people, in whose inbox lie mails of others at their addresses' domains: suggestions, and one
/// about nobody. What is in their subjects and first lines is hostile.
fn waiting() -> Campaign {
    let campaign = Campaign::new()
        .recipients("email,name\nana@ministry.example,Ana\nbo@parliament.example,Bo\ncy@office.example,Cy\n")
        .settings("[inbox]\nmbox = \"inbox.mbox\"\n")
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let hostile = "<script>alert(1)</script>\u{202e}";
    let odd = |from: &str, to: &str| {
        let mail = answer(from, US, "", &format!("{hostile} We agree."));
        let mail = mail.replace("Re: To Ana", &format!("Odp: To {to}"));
        mail.replace(&format!("From: {from}"), &format!("From: \"{hostile}\" <{from}>"))
    };
    inbox(
        &campaign,
        [
            odd("pat@ministry.example", "Ana"),
            odd("kim@parliament.example", "Bo"),
            odd("lee@office.example", "Cy"),
            answer("shop@elsewhere.example", US, "", "Buy now.").replace("Re: To Ana", "Offer <b>of</b> the day"),
        ],
    );
    campaign.run(&["sync"]);
    campaign
}

fn answer_of(campaign: &Campaign, recipient: &str) -> String {
    text(&campaign.row(recipient)["answer"])
}

#[test]
fn what_is_confirmed_at_the_desk_is_what_the_terminal_confirms() {
    let (here, there) = (waiting(), waiting());
    let desk = Desk::open(&here, &[]);
    desk.get("/inbox").shows("ana@ministry.example").shows("3 mails");
    desk.fill_in("/inbox", "/inbox", &[("confirm", "2")]).shows("1 suggestion is confirmed.").shows("2 mails");
    there.run(&["confirm", "2"]).exits(0);
    assert_eq!(told(&here), told(&there));
    assert_eq!(answer_of(&here, "ana@ministry.example"), "replied");
    // Several at once, by their boxes.
    let all = [("pick", "4"), ("pick", "6"), ("chosen", "confirm")];
    desk.fill_in("/inbox", "/inbox", &all).shows("2 suggestions are confirmed.").shows("Nothing waits.");
    there.run(&["confirm", "4", "6"]).exits(0);
    assert_eq!(told(&here), told(&there));
}

#[test]
fn what_was_confirmed_or_thrown_away_waits_again_when_that_is_undone() {
    let campaign = waiting();
    let desk = Desk::open(&campaign, &[]);
    desk.fill_in("/inbox", "/inbox", &[("confirm", "4")]);
    assert_eq!(answer_of(&campaign, "bo@parliament.example"), "replied");
    // The notice has the form that takes it back.
    desk.fill_in("/inbox?said=1", "/inbox", &[]).shows("1 suggestion waits again.").shows("3 mails");
    assert_eq!(answer_of(&campaign, "bo@parliament.example"), "none");
    desk.fill_in("/inbox", "/inbox", &[("dismiss", "4")]).shows("1 suggestion is dismissed.").shows("2 mails");
    desk.fill_in("/inbox?said=3", "/inbox", &[]).shows("1 suggestion waits again.").shows("3 mails");
    desk.fill_in("/inbox", "/inbox", &[("confirm", "4")]).shows("is confirmed");
    assert_eq!(answer_of(&campaign, "bo@parliament.example"), "replied");
    let events: Vec<String> = told(&campaign).1.iter().map(|event| text(&event["event"])).collect();
    for kind in ["taken-back", "dismissed", "waits-again"] {
        assert!(events.iter().any(|event| event == kind), "{kind}: {events:?}");
    }
}

#[test]
fn what_a_form_asks_for_that_does_not_wait_changes_nothing() {
    let campaign = waiting();
    let desk = Desk::open(&campaign, &[]);
    let before = told(&campaign);
    for fields in [&[("confirm", "77")][..], &[("confirm", "x")], &[("chosen", "confirm")], &[], &[("dismiss", "-1")]] {
        desk.fill_in("/inbox", "/inbox", fields).shows("role=\"alert\"").shows("3 mails");
    }
    assert_eq!(told(&campaign), before);
}

#[test]
fn nothing_in_a_mail_is_markup_and_nobody_confirms_without_the_form() {
    let campaign = waiting();
    let before = told(&campaign);
    let desk = Desk::open(&campaign, &[]);
    let page = desk.get("/inbox");
    for text in
        ["&lt;script&gt;alert(1)&lt;/script&gt;·", "Offer &lt;b&gt;of&lt;/b&gt; the day", "shop@elsewhere.example"]
    {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let page = page.hides("<script>alert").hides("<b>of").hides("\u{202e}");
    let links: Vec<&str> = page.body.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(links.iter().all(|link| !link.contains('@')), "{links:?}");
    let token = page.form("/inbox").hidden[0].1.clone();
    let origin = format!("http://{}", desk.host);
    let own =
        [("Host", desk.host.as_str()), ("Cookie", &desk.cookie), ("Content-Type", "application/x-www-form-urlencoded")];
    for (origin, token) in [(origin.as_str(), ""), (origin.as_str(), "aaaa"), ("https://evil.example", token.as_str())]
    {
        let headers = [&own[..], &[("Origin", origin)]].concat();
        let refused = desk.ask("POST", "/inbox", &headers, &encode(&[("form", token), ("confirm", "2")]));
        assert_eq!(refused.status, 403, "{origin} {token}: {refused:?}");
    }
    let reader = Desk::open(&campaign, &["--read-only"]);
    reader.get("/inbox").shows("ana@ministry.example").hides("<button name=\"confirm\"");
    let origin = format!("http://{}", reader.host);
    let headers = [
        ("Host", reader.host.as_str()),
        ("Cookie", &reader.cookie),
        ("Origin", &origin),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let token = reader.get("/inbox").form("/inbox").hidden[0].1.clone();
    let refused = reader.ask("POST", "/inbox", &headers, &encode(&[("form", &token), ("confirm", "2")]));
    assert_eq!(refused.status, 403, "{refused:?}");
    assert_eq!(told(&campaign), before);
}

#[test]
fn the_inbox_speaks_the_language_of_the_browser() {
    let desk_of = waiting();
    let desk = Desk::open(&desk_of, &[]);
    for (language, word) in [("fr", "Écarter"), ("de", "Verwerfen"), ("es", "Descartar"), ("en", "Dismiss")] {
        desk.get_in(language, "/inbox").shows(word);
    }
    desk.get("/").shows("href=\"/inbox\"");
}
