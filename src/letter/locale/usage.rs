//! What people write where CLDR has one form for all numbers and words: "1er juin" for "1 juin", an ending for "(a)".

use icu::locale::subtags::region;
use jiff::civil::Date;

use super::{Join, working_locale};
use crate::model::Language;

/// A date as people write it.
pub(super) fn of_date(written: String, date: Date, language: &Language) -> String {
    match language.primary() {
        "fr" => first(&written, date, "1er"),
        "it" => first(&written, date, "1º"),
        "pt" if is_of_brazil(language) => first(&written, date, "1º"),
        "eu" => in_basque(&written, date),
        _ => written,
    }
}

/// The first of a month has an ordinal before the month's name ("1er juin": Imprimerie nationale, Lexique des règles
/// typographiques, under "Dates"; "1º giugno", "1º de junho": Manual de redação da Presidência da República).
fn first(written: &str, date: Date, ordinal: &str) -> String {
    if date.day() != 1 {
        return written.to_owned();
    }
    written.split(' ').map(|word| if word == "1" { ordinal } else { word }).collect::<Vec<_>>().join(" ")
}

/// Portuguese of no region is that of Brazil (CLDR's likely subtags).
fn is_of_brazil(language: &Language) -> bool {
    working_locale(language).id.region.is_none_or(|region| region == region!("BR"))
}

/// In Basque the year and the day take endings, by how their last word sounds: "2025eko ekainaren 12a", where CLDR has
/// "(e)ko" and "(a)" (Euskaltzaindia, "Data nola adierazi").
fn in_basque(written: &str, date: Date) -> String {
    let of_year = if ends_in_consonant(date.year()) { "eko" } else { "ko" };
    // "Hamaika" has the article in it.
    let article = if matches!(date.day(), 11 | 31) { "" } else { "a" };
    written.replace("(e)ko", of_year).replace("(a)", article)
}

/// Whether the last word of a number is one that ends in a consonant: bat, bost, hamar, hamabost, ehun.
fn ends_in_consonant(year: i16) -> bool {
    match year.rem_euclid(100) {
        0 => year.rem_euclid(1000) != 0,
        last => matches!(last % 20, 1 | 5 | 10 | 15),
    }
}

/// What stands between the items of a list and before its last, where CLDR has no word in the language, or one form
/// that stands for two: the comma, and the word before this last item.
pub(super) fn of_list(join: Join, last: &str, language: &Language) -> Option<(&'static str, &'static str)> {
    let word = match (language.primary(), join) {
        ("ps", Join::Or) => return Some(("، ", "یا")),
        ("cy", Join::And) if begins_with_vowel_in_welsh(last) => "ac",
        ("lb", Join::And) if keeps_the_n_in_luxembourgish(last) => "an",
        ("cy" | "lb", Join::And) => "a",
        ("oc", Join::And) => "e",
        ("oc", Join::Or) => "o",
        ("lb", Join::Or) => "oder",
        ("mt", Join::Or) => "jew",
        ("fy", Join::Or) => "of",
        ("zu", Join::Or) => "noma",
        _ => return None,
    };
    Some((", ", word))
}

/// "Ac" stands before a vowel, "a" before all else, and an I before another vowel is none: "Cymru ac Iwerddon", "halen
/// a iâ" (Thomas, Gramadeg y Gymraeg).
fn begins_with_vowel_in_welsh(word: &str) -> bool {
    let mut letters = sounds(word);
    match (letters.next(), letters.next()) {
        (Some('i'), Some(next)) => !"aeouâêôûáéó".contains(next),
        (Some(first), _) => "aeiouyâêîôûŵŷáéíóúàèìòùäëïöü".contains(first),
        (None, _) => false,
    }
}

/// The "n" of "an" is lost but before vowels, d, h, n, t and z (the Eifel rule).
fn keeps_the_n_in_luxembourgish(word: &str) -> bool {
    // Of numbers, those from four to seven begin with another sound: véier, fënnef, sechs, siwen.
    sounds(word).next().is_some_and(|first| "aeiouyäëéèêöüâîôûdhntz012389".contains(first))
}

/// The letters of a word, small, from the first that is one.
fn sounds(word: &str) -> impl Iterator<Item = char> {
    word.chars().skip_while(|c| !c.is_alphanumeric()).flat_map(char::to_lowercase)
}
