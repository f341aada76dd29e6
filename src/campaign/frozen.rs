//! What a round is sent with, by content: once a letter may have left, a change of it stops the next run.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::folder::Folder;
use crate::dispatch::Enclosure;
use crate::ledger::FrozenFile;
use crate::letter::Letters;
use crate::model::Round;
use crate::pdf::Press;

/// What stands among the frozen files for the attachments of single recipients: a list of them with their hashes. The
/// files themselves may be as many as the recipients.
const ENCLOSED: &str = "(attachments of recipients)";

/// How the file is called that stands among the frozen ones for what `campaign.toml` says of the letter.
pub(super) const SETTINGS: &str = " (sender and letter)";

/// What stands among the frozen files for the fonts of the PDF.
const FONTS: &str = "(fonts of the PDF)";

/// The files a round is sent with, and what `campaign.toml` adds to them. `enclosed` are the attachments of single
/// recipients.
pub(super) fn frozen(
    Folder { workspace, settings, .. }: &Folder,
    round: Round,
    letters: &Letters,
    attachments: &[Enclosure],
    enclosed: &BTreeSet<String>,
) -> Vec<FrozenFile> {
    let hash = |content: &[u8]| data_encoding::HEXLOWER.encode(&Sha256::digest(content));
    let file = |path: &str, content: Vec<u8>| FrozenFile { path: path.to_owned(), sha256: hash(&content), content };
    let mut files = vec![file(&format!("{}{SETTINGS}", settings.file), settings.letter_settings(round).into_bytes())];
    files.extend(letters.sources().iter().map(|source| file(&source.path, source.bytes.clone())));
    let with_all = attachments.iter().flat_map(Enclosure::paths);
    let with_one_language = letters.iter().flat_map(|letter| letter.attachments().iter().map(String::as_str));
    let others = std::iter::once(settings.lists.signatories.as_str()).chain(with_all).chain(with_one_language);
    for path in others {
        if files.iter().any(|file| file.path == path) {
            continue;
        }
        if let Ok(content) = workspace.read(path) {
            files.push(file(path, content));
        }
    }
    let lines = enclosed.iter().filter_map(|path| Some(format!("{}  {path}\n", hash(&workspace.read(path).ok()?))));
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        files.push(file(ENCLOSED, lines.concat().into_bytes()));
    }
    files
}

/// The fonts of the PDF, as a list with their hashes: they may be large.
pub(super) fn frozen_fonts(press: &Press) -> Option<FrozenFile> {
    let line = |(path, hash): &(String, [u8; 32])| format!("{}  {path}\n", data_encoding::HEXLOWER.encode(hash));
    let content = press.sources().iter().map(line).collect::<String>().into_bytes();
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(&content));
    (!content.is_empty()).then(|| FrozenFile { path: FONTS.to_owned(), sha256, content })
}

/// Which files are not what they were when they were frozen. A recipient who came onto the list since may bring an
/// attachment along.
pub(super) fn changed<'a>(frozen: &'a [FrozenFile], files: &'a [FrozenFile]) -> Vec<&'a str> {
    let of_all = |files: &'a [FrozenFile]| -> BTreeMap<&'a str, &'a str> {
        let of_all = files.iter().filter(|file| file.path != ENCLOSED);
        of_all.map(|file| (file.path.as_str(), file.sha256.as_str())).collect()
    };
    let (before, now) = (of_all(frozen), of_all(files));
    let paths: BTreeSet<&str> = before.keys().chain(now.keys()).copied().collect();
    let mut changed: Vec<&str> = paths.into_iter().filter(|path| before.get(path) != now.get(path)).collect();
    let (before, now) = (enclosed(frozen), enclosed(files));
    changed.extend(
        before.iter().filter(|(path, hash)| now.get(*path).is_some_and(|now| now != *hash)).map(|(path, _)| *path),
    );
    changed
}

/// The attachments of single recipients with their hashes.
fn enclosed(files: &[FrozenFile]) -> BTreeMap<&str, &str> {
    let list = files.iter().find(|file| file.path == ENCLOSED);
    let text = list.and_then(|file| std::str::from_utf8(&file.content).ok()).unwrap_or_default();
    text.lines().filter_map(|line| line.split_once("  ")).map(|(hash, path)| (path, hash)).collect()
}
