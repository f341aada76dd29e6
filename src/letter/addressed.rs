//! A letter and to whom it is: what is printed on paper.

use super::Previous;
use super::draft::Draft;
use super::evaluate::{Env, Run};
use super::locale::{is_right_to_left, language_for};
use super::markdown;
use super::paper::{self, Paper};
use super::program::SignatoryField;
use super::public::PublicRecipient;
use super::template::Letter;
use super::trace::{Line, Trace};
use crate::model::{Fault, Faults, Place, Recipient};

/// A letter and to whom it is.
#[derive(Debug, Clone, Copy)]
pub struct Addressed<'a> {
    letter: &'a Letter,
    recipient: &'a Recipient,
    previous: Option<&'a Previous>,
    /// The file that the recipient stands in, where that is not the recipients list.
    file: Option<&'a str>,
}

impl Letter {
    /// The letter to one recipient. `previous` is what a follow-up knows of the letter before it.
    #[must_use]
    pub fn to<'a>(&'a self, recipient: &'a Recipient, previous: Option<&'a Previous>) -> Addressed<'a> {
        Addressed { letter: self, recipient, previous, file: None }
    }

    /// The letter to everybody. What it has no value for is found by [`publish`](Letter::publish).
    #[must_use]
    pub fn to_everybody<'a>(&'a self, public: &'a PublicRecipient) -> Addressed<'a> {
        Addressed { letter: self, recipient: public.recipient(), previous: None, file: Some(public.file()) }
    }
}

impl<'a> Addressed<'a> {
    /// The letter.
    #[must_use]
    pub fn letter(&self) -> &'a Letter {
        self.letter
    }

    fn env(&self) -> Env<'a> {
        let locale = language_for(self.letter.language(), self.recipient.lang.as_ref());
        let env = self.letter.env(Some(self.recipient), self.previous, locale);
        Env { recipients_path: self.file.unwrap_or(env.recipients_path), ..env }
    }

    /// The letter as it is on paper.
    ///
    /// # Errors
    /// Names the recipient's row and the template's place where a value cannot stand, as [`merge`](Letter::merge) does.
    pub fn paper(&self) -> Result<Paper, Faults> {
        let (letter, env) = (self.letter, self.env());
        let mut run = Run::new(&env);
        let (mut title, mut trace, mut draft) = (Line::default(), Trace::default(), Draft::default());
        run.all(&letter.subject, &mut title);
        run.all(&letter.body, &mut trace);
        if run.faults.is_empty() {
            run.all(&letter.body, &mut draft);
        }
        let mut faults = Faults::new();
        faults.extend(run.faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let events = markdown::events(&draft.markdown);
        let content = paper::write(letter.layout.header(), &events, &draft.fixed, &trace.values, &letter.roll);
        let content = content.map_err(|(number, what)| {
            let at = trace.values.get(number).map_or_else(|| Place::file(letter.path()), |(_, at)| at.place());
            Fault::error(self.place(None), format!("{what}; it is used at {at}"))
        })?;
        Ok(Paper {
            template: letter.path().to_owned(),
            title: title.0,
            author: letter.author.clone(),
            date: letter.date,
            language: letter.language().clone(),
            is_right_to_left: is_right_to_left(letter.language()),
            content: content.source,
            pictures: content.pictures,
            shape: trace.key,
            values: trace.values.into_iter().map(|(value, _)| value.into_owned()).collect(),
        })
    }

    /// What is wrong with a character of the letter on paper, where it comes from: the recipient's row, the template,
    /// or the signatories list.
    #[must_use]
    pub fn fault_of(&self, c: char, what: &str) -> Fault {
        let (letter, env) = (self.letter, self.env());
        let mut run = Run::new(&env);
        let (mut trace, mut draft) = (Trace::default(), Draft::default());
        run.all(&letter.body, &mut trace);
        run.all(&letter.body, &mut draft);
        if let Some((_, at)) = trace.values.iter().find(|(value, _)| value.contains(c)) {
            let cell = self.recipient.fields.cells().iter().position(|cell| cell.contains(c));
            return Fault::error(self.place(cell), format!("{what}; it is used at {}", at.place()));
        }
        if let Some(at) = draft.origin_of(c) {
            return at.fault(what);
        }
        let has = |field: &(&str, SignatoryField), row: &super::roll::Row| row.field(field.1).contains(c);
        let row = letter.roll.rows().find(|row| SignatoryField::ALL.iter().any(|field| has(field, row)));
        let place = row.map(|row| Place::line(letter.signatories_path.clone(), row.line));
        Fault::error(place.unwrap_or_else(|| Place::file(letter.path())), what)
    }

    /// Where the recipient stands, or one of the recipient's cells.
    fn place(&self, cell: Option<usize>) -> Place {
        let file = self.env().recipients_path;
        self.recipient.fields.place(file, self.recipient.line, cell)
    }
}
