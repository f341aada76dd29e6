//! The earlier letter that a follow-up quotes below its own text, as it was sent.
//!
//! It is merged anew from what is recorded of it: its files, and the recipient's row of then. Its pictures are left
//! out: the recipient has them, and each follow-up would be as large as the letter.

use std::sync::Arc;

use jiff::civil::Date;

use super::Previous;
use super::draft::Draft;
use super::evaluate::{Env, Run};
use super::letters::Letters;
use super::locale::{DateStyle, language_for};
use super::template::Letter;
use super::trace::Trace;
use crate::model::{Fault, Recipient};

/// An earlier letter, as it was sent to a recipient.
#[derive(Debug, Clone)]
pub struct Quoted {
    /// The letters of its round, read from what was recorded.
    pub letters: Arc<Letters>,
    /// What tells these letters from others of the same round, which somebody changed while it was sent.
    pub edition: u32,
    /// The recipient, by the row of then.
    pub recipient: Recipient,
    /// What it said of the letter before it.
    pub previous: Option<Box<Previous>>,
    /// Who wrote it: the name in its `From`, or the address.
    pub sender: String,
    /// The day on which it was accepted, on the sender's calendar.
    pub date: Date,
}

impl Quoted {
    /// The letter in the language in which it was sent.
    pub(super) fn letter(&self) -> &Letter {
        self.letters.choose(self.recipient.lang.as_ref()).letter
    }

    fn env(&self) -> Env<'_> {
        let letter = self.letter();
        let locale = language_for(letter.language(), self.recipient.lang.as_ref());
        letter.env(Some(&self.recipient), self.previous.as_deref(), locale)
    }

    /// Adds what is particular to it behind that of the letter which quotes it: the line above it, its branches and its
    /// values.
    pub(super) fn trace<'a>(&'a self, quoting: &Run<'a, '_>, trace: &mut Trace<'a>) -> Vec<Fault> {
        let letter = self.letter();
        trace.values.push((self.attribution(quoting).into(), &letter.start));
        // The branches end where the template says so: what follows them cannot be taken for some of them.
        trace.key.extend_from_slice(&self.edition.to_le_bytes());
        trace.key.extend_from_slice(letter.language().as_str().as_bytes());
        trace.key.push(0);
        let env = self.env();
        let mut run = Run::new(&env);
        run.all(&letter.body, trace);
        run.faults
    }

    /// Its Markdown, whose values count on from those of the letter that quotes it.
    pub(super) fn draft(&self, values: usize) -> (Draft<'_>, Vec<Fault>) {
        let env = self.env();
        let mut run = Run::new(&env);
        let mut draft = Draft::behind(values);
        run.all(&self.letter().body, &mut draft);
        (draft, run.faults)
    }

    /// The line above it: who wrote it and, in the language of the letter that quotes it, when.
    ///
    /// "On 12 June 2024, … wrote:" needs words and their grammar, which differ in each language and with the gender of
    /// the sender. A name and a date are understood in all of them.
    fn attribution(&self, quoting: &Run<'_, '_>) -> String {
        let date =
            quoting.date(self.date, DateStyle::Long).map_or_else(|_| self.date.to_string(), |date| date.to_string());
        format!("{} ({date})", self.sender)
    }
}
