//! What this program keeps in files beside the ledger: letters to look at, and saved copies of the ledger.

use std::fs;
use std::path::{Path, PathBuf};

use super::traces::{Names, files};
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;

/// The folder in which this program keeps what it makes.
pub(super) const LOGS: &str = "logs";

/// Files of these kinds under it are letters that were written to be looked at, or that the sandbox took: they can be
/// made again.
const LETTERS: [&str; 4] = ["eml", "html", "txt", "pdf"];

/// Copies of the ledger that were saved when it was not what it had been.
pub(in crate::campaign) fn saved_copies(ledger: &Path) -> Vec<PathBuf> {
    let name = format!("{}.saved-", ledger.file_name().unwrap_or_default().to_string_lossy());
    let entries = ledger.parent().and_then(|folder| fs::read_dir(folder).ok());
    let is_copy = |path: &PathBuf| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        file.strip_prefix(&name).is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    entries.into_iter().flatten().flatten().map(|entry| entry.path()).filter(is_copy).collect()
}

/// Removes the letters that lie under `logs` and have one of these names: previews, and what the sandbox took. Gives
/// how many files that were.
///
/// # Errors
/// Where a file cannot be read or removed.
pub(in crate::campaign) fn remove_letters(folder: &Folder, names: &Names) -> Result<u64> {
    let logs = folder.workspace.path(LOGS)?;
    let failed = |path: &Path, error| Error::file(format!("{} cannot be read or removed", path.display()), error);
    let all = files(&logs).map_err(|error| failed(&logs, error))?;
    let is_letter =
        |path: &Path| path.extension().is_some_and(|kind| LETTERS.iter().any(|known| kind.eq_ignore_ascii_case(known)));
    let mut removed = 0;
    for path in all.iter().filter(|path| is_letter(path)) {
        // It may have gone with another form of the same letter.
        if !path.exists() || names.in_file(path).map_err(|error| failed(path, error))?.is_none() {
            continue;
        }
        for form in all.iter().filter(|other| other.with_extension("") == path.with_extension("") && is_letter(other)) {
            if form.exists() {
                fs::remove_file(form).map_err(|error| failed(form, error))?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

/// What of this program's own files has one of these names still, and why it cannot be cleared.
///
/// # Errors
/// Where the folder cannot be looked through.
pub(in crate::campaign) fn look_for_the_rest(folder: &Folder, names: &Names) -> Result<Vec<String>> {
    let logs = folder.workspace.path(LOGS)?;
    let home = folder.home()?;
    let ledger = home.beside();
    let beside = ledger.parent().filter(|place| !place.starts_with(&logs)).map(files).transpose();
    let own = |error| Error::file(format!("{} cannot be looked through", logs.display()), error);
    let name = ledger.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let of_ledger = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().starts_with(&name);
    let mut all = files(&logs).map_err(own)?;
    all.extend(beside.map_err(own)?.into_iter().flatten().filter(of_ledger));
    let mut left = Vec::new();
    for path in all {
        match names.in_file(&path) {
            Ok(None) => {}
            Ok(Some(_)) => left.push(format!("{}: it names them still", shown(folder, &path))),
            Err(error) => left.push(format!("{}: {error}", shown(folder, &path))),
        }
    }
    Ok(left)
}

pub(super) fn shown(folder: &Folder, path: &Path) -> String {
    path.strip_prefix(folder.workspace.root()).unwrap_or(path).display().to_string()
}
