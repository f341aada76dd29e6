//! Blocks: `{{#if}}`, `{{#unless}}`, `{{#each}}` and `{{#with}}`, and the names that are known in them.

use handlebars::Template;
use handlebars::template::{BlockParam, HelperTemplate, Parameter, TemplateElement};

use super::call;
use super::compile::{Compiler, Cursor};
use super::program::{Expr, Kind, ListKind, Node};
use super::scope::{Context, Object, Thing};
use super::tags::{Tag, TagKind};
use crate::model::Fault;
use crate::model::nearest::advice;

const BLOCKS: [&str; 4] = ["if", "unless", "each", "with"];

pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}

impl Compiler<'_> {
    /// Compiles a block up to its closing tag.
    pub(super) fn block(&mut self, block: &HelperTemplate, tag: &Tag, cursor: &mut Cursor<'_>) -> Option<Node> {
        let at = cursor.text.at(tag.span.start);
        let name = block.name.as_name().unwrap_or_default().to_owned();
        let subject = self.subject(&name, block, tag, cursor);
        let mut pushed = false;
        let mut test = None;
        match subject {
            Err(fault) => self.faults.push(fault),
            Ok(Thing::Value(value)) if name == "each" => {
                if let Kind::List(list) = value.kind() {
                    let frame = self.frames.len();
                    self.frames.push(value.is_fixed(&self.frames));
                    let this = match list {
                        ListKind::Tags => Thing::Value(Expr::Item { frame }),
                        ListKind::Signatories | ListKind::NewSignatories => Thing::Object(Object::Signatory { frame }),
                    };
                    self.enter(block, this, Some(frame));
                    pushed = true;
                    test = Some(value);
                } else {
                    let path = block.params.first().and_then(Parameter::as_name).unwrap_or("this");
                    self.faults.push(cursor.within(tag, path).fault(format!(
                        "`{path}` is no list; `{{{{#each}}}}` goes through `signatories` or `recipient.tags`"
                    )));
                }
            }
            Ok(thing) => {
                if name == "with" {
                    let frame = self.contexts.last().and_then(|context| context.frame);
                    self.enter(block, thing.clone(), frame);
                    pushed = true;
                }
                test = Some(match thing {
                    Thing::Value(value) => value,
                    Thing::Object(Object::Previous) => Expr::HasPrevious,
                    Thing::Object(_) => Expr::Flag(true),
                });
            }
        }
        // What stands in a block whose subject is unknown is known only in part: its names are not judged.
        let silenced =
            (test.is_none() && !pushed && name != "if" && name != "unless").then(|| std::mem::take(self.faults));
        let then = block.template.as_ref().map(|template| self.template(template, cursor)).unwrap_or_default();
        if pushed {
            self.contexts.pop();
            if name == "each" {
                self.frames.pop();
            }
        }
        let otherwise = block.inverse.as_ref().map(|inverse| self.otherwise(inverse, cursor)).unwrap_or_default();
        if let Some(before) = silenced {
            *self.faults = before;
        }
        let test = test?;
        let fixed = test.is_fixed(&self.frames) && then.iter().chain(&otherwise).all(Node::is_fixed);
        Some(match name.as_str() {
            "each" => Node::Each { list: test, body: then, otherwise, fixed, at },
            "unless" => Node::If { test, then: otherwise, otherwise: then, fixed, at },
            _ => Node::If { test, then, otherwise, fixed, at },
        })
    }

    fn enter(&mut self, block: &HelperTemplate, this: Thing, frame: Option<usize>) {
        let named = |parameter: &Parameter, thing: Thing| (parameter.as_name().unwrap_or_default().to_owned(), thing);
        let named = match (&block.block_param, frame) {
            (Some(BlockParam::Pair((one, other))), Some(frame)) => {
                vec![named(one, this.clone()), named(other, Thing::Value(Expr::Index { frame }))]
            }
            (Some(BlockParam::Single(one) | BlockParam::Pair((one, _))), _) => vec![named(one, this.clone())],
            _ => Vec::new(),
        };
        self.contexts.push(Context { this, named, frame });
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

    /// What a block is about.
    fn subject(&mut self, name: &str, block: &HelperTemplate, tag: &Tag, cursor: &Cursor<'_>) -> Result<Thing, Fault> {
        let at = cursor.text.at(tag.span.start);
        if !BLOCKS.contains(&name) {
            return Err(at.fault(if call::is_helper(name) {
                format!("`{name}` is no block; write `{{{{{name} …}}}}`")
            } else {
                format!("`{name}` is not a block; {}", advice(name, &BLOCKS))
            }));
        }
        if let Some((key, _)) = block.hash.iter().next() {
            return Err(at.fault(format!("`{{{{#{name}}}}}` takes no `{key}=`; write `{{{{#{name} value}}}}`")));
        }
        let [parameter] = block.params.as_slice() else {
            let hint = if name == "if" || name == "unless" { "; compare with `(eq one other)`" } else { "" };
            return Err(at.fault(format!("`{{{{#{name}}}}}` takes one value{hint}")));
        };
        if let Parameter::Path(_) | Parameter::Name(_) = parameter {
            let path = parameter.as_name().unwrap_or_default();
            let at = cursor.within(tag, path);
            return self.scope.resolve(path, &self.contexts).map_err(|message| at.fault(message));
        }
        self.expr(parameter, tag, cursor).map(Thing::Value)
    }
}
