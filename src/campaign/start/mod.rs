//! A new workspace: the sample campaign, which is a good letter already, or a letter of one's own in its place.

mod account;
mod autoconfig;
mod providers;
mod server;
mod text;

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use jiff::civil::Date;

use super::error::{Error, Result};
use super::private;
use crate::import::language_of;
use crate::model::Language;

pub use crate::import::Imported;
pub use account::{Account, AccountQuestion, Lookup, find_account};
pub use text::TextError;

/// The sample campaign: the one at the top of the project.
const FILES: [(&str, &str); 10] = [
    ("campaign.toml", include_str!("../../../campaign.toml")),
    ("templates/letter.md", include_str!("../../../templates/letter.md")),
    ("templates/letter.fr.md", include_str!("../../../templates/letter.fr.md")),
    ("templates/follow-up-1.md", include_str!("../../../templates/follow-up-1.md")),
    ("templates/follow-up-1.fr.md", include_str!("../../../templates/follow-up-1.fr.md")),
    ("lists/recipients.csv", include_str!("../../../lists/recipients.csv")),
    ("lists/signatories.csv", include_str!("../../../lists/signatories.csv")),
    ("lists/suppressions.csv", include_str!("../../../lists/suppressions.csv")),
    ("lists/holidays.csv", include_str!("../../../lists/holidays.csv")),
    ("logs/README.md", include_str!("../../../logs/README.md")),
];

/// Where that part of the sample's `campaign.toml` begins which is about its public letter. It is the last.
const PUBLIC: &str = "\n# The letter for everybody:";

/// The lines of the sample's `campaign.toml` that name it and its day.
const SAMPLE_ID: &str = "id = \"2027-03-velma-delta\"";
const SAMPLE_NAME: &str = "name = \"Keep the Velma delta alive\"";
const SAMPLE_DATE: &str = "date = 2027-03-22";
const SAMPLE_LANGUAGE: &str = "language = \"en\"";

/// The most characters of a subject that an id is made of.
const LONGEST_ID: usize = 40;

/// Where its follow-up begins, and what comes after it.
const FOLLOW_UP: [&str; 2] = ["# A second letter, in the same thread,", "# Working days are those"];

/// Keeps addresses out of a repository.
const IGNORED: &str = "logs/*\n!logs/README.md\n";

/// The text that is to be the letter of a new workspace.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// Its file.
    pub path: &'a Path,
    /// Its language, where a person says it.
    pub language: Option<&'a Language>,
}

/// What became of the text.
#[derive(Debug)]
pub struct Begun {
    /// The letter.
    pub letter: Imported,
    /// The language that stands in `campaign.toml`: what a person said, or what the letter is for sure.
    pub language: Option<Language>,
    /// What the letter seems to be in, where that is not sure.
    pub perhaps: Option<Language>,
}

impl Begun {
    fn new(letter: Imported, said: Option<&Language>) -> Self {
        let guess = language_of(&letter.template);
        let tag = guess.and_then(|guess| guess.tag.parse().ok());
        let is_sure = guess.is_some_and(|guess| guess.is_sure);
        let (sure, perhaps) = if is_sure { (tag, None) } else { (None, tag) };
        Self { letter, language: said.cloned().or(sure), perhaps }
    }
}

/// Starts a workspace in a folder, which is made where it is not there. `text` is to be the letter, dated `today`;
/// without one, the letter is the sample's. `account` is what its servers are, in place of the sample's. Gives what
/// became of the text.
///
/// # Errors
/// Where the text cannot be the letter, and where one of the files is there already: nothing is written then.
pub fn start(folder: &Path, text: Option<Text<'_>>, account: Option<&Account>, today: Date) -> Result<Option<Begun>> {
    let read = |text: Text<'_>| match text::read(text.path) {
        Ok(letter) => Ok(Begun::new(letter, text.language)),
        Err(source) => Err(Error::NoLetter { path: text.path.to_owned(), source }),
    };
    let begun = text.map(read).transpose()?;
    let files = files(begun.as_ref(), today);
    let standing = files.iter().map(|(path, _)| *path).filter(|path| folder.join(path).exists());
    let standing: Vec<String> = standing.map(str::to_owned).collect();
    if !standing.is_empty() {
        return Err(Error::Standing { folder: folder.to_owned(), files: standing });
    }
    for (path, text) in files {
        let text = match account {
            Some(account) if path == "campaign.toml" => Cow::Owned(account.written_into(&text)),
            _ => text,
        };
        let path = folder.join(path);
        let written = write_new(&path, &text);
        written.map_err(|error| Error::file(format!("{} cannot be written", path.display()), error))?;
    }
    // The ledger and the log will hold addresses.
    let logs = folder.join("logs");
    private::narrow(&logs).map_err(|error| Error::file(format!("{} cannot be narrowed", logs.display()), error))?;
    Ok(begun)
}

/// The files of the workspace. With a letter of its own, the sample's letters are left out, and what concerns them
/// alone.
fn files(begun: Option<&Begun>, today: Date) -> Vec<(&'static str, Cow<'static, str>)> {
    let all = FILES.into_iter().chain([(".gitignore", IGNORED)]);
    let Some(Begun { letter, language, .. }) = begun else {
        return all.map(|(path, text)| (path, Cow::Borrowed(text))).collect();
    };
    let is_kept = |path: &str| !path.starts_with("templates/") || path == "templates/letter.md";
    let with_letter = all.filter(|(path, _)| is_kept(path)).map(|(path, text)| {
        let text = match path {
            "templates/letter.md" => Cow::Owned(letter.template.clone()),
            "campaign.toml" => {
                let text = named(&settings_alone(text), &letter.subject, today);
                Cow::Owned(match language {
                    Some(language) => text.replacen(SAMPLE_LANGUAGE, &format!("language = \"{language}\""), 1),
                    None => text,
                })
            }
            _ => Cow::Borrowed(text),
        };
        (path, text)
    });
    with_letter.collect()
}

/// The sample's settings, without what concerns its letters alone.
fn settings_alone(text: &str) -> String {
    let text = text.split_once(PUBLIC).map_or(text, |(before, _)| before);
    let [begins, ends] = FOLLOW_UP.map(|words| text.find(words));
    match begins.zip(ends) {
        Some((begins, ends)) => format!("{}{}", &text[..begins], &text[ends..]),
        None => text.to_owned(),
    }
}

/// The settings with a name, an id and a day of the letter's own: under the sample's id, two letters would be one.
fn named(text: &str, subject: &str, today: Date) -> String {
    let words = subject.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut id = today.to_string();
    for word in words {
        if id.len() + word.len() >= LONGEST_ID {
            break;
        }
        id.extend(["-", &word.to_ascii_lowercase()]);
    }
    let name: String = subject.chars().filter(|c| !c.is_control()).collect();
    let name = name.replace('\\', "\\\\").replace('"', "\\\"");
    text.replacen(SAMPLE_ID, &format!("id = \"{id}\""), 1)
        .replacen(SAMPLE_NAME, &format!("name = \"{name}\""), 1)
        .replacen(SAMPLE_DATE, &format!("date = {today}"), 1)
}

/// A file of the sample campaign.
pub(super) fn sample(path: &str) -> &'static str {
    FILES.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
