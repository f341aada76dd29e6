//! Words for no, and for what a spreadsheet program shows in place of `TRUE`.
//!
//! `{{#if}}` takes every cell for a yes that is not empty. Where a cell says no in so many words, whoever filled it in
//! meant something else. The words are those of the languages of the European Union and of some others, and those that
//! LibreOffice and Excel write for FALSE and TRUE where they speak that language.

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// No, or nothing.
    No,
    /// True, in a language in which somebody may expect its opposite to be known too.
    Truth,
}

const NO: [&str; 58] = [
    "no",
    "n",
    "0",
    "false",
    "off",
    "none",
    "null",
    "nil",
    "n/a",
    "-",
    "–",
    "—",
    "nein",
    "falsch",
    "non",
    "faux",
    "nee",
    "neen",
    "onwaar",
    "falso",
    "não",
    "nao",
    "nu",
    "fals",
    "nej",
    "falskt",
    "falsk",
    "nei",
    "ne",
    "nie",
    "fałsz",
    "fałszywe",
    "nepravda",
    "hamis",
    "nem",
    "ei",
    "epätosi",
    "väär",
    "vale",
    "nē",
    "aplams",
    "le",
    "níl",
    "bréagach",
    "όχι",
    "ψευδές",
    "не",
    "нет",
    "ні",
    "ложь",
    "лъжа",
    "хибність",
    "yanlış",
    "hayır",
    "לא",
    "لا",
    "否",
    "いいえ",
];

const TRUTH: [&str; 18] = [
    "wahr",
    "vrai",
    "verdadero",
    "vero",
    "verdadeiro",
    "waar",
    "prawda",
    "pravda",
    "igaz",
    "adevărat",
    "tosi",
    "sann",
    "sant",
    "sand",
    "истина",
    "αληθές",
    "doğru",
    "tõene",
];

/// The word that a cell is, whatever its case.
pub(super) fn word_of(cell: &str) -> Option<Word> {
    // No such word is longer.
    if cell.is_empty() || cell.len() > 24 {
        return None;
    }
    let lower = cell.trim().to_lowercase();
    if NO.contains(&lower.as_str()) {
        Some(Word::No)
    } else if TRUTH.contains(&lower.as_str()) {
        Some(Word::Truth)
    } else {
        None
    }
}
