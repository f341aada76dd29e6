//! Every date of a table that ICU4C wrote, in all languages that letters are likely to have.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::{DateStyle, format_date, has_months};
use crate::model::Language;

/// Language tag, style, and 24 dates; made by `icu4c.mjs`.
const ICU4C: &str = include_str!("icu4c.tsv");

/// Where a letter differs from ICU4C 78.2 on purpose: the tags, the styles, and why.
const EXCEPTIONS: [(&str, &str, &str); 8] = [
    (
        "fr fr-BE fr-CA fr-CH",
        "medium long full",
        "the first of a month is \"1er\" in French; CLDR has one pattern for all days",
    ),
    ("it it-CH pt pt-BR", "medium long full", "the first of a month is \"1º\" in Italian and in Portuguese of Brazil"),
    ("eu", "medium long full", "CLDR writes \"(e)ko\" and \"(a)\" for endings that depend on the number"),
    ("az ps", "full", "CLDR 49, which ICU4X 2.4 has, writes the days of the week in another way"),
    ("en-AU es-AR", "medium", "CLDR 49 has other short names of months: \"Jun\" for \"June\", \"sep\" for \"sept\""),
    ("fa", "full", "ICU4C has the pattern of no language for the Persian calendar: \"1402 دی 11, دوشنبه\""),
    ("oc", "short medium long", "ICU4C has the pattern of no language: \"2024 de genièr 1\""),
    ("fur gsw kl se yi", "short medium long full", "ICU4X has no names of months: a letter that prints one is refused"),
];

fn language(tag: &str) -> Language {
    tag.parse().unwrap()
}

fn date(month: i8, day: i8) -> Date {
    Date::new(2024, month, day).unwrap()
}

fn written(tag: &str, style: &str, date: Date) -> String {
    format_date(date, DateStyle::from_word(style).unwrap(), &language(tag)).unwrap_or_else(|wrong| wrong)
}

/// A blank that holds a line together is a blank here: CLDR 49 has it where CLDR 48 has none.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

/// Whether a difference has a reason.
fn is_excepted(tag: &str, style: &str) -> bool {
    let has = |words: &str, word: &str| words.split(' ').any(|one| one == word);
    EXCEPTIONS.iter().any(|(tags, styles, _)| has(tags, tag) && has(styles, style))
}

#[test]
fn every_date_is_the_one_of_icu4c_or_has_a_reason() {
    let mut compared = 0;
    let mut wrong: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for line in ICU4C.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let (tag, style) = (cells.next().unwrap(), cells.next().unwrap());
        let dates = (1..=12).flat_map(|month| [date(month, 1), date(month, 23)]);
        for (date, expected) in dates.zip(cells) {
            compared += 1;
            let found = written(tag, style, date);
            if plain(&found) != plain(expected) {
                wrong.entry((tag, style)).or_default().push(format!("`{found}`, ICU4C has `{expected}`"));
            }
        }
    }
    assert_eq!(compared, 115 * 24 * 4);
    let unexcused: Vec<_> = wrong.iter().filter(|((tag, style), _)| !is_excepted(tag, style)).collect();
    assert!(unexcused.is_empty(), "{unexcused:#?}");
    for (tags, styles, reason) in EXCEPTIONS {
        assert!(!reason.is_empty());
        for tag in tags.split(' ') {
            let differs = styles.split(' ').any(|style| wrong.contains_key(&(tag, style)));
            assert!(differs, "{tag} is as ICU4C has it; take the exception out");
        }
    }
}

#[test]
fn what_cldr_leaves_open_is_written_as_people_do() {
    for (tag, style, (month, day), expected) in [
        ("fr", "long", (6, 1), "1er juin 2024"),
        ("fr", "full", (6, 1), "samedi 1er juin 2024"),
        ("fr-CA", "medium", (6, 1), "1er juin 2024"),
        ("fr", "long", (6, 2), "2 juin 2024"),
        ("fr", "short", (1, 1), "01/01/2024"),
        ("pt-BR", "long", (6, 1), "1º de junho de 2024"),
        ("pt", "full", (6, 1), "sábado, 1º de junho de 2024"),
        ("pt-PT", "full", (6, 1), "sábado, 1 de junho de 2024"),
        ("pt-AO", "full", (6, 12), "quarta-feira, 12 de junho de 2024"),
        ("it", "long", (6, 1), "1º giugno 2024"),
        ("it", "short", (1, 1), "01/01/24"),
        ("mt", "short", (6, 12), "12/06/2024"),
        ("mt", "full", (6, 1), "Is-Sibt, 1 ta’ Ġunju 2024"),
        ("eu", "long", (6, 12), "2024ko ekainaren 12a"),
        ("eu", "full", (6, 11), "2024ko ekainaren 11, asteartea"),
        ("sl", "long", (6, 1), "1. junij 2024"),
        ("sr", "full", (6, 1), "субота, 1. јун 2024."),
        ("sr-Latn", "long", (6, 1), "1. jun 2024."),
        ("mk", "long", (6, 1), "1 јуни 2024 г."),
        ("bs", "full", (6, 1), "subota, 1. juni 2024."),
        ("ko", "short", (6, 12), "24. 6. 12."),
        ("en-CA", "short", (6, 12), "2024-06-12"),
        ("cs", "short", (6, 2), "02.06.24"),
        ("sk", "full", (6, 12), "streda 12. júna 2024"),
        ("da", "full", (6, 12), "onsdag den 12. juni 2024"),
        ("th", "full", (6, 12), "วันพุธที่ 12 มิถุนายน พ.ศ. 2567"),
    ] {
        assert_eq!(plain(&written(tag, style, date(month, day))), expected, "{tag} {style}");
    }
}

#[test]
fn the_ending_of_a_year_in_basque_follows_its_last_word() {
    for (years, ending) in [
        ([2021, 2025, 2030, 2041, 2015, 2100, 1900, 2010], "eko"),
        ([2020, 2022, 2023, 2024, 2026, 2031, 2040, 2000], "ko"),
    ] {
        for year in years {
            let found = format_date(Date::new(year, 6, 12).unwrap(), DateStyle::Long, &language("eu")).unwrap();
            assert_eq!(found, format!("{year}{ending} ekainaren 12a"));
        }
    }
}

#[test]
fn a_language_without_names_of_months_is_known_as_one() {
    for tag in ["se", "fur", "kl", "yi", "gsw"] {
        assert!(!has_months(&language(tag)), "{tag}");
    }
    for tag in ["en", "ja", "fa", "th", "oc", "fr-BE", "mt"] {
        assert!(has_months(&language(tag)), "{tag}");
    }
}
