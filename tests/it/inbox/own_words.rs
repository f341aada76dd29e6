//! What answers say of their authors' own, for whoever compares it with what other programs leave of them.

use std::collections::BTreeMap;
use std::fs;

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
                let reading = classify(&fs::read(entry.path()).unwrap());
                words.insert(entry.path().display().to_string(), reading.own_words);
            }
        }
    }
    fs::write(out, serde_json::to_string(&words).unwrap()).unwrap();
}
