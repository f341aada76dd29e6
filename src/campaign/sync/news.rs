//! What comes up while mail is read.

use std::io;

use crate::campaign::note::Note;
use crate::ledger::{Mention, Outcome, Suggestion, Unmatched};

/// What comes up while mail is read.
#[derive(Debug)]
pub enum News<'a> {
    /// A mail that was not counted before.
    Mail(&'a Came),
    /// Something worth a word.
    Note(Note),
}

/// A mail that came, and what became of what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    /// Its number, where it was read.
    pub number: Option<u64>,
    /// Where it lies.
    pub place: String,
    /// What it is.
    pub kind: String,
    /// Who it says it is from.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// The first line of what its sender wrote.
    pub first_line: Option<String>,
    /// What it says of deliveries, and what became of that.
    pub told: Vec<(Mention, Outcome)>,
    /// What it may say of others, for a person to confirm.
    pub suggestions: Vec<Suggestion>,
    /// Why it is about none, or what a person has to do.
    pub reason: Option<String>,
}

/// What a person has to do where a filter asks for a proof that no machine wrote: until then nobody has the letter.
pub const ASKS_FOR_PROOF: &str =
    "it asks for a proof that a person wrote: open it and do what it asks, or the letter is not delivered";

impl From<Unmatched> for Came {
    fn from(mail: Unmatched) -> Self {
        let Unmatched { number, place, kind, sender, subject, first_line, suggestions, reason, .. } = mail;
        let number = Some(number);
        Self { number, place, kind, sender, subject, first_line, told: Vec::new(), suggestions, reason }
    }
}

/// Whoever is told of it. Where that fails nobody looks any more, and no more mail is read.
pub type Watch<'a> = dyn FnMut(News<'_>) -> io::Result<()> + Send + 'a;
