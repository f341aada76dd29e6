//! Expressions: what a name, an argument or a helper stands for in its place in a template.

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};

use super::call;
use super::cursor::Cursor;
use super::names::{BLOCKS, HELPERS, is_block, is_helper};
use super::program::{Expr, Kind};
use super::scope::{Context, Object, Scope, Thing};
use super::tags::Tag;
use crate::model::nearest::advice;
use crate::model::{Fault, Language};

/// Reads expressions, by what is known where the compiler is.
pub(super) struct Expressions<'c> {
    scope: &'c Scope<'c>,
    language: &'c Language,
    /// What is known in the blocks around, the innermost last.
    pub(super) contexts: Vec<Context>,
    /// For each `{{#each}}` around, whether its list is the same for all recipients.
    pub(super) frames: Vec<bool>,
}

/// How many blocks there are around a place, and how many of them are `{{#each}}`.
#[derive(Clone, Copy)]
pub(super) struct Depth {
    contexts: usize,
    frames: usize,
}

impl<'c> Expressions<'c> {
    /// Those of a template in a language, outside of all blocks.
    pub(super) fn new(scope: &'c Scope<'c>, language: &'c Language) -> Self {
        let root = Context { this: Thing::Object(Object::Root), named: Vec::new(), frame: None };
        Self { scope, language, contexts: vec![root], frames: Vec::new() }
    }

    pub(super) fn depth(&self) -> Depth {
        Depth { contexts: self.contexts.len(), frames: self.frames.len() }
    }

    /// Forgets what is known only in the blocks that were entered since.
    pub(super) fn leave(&mut self, around: Depth) {
        self.contexts.truncate(around.contexts);
        self.frames.truncate(around.frames);
    }

    /// What `{{…}}` prints.
    pub(super) fn printed(&self, expression: &HelperTemplate, tag: &Tag, cursor: &Cursor<'_>) -> Result<Expr, Fault> {
        let at = cursor.text.at(tag.span.start);
        let name = expression.name.as_name().unwrap_or_default();
        let value = match &expression.name {
            Parameter::Subexpression(_) => self.argument(&expression.name, tag, cursor),
            _ if !expression.params.is_empty() || !expression.hash.is_empty() || is_helper(name) => {
                self.call(expression, tag, cursor)
            }
            _ if is_block(name) => {
                Err(at.fault(format!("`{{{{{name}}}}}` is a block; write `{{{{#{name} …}}}}` and `{{{{/{name}}}}}`")))
            }
            _ => self.value(name, tag, cursor),
        }?;
        match value.kind() {
            Kind::List(_) => Err(at.fault(format!(
                "`{name}` is a list; print it with `{{{{list {name}}}}}`, or go through it with `{{{{#each {name}}}}}`"
            ))),
            Kind::Flag if matches!(value, Expr::Call(_)) => {
                Err(at.fault(format!("`{name}` is a condition; use it as `{{{{#if ({name} …)}}}}`")))
            }
            _ => Ok(value),
        }
    }

    /// What a block is about.
    pub(super) fn subject(
        &self,
        name: &str,
        block: &HelperTemplate,
        tag: &Tag,
        cursor: &Cursor<'_>,
    ) -> Result<Thing, Fault> {
        let at = cursor.text.at(tag.span.start);
        if !is_block(name) {
            return Err(at.fault(if is_helper(name) {
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
        self.argument(parameter, tag, cursor).map(Thing::Value)
    }
    /// A path that is to give a value.
    fn value(&self, path: &str, tag: &Tag, cursor: &Cursor<'_>) -> Result<Expr, Fault> {
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
    fn argument(&self, parameter: &Parameter, tag: &Tag, cursor: &Cursor<'_>) -> Result<Expr, Fault> {
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
                    self.call(inner, tag, cursor)
                }
                TemplateElement::Expression(inner) => self.value(inner.name.as_name().unwrap_or_default(), tag, cursor),
                _ => Err(at.fault("this argument cannot be read; write a name or a helper with arguments")),
            },
            _ => Err(at.fault("this argument cannot be read; write a name, a text in quotes or a number")),
        }
    }
    /// `{{helper arguments}}`
    fn call(&self, helper: &HelperTemplate, tag: &Tag, cursor: &Cursor<'_>) -> Result<Expr, Fault> {
        let name = helper.name.as_name().unwrap_or_default();
        let at = cursor.within(tag, name);
        if is_block(name) {
            return Err(at.fault(format!("`{name}` is a block; write `{{{{#{name} …}}}}` and `{{{{/{name}}}}}`")));
        }
        if !is_helper(name) {
            return Err(at.fault(format!("`{name}` is not a helper; {}", advice(name, &HELPERS))));
        }
        let arguments = helper.params.iter().map(|parameter| self.argument(parameter, tag, cursor));
        let arguments = arguments.collect::<Result<Vec<Expr>, Fault>>()?;
        let written = match helper.params.first() {
            Some(parameter) => parameter.as_name().unwrap_or("the value").to_owned(),
            None => String::new(),
        };
        let words = words(name, helper, tag, cursor)?;
        let call = call::compile(name, arguments, written, &words, self.language);
        call.map(|call| Expr::Call(Box::new(call))).map_err(|message| at.fault(message))
    }
}

/// What stands behind each `key=` of a helper, by the keys.
fn words<'t>(
    name: &str,
    helper: &'t HelperTemplate,
    tag: &Tag,
    cursor: &Cursor<'_>,
) -> Result<Vec<(&'t str, &'t str)>, Fault> {
    let mut keys: Vec<(&str, &Parameter)> = helper.hash.iter().map(|(key, value)| (key.as_str(), value)).collect();
    keys.sort_by_key(|(key, _)| *key);
    let known = call::keys(name);
    if let Some((key, _)) = keys.iter().find(|(key, _)| !known.contains(key)) {
        let at = cursor.within(tag, key);
        return Err(at.fault(match known {
            [] => format!("`{name}` takes no `{key}=`"),
            _ => format!("`{name}` takes no `{key}=`; {}", advice(key, known)),
        }));
    }
    let word = |(key, value)| match value {
        &Parameter::Literal(serde_json::Value::String(ref word)) => Ok((key, word.as_str())),
        _ => {
            let at = cursor.within(tag, key);
            Err(at.fault(format!("`{key}=` of `{name}` is a text in quotes, such as `{key}=\"…\"`")))
        }
    };
    keys.into_iter().map(word).collect()
}

fn example(object: Object) -> &'static str {
    match object {
        Object::Letter => "date",
        Object::Previous => "subject",
        _ => "name",
    }
}
