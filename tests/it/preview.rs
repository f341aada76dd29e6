//! `preview`: letters in a folder with a page that leads to them, in the browser, and beside each other.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::harness::Campaign;
use crate::session::Session;

const LETTER: &str = "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\nDear {{recipient.name}},\n\n\
    please act for the **{{recipient.organisation}}** before the ice melts.\n\n{{> signatories}}\n";

/// Four recipients: one in French, one for whose language there is no letter, one whose cells are hostile, one who is
/// suppressed.
fn campaign() -> Campaign {
    Campaign::new()
        .settings("[lists]\nsuppressions = \"lists/suppressions.csv\"\n")
        .recipients(
            "id,email,name,organisation,lang,attachments\na,ana@example.org,Ana,Delta Office,,files/annex.txt\nb,bo@example.org,Bo,Bureau,fr,\n\
             \"<c>\",cy@example.org,\"Cy \"\"<img src=x>\",Delta Desk,pl,\nd,di@example.net,Di,Office,,\n",
        )
        .file("files/annex.txt", "annex")
        .file("lists/suppressions.csv", "email,reason\n@example.net,asked to <b>stop</b>\n")
        .file("templates/letter.md", LETTER)
        .file("templates/letter.fr.md", "+++\nsubject = \"À {{recipient.name}}\"\n+++\n\nBonjour.\n")
}

/// How the names of one letter's files end, in all its forms.
const ENDINGS: &[&str] = if cfg!(feature = "pdf") { &["eml", "html", "pdf", "txt"] } else { &["eml", "html", "txt"] };

/// The index without the links to PDFs, which not every program has.
fn without_pdf(index: &str) -> String {
    let mut parts = index.split("<a href=\"");
    let mut kept = parts.next().unwrap().to_owned();
    for part in parts {
        let (link, behind) = part.split_once("</a>").unwrap();
        if link.contains(".pdf\"") {
            kept.push_str(behind);
        } else {
            kept.extend(["<a href=\"", part]);
        }
    }
    kept
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_form_of_every_letter_is_written_and_a_page_leads_to_them() {
    let campaign = campaign();
    let out = campaign.path("out");
    campaign.run(&["preview", "--out", out.to_str().unwrap()]).exits(0).says("3 letters are in").says("index.html");
    let files = names(&out);
    let letters = ["0001-a", "0002-b", "0003-_c_"];
    let mut expected: Vec<String> =
        letters.iter().flat_map(|stem| ENDINGS.iter().map(move |ending| format!("{stem}.{ending}"))).collect();
    expected.push("index.html".to_owned());
    assert_eq!(files, expected);
    let index = fs::read_to_string(out.join("index.html")).unwrap();
    insta::assert_snapshot!("preview-index", without_pdf(index.split_once("<body>").unwrap().1));
    for file in files.iter().filter(|file| *file != "index.html") {
        assert!(index.contains(&format!("href=\"{file}\"")), "{file}");
    }
    for part in ["<script", "<img", "<b>", "url("] {
        assert!(!index.contains(part), "{part} is in\n{index}");
    }
    let message = mail_parser::MessageParser::new();
    let eml = fs::read(out.join("0002-b.eml")).unwrap();
    assert_eq!(message.parse(&eml).unwrap().subject(), Some("À Bo"));
    assert!(fs::read_to_string(out.join("0001-a.txt")).unwrap().contains("\nAttachments: annex.txt\n"));
}

#[test]
fn one_letter_or_one_form_is_written_where_no_more_is_asked_for() {
    let campaign = campaign();
    let (one, form) = (campaign.path("one"), campaign.path("form"));
    campaign.run(&["preview", "b", "--out", one.to_str().unwrap()]).exits(0).says("0001-b.html");
    assert_eq!(names(&one), ENDINGS.iter().map(|ending| format!("0001-b.{ending}")).collect::<Vec<_>>());
    campaign.run(&["preview", "--format", "text", "--out", form.to_str().unwrap()]).exits(0);
    assert_eq!(names(&form), ["0001-a.txt", "0002-b.txt", "0003-_c_.txt", "index.html"]);
}

#[test]
fn a_new_preview_takes_away_the_letters_of_the_one_before_and_nothing_else() {
    let campaign = Campaign::new();
    let out = campaign.path("out");
    let preview = || campaign.run(&["preview", "--format", "text", "--out", out.to_str().unwrap()]).exits(0);
    preview();
    assert_eq!(names(&out).len(), 4);
    let foreign = ["0009-mine.txt", "0002-mine.md", "notes.txt"];
    for name in foreign {
        campaign.write(&format!("out/{name}"), "mine");
    }
    let index = fs::read_to_string(out.join("index.html")).unwrap();
    let spoilt = index.replace(
        "<tbody>",
        "<tbody><a href=\"0002-mine.md\"></a><a href=\"notes.txt\"></a><a href=\"../0001-x.txt\"></a>",
    );
    campaign.write("out/index.html", spoilt);
    campaign.write("0001-x.txt", "mine");
    campaign.write("lists/recipients.csv", "email,name\ncy@example.org,Cy\n");
    preview();
    let left = names(&out);
    assert_eq!(left, ["0001-cy@example.org.txt", "0002-mine.md", "0009-mine.txt", "index.html", "notes.txt"]);
    assert!(campaign.path("0001-x.txt").exists());

    // A page that is no preview names nothing of ours.
    campaign.write("out/index.html", "<a href=\"0009-mine.txt\">mine</a>");
    preview();
    assert_eq!(names(&out), left);
}

#[cfg(unix)]
#[test]
fn a_folder_of_letters_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let campaign = campaign();
    let out = campaign.path("out");
    campaign.run(&["-q", "preview", "--out", out.to_str().unwrap()]).exits(0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&out), 0o700);
    for name in names(&out) {
        assert_eq!(mode(&out.join(&name)), 0o600, "{name}");
    }
}

#[test]
fn two_letters_are_compared_line_by_line() {
    let session = Session::begin();
    let campaign = campaign();
    let ran = campaign.run(&["preview", "--diff", "a", "cy@example.org"]).exits(0);
    insta::assert_snapshot!("preview-diff", ran.stdout);
    let coloured = campaign.run(&["--color", "always", "preview", "--diff", "a", "<c>"]).exits(0).stdout;
    assert!(coloured.contains("Office") && coloured.contains("\u{1b}[1m"), "{coloured}");
    campaign
        .run(&["preview", "--diff", "a", "b"])
        .exits(0)
        .prints("the letters are in different languages, en and fr")
        .prints("- Subject: To Ana")
        .prints("+ Subject: À Bo")
        .prints("- Attachments: annex.txt");
    campaign.run(&["preview", "--diff", "a", "z"]).exits(2).says("no recipient has the id or address `z`");
    campaign.run(&["preview", "--diff", "a"]).exits(2);
    campaign.run(&["preview", "--diff", "a", "b", "--out", "x"]).exits(2);
    session.reads("preview-diff");
}

#[cfg(target_os = "linux")]
#[test]
fn a_page_is_opened_in_the_browser_from_a_folder_that_others_cannot_enter() {
    use std::os::unix::fs::PermissionsExt;
    let campaign = campaign();
    let opened = campaign.path("opened");
    let browser = format!("#!/bin/sh\nprintf %s \"$1\" > '{0}.new' && mv '{0}.new' '{0}'\n", opened.display());
    let campaign = campaign.file("bin/xdg-open", browser);
    let program = campaign.path("bin/xdg-open");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let temporary = campaign.path("temporary");
    fs::create_dir(&temporary).unwrap();
    let campaign = campaign.environment("PATH", path).environment("TMPDIR", temporary.to_str().unwrap());
    let page = || {
        for _ in 0..500 {
            if let Ok(page) = fs::read_to_string(&opened) {
                fs::remove_file(&opened).unwrap();
                return page;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("no browser was started");
    };
    let ran = campaign.run(&["preview", "b", "--open"]).exits(0).says("for you alone");
    let letter = page();
    assert!(ran.stderr.contains(&letter) && ran.stdout.is_empty(), "{ran:?}");
    assert!(fs::read_to_string(&letter).unwrap().contains("Bonjour."));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let letter = Path::new(&letter);
    assert!(letter.starts_with(&temporary), "{}", letter.display());
    assert_eq!((mode(letter), mode(letter.parent().unwrap())), (0o600, 0o700));

    let out = campaign.path("out");
    campaign.run(&["preview", "--out", out.to_str().unwrap(), "--open"]).exits(0);
    assert_eq!(Path::new(&page()), out.join("index.html"));
    let nowhere = campaign.environment("PATH", "/nonexistent");
    nowhere.run(&["preview", "--open"]).exits(2).says("no browser could be started; open ").says("letter.html");
}
