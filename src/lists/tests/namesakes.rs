//! Signatories who may stand in a list twice.

use std::fmt::Write;

use super::{csv, words};
use crate::lists::namesakes;

fn found(content: &str) -> Vec<String> {
    let list = csv(content).signatories().unwrap();
    words(namesakes("list.csv", &list.signatories))
}

#[test]
fn a_signatory_who_stands_in_a_list_twice_is_reported_with_both_lines() {
    for (content, warning) in [
        (
            "name\nDelta Watch\nOther\nDelta Watch\n",
            "list.csv:4: `Delta Watch` stands on line 2 already; remove one, unless they are two",
        ),
        (
            "name\nMédecins Sans Frontières\nMedecins sans frontieres (MSF)\n",
            "list.csv:3: `Medecins sans frontieres (MSF)` may be `Médecins Sans Frontières` on line 2 once more; remove one, unless they are two",
        ),
        (
            "name,name_fr\nDoctors of the Delta,Médecins du delta\nMedecins du Delta,\n",
            "list.csv:3: `Medecins du Delta` may be `Doctors of the Delta` on line 2 once more; remove one, unless they are two",
        ),
        (
            "name,acronym\nMSF,\nMédecins Sans Frontières,MSF\n",
            "list.csv:2: `MSF` is the acronym of `Médecins Sans Frontières` on line 3; remove one, unless they are two",
        ),
        (
            "name\nMédecins Sans Frontières (MSF)\nM.S.F.\n",
            "list.csv:3: `M.S.F.` is the acronym of `Médecins Sans Frontières (MSF)` on line 2; remove one, unless they are two",
        ),
        (
            "name\nFriends of the Velma Delta\nFriend of the Velma Delta\n",
            "list.csv:3: `Friend of the Velma Delta` is spelled nearly as `Friends of the Velma Delta` on line 2; remove one, unless they are two",
        ),
        (
            "name,person,affiliation\nAna Roe,yes,University of Korda\nAna Roe,yes,\n",
            "list.csv:3: `Ana Roe` stands on line 2 already; remove one, unless they are two",
        ),
    ] {
        assert_eq!(found(content), [warning], "{content}");
    }
}

#[test]
fn signatories_who_are_two_are_not_reported() {
    for content in [
        "name\nAmnesty International France\nAmnesty International Greece\nAmnesty International\n",
        "name\nFriends of Ireland\nFriends of Iceland\n",
        "name\nLocal Group 11\nLocal Group 12\nLocal Group 111\n",
        "name\nCARE Nepal\nCARE Nederland\nCARE UK\nCARE US\n",
        "name\nGreen Alliance\nGreek Alliance\n",
        "name\nBirdy\nBirds\n",
        "name,publish\nDelta Watch,no\nDelta Watch,no\n",
        "name,person,affiliation\nAna Roe,yes,University of Korda\nAna Roe,yes,Korda Radio\n",
        "name,person\nDelta Watch,yes\nDelta Watch,no\n",
        "name,person\nKatherine Miller,yes\nKatharine Miller,yes\n",
    ] {
        assert_eq!(found(content), Vec::<String>::new(), "{content}");
    }
}

#[test]
fn many_copies_are_told_in_one_sentence_and_many_namesakes_by_their_number() {
    let copies = format!("name\n{}", "Anonymous\n".repeat(571));
    assert_eq!(
        found(&copies),
        ["list.csv:3: `Anonymous` stands on line 2 already, and on 569 more; remove one, unless they are two"]
    );
    let mut twins = "name\n".to_owned();
    for n in 0..50 {
        write!(twins, "Alliance {n}\nAlliance {n} e.V.\n").unwrap();
    }
    let found = found(&twins);
    assert_eq!(found.len(), 21);
    assert_eq!(found[20], "list.csv: 30 more signatories look like others; look at these first, and check again");
}

#[test]
fn a_slip_is_not_looked_for_in_what_is_too_long_for_a_name() {
    let name = |words: usize| format!("name\n{0}friend\n{0}friends\n", "delta ".repeat(words));
    assert_eq!(found(&name(30)).len(), 1);
    assert_eq!(found(&name(40)), [""; 0]);
    let word = |length: usize| "d".repeat(length);
    assert_eq!(found(&format!("name\n{}\n{}\n", word(39), word(40))).len(), 1);
    assert_eq!(found(&format!("name\n{}\n{}\n", word(41), word(42))), [""; 0]);
}
