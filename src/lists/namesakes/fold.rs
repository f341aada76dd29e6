//! A name without what people write in different ways.

use icu::normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

use crate::lists::addresses::is_invisible;
use crate::model::article::behind_any;
use crate::model::{Signatory, SignatoryKind};

/// What says only which kind of organisation it is, in small letters and without dots.
const LEGAL_FORMS: [&str; 43] = [
    "ab", "ag", "aisbl", "aps", "as", "asbl", "bv", "bvba", "cic", "cio", "doo", "eg", "ets", "ev", "fmba", "gag",
    "ggmbh", "gmbh", "gug", "inc", "ivzw", "kft", "limited", "llc", "llp", "ltd", "mtu", "nv", "odv", "ong", "onlus",
    "ops", "oy", "oz", "plc", "ry", "sarl", "scio", "spa", "srl", "sro", "vzw", "zs",
];

/// Words that join others, as `&` does.
const JOINING: [&str; 7] = ["and", "e", "en", "et", "och", "og", "und"];

/// The longest text in brackets that is an acronym.
const LONGEST_ACRONYM: usize = 12;

/// A signatory's names as they are compared.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Folded {
    /// The words of the name, without what does not count.
    pub(super) words: Vec<String>,
    /// The name in each of its languages, without blanks.
    pub(super) keys: Vec<String>,
    /// The acronyms, from their column and from brackets in names.
    pub(super) acronyms: Vec<String>,
    /// A person's affiliation; empty for an organisation.
    pub(super) affiliation: String,
}

impl Folded {
    pub(super) fn of(signatory: &Signatory) -> Self {
        let mut acronyms: Vec<String> = signatory.acronym.iter().map(|acronym| letters(acronym)).collect();
        let written = [&signatory.name].into_iter().chain(signatory.names.iter().map(|(_, name)| name));
        let names: Vec<Vec<String>> = written.map(|name| words(&without_acronyms(name, &mut acronyms))).collect();
        acronyms.retain(|acronym| acronym.chars().nth(1).is_some());
        let mut keys: Vec<String> = names.iter().map(|words| words.concat()).collect();
        keys.dedup();
        let affiliation = signatory.affiliation.as_deref().filter(|_| signatory.kind == SignatoryKind::Person);
        Self {
            words: names.into_iter().next().unwrap_or_default(),
            keys,
            acronyms,
            affiliation: affiliation.map(letters).unwrap_or_default(),
        }
    }
}

/// Takes the acronyms in brackets out of a name.
fn without_acronyms(name: &str, acronyms: &mut Vec<String>) -> String {
    let mut rest = name;
    let mut without = String::with_capacity(name.len());
    while let Some((before, after)) = rest.split_once('(') {
        let Some((inside, behind)) = after.split_once(')') else { break };
        without.push_str(before);
        if is_acronym(inside) {
            acronyms.push(letters(inside));
        } else {
            without.extend([" ", inside, " "]);
        }
        rest = behind;
    }
    without + rest
}

/// Whether a text in brackets is one word with several capitals, such as `MSF` or `FoEE`.
fn is_acronym(text: &str) -> bool {
    let text = text.trim();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    capitals > 1 && !text.contains(char::is_whitespace) && text.chars().count() <= LONGEST_ACRONYM
}

/// The letters and digits of a text, as they are compared.
fn letters(text: &str) -> String {
    plain(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Small letters without accents.
fn plain(text: &str) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut plain = String::with_capacity(text.len());
    for c in decomposed.chars().flat_map(char::to_lowercase) {
        match c {
            // Accents; marks of other scripts are letters.
            '\u{300}'..='\u{36f}' => {}
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ħ' => plain.push('h'),
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            c if is_invisible(c) => {}
            c => plain.push(c),
        }
    }
    ComposingNormalizerBorrowed::new_nfc().normalize(&plain).into_owned()
}

/// The words of a name that count.
fn words(name: &str) -> Vec<String> {
    let name = plain(behind_any(name.trim()));
    // A dot or an apostrophe parts no words: `e.V.`, `O’Brien`.
    let name: String = name.chars().filter(|c| !matches!(c, '.' | '\'' | '’' | 'ʼ' | '`')).collect();
    let mut words: Vec<String> = Vec::new();
    let mut spelled = false;
    for word in name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        // Letters one by one are a word: `e. V.`, `W & W`.
        let letter = word.chars().nth(1).is_none() && word.chars().all(char::is_alphabetic);
        match words.last_mut().filter(|_| letter && spelled) {
            Some(before) => before.push_str(word),
            None => words.push(word.to_owned()),
        }
        spelled = letter;
    }
    words.retain(|word| !JOINING.contains(&word.as_str()));
    // `World Bank, The`
    while words.len() > 1 && words.last().is_some_and(|last| last == "the" || LEGAL_FORMS.contains(&last.as_str())) {
        words.pop();
    }
    while words.len() > 1 && LEGAL_FORMS.contains(&words[0].as_str()) {
        words.remove(0);
    }
    // What has no letter, such as `***`, is compared as it is.
    if words.is_empty() { vec![name] } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_what_people_write_in_different_ways() {
        for (one, other) in [
            ("Médecins Sans Frontières", "Medecins sans frontieres"),
            ("netzforma* e. V.", "Netzforma e.V."),
            ("The Quiet Shore", "Quiet Shore, The"),
            ("L’Estuaire asbl", "Estuaire"),
            ("ASBL Estuaire", "Estuaire AISBL"),
            ("Water & Wings Ltd.", "Water and Wings"),
            ("Łódź Żywa", "lodz zywa"),
            ("Straße", "STRASSE"),
            ("Algorithm Watch", "AlgorithmWatch"),
            ("Do-FOSS", "Do FOSS"),
            ("Fishers’ Union", "Fishers' Union"),
            ("Řeka z. s.", "Řeka"),
            ("ＡＳＢＬ　Forum", "Forum"),
            ("De\u{ad}lta", "Delta"),
        ] {
            assert_eq!(words(one).concat(), words(other).concat(), "{one}");
        }
    }

    #[test]
    fn what_tells_two_names_apart_is_kept() {
        for (one, other) in [
            ("Amnesty International France", "Amnesty International Greece"),
            ("Group 1", "Group 2"),
            ("がき", "かき"),
            ("***", "+++"),
            ("Ltd", "GmbH"),
            ("The", "Die"),
        ] {
            assert_ne!(words(one).concat(), words(other).concat(), "{one}");
        }
    }

    #[test]
    fn an_acronym_in_brackets_is_taken_out_and_other_words_are_not() {
        for (name, without, found) in [
            ("Médecins Sans Frontières (MSF)", "medecinssansfrontieres", Some("msf")),
            ("International Rescue Committee (IRC) UK", "internationalrescuecommitteeuk", Some("irc")),
            (
                "Coordination Office (Specially-Designated Contributions)",
                "coordinationofficespeciallydesignatedcontributions",
                None,
            ),
            ("Dr Ana Roe (h.c.)", "dranaroehc", None),
            ("Open (bracket", "openbracket", None),
        ] {
            let mut acronyms = Vec::new();
            assert_eq!(words(&without_acronyms(name, &mut acronyms)).concat(), without);
            assert_eq!(acronyms.first().map(String::as_str), found);
        }
    }
}
