//! Over what the reader of a letter would stumble: an empty value that it prints, a word for no that is a yes to it.
//!
//! A merge takes these values as they are. Whoever sends is told beforehand, with the line as its reader would see it.

use std::borrow::Cow;

use super::evaluate::{Run, Sink};
use super::locale::language_for;
use super::program::{Expr, SignatoryField};
use super::source::At;
use super::template::Letter;
use super::value::Value;
use super::watched::{Whence, whence};
use super::words::{Word, word_of};
use crate::model::{Fault, Faults, Place, Recipient, Severity, canonical};

/// The most of a line that is shown, in characters.
const SHOWN: usize = 80;

/// The list among a recipient's values.
const TAGS: &str = "recipient.tags";

/// What may stand before a greeting on its line: marks of Markdown, and blanks.
const MARKS: [char; 6] = ['*', '_', '#', '>', '-', '+'];

/// Something over which the reader of one letter would stumble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stumble {
    /// What it is.
    pub kind: StumbleKind,
    /// Where in the template.
    pub at: Place,
    /// The name of the value, as the template can say it.
    pub name: String,
    /// The cell of the recipient's row that it comes from, by its number; nothing where it comes from elsewhere.
    pub cell: Option<usize>,
}

/// Over what the reader of a letter stumbles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StumbleKind {
    /// An empty value is printed.
    Gap {
        /// The line as it would stand in the letter, as far as it is shown.
        line: String,
        /// An error where the line is a greeting, or begins with what should stand behind one.
        severity: Severity,
    },
    /// This word, which says no, counts as a yes.
    No(String),
    /// This word is one language's for `TRUE`, and counts as a yes as any other does.
    Truth(String),
}

impl Letter {
    /// Over what a recipient would stumble in the letter.
    #[must_use]
    pub fn stumbles(&self, recipient: &Recipient) -> Vec<Stumble> {
        if self.watched.are_odd(recipient) { self.read_closely(Some(recipient)) } else { Vec::new() }
    }

    /// Whether a recipient may stumble in the letter: a quick look at the cells that it prints or asks for.
    #[must_use]
    pub fn may_stumble(&self, recipient: &Recipient) -> bool {
        self.watched.are_odd(recipient)
    }

    /// Over what every recipient would stumble: what is empty in the campaign, or of a signatory.
    pub(super) fn stumbles_of_all(&self) -> Faults {
        let mut faults = Faults::new();
        for Stumble { at, name, kind, .. } in self.read_closely(None) {
            let StumbleKind::Gap { line, .. } = kind else { continue };
            let message = if name.is_empty() {
                format!(
                    "what is printed here is empty: the line reads `{line}`; write it into the campaign's file, or take it out"
                )
            } else {
                format!(
                    "a signatory has no `{name}`: the line reads `{line}`; put it between `{{{{#if {name}}}}}` and `{{{{/if}}}}`"
                )
            };
            let known = faults.iter().any(|fault| fault.place == at);
            if !known {
                faults.push(Fault::warning(at, message));
            }
        }
        faults
    }

    fn read_closely(&self, recipient: Option<&Recipient>) -> Vec<Stumble> {
        let locale = language_for(self.language(), recipient.and_then(|recipient| recipient.lang.as_ref()));
        let env = self.env(recipient, None, locale);
        let mut found = Vec::new();
        for nodes in [&self.subject, &self.preheader, &self.body] {
            let mut reader = Reader::default();
            Run::new(&env).all(nodes, &mut reader);
            found.extend(reader.stumbles(recipient));
        }
        let of_all = |stumble: &Stumble| stumble.cell.is_none() && stumble.name != TAGS;
        found.retain(|stumble| of_all(stumble) == recipient.is_none());
        found
    }
}

/// Reads a letter as its reader does, and takes note of what is odd.
#[derive(Default)]
struct Reader<'a> {
    text: String,
    /// Where in the text an empty value stands, and which.
    gaps: Vec<(usize, Whence, &'a At)>,
    words: Vec<(Whence, String, &'a At)>,
}

impl Reader<'_> {
    fn stumbles(self, recipient: Option<&Recipient>) -> Vec<Stumble> {
        let columns = recipient.map(|recipient| recipient.fields.columns().names());
        let name = |cell: usize| columns.and_then(|names| names.get(cell)).map_or("", String::as_str);
        let known = |from: Whence| match from {
            Whence::Cell(cell) => format!("recipient.{}", segment(name(cell))),
            Whence::Tags => TAGS.to_owned(),
            Whence::Signatory(field) => {
                let known = SignatoryField::ALL.iter().find(|(_, known)| *known == field);
                known.map_or("column", |(name, _)| name).to_owned()
            }
            Whence::Campaign => String::new(),
        };
        let is_salutation = |from: Whence| from.cell().is_some_and(|cell| greets(name(cell)));
        let gaps = self.gaps.iter().map(|(offset, from, at)| {
            let start = self.text[..*offset].rfind('\n').map_or(0, |at| at + 1);
            let end = self.text[*offset..].find('\n').map_or(self.text.len(), |at| offset + at);
            let begins = self.text[start..*offset].chars().all(|c| c.is_whitespace() || MARKS.contains(&c));
            let behind = self.text[*offset..end].trim_start().trim_start_matches(MARKS).chars().next();
            let greeting = begins && (is_salutation(*from) || behind.is_some_and(stands_behind_a_greeting));
            let severity = if greeting && from.cell().is_some() { Severity::Error } else { Severity::Warning };
            let line = self.text[start..end].trim().trim_end_matches('\\').chars().take(SHOWN).collect();
            let kind = StumbleKind::Gap { line, severity };
            Stumble { kind, at: at.place(), name: known(*from), cell: from.cell() }
        });
        let words = self.words.iter().filter(|(from, ..)| !from.cell().is_some_and(|cell| is_code(name(cell))));
        let words = words.map(|(from, value, at)| {
            let kind = match word_of(value) {
                Some(Word::Truth) => StumbleKind::Truth(value.clone()),
                Some(Word::No) | None => StumbleKind::No(value.clone()),
            };
            Stumble { kind, at: at.place(), name: known(*from), cell: from.cell() }
        });
        gaps.chain(words).collect()
    }
}

/// A column as a step of a path.
fn segment(column: &str) -> String {
    let plain = !column.is_empty() && column.chars().all(|c| c.is_alphanumeric() || c == '_');
    if plain { column.to_owned() } else { format!("[{column}]") }
}

/// Whether a column holds greetings, by its name.
fn greets(column: &str) -> bool {
    const NAMES: [&str; 14] = [
        "salutation",
        "greeting",
        "anrede",
        "briefanrede",
        "appel",
        "formuledappel",
        "salutations",
        "saludo",
        "saluto",
        "saudação",
        "aanhef",
        "zwrot",
        "oslovení",
        "megszólítás",
    ];
    NAMES.contains(&canonical(column).as_str())
}

/// Whether a column holds codes, of which some read like words: `NO` is Norway, `NE` Niger.
fn is_code(column: &str) -> bool {
    let column = canonical(column);
    ["country", "lang", "land", "pays", "code", "iso"].iter().any(|word| column.contains(word))
}

/// What stands behind a greeting, in any script.
fn stands_behind_a_greeting(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '!' | '.' | '،' | '，' | '、' | '：' | '！' | '؛')
}

impl<'a> Sink<'a> for Reader<'a> {
    const WANTS_FIXED: bool = true;

    fn text(&mut self, text: &'a str, _: &'a At) {
        self.text.push_str(text);
    }

    fn value(&mut self, value: Cow<'a, str>, _: bool, _: &'a At) -> Result<(), String> {
        // A line break in a value begins no line of the letter's own.
        self.text.extend(value.chars().map(|c| if c == '\n' { ' ' } else { c }));
        Ok(())
    }

    fn empty(&mut self, value: &'a Expr, at: &'a At) {
        self.gaps.extend(whence(value).map(|from| (self.text.len(), from, at)));
    }

    fn asked(&mut self, test: &'a Expr, value: &Value<'a>, at: &'a At) {
        if let (Some(from @ Whence::Cell(_)), Value::Text(text)) = (whence(test), value)
            && word_of(text).is_some()
        {
            self.words.push((from, text.as_ref().to_owned(), at));
        }
    }

    fn branch(&mut self, _: usize) {}

    fn indent(&mut self, _: &'a str) {}

    fn outdent(&mut self, _: &'a str) {}

    fn signatories(&mut self, _: bool, _: &'a At) {
        self.text.push('\n');
    }
}
