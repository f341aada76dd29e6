use std::sync::Arc;

use super::*;
use crate::model::{Columns, Fields, Suppression, Target};

mod addresses;
mod random;

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn row(line: u64, id: &str, to: &str, cc: &[&str]) -> Recipient {
    let columns = Arc::new(Columns::new(["email"]));
    Recipient {
        id: RecipientId::new(id),
        line,
        to: address(to),
        cc: cc.iter().map(|text| address(text)).collect(),
        bcc: Vec::new(),
        lang: None,
        tags: Vec::new(),
        attachments: Vec::new(),
        further: 0,
        opted_out: None,
        fields: Fields::new(columns, vec![to.to_owned()]),
    }
}

fn suppress(target: Target) -> Suppression {
    Suppression { target, reason: Some("asked by phone".into()) }
}

/// A planner that has seen these rows.
fn planner(suppressions: impl IntoIterator<Item = Suppression>, rows: &[Recipient]) -> Planner {
    let mut census = Census::new(None);
    for row in rows {
        census.see("lists/recipients.csv", row);
    }
    let mut planner = census.into_planner().unwrap();
    planner.suppress(suppressions);
    planner
}

fn plan(suppressions: impl IntoIterator<Item = Suppression>, rows: &[Recipient]) -> Vec<Entry> {
    let mut planner = planner(suppressions, rows);
    rows.iter().map(|row| planner.decide(row.clone(), None, History::default()).unwrap()).collect()
}

#[test]
fn the_second_of_two_rows_with_one_address_is_skipped_and_named() {
    let rows = [row(2, "ana@example.org", "ana@example.org", &[]), row(7, "ANA@example.org", "Ana@Example.org", &[])];
    let entries = plan([], &rows);
    assert_eq!(entries[0].decision, Decision::Send);
    assert_eq!(entries[1].decision, Decision::Skip(SkipReason::Duplicate { of_line: 2.into() }));
    let same_id = [row(2, "a", "ana@example.org", &[]), row(7, "a", "ana@example.org", &[])];
    let entries = plan([], &same_id);
    assert_eq!(entries[1].id.as_str(), "a (line 7)");
}

#[test]
fn one_id_for_two_addresses_is_refused() {
    let rows = [
        row(2, "a", "ana@example.org", &[]),
        row(3, "a", "bo@example.org", &[]),
        row(4, "b", "cy@example.org", &[]),
        row(5, "b", "cy@example.org", &[]),
        row(6, "a", "ana@example.org", &[]),
    ];
    let mut planner = planner([], &rows);
    assert!(planner.reuses_ids());
    let faults: Vec<_> = rows.iter().filter_map(|row| planner.reused_id("r.csv", row)).collect();
    let fault = "r.csv:3: the id `a` is already that of line 2; give each recipient an id of its own";
    assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [fault]);
}

#[test]
fn a_suppressed_address_or_domain_is_skipped_with_its_reason() {
    let suppressions =
        [suppress(Target::Address("ana@example.org".into())), suppress(Target::Domain("example.net".into()))];
    let rows = [
        row(2, "1", "Ana@example.org", &[]),
        row(3, "2", "bo@example.net", &[]),
        row(4, "3", "cy@sub.example.net", &["bo@example.net", "di@example.org"]),
    ];
    let entries = plan(suppressions, &rows);
    let skip = |entry: &Entry| match &entry.decision {
        Decision::Skip(reason) => reason.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(skip(&entries[0]), "suppressed: asked by phone");
    assert_eq!(skip(&entries[1]), "suppressed (@example.net): asked by phone");
    assert_eq!(entries[2].decision, Decision::Send);
    assert_eq!(entries[2].recipient.cc, [address("di@example.org")], "a suppressed copy is left out");
    assert_eq!(entries[2].left_out.len(), 1);
}

#[test]
fn somebody_with_a_letter_of_their_own_is_left_out_of_the_copies() {
    let rows = [
        row(2, "1", "ana@example.org", &["bo@example.org", "office@example.org"]),
        row(3, "2", "bo@example.org", &["office@example.org"]),
    ];
    let entries = plan([], &rows);
    assert_eq!(entries[0].recipient.cc, [address("office@example.org")]);
    assert_eq!(entries[0].left_out[0].1, SkipReason::Duplicate { of_line: 3.into() });
    assert_eq!(entries[1].recipient.cc, [address("office@example.org")], "an office may have a copy of each");
}

#[test]
fn what_the_ledger_has_settled_is_left_alone() {
    let ana = row(2, "1", "ana@example.org", &[]);
    let mut planner = planner([suppress(Target::Address("ana@example.org".into()))], std::slice::from_ref(&ana));
    for state in DeliveryState::ALL {
        let decision = planner.decide(ana.clone(), Some((state, Answer::None)), History::default()).unwrap().decision;
        match state {
            DeliveryState::Planned | DeliveryState::Deferred | DeliveryState::Skipped => {
                assert!(matches!(decision, Decision::Skip(_)), "{state}");
            }
            _ => assert_eq!(decision, Decision::Settled(state)),
        }
    }
}

#[test]
fn who_has_answered_is_not_written_to_again() {
    let ana = row(2, "1", "ana@example.org", &[]);
    let mut planner = planner([], std::slice::from_ref(&ana));
    let mut decide = |answer| {
        planner.decide(ana.clone(), Some((DeliveryState::Deferred, answer)), History::default()).unwrap().decision
    };
    assert_eq!(decide(Answer::Declined), Decision::Skip(SkipReason::Answered(Answer::Declined)));
    assert_eq!(decide(Answer::AutoReply), Decision::Send);
}

#[test]
fn a_letter_that_the_pace_never_allows_is_a_fault() {
    let mut census = Census::new(Some(("per_second", 2)));
    for (line, copies) in
        [(2, &["b@example.org"][..]), (3, &["c@example.org", "d@example.org"]), (4, &["e@example.org"; 5])]
    {
        census.see("r.csv", &row(line, &line.to_string(), &format!("a{line}@example.org"), copies));
    }
    let fault = census.too_heavy().unwrap().to_string();
    assert!(fault.starts_with("r.csv:3"), "{fault}");
    for said in
        ["goes to 3 addresses, and 2 rows have more than 2", "`per_second = 2` in [pace]", "`counts = \"messages\"`"]
    {
        assert!(fault.contains(said), "{fault}");
    }
}

#[test]
fn totals_account_for_every_row() {
    let rows = [
        row(2, "1", "a@example.org", &["b@example.org"]),
        row(3, "2", "A@example.org", &[]),
        row(4, "3", "c@example.org", &[]),
    ];
    let mut totals = Totals::default();
    for entry in plan([suppress(Target::Address("c@example.org".into()))], &rows) {
        totals.add(&entry);
    }
    assert_eq!((totals.to_send, totals.addresses, totals.duplicates, totals.suppressed), (1, 2, 1, 1));
    assert_eq!(totals.rows(), 3);
}
