//! The public letter: what is in its folder, and what is never.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::harness::{Campaign, Ran};
use crate::pdf::output;
use crate::pictures::png;
use crate::session::Session;

const LETTER: &str = "+++\nsubject = \"Keep it, {{recipient.title}}\"\npreheader = \"A short word\"\n+++\n\n\
    {{recipient.salutation}},\n\nplease act.{{#if recipient.role}} As {{recipient.role}}.{{/if}}\n\n{{> signatories}}\n";
const RECIPIENTS: &str = "email,title,salutation,role,cc\nana@example.org,Ms,Dear Ana,Minister,desk@example.org\n";

/// A campaign with a public letter.
fn public() -> Campaign {
    Campaign::new()
        .file("templates/letter.md", LETTER)
        .recipients(RECIPIENTS)
        .settings("[publish.recipient.en]\ntitle = \"Ministers\"\nsalutation = \"Dear **Ministers**\"\n")
}

fn read(campaign: &Campaign, file: &str) -> String {
    fs::read_to_string(campaign.path("public").join(file)).unwrap()
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// Starts the sample campaign in a folder, and publishes it in a time zone.
fn publish_sample(workspace: &Path, time_zone: &str) -> PathBuf {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
        command.args(arguments).current_dir(workspace).env("TZ", time_zone).stdin(Stdio::null());
        Ran::new(command.output().unwrap()).exits(0)
    };
    run(&["init"]);
    run(&["publish"]);
    workspace.join("public")
}

/// Whether a file is the letter on paper, which a program makes that has PDF.
fn is_paper(name: &str) -> bool {
    name.starts_with("letter.") && name.ends_with("pdf")
}

#[test]
fn what_lies_beside_the_letter_is_published_only_where_it_is_asked_for() {
    let session = Session::begin();
    let campaign = public().file("templates/letter.bak.md", "+++\nsubject = \"Draft\"\n+++\nAsk Marta first.\n");
    let said = "templates/letter.bak.md is not published; `[publish.recipient.ba]` in campaign.toml";
    campaign.run(&["publish"]).exits(0).says(said);
    let names: Vec<String> = files(&campaign.path("public")).into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| !name.contains(".ba.")), "{names:?}");
    assert!(!read(&campaign, "index.html").contains("index.ba.html"));
    campaign.run(&["check"]).exits(0).says("nobody gets templates/letter.bak.md");
    session.reads("publish-beside");
}

#[test]
fn the_same_campaign_gives_the_same_bytes_wherever_and_whenever() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let other_place = other.path().join("a folder with another name");
    fs::create_dir(&other_place).unwrap();
    let published = files(&publish_sample(one.path(), "Pacific/Kiritimati"));
    assert_eq!(published, files(&publish_sample(&other_place, "America/Los_Angeles")));
    let names: Vec<&str> = published.iter().map(|(name, _)| name.as_str()).collect();
    let (papers, others): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| is_paper(name));
    assert_eq!(others, ["SHA256SUMS", "index.fr.html", "index.html", "signatories.csv"]);
    assert_eq!(papers, if cfg!(feature = "pdf") { &["letter.fr.pdf", "letter.pdf"][..] } else { &[] });
}

#[test]
fn nobody_who_is_written_to_and_nobody_who_is_not_to_be_published_is_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let published = publish_sample(folder.path(), "UTC");
    let signatories = folder.path().join("lists/signatories.csv");
    let list = fs::read_to_string(&signatories).unwrap().replacen("Coordinator,yes", "Coordinator,no", 1);
    fs::write(&signatories, list).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
    Ran::new(command.args(["publish"]).current_dir(folder.path()).output().unwrap()).exits(0);

    let mut secrets = vec!["Alliance for the Velma Delta".to_owned(), "Marta Oyelaran".to_owned()];
    secrets.push("2027-03-velma-delta".to_owned());
    for list in ["lists/recipients.csv", "lists/suppressions.csv"] {
        let text = fs::read_to_string(folder.path().join(list)).unwrap();
        let words = text.split([',', ';', ' ', '\n', '"']).filter(|word| word.contains('@'));
        secrets.extend(words.map(str::to_owned));
    }
    assert!(secrets.len() > 15, "{secrets:?}");
    for (name, content) in files(&published) {
        let content = if is_paper(&name) {
            let path = published.join(&name);
            let Some(text) = output("pdftotext", &["-layout", path.to_str().unwrap(), "-"]) else { continue };
            assert!(text.contains("Velma"), "{name}");
            text
        } else {
            String::from_utf8(content).unwrap()
        };
        for secret in &secrets {
            assert!(!content.contains(secret.as_str()), "`{secret}` is in {name}");
        }
    }
    let page = fs::read_to_string(published.join("index.html")).unwrap();
    assert!(page.contains("We, the 9 undersigned organisations"), "{page}");
}

#[test]
fn the_public_letter_addresses_whom_the_campaign_names_and_reads_the_words_as_data() {
    let campaign = public();
    campaign.run(&["publish"]).exits(0).says("index.html");
    let page = read(&campaign, "index.html");
    assert!(page.contains("<p>Dear **Ministers**,</p>"), "{page}");
    assert!(page.contains("<title>Keep it, Ministers</title>") && !page.contains("As "), "{page}");
    assert!(page.contains("<meta name=\"description\" content=\"A short word\">"), "{page}");
    assert!(page.contains("<li>Delta Watch (DW)</li>"), "{page}");
}

#[test]
fn a_column_that_is_printed_and_has_no_value_is_an_error_at_its_place() {
    let session = Session::begin();
    let campaign = public().file("templates/letter.md", LETTER.replace("please", "{{recipient.role}}, please"));
    let (place, said) = ("templates/letter.md:8:1: ", "the public letter has no value for `recipient.role`");
    let to_do = "`[publish.recipient.en]` in campaign.toml";
    campaign.run(&["publish"]).exits(2).says(&format!("{place}{said}")).says(to_do);
    // The letter can be sent all the same.
    campaign.run(&["check"]).exits(0).says(&format!("{place}`publish` stops here: {said}")).says(to_do);
    assert!(!campaign.path("public").exists());
    let empty = campaign.settings("role = \"\"\n");
    empty.run(&["publish"]).exits(0);
    assert!(read(&empty, "index.html").contains("<p>, please act.</p>"));
    session.reads("publish-no-value");
}

#[test]
fn an_address_is_never_a_part_of_the_public_letter() {
    for printed in ["{{recipient.email}}", "{{recipient.id}}", "{{default recipient.email \"x\"}}"] {
        let campaign = public().file("templates/letter.md", LETTER.replace("please", &format!("{printed} please")));
        campaign.run(&["publish"]).exits(2).says("templates/letter.md:8:1").says("is not public");
    }
}

#[test]
fn what_publish_is_told_is_checked() {
    let session = Session::begin();
    let with = |settings: &str| Campaign::new().settings(settings);
    with("[publish.recipient.en]\nnmae = \"x\"\n").run(&["check"]).exits(0).says(
        "campaign.toml:8:1: `publish` stops here: `nmae` is no column of lists/recipients.csv; did you mean `name`?",
    );
    with("[publish.recipient.en]\nname = \"x\"\n[publish.recipient.de]\nname = \"x\"\n").run(&["check"]).exits(0).says(
        "campaign.toml:9:20: `publish` stops here: `[publish.recipient.de]`: there is no letter in `de`, only in `en`",
    );
    with("[publish.recipient.en]\nname = 1\n").run(&["check"]).exits(2).says("`name` must be a text in quotes");
    with("[publish.recipient]\nen = \"x\"\n").run(&["check"]).exits(2).says("`en` must be a table");
    with("[publish.recipient.english]\n").run(&["check"]).exits(2).says("`english` is not a language tag");
    with("[publish]\nurll = \"x\"\n").run(&["check"]).exits(2).says("unknown key `urll`").says("did you mean `url`?");
    for url in [
        "example.org",
        "ftp://example.org",
        "https://ana:secret@example.org",
        "https://example.org/?a",
        "https://example.org/index.html",
    ] {
        with(&format!("[publish]\nurl = \"{url}\"\n")).run(&["check"]).exits(2).says("`https://example.org/letter`");
    }
    // Where nothing is to be published, nothing is asked for.
    Campaign::new().smtp("url = \"smtp+plain://127.0.0.1:2525\"").run(&["check"]).exits(0);
    let undated = public().settings("[letter]\ntemplate = \"templates/letter.md\"\n");
    undated.run(&["publish"]).exits(2).says("`date` is missing in [letter]");
    session.reads("publish-refused");
}

#[test]
fn what_publish_wrote_is_renewed_and_nothing_else_is_touched() {
    let session = Session::begin();
    let campaign = public().file("templates/letter.fr.md", "+++\nsubject = \"Gardons-le\"\n+++\n\nBonjour.\n");
    campaign.write("public/robots.txt", "mine");
    let settings = fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", format!("{settings}\n[publish.recipient.fr]\n"));
    campaign.run(&["publish"]).exits(0);
    assert!(read(&campaign, "index.fr.html").contains("Bonjour."));
    fs::remove_file(campaign.path("templates/letter.fr.md")).unwrap();
    campaign.write("campaign.toml", settings);
    campaign.write("templates/letter.md", LETTER.replace("please", "do"));
    campaign.run(&["publish"]).exits(0).says("removed: index.fr.html");
    assert!(read(&campaign, "index.html").contains("do act."));
    assert_eq!(read(&campaign, "robots.txt"), "mine");
    assert!(!campaign.path("public/index.fr.html").exists());

    // A run that was cut short has left some of the new files, and the old checksums.
    let sums = read(&campaign, "SHA256SUMS");
    campaign.write("templates/letter.md", LETTER.replace("please", "then"));
    campaign.run(&["publish"]).exits(0);
    campaign.write("public/SHA256SUMS", sums);
    campaign.run(&["publish"]).exits(0);
    assert!(read(&campaign, "index.html").contains("then act."));
    session.reads("publish");
}

#[test]
fn a_page_that_publish_did_not_write_is_never_replaced() {
    let session = Session::begin();
    let campaign = public().file("public/index.html", "<p>mine</p>");
    campaign.run(&["publish"]).exits(2).says("has index.html that `publish` did not write");
    assert_eq!(files(&campaign.path("public")), [("index.html".to_owned(), b"<p>mine</p>".to_vec())]);
    fs::remove_file(campaign.path("public/index.html")).unwrap();
    campaign.run(&["publish"]).exits(0);
    campaign.write("public/index.html", "<p>mended by hand</p>");
    campaign.run(&["publish"]).exits(2).says("or that changed since");
    assert_eq!(read(&campaign, "index.html"), "<p>mended by hand</p>");
    let elsewhere = campaign.path("elsewhere");
    campaign.run(&["publish", "--out", elsewhere.to_str().unwrap()]).exits(0);
    assert!(elsewhere.join("index.html").is_file());
    session.reads("publish-not-ours");
}

#[cfg(unix)]
#[test]
fn the_folder_is_for_everybody_and_its_checksums_hold() {
    use std::os::unix::fs::PermissionsExt;
    let campaign = public();
    campaign.run(&["publish"]).exits(0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = campaign.path("public");
    assert_eq!(mode(&folder), 0o755);
    for (name, _) in files(&folder) {
        assert_eq!(mode(&folder.join(&name)), 0o644, "{name}");
    }
    let checked = Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(&folder).output();
    let checked = Ran::new(checked.unwrap()).exits(0);
    let paper = if cfg!(feature = "pdf") { "letter.pdf: OK\n" } else { "" };
    assert_eq!(checked.stdout, format!("index.html: OK\n{paper}signatories.csv: OK\n"));
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_leads_publish_nowhere() {
    let campaign = public().file("notes.txt", "mine");
    fs::create_dir(campaign.path("public")).unwrap();
    std::os::unix::fs::symlink(campaign.path("notes.txt"), campaign.path("public/index.html")).unwrap();
    campaign.run(&["publish"]).exits(2).says("index.html");
    assert_eq!(fs::read_to_string(campaign.path("notes.txt")).unwrap(), "mine");
}

#[test]
fn pictures_are_in_the_page_and_the_header_is_a_file_too_for_those_who_show_a_link_to_it() {
    let campaign = Campaign::new()
        .file("files/header.png", png(1200, 200, [200, 220, 240]))
        .file("logos/dw.png", png(300, 100, [20, 90, 60]))
        .file("lists/signatories.csv", "name,logo\nDelta Watch,logos/dw.png\n")
        .settings("[publish.recipient.en]\nname = \"all\"\n[publish]\nurl = \"https://example.org/delta\"\n")
        .settings("[letter]\ndate = 2027-03-22\nheader = \"files/header.png\"\nheader_alt = \"Delta Watch & all\"\n");
    campaign.run(&["publish"]).exits(0).says("header.png");
    let page = read(&campaign, "index.html");
    assert_eq!((page.matches("<img ").count(), page.matches("src=\"data:image/png;base64,").count()), (2, 2), "{page}");
    assert!(!page.contains("cid:"), "{page}");
    assert!(page.contains("alt=\"Delta Watch &amp; all\""), "{page}");
    assert!(page.contains("<meta property=\"og:image\" content=\"https://example.org/delta/header.png\">"), "{page}");
    let picture = image::load_from_memory(&fs::read(campaign.path("public/header.png")).unwrap()).unwrap();
    assert_eq!(picture.width() / picture.height(), 6, "it has the shape of the header");
}

#[test]
fn whoever_signed_after_the_letter_is_marked_where_they_stand_and_the_letters_are_not() {
    let campaign = public().server([]);
    campaign.write(
        "lists/signatories.csv",
        "name,acronym,signed_at\nDelta Watch,DW,2001-02-03\nÅlvfolket,,2099-04-02\nQuiet Water,,\n",
    );
    campaign.run(&["publish"]).exits(0);
    let page = read(&campaign, "index.html");
    let block = page.split("<main>").nth(1).unwrap().split("</main>").next().unwrap();
    assert!(block.contains("Ålvfolket (Signed later: 2 April 2099)"), "{block}");
    assert!(block.contains("Delta Watch") && block.matches("Signed later").count() == 1, "{block}");
    campaign.run(&["send", "--yes"]).exits(0);
    let letter = String::from_utf8_lossy(&campaign.received()[0].message).into_owned();
    assert!(!letter.contains("Signed later"), "{letter}");
}
