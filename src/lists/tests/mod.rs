//! Lists as people write them, and as they should not.

mod bad_input;
mod columns;
mod corpora;
mod encodings;
mod faults;
mod forms;
mod good_input;
mod holidays;
mod namesakes;
mod other_kinds;
mod programs;
mod seen;
mod sheets;
mod stored;
mod zip;

use crate::model::{Fault, Faults, HiddenRows, ListFormat, ListRules, Listed, MergedCells, Recipient, SheetChoice};
use crate::workspace::Workspace;

use super::{RecipientList, Signatories, Suppressions, read_signatories, read_suppressions};

/// A workspace with one list in it.
struct Folder {
    root: tempfile::TempDir,
    file: &'static str,
    format: ListFormat,
    rules: ListRules,
}

/// A workspace with `list.csv`.
fn csv(content: impl AsRef<[u8]>) -> Folder {
    list("list.csv", content)
}

fn list(file: &'static str, content: impl AsRef<[u8]>) -> Folder {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(file), content).unwrap();
    Folder { root: folder, file, format: ListFormat::default(), rules: ListRules::default() }
}

impl Folder {
    fn encoding(mut self, label: &str) -> Self {
        self.format.encoding = crate::model::EncodingChoice::Named(label.to_owned());
        self
    }

    fn delimiter(mut self, delimiter: char) -> Self {
        self.format.delimiter = Some(delimiter);
        self
    }

    fn hidden_rows(mut self, said: HiddenRows) -> Self {
        self.format.hidden_rows = Some(said);
        self
    }

    fn merged_cells(mut self, said: MergedCells) -> Self {
        self.format.merged_cells = said;
        self
    }

    fn sheet(mut self, choice: SheetChoice) -> Self {
        self.format.sheet = choice;
        self
    }

    fn workspace(&self) -> Workspace {
        Workspace::open(self.root.path()).unwrap()
    }

    fn open(&self) -> Result<RecipientList, Faults> {
        RecipientList::open(&self.workspace(), self.file, &self.format, &self.rules)
    }

    /// Every row and every fault.
    fn listed(&self) -> (Vec<Listed>, Vec<String>) {
        let mut recipients = Vec::new();
        let mut faults = Vec::new();
        match self.open() {
            Ok(list) => {
                for row in list {
                    match row {
                        Ok(recipient) => recipients.push(recipient),
                        Err(found) => faults.extend(words(found)),
                    }
                }
            }
            Err(found) => faults.extend(words(found)),
        }
        (recipients, faults)
    }

    /// Every recipient and every fault.
    fn all(&self) -> (Vec<Recipient>, Vec<String>) {
        let (listed, faults) = self.listed();
        (listed.into_iter().filter_map(Listed::recipient).collect(), faults)
    }

    fn recipients(&self) -> Vec<Recipient> {
        let (recipients, faults) = self.all();
        assert_eq!(faults, Vec::<String>::new());
        recipients
    }

    fn faults(&self) -> Vec<String> {
        self.all().1
    }

    fn warnings(&self) -> Vec<String> {
        let mut list = self.open().unwrap();
        assert!(list.by_ref().all(|row| row.is_ok()));
        words(list.take_warnings())
    }

    /// The cells of every row.
    fn cells(&self) -> Vec<Vec<String>> {
        let cells = |recipient: Recipient| recipient.fields.cells().to_vec();
        self.recipients().into_iter().map(cells).collect()
    }

    fn signatories(&self) -> Result<Signatories, Vec<String>> {
        read_signatories(&self.workspace(), self.file, &self.format).map_err(words)
    }

    fn suppressions(&self) -> Result<Suppressions, Vec<String>> {
        read_suppressions(&self.workspace(), self.file, &self.format).map_err(words)
    }
}

fn words(faults: impl IntoIterator<Item = Fault>) -> Vec<String> {
    faults.into_iter().map(|fault| fault.to_string()).collect()
}
