//! Which encoding of one byte a character the words of a file are in: the one in which they look most like words.
//!
//! chardetng knows the letters that follow each other in many languages, and none of the encodings of MS-DOS and of the
//! old Macintosh. So every encoding is weighed by how odd its words would be: signs within a word, capitals within
//! small letters, scripts mixed, letters that no single language has together. What chardetng says counts in its
//! favour.

use std::collections::BTreeSet;

use encoding_rs::{
    Encoding, IBM866, ISO_8859_2, KOI8_R, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253,
    WINDOWS_1254, WINDOWS_1257, X_MAC_CYRILLIC,
};

use super::charset::Charset;
use super::shown;
use crate::model::{Fault, Place};

/// The most words that are weighed.
const MOST_WORDS: usize = 1_000;

/// How many values are shown.
const SHOWN: usize = 2;

/// The most characters of a value that are shown.
const LONGEST: usize = 40;

/// What it costs not to be what chardetng says.
const SECOND_OPINION: f64 = 3.0;

/// By how much the best must be better than any other reading to be taken without a word.
const CLEAR: f64 = 5.0;

/// A guess, and what people need to judge it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Guessed {
    /// The likeliest encoding.
    pub(super) charset: Charset,
    /// Whether any other is far from it.
    pub(super) is_clear: bool,
    /// Some values with characters beyond ASCII, as they are read.
    pub(super) values: Vec<String>,
    /// The next likely encoding that reads anything differently.
    pub(super) other: Option<Other>,
}

/// Another encoding, and something that it reads differently.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Other {
    pub(super) charset: Charset,
    /// As the likeliest encoding reads it.
    pub(super) instead_of: String,
    pub(super) reads: String,
}

impl Guessed {
    /// What is said of a guess that may be wrong.
    pub(super) fn warning(&self, file: &str) -> Option<Fault> {
        let is_usual = self.charset == Charset::Standard(WINDOWS_1252);
        if self.is_clear && is_usual {
            return None;
        }
        let values: Vec<String> = self.values.iter().map(|value| format!("`{}`", shown(value))).collect();
        let name = self.charset.name();
        let other = match &self.other {
            Some(Other { charset, instead_of, reads }) => {
                let is_first = self.values.first() == Some(instead_of);
                let of =
                    if is_first { String::new() } else { format!(" where this one reads `{}`", shown(instead_of)) };
                format!("set another, such as `encoding = \"{}\"`, which reads `{}`{of}", charset.name(), shown(reads))
            }
            None => "set another".to_owned(),
        };
        let message = format!(
            "the encoding of the file is guessed: {name} reads {}; if that is right, set `encoding = \"{name}\"` under `[lists]`, \
             else {other}, or save the file as UTF-8",
            values.join(" and "),
        );
        Some(Fault::warning(Place::file(file), message))
    }
}

/// Letters beyond ASCII of the languages that these encodings are for, in small letters.
const ALPHABETS: [&str; 24] = [
    "àâæçéèêëîïôœùûüÿ",
    "äöüß",
    "áéíñóúüºª",
    "ãõáâàçéêíóôúü",
    "àèéìíîòóùú",
    "åäöé",
    "æøåéöäü",
    "éèëïöüáíóê",
    "áðéíóúýþæö",
    "áčďéěíňóřšťúůýž",
    "áäčďéíĺľňóôŕšťúýž",
    "ąćęłńóśźż",
    "áéíóöőúüű",
    "ăâîșşțţ",
    "čćđšž",
    "çğıîöşüâû",
    "āčēģīķļņšūž",
    "ąčęėįšųūž",
    "äõöüšž",
    "ëç",
    "àèéíïòóúüç·",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўјљњћџђѓќѕ",
    "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς",
    "ġħċżàèéìòù",
];

/// What stands around words and within them without being odd.
const USUAL: &str = "‘’“”„«»‹›–—…·•º°ª§№€£©®\u{a0}\u{ad}";

/// The candidates, in the order of how often they are met.
fn candidates() -> Vec<Charset> {
    let standard: [&'static Encoding; 12] = [
        WINDOWS_1252,
        WINDOWS_1250,
        WINDOWS_1251,
        WINDOWS_1254,
        WINDOWS_1253,
        WINDOWS_1257,
        ISO_8859_2,
        MACINTOSH,
        IBM866,
        KOI8_R,
        X_MAC_CYRILLIC,
        encoding_rs::ISO_8859_7,
    ];
    let pages = ["cp850", "cp852", "cp437", "cp737", "cp775"];
    let standard = standard.into_iter().map(Charset::Standard);
    standard.chain(pages.into_iter().filter_map(Charset::for_label)).collect()
}

/// Weighs the encodings for a piece of a file; `likely` is what chardetng says.
pub(super) fn guess(piece: &[u8], likely: &'static Encoding) -> Guessed {
    let likely = Charset::Standard(likely);
    let words = words(piece);
    let mut all = candidates();
    if !all.contains(&likely) {
        all.push(likely);
    }
    let mut weighed: Vec<(f64, Charset)> = all
        .into_iter()
        .map(|charset| (oddity(charset, &words) + if charset == likely { 0.0 } else { SECOND_OPINION }, charset))
        .collect();
    weighed.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (least, best) = weighed.first().copied().unwrap_or((0.0, likely));
    let read = |charset: Charset| words.iter().take(200).map(|word| charset.decode(word)).collect::<Vec<_>>();
    let as_best = read(best);
    let others = weighed.iter().skip(1).find(|(_, charset)| read(*charset) != as_best);
    let values = values(piece);
    let as_read =
        |charset: Charset| values.iter().map(move |value| charset.decode(value).chars().take(LONGEST).collect());
    Guessed {
        charset: best,
        is_clear: others.is_none_or(|(cost, _)| cost - least >= CLEAR),
        values: as_read(best).collect(),
        other: others.and_then(|(_, charset)| differing(best, *charset, &values, &words)),
    }
}

/// The first value that two encodings read differently, or else the first word: what they read alike shows nothing.
fn differing(best: Charset, other: Charset, values: &[&[u8]], words: &[&[u8]]) -> Option<Other> {
    let read = |charset: Charset, bytes: &[u8]| charset.decode(bytes).chars().take(LONGEST).collect::<String>();
    let mut both = values.iter().chain(words).map(|bytes| (read(best, bytes), read(other, bytes)));
    let (instead_of, reads) = both.find(|(one, other)| one != other)?;
    Some(Other { charset: other, instead_of, reads })
}

/// The different words with a byte beyond ASCII.
fn words(piece: &[u8]) -> Vec<&[u8]> {
    let of_word = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80 || *byte == b'\'';
    let all = piece.split(|byte| !of_word(byte)).filter(|word| !word.is_ascii());
    let mut known = BTreeSet::new();
    all.filter(|word| known.insert(*word)).take(MOST_WORDS).collect()
}

/// The first different values with a byte beyond ASCII, as they stand between delimiters.
fn values(piece: &[u8]) -> Vec<&[u8]> {
    let all = piece.split(|byte| b",;\t\r\n\"".contains(byte)).map(<[u8]>::trim_ascii);
    let mut values: Vec<&[u8]> = Vec::new();
    for value in all.filter(|value| !value.is_ascii()) {
        if !values.contains(&value) {
            values.push(value);
        }
        if values.len() == SHOWN {
            break;
        }
    }
    values
}

/// How odd the words are in an encoding: the less, the likelier.
fn oddity(charset: Charset, words: &[&[u8]]) -> f64 {
    let read: Vec<String> = words.iter().map(|word| charset.decode(word)).collect();
    let forms: f64 = read.iter().map(|word| oddity_of_form(word)).sum();
    // In which one language, or in how many, the letters are at home.
    let strange = |alphabet: &str, word: &str| {
        let letters = word.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).flat_map(char::to_lowercase);
        letters.filter(|c| !alphabet.contains(*c)).map(|_| 1.0).sum::<f64>()
    };
    let of_language = |alphabet: &&str| read.iter().map(|word| strange(alphabet, word)).sum::<f64>();
    let one = ALPHABETS.iter().map(of_language).fold(f64::INFINITY, f64::min);
    let of_any = |word: &String| ALPHABETS.iter().map(|alphabet| strange(alphabet, word)).fold(f64::INFINITY, f64::min);
    let any: f64 = read.iter().map(of_any).sum();
    forms + 2.0 * any + 0.5 * (one - any)
}

/// How odd a word looks, whatever its language.
fn oddity_of_form(word: &str) -> f64 {
    let letters: Vec<char> = word.chars().collect();
    let mut cost = 0.0;
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        if c.is_ascii() {
            continue;
        }
        if c.is_control() || *c == char::REPLACEMENT_CHARACTER {
            cost += 50.0;
        } else if !c.is_alphabetic() {
            let within = before.is_some_and(char::is_alphabetic) && after.is_some_and(|c| c.is_alphabetic());
            cost += match (USUAL.contains(*c), within) {
                (true, true) if *c == '’' || *c == '·' => 0.5,
                (true, false) => 1.0,
                (true, true) => 6.0,
                (false, _) => 8.0,
            };
        } else if before.is_some_and(|before| before.is_alphabetic() && script(before) != script(*c))
            || after.is_some_and(|after| after.is_alphabetic() && script(*after) != script(*c))
        {
            cost += 8.0;
        }
        let capital_within = c.is_uppercase() && before.is_some_and(char::is_lowercase);
        let two = at.checked_sub(2).map(|at| (letters[at], letters[at + 1]));
        let small_within = c.is_lowercase()
            && two.is_some_and(|(one, other)| one.is_uppercase() && other.is_uppercase())
            && after.is_none_or(|after| after.is_uppercase());
        let small_first = c.is_lowercase() && at == 0 && after.is_some_and(|after| after.is_uppercase());
        let capital_second = c.is_uppercase()
            && before.is_some_and(char::is_uppercase)
            && after.is_some_and(|after| after.is_lowercase());
        if capital_within || small_within || small_first {
            cost += 6.0;
        } else if capital_second {
            cost += 3.0;
        }
    }
    cost
}

/// What tells Latin, Greek and Cyrillic letters apart.
fn script(c: char) -> u8 {
    match c {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => 1,
        '\u{400}'..='\u{52f}' => 2,
        '\u{590}'..='\u{5ff}' => 3,
        '\u{600}'..='\u{6ff}' => 4,
        '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' => 5,
        _ => 0,
    }
}
