//! What a spam filter says of letters, without asking anybody: `SpamAssassin`'s own rules on headers, MIME and HTML.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::browser::{drawing, letters as browser};
use crate::harness::{Campaign, material};
use crate::postfix::published::Published;

/// The rules that may fire, which say nothing against a letter.
const HARMLESS: [&str; 4] = [
    // It has an HTML part: the rule weighs nothing.
    "HTML_MESSAGE",
    // It was not yet sent through any server but the sandbox: these two are for information.
    "NO_RECEIVED",
    "NO_RELAYS",
    // One of the real letters shouts in its subject: those are its authors' words.
    "SUBJ_ALL_CAPS",
];

/// The letters of a campaign as the sandbox took them.
fn letters(campaign: &Campaign) -> Vec<PathBuf> {
    campaign.run(&["send", "--sandbox", "--yes"]).exits(0);
    let folder = fs::read_dir(campaign.path("logs/sandbox/letters")).unwrap();
    folder.map(|entry| entry.unwrap().path()).collect()
}

/// The same, and the follow-ups to them.
fn reminders(campaign: &Campaign) -> Vec<PathBuf> {
    campaign.run(&["send", "--sandbox", "--yes"]).exits(0);
    campaign.run(&["follow-up", "--sandbox", "--yes"]).exits(0);
    let folder = fs::read_dir(campaign.path("logs/sandbox/letters")).unwrap();
    let letters: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    let quotes = |letter: &&PathBuf| fs::read_to_string(letter).unwrap().contains("<blockquote lang");
    assert_eq!(letters.iter().filter(quotes).count() * 2, letters.len());
    letters
}

/// For each letter, the rules that fired; `None` where there is no `SpamAssassin`, which is said. In the continuous
/// integration there must be one.
fn judge(letters: &[PathBuf]) -> Option<Vec<BTreeSet<String>>> {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new("spamassassin");
    command.args(["--local", "--test-mode", "--nocreate-prefs", "--cf", "use_bayes 0"]).args(letters);
    let Ok(output) = command.env("HOME", home.path()).stdin(Stdio::null()).output() else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "there is no spamassassin");
        eprintln!("skipped: there is no spamassassin");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap().replace('\r', "").replace("\n\t", "");
    let status = |line: &str| line.starts_with("X-Spam-Status: ").then(|| line.to_owned());
    let rules = |line: String| {
        let names = line.split_once(" tests=")?.1.split(' ').next()?.to_owned();
        Some(names.split(',').map(str::to_owned).collect())
    };
    Some(said.lines().filter_map(status).filter_map(rules).collect())
}

fn file_of_the_sample(path: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn sample() -> Campaign {
    let paths = ["templates/letter.md", "templates/letter.fr.md", "lists/recipients.csv", "lists/signatories.csv"];
    paths.into_iter().fold(Campaign::new(), |campaign, path| campaign.file(path, file_of_the_sample(path)))
}

/// The sample with a header, and a logo for each of its signatories.
fn with_pictures() -> Campaign {
    let list = file_of_the_sample("lists/signatories.csv");
    let rows = list.lines().enumerate().map(|(n, row)| match n {
        0 => format!("{row},logo\n"),
        n => format!("{row},logos/{n}.png\n"),
    });
    let list: String = rows.collect();
    let header = "[letter]\ndate = 2027-03-22\nheader = \"header.png\"\nheader_alt = \"Velma Delta Coalition\"\n";
    let campaign = sample().settings(header).file("header.png", drawing::header()).file("lists/signatories.csv", &list);
    (1..list.lines().count()).fold(campaign, |campaign, n| {
        campaign.file(&format!("logos/{n}.png"), drawing::logo(u32::try_from(n).unwrap()))
    })
}

#[test]
fn no_rule_on_headers_mime_or_html_fires() {
    let mut campaigns = vec![sample(), with_pictures(), browser::everything()];
    for letter in material("UNDERSIGNED_LETTERS").into_iter().flat_map(|folder| fs::read_dir(folder).unwrap()) {
        let file = letter.unwrap().path();
        if file.extension().is_some_and(|ending| ending == "txt") {
            let published = Published::read(&file);
            campaigns.push(
                Campaign::new()
                    .file("templates/letter.md", published.template())
                    .file("lists/signatories.csv", published.signatories_csv())
                    .recipients(&published.recipients()),
            );
        }
    }
    let mut letters: Vec<PathBuf> = campaigns.iter().flat_map(letters).collect();
    let quoted = browser::quoted(sample(), "Dear Minister,");
    letters.extend(reminders(&quoted));
    assert!(letters.len() >= 25, "{letters:?}");
    let Some(judged) = judge(&letters) else { return };
    assert_eq!(judged.len(), letters.len());
    let harmless = BTreeSet::from(HARMLESS.map(str::to_owned));
    for (letter, rules) in letters.iter().zip(judged) {
        let fired: Vec<&String> = rules.difference(&harmless).collect();
        assert!(fired.is_empty(), "{}: {fired:?}", letter.display());
    }
}

#[test]
fn a_rule_that_fires_is_seen() {
    let campaign = Campaign::new();
    let letter = letters(&campaign).remove(0);
    let text = fs::read_to_string(&letter).unwrap();
    let mut lines: Vec<&str> = text.split_inclusive('\n').filter(|line| !line.starts_with("Date: ")).collect();
    lines.insert(0, "X-Mailer: The Bat! (v1.52f) Business\r\n");
    campaign.write("spoiled.eml", lines.concat());
    let Some(judged) = judge(&[campaign.path("spoiled.eml")]) else { return };
    assert!(judged[0].contains("MISSING_DATE"), "{judged:?}");
}
