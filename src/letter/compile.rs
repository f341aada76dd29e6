//! Turns what Handlebars' parser makes of a template into a program, and checks every name, helper and partial on the way.

use std::sync::Arc;

use handlebars::Template;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};

use super::block::is_block;
use super::call;
use super::layout::private_use;
use super::partial::Partials;
use super::program::{Expr, Kind, Node};
use super::scope::{Context, Object, Scope, Thing};
use super::source::{At, Origin};
use super::tags::{Tag, TagKind, Tags, one_line};
use crate::model::Faults;

/// A piece of a file that is a template.
pub(super) struct Text<'t> {
    pub(super) origin: &'t Arc<Origin>,
    pub(super) written: &'t str,
    /// Where the piece begins in the file.
    pub(super) start: usize,
    /// Whether each byte of the piece is one of the file.
    pub(super) verbatim: bool,
}

impl Text<'_> {
    pub(super) fn at(&self, offset: usize) -> At {
        At { origin: Arc::clone(self.origin), offset: self.start + if self.verbatim { offset } else { 0 } }
    }
}

/// Checks templates against a scope.
pub(super) struct Compiler<'c> {
    pub(super) scope: &'c Scope<'c>,
    pub(super) partials: Partials<'c>,
    pub(super) faults: &'c mut Faults,
    pub(super) contexts: Vec<Context>,
    /// For each `{{#each}}` around, whether its list is the same for all recipients.
    pub(super) frames: Vec<bool>,
}

/// Where in a text the compiler is: it goes through the parsed elements and the tags side by side.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t Text<'t>,
    tags: Vec<Tag>,
    next: usize,
    behind: usize,
}

impl Cursor<'_> {
    pub(super) fn take(&mut self) -> Tag {
        let end = self.text.written.len();
        let past = Tag { kind: TagKind::Comment, span: end..end, name: String::new() };
        let tag = self.tags.get(self.next).cloned().unwrap_or(past);
        self.next += 1;
        self.behind = tag.span.end;
        tag
    }

    /// Where the raw text that comes next begins.
    fn raw(&self, raw: &str) -> usize {
        let end = self.tags.get(self.next).map_or(self.text.written.len(), |tag| tag.span.start);
        let between = self.text.written.get(self.behind..end).unwrap_or_default();
        self.behind + between.find(raw).unwrap_or(0)
    }

    /// Where an argument stands in its tag.
    pub(super) fn within(&self, tag: &Tag, argument: &str) -> At {
        let whole = self.text.written.get(tag.span.clone()).unwrap_or_default();
        let name = |c: char| c.is_alphanumeric() || "_-.@/".contains(c);
        let stands_alone = |at: &usize| {
            let (before, after) = (&whole[..*at], &whole[at + argument.len()..]);
            !before.ends_with(name) && !after.starts_with(name)
        };
        let found = whole.match_indices(argument).map(|(at, _)| at).find(stands_alone);
        self.text.at(tag.span.start + found.unwrap_or(0))
    }

    /// The blanks before a tag that stands alone on its line.
    fn indent(&self, tag: &Tag) -> Option<&str> {
        let (before, after) = (&self.text.written[..tag.span.start], &self.text.written[tag.span.end..]);
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let rest = after.split('\n').next().unwrap_or_default();
        let blank = |text: &str| text.chars().all(|c| c == ' ' || c == '\t');
        (blank(line) && blank(rest)).then_some(line)
    }
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
            Ok(template) => {
                let mut cursor = Cursor { text, tags: scanned.tags, next: 0, behind: 0 };
                self.template(&template, &mut cursor)
            }
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

    pub(super) fn template(&mut self, template: &Template, cursor: &mut Cursor<'_>) -> Vec<Node> {
        let mut nodes = Vec::new();
        for element in &template.elements {
            match element {
                TemplateElement::RawString(raw) if raw.is_empty() => {}
                TemplateElement::RawString(raw) => {
                    let offset = cursor.raw(raw);
                    cursor.behind = (offset + raw.len()).min(cursor.text.written.len());
                    nodes.push(Node::Text { text: raw.clone(), at: cursor.text.at(offset) });
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
                    let name = partial.name.as_name().unwrap_or_default().to_owned();
                    let arguments = !partial.params.is_empty() || !partial.hash.is_empty();
                    let indent = cursor.indent(&tag).map(str::to_owned);
                    let at = cursor.text.at(tag.span.start);
                    if arguments {
                        let message = format!(
                            "`{{{{> {name}}}}}` takes no arguments; a partial sees every name that is known where it stands"
                        );
                        self.faults.push(at.fault(message));
                    } else if name == "signatories" {
                        let own_line = indent.is_some();
                        let block = Node::Signatories { own_line, at };
                        nodes.push(match indent {
                            Some(indent) => Node::Indented { indent, body: vec![block] },
                            None => block,
                        });
                    } else {
                        nodes.extend(self.partial(&name, indent, &at));
                    }
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
        let at = cursor.text.at(tag.span.start);
        let name = expression.name.as_name().unwrap_or_default();
        let value = match &expression.name {
            Parameter::Subexpression(_) => self.expr(&expression.name, tag, cursor),
            _ if !expression.params.is_empty() || !expression.hash.is_empty() || call::is_helper(name) => {
                call::compile(self, expression, tag, cursor)
            }
            _ if is_block(name) => {
                Err(at.fault(format!("`{{{{{name}}}}}` is a block; write `{{{{#{name} …}}}}` and `{{{{/{name}}}}}`")))
            }
            _ => self.value(name, tag, cursor),
        };
        let value = value.and_then(|value| match value.kind() {
            Kind::List(_) => Err(at.fault(format!(
                "`{name}` is a list; print it with `{{{{list {name}}}}}`, or go through it with `{{{{#each {name}}}}}`"
            ))),
            Kind::Flag if matches!(value, Expr::Call(_)) => {
                Err(at.fault(format!("`{name}` is a condition; use it as `{{{{#if ({name} …)}}}}`")))
            }
            _ => Ok(value),
        });
        match value {
            Ok(value) => Some(Node::Print { fixed: value.is_fixed(&self.frames), value, at }),
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    /// A path that is to give a value.
    fn value(&self, path: &str, tag: &Tag, cursor: &Cursor<'_>) -> Result<Expr, crate::model::Fault> {
        let at = cursor.within(tag, path);
        match self.scope.resolve(path, &self.contexts).map_err(|message| at.fault(message))? {
            Thing::Value(value) => Ok(value),
            Thing::Object(object) => Err(at.fault(match object {
                Object::Root => format!("`{path}` is the whole letter; name a value in it, such as `recipient.name`"),
                Object::Signatory { .. } => {
                    format!("`{path}` is a signatory; name a value of it, such as `{path}.name`")
                }
                _ => format!("`{path}` has several values; name one, such as `{path}.{}`", example(object)),
            })),
        }
    }

    /// An argument.
    pub(super) fn expr(
        &mut self,
        parameter: &Parameter,
        tag: &Tag,
        cursor: &Cursor<'_>,
    ) -> Result<Expr, crate::model::Fault> {
        let at = cursor.text.at(tag.span.start);
        match parameter {
            Parameter::Path(_) | Parameter::Name(_) => self.value(parameter.as_name().unwrap_or_default(), tag, cursor),
            Parameter::Literal(literal) => {
                match literal {
                    serde_json::Value::String(text) => Ok(Expr::Text(text.clone())),
                    serde_json::Value::Bool(flag) => Ok(Expr::Flag(*flag)),
                    serde_json::Value::Number(number) => Ok(match number.as_u64() {
                        Some(number) => Expr::Number(number),
                        None => Expr::Text(number.to_string()),
                    }),
                    other => Err(at
                        .fault(format!("`{other}` cannot be an argument; write a name, a text in quotes or a number"))),
                }
            }
            Parameter::Subexpression(inner) => match inner.as_element() {
                TemplateElement::Expression(inner) if !inner.params.is_empty() || !inner.hash.is_empty() => {
                    call::compile(self, inner, tag, cursor)
                }
                TemplateElement::Expression(inner) => self.value(inner.name.as_name().unwrap_or_default(), tag, cursor),
                _ => Err(at.fault("this argument cannot be read; write a name or a helper with arguments")),
            },
            _ => Err(at.fault("this argument cannot be read; write a name, a text in quotes or a number")),
        }
    }
}

fn example(object: Object) -> &'static str {
    match object {
        Object::Letter => "date",
        Object::Previous => "subject",
        _ => "name",
    }
}
