//! A `campaign.toml`.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::LazyLock;

use tempfile::TempDir;
use undersigned::config::Settings;
use undersigned::workspace::Workspace;

static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap());

/// Reads it: each fault has its line and column in the file.
pub fn look(data: &[u8]) -> u64 {
    std::fs::write(FOLDER.path().join("campaign.toml"), data).unwrap();
    let workspace = Workspace::open(FOLDER.path()).unwrap();
    let faults = match Settings::load(&workspace, "campaign.toml") {
        Ok((settings, warnings)) => {
            assert!(!settings.name.chars().any(char::is_control));
            warnings
        }
        Err(faults) => faults,
    };
    let lines = data.split(|byte| *byte == b'\n').count() as u64;
    let mut said: Vec<String> = Vec::new();
    for fault in faults {
        assert!(!fault.message.contains("hunter2"), "a password is repeated: {}", fault.message);
        assert!(fault.place.line.is_none_or(|line| (1..=lines).contains(&line)), "{fault}");
        let outside = fault.message.split('`').step_by(2).collect::<String>();
        said.push(outside.chars().filter(|c| !c.is_ascii_digit()).collect());
    }
    said.sort();
    said.dedup();
    let mut way = DefaultHasher::new();
    said.hash(&mut way);
    way.finish()
}
