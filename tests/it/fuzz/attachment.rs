//! A file that goes along with a letter, or is shown in it: what it tells of who made it, and its pixels.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::LazyLock;

use tempfile::TempDir;
use undersigned::attachment::{judge, traces};
use undersigned::picture::{Frame, Picture};
use undersigned::workspace::Workspace;

static FOLDER: LazyLock<TempDir> =
    LazyLock::new(|| tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap());

/// Looks into it as whatever its bytes say that it is, and shows it where it is a picture.
pub fn look(data: &[u8]) -> u64 {
    let looked = traces(data);
    assert!(looked.traces.len() <= 50);
    assert!(looked.traces.iter().all(|trace| !trace.value.contains(['\n', '\u{1b}'])), "{:?}", looked.traces);
    let may: Vec<bool> = ["a.pdf", "a.docx", "a.png", "a.zip", "a.eml"].map(|name| judge(name, data).is_ok()).into();
    std::fs::write(FOLDER.path().join("picture"), data).unwrap();
    let workspace = Workspace::open(FOLDER.path()).unwrap();
    let shown = match Picture::open(&workspace, "picture", Frame::LOGO) {
        Ok(_) => "shown".to_owned(),
        Err(error) => error.to_string().chars().filter(char::is_ascii_alphabetic).take(40).collect(),
    };
    let fields: Vec<_> = looked.traces.iter().map(|trace| (trace.subject, trace.field.clone())).collect();
    let mut way = DefaultHasher::new();
    (format!("{:?} {fields:?}", looked.kind), looked.closed, may, shown).hash(&mut way);
    way.finish()
}
