//! What a file tells besides what it shows.

use std::fmt::{self, Display};

use crate::model::clip::clip;

/// How many characters of a value are kept.
const MOST_OF_VALUE: usize = 80;

/// How many traces of one file are kept.
const MOST_TRACES: usize = 50;

/// What a trace is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Who made it, or changed it.
    Author,
    /// Where it was made.
    Position,
    /// Where it lay on somebody's machine.
    Path,
    /// By which machine or camera it was made, so that it is known again.
    Device,
}

impl Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Author => "author",
            Self::Position => "position",
            Self::Path => "path",
            Self::Device => "device",
        })
    }
}

/// One thing that a file tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// What it is about.
    pub subject: Subject,
    /// What its format calls it, such as `GPSLatitude`.
    pub field: String,
    /// The value, clipped.
    pub value: String,
}

/// What a file is, as far as it matters for how to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A photograph or a drawing.
    Picture,
    /// A PDF.
    Pdf,
    /// A document of Word, Writer, Excel and the like.
    Office,
    /// Anything else.
    Other,
}

/// What looking into a file gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// What the file is.
    pub kind: Kind,
    /// What it tells.
    pub traces: Vec<Trace>,
    /// Why it could not be looked into, where that is so: what it tells is not known then.
    pub closed: Option<&'static str>,
}

impl Looked {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, traces: Vec::new(), closed: None }
    }

    pub(super) fn closed(kind: Kind, why: &'static str) -> Self {
        Self { closed: Some(why), ..Self::new(kind) }
    }

    /// Takes note of what a field says, where it says anything.
    pub(super) fn note(&mut self, subject: Subject, field: impl Into<String>, value: &str) {
        let value = value.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        let value = clip(value.collect::<Vec<_>>().join(" "), MOST_OF_VALUE);
        let trace = Trace { subject, field: field.into(), value };
        let is_said = trace.value.chars().any(char::is_alphanumeric);
        if is_said && self.traces.len() < MOST_TRACES && !self.traces.contains(&trace) {
            self.traces.push(trace);
        }
    }

    /// Takes note of a value of a field that is not about a person, where it names a place on somebody's machine.
    pub(super) fn note_path(&mut self, field: impl Into<String>, value: &str) {
        if is_path(value) {
            self.note(Subject::Path, field, value);
        }
    }

    /// Takes over what was found in a part of the file.
    pub(super) fn take(&mut self, part: Self) {
        for trace in part.traces {
            self.note(trace.subject, trace.field, &trace.value);
        }
    }
}

/// Whether a text names a place on somebody's machine: `C:\Users\…`, `\\server\…`, `/home/…`, `file:///…`.
fn is_path(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_drive = |at: usize| {
        let before = &lower.as_bytes()[..at];
        before.last().is_some_and(u8::is_ascii_alphabetic)
            && !before.len().checked_sub(2).is_some_and(|before_it| before[before_it].is_ascii_alphanumeric())
    };
    ["/home/", "/users/", "/volumes/", "file:"].iter().any(|sign| lower.contains(sign))
        || lower.trim_start().starts_with("\\\\")
        || [":\\", ":/"]
            .iter()
            .any(|sign| lower.match_indices(sign).any(|(at, _)| is_drive(at) && !lower[at..].starts_with("://")))
}
