//! A new workspace: the sample campaign, which is a good letter already, or a letter of one's own in its place.

mod text;

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::error::{Error, Result};
use super::private;

pub use crate::import::Imported;
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

/// Where that part of the sample's `campaign.toml` begins which belongs to its letter in French. It is the last.
const FRENCH: &str = "\n[publish.recipient.fr]\n";

/// Where its follow-up begins, and what comes after it.
const FOLLOW_UP: [&str; 2] = ["# A second letter, in the same thread,", "# Working days are those"];

/// Keeps addresses out of a repository.
const IGNORED: &str = "logs/*\n!logs/README.md\n";

/// Starts a workspace in a folder, which is made where it is not there. `text` is the file whose text is to be the
/// letter; without one, the letter is the sample's. Gives what became of the text.
///
/// # Errors
/// Where the text cannot be the letter, and where one of the files is there already: nothing is written then.
pub fn start(folder: &Path, text: Option<&Path>) -> Result<Option<Imported>> {
    let read = |path: &Path| text::read(path).map_err(|source| Error::NoLetter { path: path.to_owned(), source });
    let imported = text.map(read).transpose()?;
    let files = files(imported.as_ref());
    let standing = files.iter().map(|(path, _)| *path).filter(|path| folder.join(path).exists());
    let standing: Vec<String> = standing.map(str::to_owned).collect();
    if !standing.is_empty() {
        return Err(Error::Standing { folder: folder.to_owned(), files: standing });
    }
    for (path, text) in files {
        let path = folder.join(path);
        let written = write_new(&path, &text);
        written.map_err(|error| Error::file(format!("{} cannot be written", path.display()), error))?;
    }
    // The ledger and the log will hold addresses.
    let logs = folder.join("logs");
    private::narrow(&logs).map_err(|error| Error::file(format!("{} cannot be narrowed", logs.display()), error))?;
    Ok(imported)
}

/// The files of the workspace. With a letter of its own, the sample's letters are left out, and what concerns them
/// alone.
fn files(letter: Option<&Imported>) -> Vec<(&'static str, Cow<'static, str>)> {
    let all = FILES.into_iter().chain([(".gitignore", IGNORED)]);
    let Some(letter) = letter else {
        return all.map(|(path, text)| (path, Cow::Borrowed(text))).collect();
    };
    let is_kept = |path: &str| !path.starts_with("templates/") || path == "templates/letter.md";
    let with_letter = all.filter(|(path, _)| is_kept(path)).map(|(path, text)| {
        let text = match path {
            "templates/letter.md" => Cow::Owned(letter.template.clone()),
            "campaign.toml" => Cow::Owned(settings_alone(text)),
            _ => Cow::Borrowed(text),
        };
        (path, text)
    });
    with_letter.collect()
}

/// The sample's settings, without what concerns its letters alone.
fn settings_alone(text: &str) -> String {
    let text = text.split_once(FRENCH).map_or(text, |(before, _)| before);
    let [begins, ends] = FOLLOW_UP.map(|words| text.find(words));
    match begins.zip(ends) {
        Some((begins, ends)) => format!("{}{}", &text[..begins], &text[ends..]),
        None => text.to_owned(),
    }
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
