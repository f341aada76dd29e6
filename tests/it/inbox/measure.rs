//! How well reports are read, by the corpus.

use std::collections::BTreeSet;

use undersigned::inbox::{Kind, Reading};

use super::expected::{Case, Row, outcome};

/// Hits and how many there could be.
#[derive(Debug, Default, Clone)]
pub struct Score {
    pub hits: usize,
    pub all: usize,
    pub misses: Vec<String>,
}

impl Score {
    fn count(&mut self, hit: bool, miss: impl FnOnce() -> String) {
        self.all += 1;
        if hit {
            self.hits += 1;
        } else {
            self.misses.push(miss());
        }
    }

    /// In per cent.
    pub fn share(&self) -> f64 {
        let count = |count: usize| f64::from(u32::try_from(count).unwrap());
        100.0 * count(self.hits) / count(self.all.max(1))
    }
}

/// What is measured of the reports.
#[derive(Debug, Default, Clone)]
pub struct Scores {
    pub recipients: Score,
    pub outcome: Score,
    pub delayed_as_failed: Vec<String>,
    pub permanence: Score,
    pub reason: Score,
}

/// Measures readings against the table.
pub fn measure<'c>(cases: impl IntoIterator<Item = &'c Case>) -> Scores {
    let mut scores = Scores::default();
    for case in cases {
        // An address that stands in the file in no such form, or in none, cannot be compared.
        if case.rows.iter().all(|row| row.check == "literal") {
            let wanted: BTreeSet<String> = case.rows.iter().map(|row| row.recipient.to_lowercase()).collect();
            let found: BTreeSet<String> =
                case.reading.recipients.iter().map(|one| one.address.to_lowercase()).collect();
            let found = if is_about_somebody(&case.reading) { found } else { BTreeSet::new() };
            scores.recipients.count(found == wanted, || format!("{}: {found:?} for {wanted:?}", case.file));
        }
        for row in &case.rows {
            measure_row(case, row, &mut scores);
        }
    }
    scores
}

/// An out-of-office reply speaks of its author.
fn is_about_somebody(reading: &Reading) -> bool {
    !matches!(reading.kind, Kind::Message | Kind::Unreadable)
}

fn measure_row(case: &Case, row: &Row, scores: &mut Scores) {
    let found = case
        .reading
        .recipients
        .iter()
        .find(|one| one.address.eq_ignore_ascii_case(&row.recipient))
        .or_else(|| case.reading.recipients.first().filter(|_| row.check != "literal"));
    // Sisimai calls an expired one delayed, though its sender has given up.
    let ran_out = found.is_some_and(|one| one.given_up) && row.outcome() == "delayed";
    let said = if ran_out { "delayed" } else { outcome(found.and_then(|one| one.action)) };
    let wanted = row.outcome();
    let place = || format!("{} {}: {} is {}", case.file, row.recipient, wanted, said);
    scores.outcome.count(said == wanted, place);
    if wanted == "delayed" && said == "failed" {
        scores.delayed_as_failed.push(place());
    }
    if !row.is_sisimai() {
        return;
    }
    if matches!(row.bounce.as_str(), "hard" | "soft") {
        let permanence = found.and_then(|one| one.permanence).map_or("none", |permanence| permanence.as_str());
        let why = found.and_then(|one| one.reason).map_or("", |reason| reason.as_str());
        scores.permanence.count(permanence == row.bounce, || {
            format!("{} {}: {} ({}) is {permanence} ({why})", case.file, row.recipient, row.bounce, row.reason)
        });
    }
    if !row.reason.is_empty() {
        let said = match case.reading.kind {
            Kind::AutoReply => "vacation",
            _ => found.and_then(|one| one.reason).map_or("none", |reason| reason.as_str()),
        };
        let hit = said == row.reason || (!row.other_reason.is_empty() && said == row.other_reason);
        let words = found.and_then(|one| one.diagnostic.clone()).unwrap_or_default();
        scores.reason.count(hit, || {
            let words: String = words.chars().take(160).collect();
            let status = found.and_then(|one| one.status).map(|status| status.to_string()).unwrap_or_default();
            format!("{} {}: {} is {said} [{status}] {words}", case.file, row.recipient, row.reason)
        });
    }
}
