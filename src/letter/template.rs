//! One letter in one language: a template that was checked, and its merge.

use std::sync::Arc;

use jiff::civil::Date;

use super::LetterFacts;
use super::Previous;
use super::body::Merged;
use super::compile::{Compiler, Text};
use super::draft::Draft;
use super::evaluate::{Dates, Env, Run, prove};
use super::front_matter::{Field, FrontMatter};
use super::gallery::Gallery;
use super::layout::Layout;
use super::locale::language_for;
use super::markdown;
use super::partial::Partials;
use super::program::Node;
use super::quoted::Quoted;
use super::roll::Roll;
use super::scope::{Context, Object, Scope, Thing};
use super::shape::{Passage, Quotation, Shape, Shapes};
use super::source::{At, Origin};
use super::trace::{Line, Trace};
use crate::model::{Fault, Faults, InlineElement, Language, Place, Recipient};

/// A letter in one language, ready to be merged for any recipient, by many threads at once.
#[derive(Debug)]
pub struct Letter {
    pub(super) path: String,
    language: Language,
    attachments: Vec<String>,
    recipients_path: String,
    pub(super) signatories_path: String,
    /// Empty where it is that of the first letter.
    pub(super) subject: Vec<Node>,
    pub(super) preheader: Vec<Node>,
    pub(super) body: Vec<Node>,
    /// Where the body begins.
    pub(super) start: At,
    pub(super) roll: Roll,
    pub(super) layout: Layout,
    /// The elements of HTML that it may have.
    pub(super) html: Vec<InlineElement>,
    shapes: Shapes,
    dates: Dates,
    pub(super) author: Option<String>,
    pub(super) date: Date,
}

/// The subject of an answer to a thread (RFC 5322, 3.6.5): "Re: " stands there once.
fn reply_to(previous: Option<&Previous>) -> String {
    let first = previous.and_then(|previous| previous.first_subject.as_deref()).unwrap_or_default();
    let is_reply = first.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("re:"));
    if is_reply || first.is_empty() { first.to_owned() } else { format!("Re: {first}") }
}

impl Letter {
    /// Checks a template; what is wrong with it goes to `faults`, and there is no letter then.
    pub(super) fn read(
        origin: &Arc<Origin>,
        layout: &Origin,
        facts: &LetterFacts<'_>,
        gallery: &Gallery,
        partials: Partials<'_>,
        faults: &mut Faults,
    ) -> Option<Self> {
        let language = partials.language.clone();
        let roll = Roll::of(facts, gallery, &language).unwrap_or_else(|fault| {
            faults.push(fault);
            Roll::empty()
        });
        let scope = Scope::new(facts, language.as_str(), roll.rows().count());
        let mut found = Faults::new();
        let front = FrontMatter::read(origin, partials.workspace, facts.round, &mut found);
        let mut compiler = Compiler {
            scope: &scope,
            partials,
            faults: &mut found,
            contexts: vec![Context { this: Thing::Object(Object::Root), named: Vec::new(), frame: None }],
            frames: Vec::new(),
        };
        let (mut subject, mut preheader, mut body) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(front) = &front {
            subject = front.subject.as_ref().map(|field| compiler.line("subject", field)).unwrap_or_default();
            preheader = front.preheader.as_ref().map(|field| compiler.line("preheader", field)).unwrap_or_default();
            body = compiler.body(origin, front.body);
        }
        let start = At { origin: Arc::clone(origin), offset: front.as_ref().map_or(0, |front| front.body) };
        let attachments = front.map(|front| front.attachments);
        let letter = Self {
            path: origin.path.clone(),
            attachments: attachments.clone().unwrap_or_default(),
            recipients_path: facts.recipients_path.to_owned(),
            signatories_path: facts.signatories_path.to_owned(),
            subject,
            preheader,
            body,
            start,
            layout: Layout::new(layout, &language, gallery.header.as_ref()),
            html: facts.html.to_vec(),
            roll,
            language,
            shapes: Shapes::default(),
            dates: Dates::default(),
            author: facts.sender_name.map(str::to_owned),
            date: facts.date,
        };
        if found.is_empty() {
            found.extend(letter.prove());
        }
        let sound = attachments.is_some() && !found.has_errors();
        faults.extend(found);
        sound.then_some(letter)
    }

    /// Tries what does not depend on a recipient.
    fn prove(&self) -> Vec<Fault> {
        let mut faults = markdown::check(&Draft::of_everything(&self.body), &self.html);
        let env = self.env(None, None, &self.language);
        let mut run = Run::new(&env);
        for nodes in [&self.subject, &self.preheader, &self.body] {
            prove(nodes, &mut run);
        }
        faults.append(&mut run.faults);
        faults
    }

    pub(super) fn env<'a>(
        &'a self,
        recipient: Option<&'a Recipient>,
        previous: Option<&'a Previous>,
        locale: &'a Language,
    ) -> Env<'a> {
        Env {
            recipient,
            previous,
            roll: &self.roll,
            language: &self.language,
            locale,
            dates: &self.dates,
            recipients_path: &self.recipients_path,
        }
    }

    /// The language of the text.
    #[must_use]
    pub fn language(&self) -> &Language {
        &self.language
    }

    /// The file, as the campaign names it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The files that go with the letter by its front matter, relative to the workspace.
    #[must_use]
    pub fn attachments(&self) -> &[String] {
        &self.attachments
    }

    /// Merges the letter for one recipient.
    ///
    /// `previous` is what a follow-up knows of the letter before it; a letter of round 0 has none.
    ///
    /// # Errors
    /// Names the recipient's row and the template's place where a value cannot stand: a date that is none, a link that a letter may
    /// not have, a control character.
    pub fn merge(&self, recipient: &Recipient, previous: Option<&Previous>) -> Result<Merged, Faults> {
        let locale = language_for(&self.language, recipient.lang.as_ref());
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

    /// What Handlebars alone makes of the body, without Markdown.
    #[cfg(test)]
    pub(super) fn plain(&self, recipient: &Recipient) -> String {
        let env = self.env(Some(recipient), None, &self.language);
        let mut line = Line::default();
        Run::new(&env).all(&self.body, &mut line);
        line.0
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

impl Compiler<'_> {
    /// The Markdown of a letter.
    fn body(&mut self, origin: &Arc<Origin>, start: usize) -> Vec<Node> {
        let text = Text { origin, written: &origin.text[start..], start, verbatim: true };
        self.compile(&text)
    }

    /// A line of the front matter.
    fn line(&mut self, key: &str, field: &Field) -> Vec<Node> {
        let text =
            Text { origin: &field.at.origin, written: &field.text, start: field.at.offset, verbatim: field.verbatim };
        let nodes = self.compile(&text);
        if let Some(at) = signatories(&nodes) {
            let fault = at.fault(format!("`{{{{> signatories}}}}` prints a block and cannot stand in the {key}"));
            self.faults.push(fault);
        }
        nodes
    }
}

/// Where a block of signatories is printed.
fn signatories(nodes: &[Node]) -> Option<&super::source::At> {
    nodes.iter().find_map(|node| match node {
        Node::Signatories { at, .. } => Some(at),
        Node::Text { .. } | Node::Print { .. } => None,
        Node::Indented { body, .. } => signatories(body),
        Node::If { then, otherwise, .. } => signatories(then).or_else(|| signatories(otherwise)),
        Node::Each { body, otherwise, .. } => signatories(body).or_else(|| signatories(otherwise)),
    })
}
