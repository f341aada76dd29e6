//! The Markdown of a shape, with a marker in the place of every value.

use std::borrow::Cow;

use super::control::check_body;
use super::evaluate::Sink;
use super::marker::Mark;
use super::program::Node;
use super::source::At;

/// The Markdown of a shape.
#[derive(Debug, Default)]
pub(super) struct Draft<'a> {
    pub(super) markdown: String,
    pub(super) fixed: Vec<Cow<'a, str>>,
    varying: usize,
    /// Where in the Markdown each part begins, and where it comes from.
    origins: Vec<(usize, &'a At)>,
    indents: Vec<&'a str>,
}

impl<'a> Draft<'a> {
    /// One whose values count on from so many.
    pub(super) fn behind(values: usize) -> Self {
        Self { varying: values, ..Self::default() }
    }

    /// How many values of the recipient it has, and those before it.
    pub(super) fn values(&self) -> usize {
        self.varying
    }

    /// All sides of all blocks, each once: for finding what is wrong with the Markdown wherever it stands.
    pub(super) fn of_everything(nodes: &'a [Node]) -> Self {
        let mut draft = Self::default();
        draft.everything(nodes);
        draft
    }

    fn everything(&mut self, nodes: &'a [Node]) {
        for node in nodes {
            match node {
                Node::Text { text, at } => self.text(text, at),
                Node::Print { at, .. } => self.mark(Mark::Varying(0), at),
                Node::Signatories { own_line, at } => self.signatories(*own_line, at),
                Node::Indented { indent, body } => {
                    self.indent(indent);
                    self.everything(body);
                    self.outdent(indent);
                }
                Node::If { then, otherwise, .. } => {
                    self.everything(then);
                    self.everything(otherwise);
                }
                Node::Each { body, otherwise, .. } => {
                    self.everything(body);
                    self.everything(otherwise);
                }
            }
        }
    }

    /// Where a part of the Markdown comes from.
    pub(super) fn at(&self, offset: usize) -> Option<At> {
        let part = self.origins.partition_point(|(start, _)| *start <= offset);
        let (start, at) = self.origins.get(part.checked_sub(1)?)?;
        Some(At { origin: at.origin.clone(), offset: at.offset + (offset - start) })
    }

    /// Where a character of the template, or of a value that is the same for all, comes from.
    pub(super) fn origin_of(&self, c: char) -> Option<At> {
        let written = self.markdown.find(c);
        let printed = || {
            let number = self.fixed.iter().position(|value| value.contains(c))?;
            self.markdown.find(&Mark::Fixed(number).marker())
        };
        self.at(written.or_else(printed)?)
    }

    fn push(&mut self, text: &str, at: &'a At) {
        for (n, line) in text.split_inclusive('\n').enumerate() {
            if self.markdown.is_empty() || self.markdown.ends_with('\n') {
                for indent in &self.indents {
                    self.markdown.push_str(indent);
                }
            }
            if n == 0 {
                self.origins.push((self.markdown.len(), at));
            }
            self.markdown.push_str(line);
        }
    }

    fn mark(&mut self, mark: Mark, at: &'a At) {
        self.push(&mark.marker(), at);
    }
}

impl<'a> Sink<'a> for Draft<'a> {
    const WANTS_FIXED: bool = true;

    fn text(&mut self, text: &'a str, at: &'a At) {
        self.push(text, at);
    }

    fn value(&mut self, value: Cow<'a, str>, fixed: bool, at: &'a At) -> Result<(), String> {
        if fixed {
            check_body(&value)?;
            self.mark(Mark::Fixed(self.fixed.len()), at);
            self.fixed.push(value);
        } else {
            self.mark(Mark::Varying(self.varying), at);
            self.varying += 1;
        }
        Ok(())
    }

    fn branch(&mut self, _: usize) {}

    fn indent(&mut self, indent: &'a str) {
        self.indents.push(indent);
    }

    fn outdent(&mut self, _: &'a str) {
        self.indents.pop();
    }

    fn signatories(&mut self, own_line: bool, at: &'a At) {
        if !own_line {
            return self.mark(Mark::Signatories, at);
        }
        // Blank lines make it a block of its own, whatever stands before and after.
        self.push("\n", at);
        self.mark(Mark::Signatories, at);
        self.push("\n\n", at);
    }
}
