//! How well reports are read by systems that the rules do not know: of each system in turn, the phrases that only its
//! own reports have, and no documentation of servers, are taken away, and its reports are measured without them.
//!
//! `cargo test --lib inbox::unseen -- --nocapture` prints the table, and every miss.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use super::phrases::Found;

#[path = "../../tests/it/inbox/expected.rs"]
mod expected;
#[path = "../../tests/it/inbox/measure.rs"]
mod measure;

use expected::Case;
use measure::{Score, Scores};

thread_local! {
    /// The phrases that were found.
    static FOUND: RefCell<HashSet<String>> = RefCell::default();
    /// The phrases that are not known.
    static UNKNOWN: RefCell<HashSet<String>> = RefCell::default();
}

/// Leaves the phrases out that are not to be known just now, and takes note of the others.
pub(super) fn retain_known<K>(phrases: &mut Vec<Found<K>>, names: &[String]) {
    UNKNOWN.with_borrow(|unknown| phrases.retain(|found| !unknown.contains(&names[found.phrase])));
    FOUND.with_borrow_mut(|known| known.extend(phrases.iter().map(|found| names[found.phrase].clone())));
}

/// The mail system that a file of the corpus is of, by its name: `maildir/bsd/lhost-exim-01.eml` is `lhost-exim`.
fn system(file: &str) -> String {
    let name = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
    name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '_').to_owned()
}

fn read_again(folder: &Path, case: &Case) -> Case {
    let reading = super::classify(&std::fs::read(folder.join(&case.file)).unwrap());
    Case { file: case.file.clone(), rows: case.rows.clone(), reading }
}

/// The rows of all systems in one.
fn sum<'s>(scores: impl Iterator<Item = &'s Score>) -> Score {
    let mut all = Score::default();
    for score in scores {
        all.hits += score.hits;
        all.all += score.all;
        all.misses.extend(score.misses.iter().cloned());
    }
    all
}

#[test]
fn reports_of_systems_whose_own_phrases_are_not_known_are_read() {
    let Some(corpora) = expected::corpora() else { return };
    let folder = corpora.join("bounces");
    let mut systems: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for case in expected::cases(&corpora) {
        systems.entry(system(&case.file)).or_default().push(case);
    }
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (system, cases) in &systems {
        FOUND.take();
        for case in cases {
            read_again(&folder, case);
        }
        for phrase in FOUND.take() {
            uses.entry(phrase).or_default().insert(system.clone());
        }
    }
    // What the documentation of servers says is known of systems that no report here is of.
    for line in include_str!("../../tests/it/inbox/replies.tsv").lines().filter(|line| !line.starts_with('#')) {
        let reply = line.rsplit('\t').next().unwrap_or_default();
        FOUND.take();
        super::phrases::reason(&super::words::of(reply));
        for phrase in FOUND.take() {
            uses.entry(phrase).or_default().insert("documentation".to_owned());
        }
    }
    let mut scores: Vec<Scores> = Vec::new();
    for (system, cases) in &systems {
        let own = uses.iter().filter(|(_, of)| of.len() == 1 && of.contains(system)).map(|(phrase, _)| phrase.clone());
        UNKNOWN.set(own.collect());
        let again: Vec<Case> = cases.iter().map(|case| read_again(&folder, case)).collect();
        UNKNOWN.take();
        scores.push(measure::measure(&again));
    }
    println!("| left out one of {} systems | aim | now |\n|---|---|---|", systems.len());
    // The aim, and what is reached: a step back from that is noticed.
    let rows: [(&str, [f64; 2], Score); 4] = [
        ("exact set of recipients in a file", [97.0, 98.0], sum(scores.iter().map(|one| &one.recipients))),
        ("failed, delayed or neither", [98.0, 98.0], sum(scores.iter().map(|one| &one.outcome))),
        ("hard or soft, on Sisimai's rows", [96.0, 96.0], sum(scores.iter().map(|one| &one.permanence))),
        ("reason, on Sisimai's rows (either table)", [90.0, 90.0], sum(scores.iter().map(|one| &one.reason))),
    ];
    for (what, [aim, _], score) in &rows {
        println!("| {what} | ≥ {aim} % | {:.1} % ({} of {}) |", score.share(), score.hits, score.all);
    }
    for miss in rows.iter().flat_map(|(_, _, score)| &score.misses) {
        println!("    {miss}");
    }
    let late: Vec<&String> = scores.iter().flat_map(|one| &one.delayed_as_failed).collect();
    assert_eq!(late, Vec::<&String>::new());
    assert_eq!(rows.map(|(_, [_, reached], score)| score.share() >= reached), [true; 4]);
}
