//! Where in a campaign's folder a person is named, outside of the ledger.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;

use crate::model::is_whole_address;

/// Larger files are not looked into.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Words that name a person.
#[derive(Debug)]
pub(in crate::campaign) struct Names {
    automaton: Option<AhoCorasick>,
}

/// A file that names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trace {
    pub(super) path: PathBuf,
    /// The lines on which it does, where it is a text.
    pub(super) lines: Vec<usize>,
}

impl Names {
    /// Words of at least three letters: shorter ones are in too many others.
    pub(in crate::campaign) fn new<'w>(words: impl IntoIterator<Item = &'w String>) -> Self {
        let mut words: Vec<&String> = words.into_iter().filter(|word| word.chars().count() >= 3).collect();
        words.sort();
        words.dedup();
        Self { automaton: AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok() }
    }

    /// Where they begin in some bytes, as whole words.
    fn places<'b>(&'b self, bytes: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
        let is_of_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
        let found = self.automaton.iter().flat_map(move |automaton| automaton.find_overlapping_iter(bytes));
        // `an@example.org` is not in `jan@example.org`.
        found.filter_map(move |found| {
            let before = found.start().checked_sub(1).and_then(|at| bytes.get(at));
            let is_whole = if bytes[found.range()].contains(&b'@') {
                is_whole_address(bytes, found.range())
            } else {
                !is_of_word(before) && !is_of_word(bytes.get(found.end()))
            };
            is_whole.then_some(found.start())
        })
    }

    /// Whether a file's name or its content names them; `None` where it does not.
    ///
    /// # Errors
    /// Where it cannot be read, or is too large to be looked into.
    pub(super) fn in_file(&self, path: &Path) -> io::Result<Option<Trace>> {
        // `an@example.org.eml` is named after an@example.org, whatever the ending.
        let is_in_name = [path.file_name(), path.file_stem()]
            .into_iter()
            .flatten()
            .any(|name| self.places(name.as_encoded_bytes()).next().is_some());
        if path.metadata()?.len() > LARGEST {
            return Err(io::Error::other("it is too large to be looked into"));
        }
        let bytes = fs::read(path)?;
        let mut lines: Vec<usize> = Vec::new();
        let (mut line, mut counted) = (1, 0);
        for at in self.places(&bytes) {
            line += memchr::memchr_iter(b'\n', &bytes[counted..at.max(counted)]).count();
            counted = at.max(counted);
            if lines.last() != Some(&line) {
                lines.push(line);
            }
        }
        let is_there = is_in_name || !lines.is_empty();
        if bytes.iter().take(8000).any(|byte| *byte == 0) {
            lines.clear();
        }
        Ok(is_there.then(|| Trace { path: path.to_owned(), lines }))
    }
}

/// All files under a folder, in the order of their names. Symbolic links are not followed.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() && entry.file_name() != ".git" {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_somebody_by_a_whole_word_in_it_or_in_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let names = Names::new([&"an@example.org".to_owned(), &"An Roe".to_owned(), &"x".to_owned()]);
        for (name, content, lines) in [
            ("a.txt", "one\nto An@Example.org\n\nDear an roe,", Some(vec![2, 4])),
            ("b.txt", "jan@example.org, Jan Roe, x", None),
            ("an@example.org.txt", "nothing", Some(vec![])),
            ("c.bin", "\0an@example.org", Some(vec![])),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            assert_eq!(names.in_file(&path).unwrap().map(|trace| trace.lines), lines, "{name}");
        }
        assert_eq!(files(folder.path()).unwrap().len(), 4);
    }
}
