//! One letter in one language: a template that was checked.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::LetterFacts;
use super::Previous;
use super::compile::Compiler;
use super::cursor::Text;
use super::draft::Draft;
use super::evaluate::{Dates, Env, Run, prove};
use super::expression::Expressions;
use super::front_matter::{Field, FrontMatter};
use super::gallery::Gallery;
use super::layout::Layout;
use super::markdown;
use super::named_signatories::names_signatories;
use super::partial::Partials;
use super::program::Node;
use super::roll::Roll;
use super::scope::Scope;
use super::shape::Shapes;
use super::source::{At, Origin};
use super::used_cells::add_used;
use super::watched::Watched;
use crate::model::{Fault, Faults, InlineElement, Language, Recipient};

/// A letter in one language, ready to be merged for any recipient, by many threads at once.
#[derive(Debug)]
pub struct Letter {
    pub(super) path: String,
    language: Language,
    attachments: Vec<String>,
    pub(super) recipients_path: String,
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
    pub(super) shapes: Shapes,
    pub(super) watched: Watched,
    dates: Dates,
    pub(super) author: Option<String>,
    pub(super) date: Date,
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
        let expressions = Expressions::new(&scope, &language);
        let mut compiler = Compiler { expressions, partials, faults: &mut found };
        let (mut subject, mut preheader, mut body) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(front) = &front {
            subject = front.subject.as_ref().map(|field| compiler.line("subject", field)).unwrap_or_default();
            preheader = front.preheader.as_ref().map(|field| compiler.line("preheader", field)).unwrap_or_default();
            body = compiler.body(origin, front.body);
        }
        let start = At { origin: Arc::clone(origin), offset: front.as_ref().map_or(0, |front| front.body) };
        let watched = Watched::of([&subject, &preheader, &body]);
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
            watched,
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

    /// Adds the numbers of the columns of the recipients list whose cells the letter looks at.
    pub(super) fn add_used_cells(&self, used: &mut BTreeSet<usize>) {
        for part in [&self.subject, &self.preheader, &self.body] {
            add_used(part, used);
        }
    }

    /// Whether it may name those who sign.
    pub(super) fn names_signatories(&self) -> bool {
        [&self.subject, &self.preheader, &self.body].into_iter().any(|part| names_signatories(part))
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

    /// What Handlebars alone makes of the body, without Markdown.
    #[cfg(test)]
    pub(super) fn plain(&self, recipient: &Recipient) -> String {
        let env = self.env(Some(recipient), None, &self.language);
        let mut line = super::trace::Line::default();
        Run::new(&env).all(&self.body, &mut line);
        line.0
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
fn signatories(nodes: &[Node]) -> Option<&At> {
    nodes.iter().find_map(|node| match node {
        Node::Signatories { at, .. } => Some(at),
        Node::Text { .. } | Node::Print { .. } => None,
        Node::Indented { body, .. } => signatories(body),
        Node::If { then, otherwise, .. } => signatories(then).or_else(|| signatories(otherwise)),
        Node::Each { body, otherwise, .. } => signatories(body).or_else(|| signatories(otherwise)),
    })
}
