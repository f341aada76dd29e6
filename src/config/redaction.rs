//! What a text must not show of a login, found again in whatever form a server repeats it: as it is, in base64, in
//! hexadecimal, cut off, or spread over several lines.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use data_encoding::{BASE64_NOPAD, HEXLOWER};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use crate::model::{EnhancedStatus, printable};

/// What stands in the place of what is not shown.
const HIDDEN: &str = "***";
/// So many characters in a row are recognised wherever they stand: a server may cut off what it repeats.
const PIECE: usize = 8;
/// A secret that is shorter is hidden only where it stands alone: it is part of many words.
const SHORT: usize = 4;

/// One login, as it is kept out of texts. It holds no part of it: only hashes, under a key of this process.
#[derive(Clone, Default)]
pub struct Redaction {
    hash: RandomState,
    /// The secret as it is.
    bare: Vec<Pieces>,
    /// It and what was sent of it, in base64 and hexadecimal.
    encoded: Vec<Pieces>,
}

/// The pieces of some texts, each of the same number of characters.
#[derive(Clone)]
struct Pieces {
    length: usize,
    hashes: HashSet<u64>,
}

/// A character of a text: the line that it stands on, where in it, and how it is compared.
struct Found {
    line: usize,
    at: usize,
    compared: char,
}

impl Redaction {
    /// Keeps this login out of texts.
    #[must_use]
    pub fn of(user: &str, secret: &SecretString) -> Self {
        let secret = secret.expose_secret();
        let mut redaction = Self::default();
        let bare: Zeroizing<Vec<char>> = Zeroizing::new(secret.chars().filter_map(as_bare).collect());
        redaction.bare = redaction.pieces(&[bare]);
        // Within a longer text its bytes stand at any of three places of a group.
        let mut forms: Vec<_> = (0..3).map(|offset| encoded(secret.as_bytes(), offset)).collect();
        for sent in [
            Zeroizing::new(format!("\0{user}\0{secret}")),
            Zeroizing::new(format!("user={user}\x01auth=Bearer {secret}\x01\x01")),
            Zeroizing::new(format!("n,a={user},\x01auth=Bearer {secret}\x01\x01")),
        ] {
            forms.push(encoded(sent.as_bytes(), 0));
        }
        forms.push(Zeroizing::new(HEXLOWER.encode(secret.as_bytes()).chars().collect()));
        redaction.encoded = redaction.pieces(&forms);
        redaction
    }

    /// Hides the login in the lines of one text, in which it may go over the ends of lines.
    pub fn hide(&self, lines: &mut [String]) {
        let mut hidden: Vec<Vec<bool>> = lines.iter().map(|line| vec![false; line.len()]).collect();
        self.mark(lines, &self.bare, as_bare, &mut hidden);
        self.mark(lines, &self.encoded, as_encoded, &mut hidden);
        for (line, hidden) in lines.iter().zip(&mut hidden) {
            complete(line, hidden);
        }
        for (line, hidden) in lines.iter_mut().zip(hidden) {
            if hidden.contains(&true) {
                *line = without(line, &hidden);
            }
        }
    }

    /// The text of one line, with the login hidden.
    #[must_use]
    pub fn hidden_in(&self, text: &str) -> String {
        let mut lines = [text.to_owned()];
        self.hide(&mut lines);
        let [line] = lines;
        line
    }

    /// What a server said, as it may be repeated: without the login, and without what a terminal would obey.
    #[must_use]
    pub fn shown(&self, said: &str) -> String {
        printable(&self.hidden_in(said)).into_owned()
    }

    fn pieces(&self, texts: &[Zeroizing<Vec<char>>]) -> Vec<Pieces> {
        let mut pieces: BTreeMap<usize, HashSet<u64>> = BTreeMap::new();
        for text in texts.iter().filter(|text| !text.is_empty()) {
            let length = text.len().min(PIECE);
            let hashes = text.windows(length).map(|piece| self.hash.hash_one(piece));
            pieces.entry(length).or_default().extend(hashes);
        }
        pieces.into_iter().map(|(length, hashes)| Pieces { length, hashes }).collect()
    }

    fn mark(&self, lines: &[String], pieces: &[Pieces], form: fn(char) -> Option<char>, hidden: &mut [Vec<bool>]) {
        let found = compared(lines, form);
        let text: Vec<char> = found.iter().map(|found| found.compared).collect();
        for (pieces, (begin, piece)) in
            pieces.iter().flat_map(|pieces| text.windows(pieces.length).enumerate().map(move |window| (pieces, window)))
        {
            let met = &found[begin..begin + pieces.length];
            let stands = pieces.length >= SHORT || stands_alone(lines, met);
            if stands && pieces.hashes.contains(&self.hash.hash_one(piece)) {
                for found in met {
                    hidden[found.line][found.at] = true;
                }
            }
        }
    }
}

impl std::fmt::Debug for Redaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redaction")
    }
}

/// A secret's character as it is compared: without case, and without what a line is wrapped or quoted with.
fn as_bare(c: char) -> Option<char> {
    let left_out = c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"');
    (!left_out).then(|| c.to_ascii_lowercase())
}

/// A character of base64 as it is compared: both alphabets (RFC 4648, 4 and 5) are one, and without case, since what
/// was put in capitals is soon guessed.
fn as_encoded(c: char) -> Option<char> {
    match c {
        '-' => Some('+'),
        '_' => Some('/'),
        '+' | '/' => Some(c),
        _ => c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()),
    }
}

/// What is always the same of the base64 of bytes that so many others stand before.
fn encoded(bytes: &[u8], offset: usize) -> Zeroizing<Vec<char>> {
    let mut padded = Zeroizing::new(vec![0; offset]);
    padded.extend_from_slice(bytes);
    let text = Zeroizing::new(BASE64_NOPAD.encode(&padded));
    // Each character has six bits: those that hold a bit of what stands before or behind are another's.
    let (first, end) = ((offset * 8).div_ceil(6), padded.len() * 8 / 6);
    Zeroizing::new(text.chars().take(end).skip(first).filter_map(as_encoded).collect())
}

/// The characters of a text that count, one after another. A status code at the front of a line is none of the text.
fn compared(lines: &[String], form: fn(char) -> Option<char>) -> Vec<Found> {
    let mut found = Vec::new();
    for (line, text) in lines.iter().enumerate() {
        let first = text.split(' ').next().unwrap_or_default();
        let from = if first.parse::<EnhancedStatus>().is_ok() { first.len() } else { 0 };
        let rest = text[from..].char_indices().map(|(at, c)| (from + at, c));
        found.extend(rest.filter_map(|(at, c)| form(c).map(|compared| Found { line, at, compared })));
    }
    found
}

/// Hides the rest of a word of which a part is hidden: of a text in base64, what stands before and behind is soon read
/// too.
fn complete(line: &str, hidden: &mut [bool]) {
    let mut begin = 0;
    for word in line.split_inclusive(|c| as_encoded(c).is_none()) {
        let whole = begin..begin + word.trim_end_matches(|c| as_encoded(c).is_none()).len();
        if hidden[whole.clone()].contains(&true) {
            hidden[whole].fill(true);
        }
        begin += word.len();
    }
}

/// Whether no letter or digit stands beside a piece.
fn stands_alone(lines: &[String], piece: &[Found]) -> bool {
    let (Some(first), Some(last)) = (piece.first(), piece.last()) else { return false };
    let before = lines[first.line][..first.at].chars().next_back();
    let after = lines[last.line][last.at..].chars().nth(1);
    ![before, after].into_iter().flatten().any(char::is_alphanumeric)
}

/// A line without the characters that are hidden: one mark for those that stand together, with what is between them
/// and would tell where one ends.
fn without(line: &str, hidden: &[bool]) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut is_hiding = false;
    for (at, c) in line.char_indices() {
        let skipped = is_hiding && matches!(c, '=' | '\\' | '"') && hidden[at..].contains(&true);
        if hidden[at] {
            if !is_hiding {
                shown.push_str(HIDDEN);
            }
            is_hiding = true;
        } else if !skipped {
            shown.push(c);
            is_hiding = false;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64URL};
    use proptest::prelude::*;

    use super::*;

    fn of(secret: &str) -> Redaction {
        Redaction::of("letters@coalition.example", &SecretString::from(secret))
    }

    #[test]
    fn a_login_is_hidden_in_every_form_in_which_a_server_may_repeat_it() {
        let secret = "hunter2-Delta";
        let plain = BASE64.encode(format!("\0letters@coalition.example\0{secret}").as_bytes());
        let blob = BASE64.encode(format!("user=letters@coalition.example\x01auth=Bearer {secret}\x01\x01").as_bytes());
        let (one, other) = plain.split_at(20);
        for said in [
            secret.to_owned(),
            secret.to_uppercase(),
            plain.clone(),
            blob,
            plain.to_lowercase(),
            plain.trim_end_matches('=').to_owned(),
            BASE64.encode(secret.as_bytes()),
            BASE64URL.encode(format!("x{secret}y").as_bytes()),
            BASE64.encode(format!("login {secret} failed").as_bytes()),
            HEXLOWER.encode(secret.as_bytes()),
            plain[..plain.len() - 7].to_owned(),
            format!("{one} {other}"),
            format!("{one}\n5.7.8 {other}"),
            format!("{one}\"{other}"),
        ] {
            let mut lines: Vec<String> = format!("5.7.8 bad: {said}, sorry").split('\n').map(str::to_owned).collect();
            of(secret).hide(&mut lines);
            let shown = lines.join("\n");
            assert!(shown.starts_with("5.7.8 bad: ***") && shown.ends_with(", sorry"), "{said}: {shown}");
            let rest: String = shown.replace("5.7.8", "").replace("bad", "").replace("sorry", "");
            assert!(!rest.contains(char::is_alphanumeric), "{said}: {shown}");
        }
    }

    #[test]
    fn what_is_not_the_login_stays() {
        for said in [
            "5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
            "Application-specific password required. https://support.example/?p=InvalidSecondFactor a1-2020z12",
            "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
        ] {
            assert_eq!(of("correct horse battery").hidden_in(said), said);
            assert_eq!(of("pw").hidden_in(said), said);
            assert_eq!(Redaction::default().hidden_in(said), said);
        }
        assert_eq!(of("pw").hidden_in("bad password `pw`"), "bad password `***`");
        assert_eq!(
            of("ab\"c\\d").hidden_in("LOGIN \"ana\" \"ab\\\"c\\\\d\" is wrong"),
            "LOGIN \"ana\" \"***\" is wrong"
        );
    }

    #[test]
    fn no_debug_output_shows_it() {
        assert_eq!(format!("{:?}", of("hunter2")), "Redaction");
    }

    proptest! {
        #[test]
        fn no_text_around_it_brings_the_secret_back(
            before in "\\PC{0,12}", after in "\\PC{0,12}", secret in "[!-~äю]{6,24}", at in 0..100_usize,
        ) {
            let plain = BASE64.encode(format!("{before}{secret}{after}").as_bytes());
            let shown = of(&secret).hidden_in(&format!("{before} {secret} {after}"));
            prop_assert!(!shown.contains(&secret) || secret.chars().all(|c| "*\\\"".contains(c)));
            let cut = at % (plain.len() + 1);
            let mut lines = [plain[..cut].to_owned(), plain[cut..].to_owned()];
            of(&secret).hide(&mut lines);
            let told = lines.concat();
            let whole = BASE64.decode(told.as_bytes()).unwrap_or_default();
            prop_assert!(!whole.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
}
