//! A letter before it is sent: as any recipient gets it, what `check` says, and what is different from the version that
//! was sent.

use std::collections::BTreeMap;

use similar::{ChangeTag, TextDiff};

use crate::campaign::check::{Naming, examine};
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::campaign::load::Campaign;
use crate::campaign::preview::{Form, Letter, Preview, Sought};
use crate::clock::Clock;
use crate::ledger::{FrozenFile, ReadLedger};
use crate::model::{Faults, Language, Round};

/// A list with more rows is looked through only when somebody asks for it.
const AT_ONCE: u64 = 20_000;
/// So many lines of differences are shown.
const LINES: usize = 400;

/// Which letter is wanted.
#[derive(Debug, Clone, Default)]
pub struct LetterWish {
    /// Of which round.
    pub round: Round,
    /// Among which recipients.
    pub sought: Sought,
    /// Whether `check` looks through a long list too.
    pub checks_all: bool,
}

/// A letter, and what is said of it.
#[derive(Debug, Default)]
pub struct LetterView {
    /// The campaign's name.
    pub name: String,
    /// How many rounds the campaign has.
    pub rounds: u32,
    /// In which languages there is a letter.
    pub languages: Vec<Language>,
    /// The letter; nothing where nobody fits, or something is wrong.
    pub letter: Option<LetterText>,
    /// How many letters fit what is sought.
    pub total: u64,
    /// What is wrong, or worth a look.
    pub findings: Findings,
    /// What is different in the files that the round was sent with; nothing where it was not sent yet.
    pub changes: Option<Vec<FileChange>>,
}

/// What `check` says.
#[derive(Debug, Default)]
pub enum Findings {
    /// It was not asked: the list is long.
    #[default]
    NotAsked,
    /// Nothing stands in the way; this is worth a look.
    Sound(Faults),
    /// This stands in the way.
    Wrong(Faults),
}

/// A letter as its reader gets it.
#[derive(Debug)]
pub struct LetterText {
    /// To whom: the id.
    pub to: String,
    /// Its language.
    pub language: Language,
    /// The headers that a reader sees, and the plain text.
    pub text: String,
    /// Why it is not to be sent, where that is so.
    pub skipped: Option<String>,
}

/// What is different in a file.
#[derive(Debug)]
pub struct FileChange {
    /// The file.
    pub path: String,
    /// Its lines; none where it is no text.
    pub lines: Vec<(Change, String)>,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It stands there still.
    Same,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

/// Reads what the page of a letter shows. What is wrong with the campaign's files is shown, and is no error.
///
/// # Errors
/// Where the list or the ledger cannot be read.
pub fn letter(folder: &Folder, wish: &LetterWish, clock: &Clock) -> Result<LetterView> {
    let settings = &folder.settings;
    let mut view = LetterView { name: settings.name.clone(), rounds: settings.last_round().0, ..LetterView::default() };
    let campaign = match Campaign::read(folder.clone(), wish.round, clock) {
        Ok(campaign) => campaign,
        Err(faults) => {
            view.findings = Findings::Wrong(faults);
            return Ok(view);
        }
    };
    view.languages = campaign.letters.iter().map(|letter| letter.language().clone()).collect();
    view.changes = changes(folder, wish.round, &campaign.files)?;
    let (rows, warnings) = (campaign.rows, campaign.warnings.clone());
    let preview = Preview::open(campaign, &[Form::Text], clock)?;
    match preview.sought(&wish.sought) {
        Ok((found, total)) => {
            view.total = total;
            view.letter = found.as_ref().map(text).transpose()?;
        }
        Err(Error::Faults(faults)) => view.findings = Findings::Wrong(faults),
        Err(error) => return Err(error),
    }
    if matches!(view.findings, Findings::NotAsked) {
        view.findings = look(folder, wish, (rows, warnings), clock)?;
    }
    Ok(view)
}

/// The letter that is wanted, as a page that shows everything by itself; nothing where nobody fits.
///
/// # Errors
/// All faults of the campaign's files, and where the list or the ledger cannot be read.
pub fn letter_page(folder: &Folder, wish: &LetterWish, clock: &Clock) -> Result<Option<String>> {
    let preview = Preview::open(Campaign::read(folder.clone(), wish.round, clock)?, &[Form::Html], clock)?;
    let (found, _) = preview.sought(&wish.sought)?;
    found.map(|letter| letter.html()).transpose()
}

fn text(letter: &Letter<'_>) -> Result<LetterText> {
    Ok(LetterText {
        to: letter.id().to_owned(),
        language: letter.language().clone(),
        text: letter.text()?,
        skipped: letter.skipped().map(ToString::to_string),
    })
}

/// What `check` says; of a long list, where it is asked, else what was seen on the way.
fn look(folder: &Folder, wish: &LetterWish, (rows, warnings): (u64, Faults), clock: &Clock) -> Result<Findings> {
    if rows > AT_ONCE && !wish.checks_all {
        return Ok(if warnings.is_empty() { Findings::NotAsked } else { Findings::Sound(warnings) });
    }
    let examined = Campaign::read(folder.clone(), Round(0), clock)
        .map_err(Error::from)
        .and_then(|campaign| examine(campaign, Naming::First, clock));
    match examined {
        Ok(findings) => Ok(Findings::Sound(findings.warnings)),
        Err(Error::Faults(faults)) => Ok(Findings::Wrong(faults)),
        Err(error) => Err(error),
    }
}

/// What is different from the files that a round was sent with.
fn changes(folder: &Folder, round: Round, files: &[FrozenFile]) -> Result<Option<Vec<FileChange>>> {
    let Some(ledger) = folder.known_ledger()? else { return Ok(None) };
    let frozen = ledger.frozen(&folder.settings.id, round)?;
    if frozen.is_empty() {
        return Ok(None);
    }
    let mut pairs = BTreeMap::<&str, [Option<&FrozenFile>; 2]>::new();
    for file in &frozen {
        pairs.entry(&file.path).or_default()[0] = Some(file);
    }
    for file in files {
        pairs.entry(&file.path).or_default()[1] = Some(file);
    }
    let mut left = LINES;
    let mut changes = Vec::new();
    for (path, [before, now]) in pairs {
        if before.map(|file| &file.sha256) == now.map(|file| &file.sha256) {
            continue;
        }
        let content = |file: Option<&FrozenFile>| match file {
            Some(file) => String::from_utf8(file.content.clone()).ok(),
            None => Some(String::new()),
        };
        let lines = match (content(before), content(now)) {
            (Some(before), Some(now)) => difference(&before, &now, left),
            _ => Vec::new(),
        };
        left = left.saturating_sub(lines.len());
        changes.push(FileChange { path: path.to_owned(), lines });
    }
    Ok(Some(changes))
}

/// The lines that are different, with those around them.
fn difference(before: &str, now: &str, most: usize) -> Vec<(Change, String)> {
    let diff = TextDiff::from_lines(before, now);
    let groups = diff.grouped_ops(2);
    let changes = groups.iter().flatten().flat_map(|op| diff.iter_changes(op));
    let line = |change: similar::Change<&str>| {
        let what = match change.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Insert => Change::Added,
            ChangeTag::Delete => Change::Removed,
        };
        (what, change.value().trim_end_matches(['\r', '\n']).to_owned())
    };
    changes.map(line).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_what_went_and_what_came_with_the_lines_around() {
        let before = (1..=9).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
        let now = before.replace("line 5\n", "another\n");
        let shown = difference(&before, &now, 100);
        let told: Vec<String> = shown.iter().map(|(what, line)| format!("{what:?} {line}")).collect();
        let expected = ["Same line 3", "Same line 4", "Removed line 5", "Added another", "Same line 6", "Same line 7"];
        assert_eq!(told, expected);
        assert_eq!(difference(&before, "", 3).len(), 3);
    }
}
