//! What is odd in the rows of a recipients list and stops nothing: domains that look like a slip of the pen, endings
//! that do not exist, codes of HTML, names in capitals. What many rows have in common is said once.

use std::collections::{BTreeMap, HashMap};

use crate::model::{Fault, Place, Recipient, RowsInWords};

use super::shown;

/// The most domains that are remembered.
const MOST_DOMAINS: usize = 10_000;

/// A domain is frequent that so many addresses have.
const FREQUENT: u64 = 5;

/// Endings that are kept for examples and tests (RFC 2606, RFC 6761), and the one of private networks that ICANN keeps.
const RESERVED: [&str; 5] = ["example", "test", "invalid", "localhost", "internal"];

/// Words in capitals that are none of a name.
const ABBREVIATIONS: [&str; 10] = ["MDEP", "PHD", "PROF", "PRÉSIDENT", "HONS", "DDR", "MMAG", "UNESCO", "NATO", "OSCE"];

/// Codes of HTML for characters that stand in names and addresses.
const CODES: [(&str, char); 24] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("rsquo", '’'),
    ("lsquo", '‘'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("ecirc", 'ê'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("ccedil", 'ç'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("szlig", 'ß'),
    ("ntilde", 'ñ'),
    ("oacute", 'ó'),
    ("iacute", 'í'),
];

/// What is odd in the rows of a recipients list.
#[derive(Debug, Default)]
pub struct Oddities {
    domains: HashMap<String, Found>,
    endings: BTreeMap<String, Found>,
    /// By the column.
    codes: BTreeMap<usize, (Found, String)>,
    /// By the column.
    directions: BTreeMap<usize, Found>,
    capitals: Option<Found>,
    turned: Option<Found>,
}

/// Rows with something in common: the first place and value, and all rows.
#[derive(Debug, Default)]
struct Found {
    place: Place,
    value: String,
    rows: RowsInWords,
}

impl Found {
    fn new(place: Place, value: &str) -> Self {
        Self { place, value: shown(value), rows: RowsInWords::new() }
    }

    fn warning(&self, message: impl Into<String>) -> Fault {
        Fault::warning(self.place.clone(), message)
    }
}

impl Oddities {
    /// Looks at a row of a list.
    pub fn see(&mut self, list: &str, recipient: &Recipient) {
        for address in recipient.addresses() {
            let domain = address.domain();
            let place = || recipient.place(list, "email");
            if let Some(found) = self.domains.get_mut(domain) {
                found.rows.add_from(place);
            } else if self.domains.len() < MOST_DOMAINS {
                let mut found = Found::new(place(), &address.to_string());
                found.rows.add(&found.place);
                self.domains.insert(domain.to_owned(), found);
            }
            let ending = domain.rsplit('.').next().unwrap_or_default();
            if !exists(ending) && self.endings.len() < MOST_DOMAINS {
                let found = self.endings.entry(ending.to_owned());
                found.or_insert_with(|| Found::new(place(), &address.to_string())).rows.add_from(place);
            }
        }
        for (at, cell) in recipient.fields.cells().iter().enumerate() {
            if let Some(meant) = decoded(cell) {
                let place = recipient.fields.place(list, recipient.line, Some(at));
                let (found, _) = self.codes.entry(at).or_insert_with(|| (Found::new(place.clone(), cell), meant));
                found.rows.add(&place);
            }
        }
        for (at, cell) in
            recipient.fields.cells().iter().enumerate().filter(|(_, cell)| cell.contains(turns_what_follows))
        {
            let place = recipient.fields.place(list, recipient.line, Some(at));
            self.directions.entry(at).or_insert_with(|| Found::new(place.clone(), cell)).rows.add(&place);
        }
        let Some(name) = recipient.name() else { return };
        for (is_odd, found) in [(has_capitals(name), &mut self.capitals), (is_turned(name), &mut self.turned)] {
            if is_odd {
                let place = recipient.place(list, "name");
                found.get_or_insert_with(|| Found::new(place.clone(), name)).rows.add(&place);
            }
        }
    }

    /// What is said of them.
    #[must_use]
    pub fn warnings(&self) -> Vec<Fault> {
        let mut warnings = self.slips();
        warnings.extend(self.endings.iter().map(|(ending, found)| {
            let rows = found.rows.behind(" in");
            found.warning(format!(
                "no domain ends in `.{ending}`: `{}`{rows} cannot be reached (by the list of IANA); mend the address",
                found.value
            ))
        }));
        warnings.extend(self.codes.values().map(|(found, meant)| {
            let rows = found.rows.behind("; such codes stand in");
            found.warning(format!(
                "`{}` has a code of HTML, which a letter shows as it is; write `{}`{rows}",
                found.value,
                shown(meant)
            ))
        }));
        warnings.extend(self.directions.values().map(|found| {
            let rows = found.rows.behind("; so have");
            found.warning(format!(
                "`{}` has a mark that turns the direction of what follows, also in the letter and its `To`; write the value anew{rows}",
                found.value
            ))
        }));
        warnings.extend(self.capitals.as_ref().map(|found| {
            let rows = found.rows.behind("; so do");
            found.warning(format!(
                "the name `{}` has words in capitals, and the letter and its `To` have it so; write it as it is to be read{rows}",
                found.value
            ))
        }));
        warnings.extend(self.turned.as_ref().map(|found| {
            let rows = found.rows.behind("; so are");
            found.warning(format!(
                "the name `{}` seems to be turned around, and the letter and its `To` have it so; write the given name first{rows}",
                found.value
            ))
        }));
        warnings
    }

    /// Domains that are one letter from a frequent one.
    fn slips(&self) -> Vec<Fault> {
        let mut shortened: HashMap<String, Vec<&str>> = HashMap::new();
        for (domain, _) in self.domains.iter().filter(|(_, found)| found.rows.count() >= FREQUENT) {
            for short in shorter(domain) {
                shortened.entry(short).or_default().push(domain);
            }
        }
        let mut slips = Vec::new();
        for (domain, found) in &self.domains {
            let near = shorter(domain).filter_map(|short| shortened.get(&short)).flatten().copied();
            // Counts first: to compare letters takes a hundred times as long, and numbered domains are all near each
            // other.
            let frequent = |other: &&str| self.domains[*other].rows.count() >= found.rows.count() * FREQUENT;
            let near = near.filter(frequent).filter(|other| is_slip(domain, other));
            if let Some(other) = near.max_by_key(|other| (self.domains[*other].rows.count(), *other)) {
                let (count, rows) = (self.domains[other].rows.count(), found.rows.behind(" in"));
                slips.push(found.warning(format!(
                    "`{domain}`{rows} is one letter from `{other}`, which {count} addresses have; mend it if that is meant"
                )));
            }
        }
        slips.sort_by(|one, other| one.place.cmp(&other.place));
        slips
    }
}

/// Whether a character turns the direction of all that follows it (UAX 9, 2.1 and 2.4): a name can be shown as another
/// by it. The marks that stand by one letter alone belong to texts in Arabic and Hebrew.
fn turns_what_follows(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether there is a top-level domain, by the list that IANA publishes.
fn exists(ending: &str) -> bool {
    RESERVED.contains(&ending) || tld::exist(ending)
}

/// Whether one domain may be another with one letter wrong, missing, too many, or changed with its neighbour. Two that
/// differ in an ending that exists are two.
fn is_slip(one: &str, other: &str) -> bool {
    let ending = |domain: &str| domain.rsplit('.').next().unwrap_or_default().to_owned();
    let two_endings = ending(one) != ending(other) && exists(&ending(one));
    one != other && !two_endings && strsim::damerau_levenshtein(one, other) == 1
}

/// A text, and what it is with one character less.
fn shorter(text: &str) -> impl Iterator<Item = String> {
    let cut = text.char_indices().map(|(at, c)| [&text[..at], &text[at + c.len_utf8()..]].concat());
    std::iter::once(text.to_owned()).chain(cut)
}

/// A cell without its codes of HTML; nothing where it has none.
fn decoded(cell: &str) -> Option<String> {
    let mut decoded = String::new();
    let mut rest = cell;
    let mut has_codes = false;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        decoded.push_str(before);
        let code = from[1..].split(';').next().filter(|code| code.len() + 1 < from.len() && code.len() < 10);
        match code.and_then(character) {
            Some(c) => {
                has_codes = true;
                decoded.push(c);
                rest = &from[code.map_or(1, |code| code.len() + 2)..];
            }
            None => {
                decoded.push('&');
                rest = &from[1..];
            }
        }
    }
    has_codes.then(|| decoded + rest)
}

/// The character of a code of HTML, without `&` and `;`.
fn character(code: &str) -> Option<char> {
    if let Some(number) = code.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return number.ok().and_then(char::from_u32).filter(|c| !c.is_control());
    }
    CODES.iter().find(|(known, _)| *known == code).map(|(_, c)| *c)
}

/// Whether a name has words in capitals: all of it, or a word of four letters or more.
fn has_capitals(name: &str) -> bool {
    let words = name.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
    let letters = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count();
    let words: Vec<&str> = words.filter(|word| letters(word) > 1).collect();
    let is_high = |word: &&str| word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase);
    let all = words.len() > 1 && words.iter().all(is_high) && words.iter().all(|word| letters(word) > 2);
    let is_numeral = |word: &str| word.chars().all(|c| "IVXLCDM".contains(c));
    let long = |word: &&str| letters(word) > 3 && is_high(word) && !is_numeral(word) && !ABBREVIATIONS.contains(word);
    all || (words.len() > 1 && words.iter().any(long))
}

/// Whether a name reads `Surname, Given`.
fn is_turned(name: &str) -> bool {
    let Some((surname, given)) = name.split_once(',') else { return false };
    let begins_high = |text: &str| text.chars().next().is_some_and(char::is_uppercase);
    let given = given.trim();
    // Behind the comma there may be what a person is: `Ana Roe, MEP`, `Ana Roe, Minister for Water`.
    let is_title = given.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase)
        || ["PhD", "Ph.D.", "Jr", "Jr.", "Sr", "Sr.", "Esq", "Esq.", "MdB", "MdEP", "MdL"].contains(&given);
    let few = |text: &str, most: usize| text.split_whitespace().count() <= most;
    !given.contains(',') && !is_title && few(surname, 2) && few(given, 2) && begins_high(surname) && begins_high(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_html_is_told_from_an_ampersand() {
        assert_eq!(decoded("O&#039;Connell &amp; Co").as_deref(), Some("O'Connell & Co"));
        assert_eq!(decoded("Am&eacute;lie &#x41;").as_deref(), Some("Amélie A"));
        for plain in ["Bücher & Zeitung", "a&b;c", "R&D; S", "&", "&#0;", "x&copy=1", "&nonsense;"] {
            assert_eq!(decoded(plain), None, "{plain}");
        }
    }

    #[test]
    fn names_in_capitals_and_turned_around_are_known() {
        for name in ["ANA ROE", "Ana LINDQVIST", "ŠKVORECKÝ Jiří", "ANA-MARIA ROE"] {
            assert!(has_capitals(name), "{name}");
        }
        for name in ["Ana Roe", "Ana Roe MEP", "DG ENV", "Louis XVIII", "BBC", "山田 太郎", "Ana Roe, MDEP"] {
            assert!(!has_capitals(name), "{name}");
        }
        for name in ["Roe, Ana", "van Rhee, Pieter".trim_start_matches("van "), "Lindqvist, Astrid Maria"] {
            assert!(is_turned(name), "{name}");
        }
        for name in
            ["Ana Roe", "Ana Roe, MEP", "Ana Roe, Minister for Water", "Ana Roe, PhD", "Ministry of Water, Dredging"]
        {
            assert!(!is_turned(name), "{name}");
        }
    }

    #[test]
    fn marks_that_turn_the_direction_are_told_from_those_of_a_language() {
        for name in ["Ana \u{202e}eoR", "\u{2066}Ana"] {
            assert!(name.contains(turns_what_follows), "{name:?}");
        }
        for name in ["\u{5d0}\u{5e0}\u{5d4}\u{200f}", "Ana\u{200d}", "José"] {
            assert!(!name.contains(turns_what_follows), "{name:?}");
        }
    }

    #[test]
    fn one_wrong_letter_is_a_slip_and_another_ending_is_not() {
        assert!(is_slip("parliment.example", "parliament.example"));
        assert!(is_slip("parlaiment.example", "parliament.example"));
        assert!(is_slip("parliament.exampel", "parliament.example"));
        assert!(!is_slip("parliament.se", "parliament.si"));
        assert!(!is_slip("parliament.example", "parliament.example"));
        assert!(!is_slip("assembly.example", "parliament.example"));
    }

    #[test]
    fn endings_are_those_of_iana() {
        for ending in ["org", "eu", "xn--p1ai", "example", "test"] {
            assert!(exists(ending), "{ending}");
        }
        for ending in ["comm", "eur", "con"] {
            assert!(!exists(ending), "{ending}");
        }
    }
}
