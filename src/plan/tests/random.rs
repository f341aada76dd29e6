//! The planner beside one that keeps everything in memory and compares the texts themselves.

use std::collections::HashMap;

use proptest::prelude::*;

use super::super::fingerprint::Fingerprints;
use super::super::sorter::Sorter;
use super::*;

/// What a row says: its id, to whom it is addressed, and who gets copies.
type Row = (String, String, Vec<String>);

/// Few names, in two spellings, so that rows meet often.
fn name() -> impl Strategy<Value = String> {
    (0..12_u8, any::<bool>()).prop_map(|(n, upper)| format!("{}{n}@example.org", if upper { "A" } else { "a" }))
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let id = (0..30_u8).prop_map(|n| format!("id{n}"));
    proptest::collection::vec((id, name(), proptest::collection::vec(name(), 0..3)), 0..24)
}

fn recipients(rows: Vec<Row>) -> Vec<Recipient> {
    let place = |(n, (id, to, mut copies)): (u64, Row)| {
        // A list has each address of a row once.
        let mut seen = vec![address(&to).key()];
        copies.retain(|copy| {
            let key = address(copy).key();
            let is_new = !seen.contains(&key);
            seen.push(key);
            is_new
        });
        row(n * 2 + 2, &id, &to, &copies.iter().map(String::as_str).collect::<Vec<_>>())
    };
    (0_u64..).zip(rows).map(place).collect()
}

/// Every row's entry, or the lines whose id is another recipient's.
type Planned = Result<Vec<Entry>, Vec<u64>>;

/// What the rules say, the plain way.
fn plain(rows: &[Recipient], suppressions: &[Suppression]) -> Planned {
    let mut first_line: HashMap<String, u64> = HashMap::new();
    let mut ids: HashMap<RecipientId, (u64, String)> = HashMap::new();
    let mut reused = Vec::new();
    for row in rows {
        let key = row.to.key();
        first_line.entry(key.clone()).or_insert(row.line);
        let (_, of) = ids.entry(row.id.clone()).or_insert((row.line, key.clone()));
        if *of != key {
            reused.push(row.line);
        }
    }
    if !reused.is_empty() {
        return Err(reused);
    }
    let suppressed = |address: &EmailAddress| {
        let found = suppressions.iter().find(|it| it.target.covers(address))?;
        Some(SkipReason::Suppressed { target: found.target.as_key(), reason: found.reason.clone() })
    };
    let decide = |row: &Recipient| {
        let mut recipient = row.clone();
        let of_line = first_line[&row.to.key()];
        let decision = match suppressed(&row.to) {
            _ if of_line != row.line => Decision::Skip(SkipReason::Duplicate { of_line: of_line.into() }),
            Some(reason) => Decision::Skip(reason),
            None => Decision::Send,
        };
        let own_id = ids[&row.id].0 == row.line;
        let id = if own_id { row.id.clone() } else { RecipientId::new(format!("{} (line {})", row.id, row.line)) };
        let mut left_out = Vec::new();
        recipient.cc.retain(|copy| {
            let own = first_line.get(&copy.key()).map(|line| SkipReason::Duplicate { of_line: (*line).into() });
            let reason = suppressed(copy).or(own);
            left_out.extend(reason.clone().map(|reason| (copy.clone(), reason)));
            reason.is_none()
        });
        Entry { recipient, id, person: Person::default(), decision, due: None, history: History::default(), left_out }
    };
    Ok(rows.iter().map(decide).collect())
}

/// The same by census and planner, with so many marks in memory; by chance, rows may be alike that are not.
fn planned(
    rows: &[Recipient],
    suppressions: &[Suppression],
    fingerprints: Fingerprints,
    held: usize,
) -> Result<Planned, Alike> {
    let mut census = Census::with(fingerprints, || Sorter::holding(held), None);
    for row in rows {
        census.see("r.csv", row);
    }
    let mut planner = census.into_planner().unwrap();
    planner.suppress(suppressions.iter().cloned());
    if planner.reuses_ids() {
        let reused = rows.iter().filter(|row| planner.reused_id("r.csv", row).is_some());
        let lines: Vec<u64> = reused.map(|row| row.line).collect();
        if !lines.is_empty() {
            return Ok(Err(lines));
        }
    }
    let entries: Result<Vec<_>, _> =
        rows.iter().map(|row| planner.decide(row.clone(), None, History::default())).collect();
    entries.map(Ok)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_is_what_the_rules_say(rows in rows(), held in 1..40_usize, suppressed in name()) {
        let rows = recipients(rows);
        let suppressions = [suppress(Target::Address(address(&suppressed).key()))];
        let planned = planned(&rows, &suppressions, Fingerprints::new(), held);
        prop_assert_eq!(planned, Ok(plain(&rows, &suppressions)));
    }

    #[test]
    fn rows_that_are_alike_by_chance_are_never_taken_for_one(rows in rows(), bits in 1..8_u32) {
        let rows = recipients(rows);
        let plain = plain(&rows, &[]);
        match planned(&rows, &[], Fingerprints::of_bits(bits), 5) {
            Ok(Ok(entries)) => prop_assert_eq!(Ok(entries), plain),
            Ok(Err(lines)) => prop_assert!(plain.is_err_and(|reused| lines.iter().all(|line| reused.contains(line)))),
            Err(Alike) => {}
        }
    }
}
