//! Which of the addresses of a row its letter goes to, and who stands in the way of whom.

use super::*;

/// A row whose `email` cell has these addresses.
fn cell(line: u64, addresses: &[&str]) -> Recipient {
    let further = addresses.len() - 1;
    Recipient { further, ..row(line, &addresses[0].to_lowercase(), addresses[0], &addresses[1..]) }
}

fn named(name: &str, recipient: Recipient) -> Recipient {
    let columns = Arc::new(Columns::new(["email", "name"]));
    Recipient { fields: Fields::new(columns, vec![recipient.to.to_string(), name.to_owned()]), ..recipient }
}

fn opted_out(recipient: Recipient) -> Recipient {
    Recipient { opted_out: Some("Do Not Email".to_owned()), ..recipient }
}

/// To whom each row's letter goes, or why it does not.
fn outcome(suppressions: &[&str], rows: &[Recipient]) -> Vec<String> {
    let suppressions = suppressions.iter().map(|text| suppress(Target::Address((*text).to_owned())));
    let mut planner = planner(suppressions, rows);
    let decide = |planner: &mut Planner, row: &Recipient| {
        let mut row = row.clone();
        let passed = planner.readdress(&mut row, None).unwrap();
        let mut entry = planner.decide(row, None, History::default()).unwrap();
        entry.left_out.splice(0..0, passed);
        entry
    };
    let first: Vec<Entry> = rows.iter().map(|row| decide(&mut planner, row)).collect();
    // A second pass decides the same.
    let again: Vec<Entry> = rows.iter().map(|row| decide(&mut planner, row)).collect();
    assert_eq!(first, again);
    for (entry, row) in first.iter().zip(rows).filter(|(entry, _)| entry.decision == Decision::Send) {
        // What the ledger keeps gives the same letter back.
        let keys: Vec<String> = entry.left_out.iter().map(|(address, _)| address.key()).collect();
        let mut kept = row.clone();
        leave_out(&mut kept, &keys);
        assert_eq!(
            (&kept.to, &kept.cc, kept.further),
            (&entry.recipient.to, &entry.recipient.cc, entry.recipient.further)
        );
    }
    let words = |entry: Entry| match entry.decision {
        Decision::Send => entry.recipient.addresses().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Decision::Skip(reason) => reason.to_string(),
        Decision::Settled(state) => state.to_string(),
    };
    first.into_iter().map(words).collect()
}

#[test]
fn who_stands_behind_somebody_who_gets_no_letter_gets_it() {
    let (ana, bo, cy) = ("ana@example.org", "bo@example.org", "cy@example.org");
    let cases: [(&[&str], Vec<Recipient>, &[&str]); 8] = [
        // The first is suppressed.
        (&[ana], vec![cell(2, &[ana, bo, cy])], &["bo@example.org cy@example.org"]),
        (&[ana, bo], vec![cell(2, &[ana, bo, cy])], &["cy@example.org"]),
        // The first is a duplicate.
        (&[], vec![cell(2, &[ana]), cell(3, &[ana, bo])], &[ana, bo]),
        // All of the cell are.
        (
            &[],
            vec![cell(2, &[ana, bo]), cell(3, &[ana, bo])],
            &["ana@example.org bo@example.org", "duplicate of line 2"],
        ),
        // The next has a row of its own.
        (&[ana], vec![cell(2, &[ana, bo]), cell(3, &[bo])], &["suppressed: asked by phone", bo]),
        // Two rows have the same one behind somebody who gets no letter.
        (&[ana, cy], vec![cell(2, &[ana, bo]), cell(3, &[cy, bo])], &[bo, "suppressed: asked by phone"]),
        // It gets the letter of the first row, and no copy of a later one.
        (&[ana], vec![cell(2, &[ana, bo]), cell(3, &[cy, bo])], &[bo, cy]),
        // It has a copy of an earlier letter.
        (
            &[ana],
            vec![cell(2, &[cy, bo]), cell(3, &[ana, bo])],
            &["cy@example.org bo@example.org", "suppressed: asked by phone"],
        ),
    ];
    for (suppressed, rows, expected) in cases {
        assert_eq!(outcome(suppressed, &rows), expected, "{rows:?}");
    }
}

#[test]
fn a_letter_that_may_have_left_stays_where_it_went() {
    let row = cell(2, &["ana@example.org", "bo@example.org"]);
    let suppressed = suppress(Target::Address("ana@example.org".to_owned()));
    let mut planner = planner([suppressed], std::slice::from_ref(&row));
    for state in [DeliveryState::Accepted, DeliveryState::InDoubt, DeliveryState::Bounced] {
        let mut again = row.clone();
        assert!(planner.readdress(&mut again, Some((state, Answer::OptedOut))).unwrap().is_empty());
        assert_eq!(again, row);
    }
}

#[test]
fn several_people_at_one_address_are_told_from_one_who_stands_there_twice() {
    let at = |line, name| named(name, row(line, &line.to_string(), "office@example.org", &[]));
    let rows = [at(2, "Ana Roe MP"), at(3, "Bo Lind MP"), at(4, "MP ROE, Ana"), at(5, "")];
    let expected = [
        "office@example.org",
        "shares the address of line 2 (`Ana Roe MP`)",
        "duplicate of line 2",
        "duplicate of line 2",
    ];
    assert_eq!(outcome(&[], &rows), expected);
}

#[test]
fn who_opted_out_on_one_row_gets_nothing_by_another() {
    let (ana, bo) = ("ana@example.org", "bo@example.org");
    let rows = [opted_out(cell(2, &[ana])), cell(3, &[ana]), cell(4, &[bo, ana]), cell(5, &["cy@example.org"])];
    let expected = ["opted out (`Do Not Email`)", "opted out on line 2", bo, "cy@example.org"];
    assert_eq!(outcome(&[], &rows), expected);
}

#[test]
fn a_row_without_an_address_has_an_id_of_its_own() {
    let columns = Arc::new(Columns::new(["email", "name"]));
    let without = |line| crate::model::Unaddressed {
        id: RecipientId::new("Ana"),
        line,
        fields: Fields::new(Arc::clone(&columns), vec![String::new(), "Ana".to_owned()]),
    };
    let mut census = Census::new(None);
    census.see_unaddressed(&without(2));
    census.see_unaddressed(&without(3));
    let mut planner = census.into_planner().unwrap();
    let ids = [2, 3].map(|line| match planner.pass_over(without(line)).unwrap() {
        Row::Unaddressed { id, .. } => id.to_string(),
        Row::Entry(_) => String::new(),
    });
    assert_eq!(ids, ["Ana", "Ana (line 3)"]);
    assert!(!planner.reuses_ids());
}
