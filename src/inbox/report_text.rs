//! The text of a report: its lines, what each says, and where the returned letter begins.

use std::collections::HashSet;

use super::phrases::{self, Cue};
use super::{address, original, words};

/// How many lines of a report are read.
const MAX_LINES: usize = 400;

/// How many lines may stand before the first part of a multipart mail, such as those for readers that know no parts.
const MAX_PREAMBLE: usize = 12;

/// How many addresses are taken from one line.
const MAX_ADDRESSES: usize = 32;

/// The text of a report up to the letter that it returns.
#[derive(Debug)]
pub(super) struct ReportText<'t> {
    before_letter: &'t str,
    lines: Vec<Line<'t>>,
}

/// A line of a report.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// As it stands.
    pub(super) text: &'t str,
    /// Its words.
    pub(super) words: String,
    /// What it says.
    pub(super) cues: Vec<Cue>,
    /// The addresses in it.
    pub(super) addresses: Vec<address::Found<'t>>,
}

impl Line<'_> {
    /// Whether it says so.
    pub(super) fn says(&self, cue: Cue) -> bool {
        self.cues.contains(&cue)
    }

    /// Whether it is `<ana@example.org>:` alone, which begins the paragraph of a recipient in QSBMF, in whatever
    /// language the report is.
    pub(super) fn is_entry(&self) -> bool {
        let inner = self.text.strip_prefix('<').and_then(|text| text.strip_suffix(">:"));
        inner.is_some_and(address::is_address)
    }
}

impl<'t> ReportText<'t> {
    /// Takes a text apart.
    pub(super) fn new(text: &'t str) -> Self {
        let end = original::start_in(text).unwrap_or(text.len());
        let start = start_of_part(&text[..end]);
        let (text, end) = (&text[start..], end - start);
        let mut lines: Vec<Line<'t>> = Vec::new();
        let mut length = end;
        let mut at = 0;
        for line in text[..end].split_inclusive('\n').take(MAX_LINES) {
            let shown = line.trim_end();
            // The fields of a report that stands in a text are read as such.
            // So is the letter where a gateway made one text of all parts.
            if ["reporting-mta:", "final-recipient:", "original-recipient:", "content-type: message/"]
                .iter()
                .any(|name| begins(shown, name))
            {
                length = at;
                break;
            }
            let words = words::of(shown);
            let mut cues: Vec<Cue> = phrases::cues(&words).collect();
            cues.dedup();
            // "If it cannot be delivered in four days, it will be deleted" is said of what is still tried.
            if says_when(&words) {
                cues.retain(|cue| *cue != Cue::GivenUp);
            }
            // The letter follows what introduces it; a sentence that mentions it does not, and nothing does before
            // anything was said.
            if cues.contains(&Cue::Letter)
                && is_heading(shown)
                && lines.iter().any(|line| !line.cues.is_empty() || !line.addresses.is_empty())
            {
                length = at;
                break;
            }
            lines.push(Line {
                text: shown,
                words,
                cues,
                addresses: address::all_in(shown).take(MAX_ADDRESSES).collect(),
            });
            at += line.len();
        }
        // A sentence that is broken over two lines is read as one.
        for place in 1..lines.len() {
            let (before, after) = lines.split_at_mut(place);
            let (Some(last), Some(line)) = (before.last(), after.first_mut()) else { break };
            if !last.words.trim().is_empty()
                && !line.words.trim().is_empty()
                && line.cues.is_empty()
                && last.cues.is_empty()
            {
                let both = format!("{}{}", last.words, line.words.trim_start());
                line.cues.extend(phrases::cues(&both));
            }
        }
        Self { before_letter: &text[..length.min(text.len())], lines }
    }

    /// What the report says itself.
    pub(super) fn before_letter(&self) -> &'t str {
        self.before_letter
    }

    /// Its lines.
    pub(super) fn lines(&self) -> &[Line<'t>] {
        &self.lines
    }

    /// It says that delivery failed.
    pub(super) fn says_failed(&self) -> bool {
        self.lines.iter().any(|line| line.says(Cue::Failed))
    }

    /// It names recipients as QSBMF does.
    pub(super) fn has_entries(&self) -> bool {
        self.lines.iter().any(Line::is_entry)
    }

    /// It says that delivery is delayed, and not that it was given up.
    pub(super) fn says_delayed(&self) -> bool {
        self.lines.iter().any(|line| line.says(Cue::Delayed)) && !self.says_given_up()
    }

    /// It says that nobody tries any more.
    pub(super) fn says_given_up(&self) -> bool {
        self.lines.iter().any(|line| line.says(Cue::GivenUp))
    }

    /// What it says of an address: the lines from each place that names it to the next that names another; all of it
    /// where no other is named.
    pub(super) fn about(&self, wanted: &str) -> String {
        self.lines_about(wanted, |other| !address::same(other, wanted))
    }

    /// The same, where only some addresses, in lower case, are recipients.
    pub(super) fn about_one_of(&self, wanted: &str, all: &HashSet<String>) -> String {
        self.lines_about(wanted, |other| !address::same(other, wanted) && all.contains(&other.to_ascii_lowercase()))
    }

    fn lines_about(&self, wanted: &str, is_other: impl Fn(&str) -> bool) -> String {
        let others = self.lines.iter().flat_map(|line| &line.addresses).any(|found| is_other(found.address));
        let named =
            self.lines.iter().flat_map(|line| &line.addresses).any(|found| address::same(found.address, wanted));
        if !named {
            return if others { String::new() } else { self.before_letter.to_owned() };
        }
        let mut about = String::new();
        let mut open = false;
        // What a server said in a transcript stands before the line that names the recipient with a code.
        let mut said_before = String::new();
        let mut after_blank = false;
        for line in &self.lines {
            let transcript = line.text.trim_start().starts_with(['<', '>'])
                && line.addresses.iter().all(|found| found.start < 4)
                || line.text.trim_start().starts_with("<<<");
            if line.addresses.iter().any(|found| address::same(found.address, wanted)) {
                open = true;
                about.push_str(&said_before);
            } else if line.addresses.iter().any(|found| is_other(found.address))
                || (after_blank && line.says(Cue::Contact))
            {
                open = false;
            }
            if transcript && !open && said_before.len() < 1024 {
                said_before.push_str(line.text);
                said_before.push('\n');
            } else if !line.addresses.is_empty() {
                said_before.clear();
            }
            if open && about.len() < 4096 {
                about.push_str(line.text);
                about.push('\n');
            }
            after_blank = line.words.trim().is_empty();
        }
        about
    }
}

/// Where the report begins in a text that a gateway made of all parts, their fields left in it: behind the fields of
/// the first.
fn start_of_part(text: &str) -> usize {
    let mut at = 0;
    let mut last = "";
    for line in text.split_inclusive('\n').take(MAX_PREAMBLE) {
        if last.starts_with("--") && begins(line, "content-type: text/") {
            return text[at..].find("\n\n").map_or(0, |end| at + end + 2);
        }
        at += line.len();
        last = line;
    }
    0
}

/// Whether words speak of what may come.
fn says_when(words: &str) -> bool {
    [" if ", " unless ", " until ", " eventually ", " otherwise ", " wenn ", " falls ", " si "]
        .iter()
        .any(|word| words.contains(word))
}

/// Whether a line stands apart as a heading does: dashes or the like before it, a colon behind it, or few words.
fn is_heading(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(['-', '=', '*', '|', '_', '#'])
        || line.ends_with([':', '-', '=', '*', '|'])
        || line.split_whitespace().count() < 8
}

fn begins(line: &str, name: &str) -> bool {
    line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}
