//! Words between the items of a list that CLDR does not have.

use super::super::{Join, format_list, has_word};

#[test]
fn a_list_has_the_words_of_its_language_and_the_form_that_suits_the_next() {
    for (tag, items, join, expected) in [
        ("cy", &["Caerdydd", "Abertawe"][..], Join::And, "Caerdydd ac Abertawe"),
        ("cy", &["Bangor", "Caerdydd"], Join::And, "Bangor a Caerdydd"),
        ("cy", &["Cymru", "yr Alban", "Iwerddon"], Join::And, "Cymru, yr Alban ac Iwerddon"),
        ("cy", &["A", "B", "“Iaith”"], Join::And, "A, B a “Iaith”"),
        ("lb", &["X", "Esch", "Déifferdeng"], Join::And, "X, Esch an Déifferdeng"),
        ("lb", &["Esch", "Réimech"], Join::And, "Esch a Réimech"),
        ("lb", &["Esch", "Réimech", "Wolz"], Join::Or, "Esch, Réimech oder Wolz"),
        ("mt", &["X", "Y"], Join::Or, "X jew Y"),
        ("mt", &["X", "Y", "Z"], Join::Or, "X, Y jew Z"),
        ("fy", &["X", "Y", "Z"], Join::Or, "X, Y of Z"),
        ("oc", &["X", "Y", "Z"], Join::And, "X, Y e Z"),
        ("lb", &["X"], Join::And, "X"),
        ("cy", &[], Join::And, ""),
    ] {
        assert_eq!(format_list(items, join, &tag.parse().unwrap()).unwrap(), expected, "{tag}");
    }
}

#[test]
fn no_language_but_english_says_or() {
    let tags = include_str!("icu4c.tsv").lines().filter(|line| !line.starts_with('#'));
    for tag in tags.filter_map(|line| line.split('\t').next()) {
        let language = tag.parse().unwrap();
        let said = |join| [&["1", "2"][..], &["1", "2", "3"]].map(|items| format_list(items, join, &language).unwrap());
        let is_english = tag.starts_with("en");
        assert_eq!(said(Join::Or).concat().contains("or "), is_english || !has_word(Join::Or, &language), "{tag}");
        assert!(!(said(Join::And).concat() + &said(Join::Or).concat()).contains('('), "{tag}");
        let without = ["fur", "gsw", "kl", "se", "yi"].contains(&tag);
        assert_eq!([Join::And, Join::Or].map(|join| has_word(join, &language)), [!without; 2], "{tag}");
    }
}
