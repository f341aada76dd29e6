//! What stands before a quotation: a sentence that says who wrote it, or the header of the quoted mail.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Anchored, Input, StartKind};

/// How many lines such a sentence is broken into at most.
const MAX_LINES: usize = 3;

/// How long it is at most, in words.
const MAX_WORDS: usize = 40;

/// How long the name of a field is at most, in bytes, with its colon.
const LONGEST_LABEL: usize = 51;

/// How many lines of a header are looked at.
const MAX_HEADER: usize = 10;

/// A sentence that says who wrote what follows, and what follows it.
pub(super) enum Introduction {
    /// So many lines, and then lines with marks before them.
    Marked(usize),
    /// So many lines, and then lines that are indented by a tab.
    Indented(usize),
    /// Lines without any mark.
    Rest,
}

/// A field of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Label {
    From,
    Sent,
    To,
    Subject,
}

/// The words in `quoted.txt`.
struct Words {
    labels: HashMap<&'static str, Label>,
    wrote: Option<AhoCorasick>,
    /// What the lines begin with.
    phone: Option<AhoCorasick>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut labels = HashMap::new();
    let (mut wrote, mut phone) = (Vec::new(), Vec::new());
    let mut key = "";
    for line in include_str!("../phrases/quoted.txt").lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_suffix(':') {
            key = name;
            continue;
        }
        for word in line.split(';').map(str::trim).filter(|word| !word.is_empty()) {
            let label = match key {
                "from" => Label::From,
                "sent" => Label::Sent,
                "to" => Label::To,
                "subject" => Label::Subject,
                "wrote" => {
                    wrote.push(word);
                    continue;
                }
                _ => {
                    phone.push(word);
                    continue;
                }
            };
            labels.entry(word).or_insert(label);
        }
    }
    let phone = AhoCorasick::builder().start_kind(StartKind::Anchored).build(phone).ok();
    Words { labels, wrote: AhoCorasick::new(wrote).ok(), phone }
});

/// The sentence that begins in the first of these lines, if one does.
pub(super) fn at(lines: &[&str]) -> Option<Introduction> {
    for length in 1..=MAX_LINES.min(lines.len()) {
        let line = lines[length - 1].trim_end();
        if line.is_empty() {
            return None;
        }
        if !line.ends_with([':', '：']) {
            // A sentence that ends here, or one that has nothing of a date, an address or a name in it, is another.
            if line.ends_with(['.', '!', '?']) && length == 1 && !line.contains('@')
                || length == 1 && !line.contains(|c: char| c.is_ascii_digit() || c == '@')
            {
                return None;
            }
            continue;
        }
        let sentence = lines[..length].join(" ").to_lowercase();
        if sentence.split_whitespace().count() > MAX_WORDS {
            return None;
        }
        let next = lines[length..].iter().find(|line| !line.trim().is_empty()).copied().unwrap_or_default();
        let (marked, indented) = (next.trim_start().starts_with('>'), next.starts_with('\t'));
        let dated = is_dated(&sentence);
        let says_wrote = WORDS.wrote.as_ref().is_some_and(|wrote| wrote.is_match(&sentence));
        let is_one =
            says_wrote && (dated || sentence.contains('@') || marked || indented) || (dated && sentence.contains('@'));
        return is_one.then_some(match (marked, indented) {
            (true, _) => Introduction::Marked(length),
            (_, true) => Introduction::Indented(length),
            _ => Introduction::Rest,
        });
    }
    None
}

/// Whether a text has a time of day, or a year.
fn is_dated(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).any(|token| {
        let token = token.trim_matches([':', '.']);
        let is_time = token.split_once([':', '.']).is_some_and(|(hour, minute)| {
            (1..=2).contains(&hour.len()) && minute.len() >= 2 && minute.as_bytes()[..2].iter().all(u8::is_ascii_digit)
        });
        is_time || (token.len() == 4 && token.starts_with("20"))
    }) || text.contains("20") && text.bytes().filter(u8::is_ascii_digit).count() >= 6
}

/// Whether the header of a quoted mail begins in the first of these lines: three of its fields, or two where an address
/// stands in them.
pub(super) fn is_header(lines: &[&str]) -> bool {
    let Some(first) = lines.first().and_then(|line| label(line)) else { return false };
    let mut seen = vec![first];
    let mut has_address = lines[0].contains('@');
    for line in lines[1..].iter().take(MAX_HEADER) {
        if line.trim().is_empty() {
            break;
        }
        has_address |= line.contains('@');
        if let Some(label) = label(line)
            && !seen.contains(&label)
        {
            seen.push(label);
        }
    }
    seen.len() >= 3 || (seen.len() == 2 && has_address && seen.contains(&Label::From))
}

/// Which field of a header a line is: `From: …`, `*Von:* …`, `De : …`.
fn label(line: &str) -> Option<Label> {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '|' | '\u{a0}' | '\u{feff}'));
    // Most lines have none, and bytes are looked through sooner than letters.
    let start = &line.as_bytes()[..line.len().min(LONGEST_LABEL)];
    let is_colon = |at: usize| start[at] == b':' || start[at..].starts_with("：".as_bytes());
    let end = memchr::memchr2_iter(b':', "：".as_bytes()[0], start).find(|at| is_colon(*at))?;
    let name = line[..end].trim_end_matches(|c: char| c.is_whitespace() || c == '*').to_lowercase();
    WORDS.labels.get(name.as_str()).copied()
}

/// Whether a line is the one that a telephone's mail program puts below an answer.
pub(super) fn is_of_phone(line: &str) -> bool {
    let first = line.chars().next().is_some_and(char::is_alphabetic);
    if !first || line.len() > 120 || line.split_whitespace().count() > 9 {
        return false;
    }
    let lower = line.to_lowercase();
    WORDS.phone.as_ref().is_some_and(|phone| phone.is_match(Input::new(&lower).anchored(Anchored::Yes)))
}
