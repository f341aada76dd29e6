//! The merge of a letter, for one recipient.

use std::sync::Arc;

use super::Previous;
use super::body::Merged;
use super::draft::Draft;
use super::evaluate::{Env, Run};
use super::locale::language_for;
use super::markdown;
use super::passage::{Passage, Quotation};
use super::quoted::Quoted;
use super::shape::Shape;
use super::template::Letter;
use super::trace::{Line, Trace};
use crate::model::{Fault, Faults, Place, Recipient};

/// The subject of an answer to a thread (RFC 5322, 3.6.5): "Re: " stands there once.
fn reply_to(previous: Option<&Previous>) -> String {
    let first = previous.and_then(|previous| previous.first_subject.as_deref()).unwrap_or_default();
    let is_reply = first.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    if is_reply || first.is_empty() { first.to_owned() } else { format!("Re: {first}") }
}

impl Letter {
    /// Merges the letter for one recipient.
    ///
    /// `previous` is what a follow-up knows of the letter before it; a letter of round 0 has none.
    ///
    /// # Errors
    /// Names the recipient's row and the template's place where a value cannot stand: a date that is none, a link that
    /// a letter may not have, a control character.
    pub fn merge(&self, recipient: &Recipient, previous: Option<&Previous>) -> Result<Merged, Faults> {
        let locale = language_for(self.language(), recipient.lang.as_ref());
        let env = self.env(Some(recipient), previous, locale);
        let mut run = Run::new(&env);
        let (mut subject, mut preheader, mut trace) = (Line::default(), Line::default(), Trace::default());
        run.all(&self.subject, &mut subject);
        run.all(&self.preheader, &mut preheader);
        run.all(&self.body, &mut trace);
        let quoted = previous.and_then(|previous| previous.quoted.as_deref());
        let of_quoted = quoted.map(|quoted| quoted.trace(&run, &mut trace));
        let mut faults = Faults::new();
        faults.extend(run.faults);
        faults.extend(of_quoted.into_iter().flatten());
        let subject = if self.subject.is_empty() { reply_to(previous) } else { subject.0 };
        if subject.trim().is_empty() && faults.is_empty() {
            faults.push(self.row_fault(recipient, &format!("the subject that {} gives is empty", self.path)));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let shape = self.shapes.find(&trace.key, || self.shape(&env, quoted))?;
        let (text, html) = shape.fill(&trace, &subject, &preheader.0).map_err(|(number, what)| {
            let at = trace.values.get(number).map_or_else(|| Place::file(self.path.clone()), |(_, at)| at.place());
            Faults::from(self.row_fault(recipient, &format!("{what}; it is used at {at}")))
        })?;
        Ok(Merged { subject, text, html, pictures: Arc::clone(shape.pictures()) })
    }

    /// Makes the shape of the letter that is being merged.
    fn shape(&self, env: &Env<'_>, quoted: Option<&Quoted>) -> Result<Shape, Faults> {
        let mut draft = Draft::default();
        let mut run = Run::new(env);
        run.all(&self.body, &mut draft);
        let mut faults = Faults::new();
        faults.extend(run.faults);
        faults.extend(markdown::check(&draft, &self.html));
        let attribution = draft.values();
        let earlier = quoted.map(|quoted| (quoted.letter(), quoted.draft(attribution + 1)));
        if let Some((letter, (draft, found))) = &earlier {
            faults.extend(found.iter().cloned());
            faults.extend(markdown::check(draft, &letter.html));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let own = Passage::of(&draft, &self.roll);
        let quotation = earlier.as_ref().map(|(letter, (draft, _))| Quotation {
            attribution,
            language: letter.language(),
            passage: Passage::of(draft, &letter.roll),
        });
        Shape::of(&own, quotation.as_ref(), &self.layout)
            .map_err(|what| Faults::from(Fault::error(Place::file(self.path.clone()), what)))
    }

    fn row_fault(&self, recipient: &Recipient, what: &str) -> Fault {
        Fault::error(Place::line(self.recipients_path.clone(), recipient.line), what)
    }
}
