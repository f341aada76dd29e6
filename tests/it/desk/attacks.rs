//! Every form of the desk, under every attack: nothing is changed, and nothing runs.

use super::client::{Desk, encode};
use super::hostile::{HOSTILE, nothing_runs};
use super::pages::mixed;
use crate::harness::Campaign;

/// A form: on which page it stands, where it is sent to, and its fields with what a person would write.
type Form = (String, String, Vec<(&'static str, String)>);

/// Each form of the desk.
fn forms(desk: &Desk) -> Vec<Form> {
    let (ana, bo, cy) = (desk.page_of("Ana"), desk.page_of("Bo"), desk.page_of("Cy"));
    let key = bo.replace("/recipients/", "");
    let own = |text: &str| text.to_owned();
    vec![
        (
            ana.clone(),
            format!("{ana}/mark"),
            vec![("status", own("replied")), ("note", own("n")), ("on", own("2026-01-05"))],
        ),
        (ana.clone(), format!("{ana}/note"), vec![("note", own("a note"))]),
        (ana.clone(), format!("{ana}/suppress"), vec![("reason", own("asked"))]),
        (ana.clone(), format!("{ana}/forget"), vec![("typed", own("ana@example.org"))]),
        (cy.clone(), format!("{cy}/resolve"), vec![("as", own("accepted")), ("round", own("0"))]),
        (own("/recipients"), own("/recipients"), vec![("pick", key), ("status", own("declined"))]),
        (own("/suppressions"), own("/suppressions"), vec![("whom", own("@elsewhere.example")), ("reason", own("r"))]),
        (
            own("/letter"),
            own("/run/test"),
            vec![("address", own("maria@coalition.example")), ("round", own("0")), ("as", own("ana@example.org"))],
        ),
        (own("/run"), own("/run/halt"), vec![("reason", own("the board asks"))]),
        (
            own("/run"),
            own("/run/send"),
            vec![("number", own("1")), ("round", own("0")), ("limit", own("1")), ("only", own("x"))],
        ),
    ]
}

/// A page without what stands in its fields.
fn outside_of_fields(page: &str) -> String {
    let mut rest = String::new();
    for (at, part) in page.split("<textarea").enumerate() {
        rest.push_str(if at == 0 { part } else { part.split_once("</textarea>").unwrap().1 });
    }
    let parts = rest.split("<input ").enumerate();
    parts.map(|(at, part)| if at == 0 { part } else { part.split_once('>').unwrap().1 }).collect()
}

/// All that a change would leave a trace in.
fn state(campaign: &Campaign) -> (String, String, usize) {
    let events = campaign.run(&["log", "--events"]).exits(0).stdout;
    let log = campaign.run(&["log", "--format", "csv"]).exits(0).stdout;
    (events, log, campaign.received().len())
}

/// Three letters as in `mixed`, one more that is to be sent, and the log of then.
fn campaign() -> Campaign {
    let campaign = mixed();
    let list = std::fs::read_to_string(campaign.path("lists/recipients.csv")).unwrap();
    campaign.write("lists/recipients.csv", format!("{list}dee@example.org,Dee,,DE,\n"));
    campaign
}

#[test]
fn no_form_is_taken_that_comes_from_elsewhere_or_has_not_its_own_token() {
    let campaign = campaign();
    let old = Desk::open(&campaign, &[]);
    // Paths with keys are the same in each run of the desk.
    let old_tokens: Vec<String> = forms(&old)
        .iter()
        .map(|(page, action, _)| {
            old.get(page).form(action).hidden.iter().find(|(name, _)| name == "form").unwrap().1.clone()
        })
        .collect();
    drop(old);
    let desk = Desk::open(&campaign, &[]);
    let before = state(&campaign);
    let (host, cookie) = (desk.host.as_str(), desk.cookie.as_str());
    let origin = format!("http://{host}");
    let port = host.split(':').nth(1).unwrap();
    let (rebound, other_port) =
        (format!("evil.example:{port}"), format!("http://127.0.0.1:{}", port.parse::<u16>().unwrap() ^ 1));
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let all = forms(&desk);
    for (at, (page, action, fields)) in all.iter().enumerate() {
        let token = desk.get(page).form(action).hidden.iter().find(|(name, _)| name == "form").unwrap().1.clone();
        let other = all.iter().find(|(_, other, _)| other != action).unwrap();
        let of_another = desk.get(&other.0).form(&other.1).hidden[0].1.clone();
        let body = |token: &str| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            encode(&[&[("form", token)][..], &fields].concat())
        };
        let right = body(&token);
        for (what, headers, body) in [
            (
                "another origin",
                vec![("Host", host), ("Cookie", cookie), ("Origin", "https://evil.example"), kind],
                &right,
            ),
            ("no origin's", vec![("Host", host), ("Cookie", cookie), ("Origin", "null"), kind], &right),
            ("another port's", vec![("Host", host), ("Cookie", cookie), ("Origin", other_port.as_str()), kind], &right),
            ("another host", vec![("Host", "evil.example"), ("Cookie", cookie), kind], &right),
            ("a name that was made point here", vec![("Host", rebound.as_str()), ("Cookie", cookie), kind], &right),
            ("no cookie", vec![("Host", host), ("Origin", origin.as_str()), kind], &right),
            (
                "another desk's cookie",
                vec![("Host", host), ("Cookie", "desk-1=00"), ("Origin", origin.as_str()), kind],
                &right,
            ),
            ("no token", vec![("Host", host), ("Cookie", cookie), ("Origin", origin.as_str()), kind], &body("")),
            (
                "another form's token",
                vec![("Host", host), ("Cookie", cookie), ("Origin", origin.as_str()), kind],
                &body(&of_another),
            ),
            (
                "an old form",
                vec![("Host", host), ("Cookie", cookie), ("Origin", origin.as_str()), kind],
                &body(&old_tokens[at]),
            ),
            (
                "plain text",
                vec![("Host", host), ("Cookie", cookie), ("Origin", origin.as_str()), ("Content-Type", "text/plain")],
                &right,
            ),
        ] {
            let answer = desk.ask("POST", action, &headers, body);
            assert_eq!(answer.status, 403, "{what}: {action}: {answer:?}");
        }
        let by_address = desk.get(&format!("{action}?{right}"));
        assert!(matches!(by_address.status, 200 | 405), "{action}: {by_address:?}");
    }
    assert_eq!(state(&campaign), before);
}

#[test]
fn ten_thousand_characters_in_any_field_change_nothing() {
    let campaign = campaign();
    let desk = Desk::open(&campaign, &[]);
    let before = state(&campaign);
    for (page, action, fields) in forms(&desk) {
        let form = desk.get(&page).form(&action);
        let token = form.hidden.iter().find(|(name, _)| name == "form").unwrap().1.clone();
        for (long, _) in &fields {
            let value = "x".repeat(10_000);
            let filled =
                fields.iter().map(|(name, text)| (*name, if name == long { value.as_str() } else { text.as_str() }));
            let all: Vec<(&str, &str)> = [("form", token.as_str())].into_iter().chain(filled).collect();
            let answer = desk.post(&form.action, &all);
            assert_eq!(answer.status, 422, "{action} {long}");
            nothing_runs(&answer);
        }
    }
    assert_eq!(state(&campaign), before);
}

#[test]
fn markup_and_marks_of_direction_in_any_field_stay_text() {
    let campaign = campaign();
    let sent = campaign.received().len();
    let desk = Desk::open(&campaign, &[]);
    for hostile in HOSTILE {
        for (page, action, fields) in forms(&desk) {
            let Some(form) =
                desk.get(&page).body.contains(&format!("action=\"{action}")).then(|| desk.get(&page).form(&action))
            else {
                continue;
            };
            let token = form.hidden.iter().find(|(name, _)| name == "form").unwrap().1.clone();
            for (spoiled, _) in fields.iter().filter(|(name, _)| *name != "typed") {
                let filled =
                    fields.iter().map(|(name, text)| (*name, if name == spoiled { hostile } else { text.as_str() }));
                // Nothing is sent: the number that is typed is never that of the letters.
                let filled = filled.filter(|(name, _)| *name != "number" && *name != "address" && *name != "typed");
                let all: Vec<(&str, &str)> = [("form", token.as_str())].into_iter().chain(filled).collect();
                let answer = desk.post(&form.action, &all);
                assert!(matches!(answer.status, 303 | 422), "{action} {spoiled}: {answer:?}");
                let shown = answer.header("location").map_or(answer.body.clone(), |next| desk.get(next).body);
                // What a field holds is the value itself, by itself.
                let shown = outside_of_fields(&shown);
                assert!(!shown.contains('\u{202e}'), "{action} {spoiled}: {shown}");
                if let Some(next) = answer.header("location") {
                    nothing_runs(&desk.get(next));
                }
            }
        }
        for page in ["/", "/recipients", "/suppressions", "/inbox", "/run", "/letter", "/report"] {
            let query = encode(&[
                ("q", hostile),
                ("by", hostile),
                ("said", hostile),
                ("after", hostile),
                ("lang", hostile),
                ("n", hostile),
            ]);
            let answer = desk.get(&format!("{page}?{query}"));
            assert_eq!(answer.status, 200, "{page}");
            nothing_runs(&answer);
        }
    }
    assert_eq!(campaign.received().len(), sent, "nothing is sent");
}
