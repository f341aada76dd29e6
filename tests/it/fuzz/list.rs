//! A list of any kind and format. The first byte says which.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::LazyLock;

use tempfile::TempDir;
use undersigned::lists::{RecipientList, read_signatories, read_suppressions};
use undersigned::model::{Faults, ListFormat, ListRules, Listed};
use undersigned::workspace::Workspace;

static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap());

/// Reads it, row by row.
pub fn look(data: &[u8]) -> u64 {
    let Some((kind, list)) = data.split_first() else { return 0 };
    let name = ["list.csv", "list.csv", "list.xlsx", "list.ods", "list.fods"][usize::from(kind / 3 % 5)];
    std::fs::write(FOLDER.path().join(name), list).unwrap();
    let workspace = Workspace::open(FOLDER.path()).unwrap();
    let format = ListFormat::default();
    let mut said = Vec::new();
    match kind % 3 {
        0 => match RecipientList::open(&workspace, name, &format, &ListRules::default()) {
            Ok(list) => {
                for row in list.take(500) {
                    match row {
                        Ok(Listed::Recipient(recipient)) => {
                            // An address never breaks a header.
                            let whole = |address: String| !address.contains(['\r', '\n', '\0']);
                            assert!(recipient.addresses().all(|address| whole(address.to_string())));
                            said.push(format!("{} addresses", recipient.addresses().count().min(5)));
                        }
                        Ok(Listed::Unaddressed(_)) => said.push("none".to_owned()),
                        Err(faults) => said.extend(words(faults)),
                    }
                }
            }
            Err(faults) => said.extend(words(faults)),
        },
        1 => match read_signatories(&workspace, name, &format) {
            Ok(list) => said.extend(list.warnings.iter().map(|fault| without_values(&fault.message))),
            Err(faults) => said.extend(words(faults)),
        },
        _ => match read_suppressions(&workspace, name, &format) {
            Ok(list) => said.push(format!("{} suppressed", list.suppressions.len().min(5))),
            Err(faults) => said.extend(words(faults)),
        },
    }
    said.sort();
    said.dedup();
    let mut way = DefaultHasher::new();
    (kind % 3, name, said).hash(&mut way);
    way.finish()
}

fn words(faults: Faults) -> Vec<String> {
    faults.into_iter().map(|fault| without_values(&fault.message)).collect()
}

/// A message without what stands in backticks, and without numbers.
fn without_values(message: &str) -> String {
    let outside = message.split('`').step_by(2).collect::<String>();
    outside.chars().filter(|c| !c.is_ascii_digit()).collect()
}
