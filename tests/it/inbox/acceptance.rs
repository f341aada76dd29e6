//! How well real mail is read. `cargo test inbox -- --nocapture` prints the table and every miss.

use std::fs;
use std::path::{Path, PathBuf};

use undersigned::inbox::{Kind, classify};

use super::expected::{cases, corpora};
use super::measure::{Score, measure};

/// Prints a line of the table of measures and says whether the aim is met.
fn meets(what: &str, score: &Score, aim: f64) -> bool {
    println!("| {what} | ≥ {aim} % | {:.1} % ({} of {}) |", score.share(), score.hits, score.all);
    score.share() >= aim
}

/// The same, for what must not happen at all.
fn never(what: &str, wrong: &[String], of: usize) {
    println!("| {what} | 0 | {} of {of} |", wrong.len());
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn reports_are_read_as_those_who_collected_them_say() {
    let Some(corpora) = corpora() else { return };
    let cases = cases(&corpora);
    let scores = measure(&cases);
    println!("| what | aim | now |\n|---|---|---|");
    let met = [
        meets("`bounces/`: exact set of recipients in a file", &scores.recipients, 97.0),
        meets("failed, delayed or neither", &scores.outcome, 98.0),
        meets("hard or soft, on Sisimai's rows", &scores.permanence, 96.0),
        meets("reason, on Sisimai's rows (either table)", &scores.reason, 90.0),
    ];
    never("a delayed one taken for failed", &scores.delayed_as_failed, scores.outcome.all);
    for miss in
        [&scores.recipients, &scores.outcome, &scores.permanence, &scores.reason].iter().flat_map(|score| &score.misses)
    {
        println!("    {miss}");
    }
    assert_eq!(met, [true; 4]);
}

#[test]
fn reports_are_read_alike_whatever_ends_their_lines() {
    let Some(corpora) = corpora() else { return };
    let maildir = corpora.join("bounces/maildir");
    let mut compared = 0;
    for ending in ["dos", "mac"] {
        for file in files(&maildir.join(ending)) {
            let twin = maildir.join("bsd").join(file.file_name().unwrap());
            if twin.exists() {
                let (one, other) = (classify(&fs::read(&file).unwrap()), classify(&fs::read(&twin).unwrap()));
                assert_eq!(one.recipients, other.recipients, "{}", file.display());
                compared += 1;
            }
        }
    }
    assert!(compared > 20, "{compared} were compared");
}

#[test]
fn ordinary_mail_is_no_report_and_no_auto_reply() {
    let Some(corpora) = corpora() else { return };
    let labels = fs::read_to_string(corpora.join("eml/labels.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut read = 0;
    for line in labels.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let reading = classify(&fs::read(corpora.join(cells[0])).unwrap());
        read += 1;
        let right = match cells[1] {
            "not-bounce" => matches!(reading.kind, Kind::Message | Kind::Unreadable),
            "mdn" => reading.kind == Kind::Receipt,
            _ => {
                let mut wanted: Vec<&str> = cells[2].split(';').collect();
                let mut found: Vec<&str> = reading.recipients.iter().map(|one| one.address.as_str()).collect();
                wanted.sort_unstable();
                found.sort_unstable();
                reading.kind == Kind::Report && found == wanted
            }
        };
        if !right {
            wrong.push(format!("{}: {} is {:?} by {:?}", cells[0], cells[1], reading.kind, reading.rules));
        }
    }
    assert!(read > 150, "{read} were read");
    never("ordinary mail taken for a report or an auto-reply, or a report for something else", &wrong, read);
}

#[test]
fn what_people_answered_is_a_message() {
    let Some(corpora) = corpora() else { return };
    let mut wrong = Vec::new();
    let mut read = 0;
    for file in files(&corpora.join("replies")) {
        let reading = classify(&fs::read(&file).unwrap());
        read += 1;
        if !matches!(reading.kind, Kind::Message | Kind::Unreadable) {
            wrong.push(format!("{}: {:?} by {:?}", file.display(), reading.kind, reading.rules));
        }
    }
    assert!(read > 50, "{read} were read");
    never("answers taken for a report or an auto-reply", &wrong, read);
}

#[test]
fn what_real_servers_wrote_of_our_letters_is_read() {
    let Some(corpora) = corpora() else { return };
    let mut read: Vec<String> = files(&corpora.join("generated"))
        .iter()
        .map(|file| {
            let reading = classify(&fs::read(file).unwrap());
            let of: Vec<String> = reading
                .recipients
                .iter()
                .map(|one| format!("{:?} {:?} {:?}", one.action, one.permanence, one.reason))
                .collect();
            format!("{} {} {}", &file.file_name().unwrap().to_string_lossy()[..2], reading.kind.as_str(), of.join("; "))
        })
        .collect();
    read.sort();
    insta::assert_snapshot!("generated", read.join("\n"));
}

/// All files under a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
