//! The phrases' files, and how they are read.

use super::*;

#[test]
fn every_phrase_is_in_the_form_in_which_it_is_looked_for() {
    let files = [
        REASONS,
        NOT_DELIVERED,
        REASONS_ABROAD,
        REPORT_LINES,
        STILL_TRIED,
        include_str!("report-subjects.txt"),
        include_str!("auto-reply-subjects.txt"),
        include_str!("received.txt"),
        include_str!("refused.txt"),
        include_str!("displayed.txt"),
    ];
    let phrases = files.iter().flat_map(|file| file.lines()).filter_map(|line| match line.split_once(" = ") {
        Some((_, choice)) => Some(choice),
        None => line.strip_prefix("  "),
    });
    let wrong: Vec<&str> = phrases
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .filter(|phrase| !phrase.is_empty())
        .filter(|phrase| phrase.len() < 4 || !parts(phrase).all(|part| words::of(part).contains(unmark(part).trim())))
        .collect();
    assert_eq!(wrong, Vec::<&str>::new());
}

/// What is looked for of a phrase, without the names of choices.
fn parts(phrase: &str) -> impl Iterator<Item = &str> {
    let parts = phrase.split(" .. ").flat_map(|part| part.split(" + ")).flat_map(|part| part.split('|'));
    parts.filter(|part| !part.starts_with('$'))
}

#[test]
fn every_choice_that_is_named_is_one() {
    for file in [REASONS, REASONS_ABROAD, REPORT_LINES, STILL_TRIED, include_str!("refused.txt")] {
        let named = |name: &str| file.lines().any(|line| line.starts_with(&format!("{name} = ")));
        for name in file.split(['|', ' ', ';', '\n']).filter(|word| word.starts_with('$')) {
            assert!(named(name), "{name}");
        }
    }
}

#[test]
fn parts_are_found_in_their_order_and_not_far_from_each_other() {
    let phrases = Phrases::read(
        &["$who = user|mailbox\nfar:\n  $who .. full|over quota\nnear:\n  no + room\nthree:\n  a_ .. b_ .. c_"],
        |key| ["far", "near", "three"].iter().position(|known| *known == key),
    );
    let keys = |text: &str| phrases.find(&words::of(text)).iter().map(|found| found.key).collect::<Vec<_>>();
    assert_eq!(keys("The mailbox of this user is full."), [0]);
    assert_eq!(keys("user is over quota"), [0]);
    assert_eq!(keys("full mailbox"), Vec::<usize>::new());
    assert_eq!(keys(&format!("mailbox {} full", "word ".repeat(10))), Vec::<usize>::new());
    assert_eq!((keys("no more room"), keys("no space in any room")), (vec![1], vec![]));
    assert_eq!((keys("a then b then c"), keys("a then c then b")), (vec![2], vec![]));
}

#[test]
fn every_key_of_the_reasons_is_a_reason() {
    for name in [REASONS, REASONS_ABROAD].iter().flat_map(|file| file.lines()).filter_map(|line| line.strip_suffix(':'))
    {
        assert!(said(name).is_some(), "{name}");
    }
}
