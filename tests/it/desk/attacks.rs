//! Every form of the desk, under every attack: nothing is changed, and nothing runs.

use undersigned::web::paths;

use super::client::{Desk, encode};
use super::hostile::{HOSTILE, nothing_runs};
use super::runs::wait_for;
use super::scenes::{self, Form, forms, is_of};
use crate::harness::Campaign;

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

/// The token of each form.
fn tokens(desk: &Desk, forms: &[Form]) -> Vec<String> {
    let token = |(page, action, _): &Form| {
        let hidden = desk.get(page).form(action).hidden;
        hidden.into_iter().find(|(name, _)| name == "form").unwrap().1
    };
    forms.iter().map(token).collect()
}

/// What a form is sent with.
fn body(token: &str, fields: &[(&str, String)]) -> String {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    encode(&[&[("form", token)][..], &fields].concat())
}

/// Sends each form as others would; each is refused. `old` are tokens of an earlier desk.
fn attack(desk: &Desk, all: &[Form], old: &[String]) {
    let own = tokens(desk, all);
    let of_the_list = desk.get("/suppressions").form("/suppressions").hidden[0].1.clone();
    let (host, cookie) = (desk.host.as_str(), desk.cookie.as_str());
    let origin = format!("http://{host}");
    let port = host.split(':').nth(1).unwrap();
    let (rebound, other_port) =
        (format!("evil.example:{port}"), format!("http://127.0.0.1:{}", port.parse::<u16>().unwrap() ^ 1));
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let ours = vec![("Host", host), ("Cookie", cookie), ("Origin", origin.as_str()), kind];
    let with = |more: &[(&'static str, &'static str)]| [&ours[..], more].concat();
    let instead = |origin: &'static str| vec![("Host", host), ("Cookie", cookie), ("Origin", origin), kind];
    for (at, (_, action, fields)) in all.iter().enumerate() {
        let right = body(&own[at], fields);
        let of_another = if action == "/suppressions" { &own[(at + 1) % own.len()] } else { &of_the_list };
        for (what, headers, body) in [
            ("another origin", instead("https://evil.example"), &right),
            ("no origin's", instead("null"), &right),
            ("another port's", vec![("Host", host), ("Cookie", cookie), ("Origin", other_port.as_str()), kind], &right),
            ("another port's, without saying so", with(&[("Sec-Fetch-Site", "same-site")]), &right),
            ("another site's, without saying so", with(&[("Sec-Fetch-Site", "cross-site")]), &right),
            (
                "another port's, as if by a link",
                with(&[
                    ("Sec-Fetch-Site", "same-site"),
                    ("Sec-Fetch-Mode", "navigate"),
                    ("Sec-Fetch-Dest", "document"),
                ]),
                &right,
            ),
            ("another host", vec![("Host", "evil.example"), ("Cookie", cookie), kind], &right),
            ("a name that was made point here", vec![("Host", rebound.as_str()), ("Cookie", cookie), kind], &right),
            ("no cookie", vec![("Host", host), ("Origin", origin.as_str()), kind], &right),
            (
                "another desk's cookie",
                vec![("Host", host), ("Cookie", "desk-1=00"), ("Origin", origin.as_str()), kind],
                &right,
            ),
            ("no token", ours.clone(), &body("", fields)),
            ("another form's token", ours.clone(), &body(of_another, fields)),
            ("an old form", ours.clone(), &body(&old[at], fields)),
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
}

/// Attacks each form of a campaign, and sees that nothing is changed by it, and that each is one that works. Gives the
/// paths that were tried.
fn under_attack(campaign: &Campaign, forms: fn(&Desk) -> Vec<Form>) -> Vec<String> {
    let old = Desk::open(campaign, &[]);
    // Paths with keys are the same in each run of the desk.
    let old_tokens = tokens(&old, &forms(&old));
    drop(old);
    let desk = Desk::open(campaign, &[]);
    let (before, all) = (state(campaign), forms(&desk));
    attack(&desk, &all, &old_tokens);
    assert_eq!(state(campaign), before);
    for (token, (_, action, fields)) in tokens(&desk, &all).iter().zip(&all) {
        let headers = [
            ("Host", desk.host.as_str()),
            ("Cookie", &desk.cookie),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Sec-Fetch-Site", "same-origin"),
        ];
        assert_eq!(desk.ask("POST", action, &headers, &body(token, fields)).status, 303, "{action}");
    }
    assert_ne!(state(campaign).0, before.0);
    all.into_iter().map(|(_, action, _)| action).collect()
}

#[test]
fn no_form_is_taken_that_comes_from_elsewhere_or_has_not_its_own_token() {
    let mut tried = under_attack(&scenes::lying(), forms);
    tried.extend(under_attack(&scenes::stopped(), scenes::of_a_stopped_one));
    // A run goes on, whoever wishes to stop it.
    let campaign = scenes::slow();
    let desk = Desk::open(&campaign, &[]);
    desk.fill_in("/run", "/run/send", &[("number", "30")]);
    wait_for(&desk, "First letter is being sent.");
    let all = scenes::of_a_run(&desk);
    let foreign: Vec<String> = all.iter().map(|_| "aaaaaaaaaaaaaaaa".to_owned()).collect();
    attack(&desk, &all, &foreign);
    wait_for(&desk, "The run is done.");
    assert_eq!(campaign.received().len(), 30);
    tried.extend(all.into_iter().map(|(_, action, _)| action));
    // No form is left out: these are the paths of the program itself.
    let (_, known) = paths();
    let untried: Vec<&str> = known.into_iter().filter(|known| !tried.iter().any(|path| is_of(path, known))).collect();
    assert_eq!(untried, Vec::<&str>::new(), "forms that no attack was tried on");
}

#[test]
fn ten_thousand_characters_in_any_field_change_nothing() {
    for (campaign, forms) in
        [(scenes::lying(), forms as fn(&Desk) -> Vec<Form>), (scenes::stopped(), scenes::of_a_stopped_one)]
    {
        let desk = Desk::open(&campaign, &[]);
        let (before, all) = (state(&campaign), forms(&desk));
        for (token, (_, action, fields)) in tokens(&desk, &all).iter().zip(&all) {
            // A field that the form does not have is none the less read.
            for long in fields.iter().map(|(name, _)| *name).chain(["unheard-of"]) {
                let value = "x".repeat(10_000);
                let mut filled: Vec<(&str, String)> =
                    fields.iter().filter(|(name, _)| *name != long).cloned().collect();
                filled.push((long, value));
                let filled: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let answer = desk.post(action, &[&[("form", token.as_str())][..], &filled].concat());
                assert_eq!(answer.status, 422, "{action} {long}");
                nothing_runs(&answer);
            }
        }
        assert_eq!(state(&campaign), before);
    }
}

#[test]
fn markup_and_marks_of_direction_in_any_field_stay_text() {
    let campaign = scenes::lying();
    let sent = campaign.received().len();
    let desk = Desk::open(&campaign, &[]);
    for hostile in HOSTILE {
        for (page, action, fields) in forms(&desk) {
            let Some(form) =
                desk.get(&page).body.contains(&format!("action=\"{action}")).then(|| desk.get(&page).form(&action))
            else {
                continue;
            };
            for (spoiled, _) in fields.iter().filter(|(name, _)| *name != "typed") {
                let filled =
                    fields.iter().map(|(name, text)| (*name, if name == spoiled { hostile } else { text.as_str() }));
                // Nothing is sent: the number that is typed is never that of the letters.
                let filled = filled.filter(|(name, _)| *name != "number" && *name != "address" && *name != "typed");
                let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                let hidden = hidden.filter(|(name, _)| name != spoiled);
                let all: Vec<(&str, &str)> = hidden.chain(filled).collect();
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
        let query = encode(
            &["q", "by", "said", "after", "lang", "n", "state", "country", "column", "value", "only", "limit", "all"]
                .map(|name| (name, hostile)),
        );
        for page in ["/", "/recipients", "/suppressions", "/inbox", "/run", "/letter", "/report", "/log", "/approval"] {
            let answer = desk.get(&format!("{page}?{query}"));
            assert_eq!(answer.status, 200, "{page}");
            nothing_runs(&answer);
        }
    }
    assert_eq!(campaign.received().len(), sent, "nothing is sent");
}
