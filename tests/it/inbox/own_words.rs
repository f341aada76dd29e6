//! What answers say of their authors' own, for whoever compares it with what other programs leave of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use undersigned::inbox::classify;

use super::expected::corpora;

/// Where `benches/own_words.py` has it written.
const OUT: &str = "UNDERSIGNED_OWN_WORDS";

#[test]
fn own_words_are_written_down_where_somebody_asks_for_them() {
    let (Some(corpora), Some(out)) = (corpora(), std::env::var_os(OUT)) else { return };
    let mut words = BTreeMap::new();
    let mut folders = vec![corpora.join("readers"), corpora.join("replies")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let reading = classify(&mail(&entry.path()));
                words.insert(entry.path().display().to_string(), reading.own_words);
            }
        }
    }
    fs::write(out, serde_json::to_string(&words).unwrap()).unwrap();
}

/// A fixture as a mail: some are a body alone.
fn mail(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = first.split(|byte| *byte == b':').next().unwrap_or_default();
    let is_field = name.len() < first.len() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    if is_field || first.starts_with(b"From ") {
        return bytes;
    }
    let kind = if path.extension().is_some_and(|kind| kind == "html") { "html" } else { "plain" };
    let head = format!(
        "From: ana@example.org\nSubject: Re: x\nMIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n"
    );
    [head.as_bytes(), &bytes].concat()
}
