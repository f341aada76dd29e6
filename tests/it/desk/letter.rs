//! The letter at the desk, before it is sent.

use super::client::Desk;
use crate::harness::Campaign;

const HOSTILE: &str = "<script>alert(1)</script>";

/// A campaign in two languages, with a name that would be markup.
fn campaign() -> Campaign {
    Campaign::new()
        .recipients(&format!(
            "email,name,country,lang\nana@example.org,Ana {HOSTILE},FR,fr\nbo@example.org,Bo,BE,\ncy@example.org,Cy,DE,\n"
        ))
        .file("templates/letter.fr.md", "+++\nsubject = \"À {{recipient.name}}\"\n+++\n\nBonjour {{recipient.name}},\n")
        .server([])
}

#[test]
fn any_letter_is_shown_as_its_reader_gets_it_and_nothing_of_it_is_markup() {
    let campaign = campaign();
    let desk = Desk::open(&campaign, &[]);
    desk.get("/letter").shows("À Ana &lt;script&gt;").shows("Letter 1 of 3").hides("<script>alert");
    desk.get("/letter?n=2").shows("Dear Bo,").shows("href=\"/letter?n=3\"").shows("href=\"/letter?n=1\"");
    desk.get("/letter?q=cy").shows("Dear Cy,").shows("Letter 1 of 1");
    desk.get("/letter?lang=fr").shows("Bonjour Ana").shows("Letter 1 of 1");
    desk.get("/letter?lang=en&n=99").shows("Dear Cy,").shows("Letter 2 of 2");
    desk.get("/letter?q=nobody").shows("<h1>Letter</h1>").hides("<iframe");
    let links = desk.get("/letter?n=2").body;
    let links: Vec<&str> = links.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(links.iter().all(|link| !link.contains('@')), "{links:?}");
}

#[test]
fn the_letter_in_its_frame_can_do_nothing() {
    let campaign = campaign();
    let desk = Desk::open(&campaign, &[]);
    let page = desk.get("/letter").shows("<iframe class=\"letter\" sandbox src=\"/letter/page?n=1\"");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-src 'self'"), "{policy}");
    let letter = desk.get("/letter/page?n=1").shows("Bonjour Ana").hides("<script>alert");
    let policy = letter.header("content-security-policy").unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none';"), "{policy}");
    assert_eq!(letter.header("x-frame-options"), Some("SAMEORIGIN"));
    assert_eq!(desk.get("/letter/page?q=nobody").status, 404);
    for path in ["/letter", "/letter/page?n=1", "/inbox"] {
        let stranger = desk.ask("GET", path, &[("Host", &desk.host)], "");
        assert_eq!(stranger.status, 403, "{path}");
    }
}

#[test]
fn what_check_says_stands_beside_the_letter_with_its_place_and_is_gone_once_it_is_mended() {
    let campaign = campaign();
    let desk = Desk::open(&campaign, &[]);
    campaign.write("templates/letter.md", "+++\nsubject = \"Hello\"\n+++\n\nDear {{recipient.nmae}},\n");
    desk.get("/letter").shows("templates/letter.md:5:").shows("recipient.nmae").hides("<iframe");
    campaign.write("templates/letter.md", "+++\nsubject = \"Hello\"\n+++\n\nDear {{recipient.name}},\n");
    desk.get("/letter?n=2").shows("Dear Bo,").hides("recipient.nmae");
}

#[test]
fn what_is_different_from_what_was_sent_is_shown_line_by_line() {
    let campaign = campaign();
    let desk = Desk::open(&campaign, &[]);
    desk.get("/letter").hides("Changed since");
    campaign.run(&["send", "--yes"]).exits(0);
    desk.get("/letter").shows("Changed since the letter was sent").shows("Nothing is different");
    campaign
        .write("templates/letter.fr.md", "+++\nsubject = \"À {{recipient.name}}\"\n+++\n\nChère {{recipient.name}},\n");
    let page = desk.get("/letter?n=2").shows("<del>- Bonjour {{recipient.name}},</del>");
    page.shows("<ins>+ Chère {{recipient.name}},</ins>");
}
