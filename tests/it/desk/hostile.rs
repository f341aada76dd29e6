//! Who must not come in, and what must not happen.

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::client::{Answer, Desk, encode};
use super::pages::mixed;
use crate::harness::Campaign;

/// What a list, a server or a form may hold that is none of the page's own.
pub const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'-alert(1)-'",
    "</title></textarea><script src=//evil.example></script>",
    "a\u{202e}gnp.exe\u{2066}\u{200f}",
    "{{frame}}{% include \"/etc/passwd\" %}",
];

#[test]
fn nobody_comes_in_without_the_token_or_its_cookie_or_from_elsewhere() {
    let campaign = mixed();
    let before = campaign.run(&["log", "--events"]).exits(0).stdout;
    let desk = Desk::open(&campaign, &[]);
    let ana = desk.page_of("Ana");
    let token = desk.get(&ana).form("/mark").hidden[0].1.clone();
    let (host, cookie) = (desk.host.as_str(), desk.cookie.as_str());
    let port = host.split(':').nth(1).unwrap();
    let (other_port, local) = (format!("127.0.0.1:{}", port.parse::<u16>().unwrap() ^ 1), format!("localhost:{port}"));
    let (origin, other_origin, local_origin) =
        (format!("http://{host}"), format!("http://{other_port}"), format!("http://{local}"));
    let long = "x".repeat(10_000);
    let (most, last) = cookie.split_at(cookie.len() - 1);
    let wrong_cookie = format!("{most}{}", if last == "0" { '1' } else { '0' });
    // Every page that there is.
    let key = ana.replace("/recipients/", "");
    let pages: Vec<String> =
        undersigned::web::paths().0.iter().map(|path| path.replace("{key}", &key).replace("{round}", "0")).collect();
    assert!(pages.contains(&"/log.xlsx".to_owned()) && pages.contains(&ana), "{pages:?}");
    let table: [(&str, &[(&str, &str)]); 17] = [
        ("no cookie", &[("Host", host)]),
        ("an empty cookie", &[("Host", host), ("Cookie", "")]),
        ("a wrong cookie", &[("Host", host), ("Cookie", &wrong_cookie)]),
        ("a long cookie", &[("Host", host), ("Cookie", &long)]),
        ("another host", &[("Host", "evil.example"), ("Cookie", cookie)]),
        ("another host with the port", &[("Host", &format!("evil.example:{port}")), ("Cookie", cookie)]),
        ("localhost", &[("Host", &local), ("Cookie", cookie)]),
        ("another port", &[("Host", &other_port), ("Cookie", cookie)]),
        ("two hosts", &[("Host", host), ("Host", "evil.example"), ("Cookie", cookie)]),
        ("another origin", &[("Host", host), ("Cookie", cookie), ("Origin", "https://evil.example")]),
        ("the origin of a frame", &[("Host", host), ("Cookie", cookie), ("Origin", "null")]),
        ("the origin of another port", &[("Host", host), ("Cookie", cookie), ("Origin", &other_origin)]),
        ("the origin of localhost", &[("Host", host), ("Cookie", cookie), ("Origin", &local_origin)]),
        ("another scheme", &[("Host", host), ("Cookie", cookie), ("Origin", &origin.replace("http", "https"))]),
        ("a page of another port", &[("Host", host), ("Cookie", cookie), ("Sec-Fetch-Site", "same-site")]),
        (
            "a frame of another port",
            &[
                ("Host", host),
                ("Cookie", cookie),
                ("Sec-Fetch-Site", "same-site"),
                ("Sec-Fetch-Mode", "navigate"),
                ("Sec-Fetch-Dest", "iframe"),
            ],
        ),
        ("two origins", &[("Host", host), ("Cookie", cookie), ("Origin", &origin), ("Origin", "null")]),
    ];
    for (what, headers) in table {
        for path in pages.iter().chain(["/nowhere".to_owned()].iter()) {
            let answer = desk.ask("GET", path, headers, "");
            assert!(answer.status == 403 || what == "two hosts" && answer.status == 400, "{what} {path}: {answer:?}");
            if answer.status == 403 {
                answer.hides("Ana").hides("Keep the delta");
            }
        }
        let form = ("Content-Type", "application/x-www-form-urlencoded");
        let body = encode(&[("form", &token), ("status", "replied")]);
        let answer = desk.ask("POST", &format!("{ana}/mark"), &[headers, &[form]].concat(), &body);
        assert!(matches!(answer.status, 403 | 400), "{what}: {answer:?}");
    }
    for first in ["/?token=", "/?token=x", &format!("{}0", desk.first), &desk.first.to_uppercase()] {
        assert_eq!(desk.ask("GET", first, &[("Host", host)], "").status, 403, "{first}");
    }
    assert_eq!(desk.ask("POST", &desk.first, &[("Host", host)], "").status, 403, "a token is no cookie");
    assert_eq!(desk.ask("GET", "/", &[("Cookie", cookie)], "").status, 403, "no host at all");
    assert_eq!(campaign.run(&["log", "--events"]).exits(0).stdout, before);
}

#[test]
fn two_desks_at_once_have_a_cookie_each_and_a_link_of_another_page_leads_in() {
    let (one, other) = (mixed(), mixed());
    let (one, other) = (Desk::open(&one, &[]), Desk::open(&other, &[]));
    // A browser sends the cookies of all ports of this machine.
    let both = format!("{}; {}", one.cookie, other.cookie);
    for desk in [&one, &other] {
        assert_eq!(desk.ask("GET", "/", &[("Host", &desk.host), ("Cookie", &both)], "").status, 200);
    }
    assert_ne!(one.cookie.split('=').next(), other.cookie.split('=').next(), "one takes the other's place");
    assert_eq!(one.ask("GET", "/", &[("Host", &one.host), ("Cookie", &other.cookie)], "").status, 403);
    let (_, secret) = other.cookie.split_once('=').unwrap();
    let (name, _) = one.cookie.split_once('=').unwrap();
    let stolen = format!("{name}={secret}");
    assert_eq!(one.ask("GET", "/", &[("Host", &one.host), ("Cookie", &stolen)], "").status, 403);
    // A terminal in a browser shows the first address as a link.
    let link = [
        ("Host", one.host.as_str()),
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "document"),
    ];
    assert_eq!(one.ask("GET", &one.first, &link, "").status, 303);
    let with_cookie = [&link[..], &[("Cookie", one.cookie.as_str())]].concat();
    assert_eq!(one.ask("GET", "/", &with_cookie, "").status, 200);
}

#[test]
fn the_token_is_gone_from_the_address_once_it_was_used() {
    let campaign = Campaign::new().server([]);
    let desk = Desk::open(&campaign, &[]);
    let ask = |path: &str| desk.ask("GET", path, &[("Host", &desk.host)], "");
    let welcome = ask(&desk.first);
    assert_eq!((welcome.status, welcome.header("location")), (303, Some("/")));
    let cookie = welcome.header("set-cookie").unwrap();
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
    let token = desk.first.split('=').nth(1).unwrap();
    assert!(!cookie.contains(token));
    let deep = ask(&format!("/recipients?q=a&token={token}&page=2"));
    assert_eq!(deep.header("location"), Some("/recipients?q=a&page=2"));
    // No address of another machine comes out of it.
    let slashes = ask(&format!("//evil.example/?token={token}"));
    assert!(matches!(slashes.header("location"), Some("/evil.example/") | None), "{slashes:?}");
}

#[test]
fn every_answer_tells_the_browser_to_run_and_fetch_nothing_of_others() {
    let campaign = mixed();
    let desk = Desk::open(&campaign, &[]);
    let ana = desk.page_of("Ana");
    for path in ["/", "/recipients", &ana, "/run", "/log.csv", "/nowhere", "/recipients/x"] {
        let page = desk.get(path);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(page.header(name), Some(value), "{path}");
        }
        if page.header("content-type") == Some("text/html; charset=utf-8") {
            nothing_runs(&page);
        }
    }
}

/// A page has one script, from itself, and no style, handler or address of others in it.
#[track_caller]
pub fn nothing_runs(page: &Answer) {
    let body = &page.body;
    assert_eq!(body.matches("<script").count(), 1, "{body}");
    assert!(body.contains("<script src=\"/desk.js\" defer></script>"), "{body}");
    // Its style is the one that the policy knows by its digest.
    let (head, rest) = body.split_once("<style>").unwrap();
    let (style, rest) = rest.split_once("</style>").unwrap();
    let digest = BASE64.encode(&Sha256::digest(style));
    assert!(page.header("content-security-policy").unwrap().contains(&format!("style-src 'sha256-{digest}';")));
    let body = format!("{head}{rest}");
    for tag in body.split('<').skip(1).map(|tag| tag.split('>').next().unwrap()) {
        // What stands in quotes is a value, whatever it says; where an address leads to is looked at.
        let names: String = tag.split('"').step_by(2).collect();
        let values = tag.split('"').skip(1).step_by(2);
        for wrong in [" style=", " on", "img ", "style", "base "] {
            let is_wrong = names.starts_with(wrong) || (wrong.starts_with(' ') && names.contains(wrong));
            assert!(!is_wrong, "{wrong}: <{tag}>");
        }
        for (at, value) in values.enumerate() {
            let name = names.split('=').nth(at).unwrap_or_default();
            let is_address = ["href", "src", "action"].iter().any(|known| name.ends_with(known));
            let is_own =
                value.starts_with('/') && !value.starts_with("//") || value.starts_with('#') || value == "data:,";
            assert!(!is_address || is_own, "<{tag}>");
        }
    }
}

#[test]
fn a_form_is_taken_with_its_own_token_alone() {
    let campaign = mixed();
    let before = campaign.run(&["log", "--events"]).exits(0).stdout;
    let old = Desk::open(&campaign, &[]);
    let ana = old.page_of("Ana");
    let of_the_old = old.get(&ana).form("/mark").hidden[0].1.clone();
    drop(old);
    let desk = Desk::open(&campaign, &[]);
    let page = desk.get(&ana);
    let (mark, note) = (page.form("/mark").hidden[0].1.clone(), page.form("/note").hidden[0].1.clone());
    let of_bo = desk.get(&desk.page_of("Bo")).form("/mark").hidden[0].1.clone();
    let path = format!("{ana}/mark");
    for (what, token) in [
        ("none", ""),
        ("that of another form", &note),
        ("that of another recipient", &of_bo),
        ("that of an earlier desk", &of_the_old),
        ("a part of it", &mark[1..]),
        ("a long one", &"a".repeat(10_000)),
    ] {
        assert_eq!(desk.post(&path, &[("form", token), ("status", "replied")]).status, 403, "{what}");
    }
    assert_eq!(desk.post(&path, &[("status", "replied")]).status, 403);
    let headers = [("Host", desk.host.as_str()), ("Cookie", &desk.cookie)];
    for (what, kind) in
        [("JSON", "application/json"), ("text", "text/plain"), ("files", "multipart/form-data; boundary=x")]
    {
        let headers = [&headers[..], &[("Content-Type", kind)]].concat();
        let answer = desk.ask("POST", &path, &headers, &encode(&[("form", &mark), ("status", "replied")]));
        assert_eq!(answer.status, 403, "{what}");
    }
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        let status = desk.ask(method, &path, &headers, "").status;
        assert!(matches!(status, 403 | 405), "{method}: {status}");
    }
    // By the address alone, nothing is changed.
    assert_eq!(desk.get(&format!("{path}?form={mark}&status=replied")).status, 405);
    assert_eq!(campaign.run(&["log", "--events"]).exits(0).stdout, before);
    assert_eq!(desk.post(&path, &[("form", &mark), ("status", "replied")]).status, 303, "with its own it is");
}

#[test]
fn values_of_ten_thousand_characters_change_nothing() {
    let campaign = mixed();
    let before = campaign.run(&["log", "--events"]).exits(0).stdout;
    let desk = Desk::open(&campaign, &[]);
    let (ana, cy) = (desk.page_of("Ana"), desk.page_of("Cy"));
    let long = "ü".repeat(10_000);
    for (page, form, field) in [
        (&ana, "/mark", "note"),
        (&ana, "/mark", "status"),
        (&ana, "/mark", "on"),
        (&ana, "/note", "note"),
        (&ana, "/suppress", "reason"),
        (&cy, "/resolve", "as"),
        (&"/recipients".to_owned(), "/recipients", "pick"),
    ] {
        let form = desk.get(page).form(form);
        let answer = desk.post(&form.action, &[("form", &form.hidden[0].1), ("status", "replied"), (field, &long)]);
        assert_eq!(answer.status, 422, "{page} {field}");
        answer.shows("A field holds more than 4,000 characters");
    }
    let huge = "x".repeat(1_000_000);
    let form = desk.get(&ana).form("/note");
    let answer = desk.post(&form.action, &[("form", &form.hidden[0].1), ("note", &huge)]);
    assert_eq!(answer.status, 403);
    for field in ["q", "state", "answer", "round", "country", "tag", "sort", "page", "said"] {
        assert_eq!(desk.get(&format!("/recipients?{field}={}", "x".repeat(10_000))).status, 200, "{field}");
    }
    assert_eq!(campaign.run(&["log", "--events"]).exits(0).stdout, before);
}

#[test]
fn what_lists_servers_and_people_write_stays_text() {
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let rows: Vec<String> = HOSTILE
        .iter()
        .enumerate()
        .map(|(n, text)| format!("r{n}@example.org,{},{},{}", cell(text), cell(text), cell(text)))
        .collect();
    let list = format!("email,name,organisation,country\n{}\n", rows.join("\n"));
    let campaign = Campaign::new().recipients(&list).server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let desk = Desk::open(&campaign, &[]);
    let table = desk.get("/recipients");
    nothing_runs(&table);
    let table = table.shows("&lt;script&gt;alert(1)&lt;/script&gt;").shows("a·gnp.exe··").hides("\u{202e}");
    let keys: Vec<String> = table
        .body
        .split("href=\"/recipients/")
        .skip(1)
        .map(|rest| format!("/recipients/{}", rest.split('"').next().unwrap()))
        .collect();
    assert_eq!(keys.len(), HOSTILE.len());
    for (path, text) in keys.iter().zip(HOSTILE) {
        nothing_runs(&desk.get(path));
        for (form, fields) in
            [("/mark", &[("status", "acknowledged"), ("note", text)][..]), ("/suppress", &[("reason", text)])]
        {
            nothing_runs(&desk.fill_in(path, form, fields));
        }
        nothing_runs(&desk.get(path));
        let query = encode(&[("q", text), ("country", text), ("tag", text), ("sort", text), ("said", text)]);
        nothing_runs(&desk.get(&format!("/recipients?{query}")));
        nothing_runs(&desk.get(&format!("/run?{}", encode(&[("limit", text), ("only", text), ("round", text)]))));
    }
    assert_eq!(campaign.events().iter().filter(|event| event["event"] == "suppressed").count(), HOSTILE.len());
}
