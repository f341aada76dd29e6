//! Turns what Handlebars' parser makes of a template into a program, and checks every name, helper and partial on the
//! way.

use std::sync::Arc;

use handlebars::Template;
use handlebars::template::{BlockParam, DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};

use super::cursor::{Cursor, Text};
use super::expression::Expressions;
use super::marker::private_use;
use super::partial::Partials;
use super::program::{Expr, Kind, ListKind, Node};
use super::scope::{Context, Object, Thing};
use super::source::At;
use super::tags::{Tag, TagKind, Tags, one_line};
use crate::model::{Fault, Faults};

/// Checks templates against a scope.
pub(super) struct Compiler<'c> {
    pub(super) expressions: Expressions<'c>,
    pub(super) partials: Partials<'c>,
    pub(super) faults: &'c mut Faults,
}

impl Compiler<'_> {
    /// Compiles a text; what is wrong with it goes to the faults.
    pub(super) fn compile(&mut self, text: &Text<'_>) -> Vec<Node> {
        for (offset, message) in private_use(text.written) {
            self.faults.push(text.at(offset).fault(message));
        }
        let scanned = Tags::scan(text.written);
        if !scanned.faults.is_empty() {
            for (offset, message) in scanned.faults {
                self.faults.push(text.at(offset).fault(message));
            }
            return Vec::new();
        }
        match Template::compile(text.written) {
            Ok(template) => self.template(&template, &mut Cursor::new(text, scanned.tags)),
            Err(error) => {
                self.unreadable(text, &scanned.tags, &error);
                Vec::new()
            }
        }
    }

    /// Handlebars stops at the first tag that it cannot read: each is tried alone, so that all are told.
    fn unreadable(&mut self, text: &Text<'_>, tags: &[Tag], error: &handlebars::TemplateError) {
        let mut found = false;
        for tag in tags {
            let whole = &text.written[tag.span.clone()];
            let alone = match tag.kind {
                TagKind::Open => format!("{whole}{{{{/{}}}}}", tag.name),
                TagKind::ElseChain => format!("{{{{#if x}}}}{whole}{{{{/if}}}}"),
                TagKind::Expression | TagKind::Partial => whole.to_owned(),
                TagKind::Else | TagKind::Close | TagKind::Comment => continue,
            };
            if Template::compile(&alone).is_err() {
                found = true;
                let message = format!(
                    "`{}` cannot be read; a tag is a name, or a helper and its arguments, such as `{{{{date letter.date}}}}`",
                    one_line(whole)
                );
                self.faults.push(text.at(tag.span.start).fault(message));
            }
        }
        if !found {
            let (line, column) = error.pos().unwrap_or((1, 1));
            let before: usize = text.written.split_inclusive('\n').take(line - 1).map(str::len).sum();
            let rest = &text.written[before..];
            let offset = before + rest.char_indices().nth(column - 1).map_or(0, |(at, _)| at);
            let message = "the template cannot be read from here on; look for a block that is not closed";
            self.faults.push(text.at(offset).fault(message));
        }
    }

    fn template(&mut self, template: &Template, cursor: &mut Cursor<'_>) -> Vec<Node> {
        let mut nodes = Vec::new();
        for element in &template.elements {
            match element {
                TemplateElement::RawString(raw) if raw.is_empty() => {}
                TemplateElement::RawString(raw) => {
                    nodes.push(Node::Text { text: raw.clone(), at: cursor.pass(raw) });
                }
                TemplateElement::Comment(_) => {
                    cursor.take();
                }
                TemplateElement::Expression(expression) => {
                    let tag = cursor.take();
                    nodes.extend(self.print(expression, &tag, cursor));
                }
                TemplateElement::HelperBlock(block) => {
                    let tag = cursor.take();
                    nodes.extend(self.block(block, &tag, cursor));
                    cursor.take();
                }
                TemplateElement::PartialExpression(partial) => {
                    let tag = cursor.take();
                    nodes.extend(self.partial(partial, &tag, cursor));
                }
                _ => {
                    let tag = cursor.take();
                    let shown = one_line(&cursor.text.written[tag.span.clone()]);
                    let at = cursor.text.at(tag.span.start);
                    self.faults.push(at.fault(format!("`{shown}` may not stand in a letter; write `{{{{name}}}}`")));
                }
            }
        }
        nodes
    }

    fn print(&mut self, expression: &HelperTemplate, tag: &Tag, cursor: &Cursor<'_>) -> Option<Node> {
        match self.expressions.printed(expression, tag, cursor) {
            Ok(value) => {
                let fixed = value.is_fixed(&self.expressions.frames);
                Some(Node::Print { value, fixed, at: cursor.text.at(tag.span.start) })
            }
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    /// Compiles a block up to its closing tag.
    fn block(&mut self, block: &HelperTemplate, tag: &Tag, cursor: &mut Cursor<'_>) -> Option<Node> {
        let at = cursor.text.at(tag.span.start);
        let name = block.name.as_name().unwrap_or_default();
        let around = self.expressions.depth();
        let subject = self.expressions.subject(name, block, tag, cursor);
        let test = match subject.and_then(|subject| self.enter(name, subject, block, tag, cursor)) {
            Ok(test) => Some(test),
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        };
        // What stands in a block whose subject is unknown is known only in part: its names are not judged.
        let silenced = (test.is_none() && name != "if" && name != "unless").then(|| std::mem::take(self.faults));
        let then = block.template.as_ref().map(|template| self.template(template, cursor)).unwrap_or_default();
        self.expressions.leave(around);
        let otherwise = block.inverse.as_ref().map(|inverse| self.otherwise(inverse, cursor)).unwrap_or_default();
        if let Some(before) = silenced {
            *self.faults = before;
        }
        let test = test?;
        let fixed = test.is_fixed(&self.expressions.frames) && then.iter().chain(&otherwise).all(Node::is_fixed);
        Some(match name {
            "each" => Node::Each { list: test, body: then, otherwise, fixed, at },
            "unless" => Node::If { test, then: otherwise, otherwise: then, fixed, at },
            _ => Node::If { test, then, otherwise, fixed, at },
        })
    }

    /// Enters a block that is about `subject`: makes known what is known in it, and gives what it tests or goes
    /// through.
    fn enter(
        &mut self,
        name: &str,
        subject: Thing,
        block: &HelperTemplate,
        tag: &Tag,
        cursor: &Cursor<'_>,
    ) -> Result<Expr, Fault> {
        if name == "each" {
            return self.go_through(subject, block, tag, cursor);
        }
        if name == "with" {
            let frame = self.expressions.contexts.last().and_then(|context| context.frame);
            self.expressions.contexts.push(context(block, subject.clone(), frame));
        }
        Ok(match subject {
            Thing::Value(value) => value,
            Thing::Object(Object::Previous) => Expr::HasPrevious,
            Thing::Object(_) => Expr::Flag(true),
        })
    }

    /// Enters an `{{#each}}`, which goes through a list alone: an object is none, and would print nothing.
    fn go_through(
        &mut self,
        subject: Thing,
        block: &HelperTemplate,
        tag: &Tag,
        cursor: &Cursor<'_>,
    ) -> Result<Expr, Fault> {
        let list = match &subject {
            Thing::Value(value) => value.kind(),
            Thing::Object(_) => Kind::Flag,
        };
        let (Thing::Value(value), Kind::List(list)) = (subject, list) else {
            let path = block.params.first().and_then(Parameter::as_name).unwrap_or("this");
            return Err(cursor.within(tag, path).fault(format!(
                "`{path}` is no list; `{{{{#each}}}}` goes through `signatories` or `recipient.tags`"
            )));
        };
        let frame = self.expressions.frames.len();
        self.expressions.frames.push(value.is_fixed(&self.expressions.frames));
        let this = match list {
            ListKind::Tags => Thing::Value(Expr::Item { frame }),
            ListKind::Signatories | ListKind::NewSignatories => Thing::Object(Object::Signatory { frame }),
        };
        self.expressions.contexts.push(context(block, this, Some(frame)));
        Ok(value)
    }

    /// `{{else}}`, or the block of `{{else if …}}`, which has no closing tag of its own.
    fn otherwise(&mut self, inverse: &Template, cursor: &mut Cursor<'_>) -> Vec<Node> {
        let tag = cursor.take();
        match (tag.kind, inverse.elements.as_slice()) {
            (TagKind::ElseChain, [TemplateElement::HelperBlock(block)]) => {
                self.block(block, &tag, cursor).into_iter().collect()
            }
            _ => self.template(inverse, cursor),
        }
    }

    /// `{{> name}}`: the block of signatories, or a partial as if its text stood there. One that has a line of its own
    /// is indented as its tag is.
    fn partial(&mut self, partial: &DecoratorTemplate, tag: &Tag, cursor: &Cursor<'_>) -> Vec<Node> {
        let name = partial.name.as_name().unwrap_or_default();
        let indent = cursor.indent(tag).map(str::to_owned);
        let at = cursor.text.at(tag.span.start);
        if !partial.params.is_empty() || !partial.hash.is_empty() {
            let message = format!(
                "`{{{{> {name}}}}}` takes no arguments; a partial sees every name that is known where it stands"
            );
            self.faults.push(at.fault(message));
            return Vec::new();
        }
        if name == "signatories" {
            let block = Node::Signatories { own_line: indent.is_some(), at };
            return match indent {
                Some(indent) => vec![Node::Indented { indent, body: vec![block] }],
                None => vec![block],
            };
        }
        let origin = match self.partials.enter(name) {
            Ok(origin) => origin,
            Err(message) => {
                self.faults.push(at.fault(message));
                return Vec::new();
            }
        };
        let written = origin.text.trim_end_matches('\n');
        let mut body = self.compile(&Text { origin: &origin, written, start: 0, verbatim: true });
        self.partials.leave();
        match indent {
            Some(indent) => {
                let end = At { offset: written.len(), origin: Arc::clone(&origin) };
                body.push(Node::Text { text: "\n".to_owned(), at: end });
                vec![Node::Indented { indent, body }]
            }
            None => body,
        }
    }
}

/// What is known in a block.
fn context(block: &HelperTemplate, this: Thing, frame: Option<usize>) -> Context {
    let named = |parameter: &Parameter, thing: Thing| (parameter.as_name().unwrap_or_default().to_owned(), thing);
    let named = match (&block.block_param, frame) {
        (Some(BlockParam::Pair((one, other))), Some(frame)) => {
            vec![named(one, this.clone()), named(other, Thing::Value(Expr::Index { frame }))]
        }
        (Some(BlockParam::Single(one) | BlockParam::Pair((one, _))), _) => vec![named(one, this.clone())],
        _ => Vec::new(),
    };
    Context { this, named, frame }
}
