//! `expected.tsv`: what each report in the corpus means, as those who collected them say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use undersigned::inbox::{Action, Reading, classify};

/// A line of the table: one recipient in one file.
#[derive(Debug, Clone)]
pub struct Row {
    pub recipient: String,
    /// `hard`, `soft`, `other` or `not-bounce`.
    pub bounce: String,
    pub reason: String,
    pub other_reason: String,
    pub action: String,
    pub provenance: String,
    /// `literal` where the address stands in the file as it is in the table.
    pub check: String,
}

impl Row {
    /// Whether the row is from Sisimai's tables, whose reasons and permanence are compared.
    pub fn is_sisimai(&self) -> bool {
        self.provenance.starts_with("sisimai")
    }

    /// What became of the letter: `failed`, `delayed`, or neither.
    pub fn outcome(&self) -> &'static str {
        match (self.is_sisimai(), self.action.as_str(), self.bounce.as_str()) {
            (true, "delayed", _) | (false, _, "soft") if self.provenance != "hand-read" => "delayed",
            (_, "failed", _) | (false, _, "hard") => "failed",
            (_, "delayed", _) => "delayed",
            _ => "neither",
        }
    }
}

/// A file of the corpus, what it should be read as, and what it is read as.
pub struct Case {
    pub file: String,
    pub rows: Vec<Row>,
    pub reading: Reading,
}

/// The folder of the corpora, or nothing where the test is to be skipped.
pub fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("UNDERSIGNED_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "set UNDERSIGNED_CORPORA");
        eprintln!("skipped: UNDERSIGNED_CORPORA is not set");
    }
    folder
}

/// Reads the table and every file in it.
pub fn cases(corpora: &Path) -> Vec<Case> {
    let folder = corpora.join("bounces");
    let table = std::fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let cell: Vec<&str> = line.split('\t').collect();
        let owned = |place: usize| cell.get(place).copied().unwrap_or_default().to_owned();
        rows.entry(owned(0)).or_default().push(Row {
            recipient: owned(1),
            bounce: owned(2),
            reason: owned(3),
            action: owned(6),
            provenance: owned(9),
            check: owned(10),
            other_reason: owned(12),
        });
    }
    rows.into_iter()
        .map(|(file, rows)| {
            let reading = classify(&std::fs::read(folder.join(&file)).unwrap());
            Case { file, rows, reading }
        })
        .collect()
}

/// What became of the letter for a recipient, in the table's words.
pub fn outcome(action: Option<Action>) -> &'static str {
    match action {
        Some(Action::Failed) => "failed",
        Some(Action::Delayed) => "delayed",
        _ => "neither",
    }
}
