//! The sample campaign of this repository, read a second time and more simply than the program does.

use std::path::Path;

use super::arrived::folded;
use super::post::{Addressed, Post, ascii, rows};
use super::server::Postfix;

impl Post {
    /// The sample campaign of this repository, as it is but for the server and the pace of a second.
    pub fn sample(postfix: &Postfix, name: &str, smtp: &str) -> Self {
        let settings = repository("campaign.toml");
        let without: Vec<&str> =
            settings.lines().filter(|line| !line.starts_with("id =") && !line.starts_with("per_second")).collect();
        let mut post = Self::new(postfix, name, smtp, &without.join("\n"));
        for file in [
            "templates/letter.md",
            "templates/letter.fr.md",
            "templates/follow-up-1.md",
            "templates/follow-up-1.fr.md",
            "lists/recipients.csv",
            "lists/signatories.csv",
            "lists/suppressions.csv",
            "lists/holidays.csv",
        ] {
            post.campaign = post.campaign.file(file, repository(file));
        }
        post
    }
}

/// A file of this repository.
pub fn repository(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The recipients of the sample campaign, but for those who asked not to be written to.
pub fn sample_recipients() -> Vec<Addressed> {
    let suppressed: Vec<String> =
        rows(&repository("lists/suppressions.csv")).into_iter().map(|row| row["email"].clone()).collect();
    rows(&repository("lists/recipients.csv"))
        .into_iter()
        .filter(|row| !suppressed.contains(&row["email"]))
        .map(|row| {
            let mut addresses = row["email"].split(';').chain(row["cc"].split(';')).map(str::trim);
            Addressed {
                to: ascii(addresses.next().unwrap()),
                name: row["name"].clone(),
                cc: addresses.filter(|copy| !copy.is_empty()).map(ascii).collect(),
                language: if row["lang"].starts_with("fr") { "fr" } else { "en" },
                salutation: row["salutation"].clone(),
            }
        })
        .collect()
}

/// The subject of a letter of the sample campaign, and those of its paragraphs that have neither markup nor values.
pub fn sample_letter(language: &str) -> (String, Vec<String>) {
    let letter = repository(if language == "fr" { "templates/letter.fr.md" } else { "templates/letter.md" });
    let subject = letter.lines().find_map(|line| line.strip_prefix("subject = \"")).unwrap().trim_end_matches('"');
    let body = letter.splitn(3, "+++").nth(2).unwrap();
    let plain = body.split("\n\n").filter(|paragraph| !paragraph.contains(['{', '*', '[', '\\'])).map(folded);
    (subject.to_owned(), plain.filter(|paragraph| !paragraph.is_empty()).collect())
}

/// The signatories as the letter prints them.
pub fn sample_signatories(language: &str) -> Vec<String> {
    let signatories = rows(&repository("lists/signatories.csv"));
    signatories
        .iter()
        .map(|row| {
            let translated = if language == "fr" { row["name_fr"].as_str() } else { "" };
            let name = if translated.is_empty() { &row["name"] } else { translated };
            if row["acronym"].is_empty() { name.to_owned() } else { format!("{name} ({})", row["acronym"]) }
        })
        .collect()
}
