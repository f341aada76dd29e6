//! Runs a program for one recipient.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::Previous;
use super::control::check_body;
use super::locale::{DateStyle, format_date, format_list, plural_of};
use super::program::{Call, Expr, ListKind, Node, PreviousField, SignatoryField};
use super::roll::Roll;
use super::source::At;
use super::value::{Failure, Item, Value};
use crate::model::{Fault, Language, Recipient};

/// Dates as they are written in a style and a language: a letter has few, and making one is slow.
pub(super) type Dates = RwLock<HashMap<(Date, DateStyle, Language), Arc<str>>>;
const DATES_KEPT: usize = 1_000;

/// How long a letter may become, in bytes of text and values: what is longer is a mistake in the template or the list,
/// such as a list that is gone through for each of its own items, and would end in gigabytes.
const LONGEST: usize = 4 * 1024 * 1024;

/// Where the values of one letter come from.
pub(super) struct Env<'a> {
    /// None while the template alone is looked at.
    pub(super) recipient: Option<&'a Recipient>,
    pub(super) previous: Option<&'a Previous>,
    pub(super) roll: &'a Roll,
    pub(super) language: &'a Language,
    /// The language as it is written where the recipient is.
    pub(super) locale: &'a Language,
    pub(super) dates: &'a Dates,
    pub(super) recipients_path: &'a str,
}

/// What takes the parts of a letter as they come.
pub(super) trait Sink<'a> {
    /// Whether it wants what is the same for all recipients too.
    const WANTS_FIXED: bool;

    fn text(&mut self, text: &'a str, at: &'a At);
    fn value(&mut self, value: Cow<'a, str>, fixed: bool, at: &'a At) -> Result<(), String>;
    /// A decision that depends on the recipient: which side of a block, or how many items.
    fn branch(&mut self, taken: usize);
    fn indent(&mut self, indent: &'a str);
    fn outdent(&mut self, indent: &'a str);
    fn signatories(&mut self, own_line: bool, at: &'a At);
    /// An empty value is about to be printed.
    fn empty(&mut self, _: &'a Expr, _: &'a At) {}
    /// A block has asked whether a value is a yes.
    fn asked(&mut self, _: &'a Expr, _: &Value<'a>, _: &'a At) {}
}

pub(super) struct Frame<'a> {
    pub(super) item: Option<Item<'a>>,
    pub(super) index: usize,
    pub(super) len: usize,
}

/// Runs programs; collects what is wrong with the values.
pub(super) struct Run<'a, 'e> {
    env: &'e Env<'a>,
    pub(super) frames: Vec<Frame<'a>>,
    /// How long the letter is so far.
    length: usize,
    pub(super) faults: Vec<Fault>,
}

impl<'a, 'e> Run<'a, 'e> {
    pub(super) fn new(env: &'e Env<'a>) -> Self {
        Self { env, frames: Vec::new(), length: 0, faults: Vec::new() }
    }

    pub(super) fn all<S: Sink<'a>>(&mut self, nodes: &'a [Node], sink: &mut S) {
        for node in nodes {
            if S::WANTS_FIXED || !node.is_fixed() {
                self.one(node, sink);
            }
        }
    }

    /// Whether the letter may become so much longer; where it may not, that is told once.
    fn has_room(&mut self, more: usize, at: &At) -> bool {
        let before = self.length;
        self.length = before.saturating_add(more);
        if before <= LONGEST && self.length > LONGEST {
            let message = format!("the letter becomes longer than {LONGEST} bytes; shorten the values or the text");
            self.fault(at, None, Failure::Wrong(message));
        }
        self.length <= LONGEST
    }

    fn one<S: Sink<'a>>(&mut self, node: &'a Node, sink: &mut S) {
        match node {
            Node::Text { text, at } => {
                if self.has_room(text.len(), at) {
                    sink.text(text, at);
                }
            }
            Node::Signatories { own_line, at } => {
                if self.has_room(self.env.roll.rows().count(), at) {
                    sink.signatories(*own_line, at);
                }
            }
            Node::Indented { indent, body } => {
                sink.indent(indent);
                self.all(body, sink);
                sink.outdent(indent);
            }
            Node::Print { value, fixed, at } => {
                let printed = self.eval(value).map(Value::into_text).and_then(|text| {
                    if text.is_empty() {
                        sink.empty(value, at);
                    }
                    // A value is printed in any case: one for each marker.
                    self.has_room(text.len() + 1, at);
                    Ok(sink.value(text, *fixed, at)?)
                });
                if let Err(failure) = printed {
                    self.fault(at, value.cell(), failure);
                }
            }
            Node::If { test, then, otherwise, fixed, at } => match self.eval(test) {
                Ok(value) => {
                    let truth = value.is_true();
                    sink.asked(test, &value, at);
                    if !fixed {
                        sink.branch(usize::from(truth));
                    }
                    self.all(if truth { then } else { otherwise }, sink);
                }
                Err(failure) => self.fault(at, test.cell(), failure),
            },
            Node::Each { list, body, otherwise, fixed, at } => match self.eval(list) {
                Ok(Value::List(items)) => {
                    let len = items.len();
                    if !fixed {
                        sink.branch(len);
                    }
                    self.each(items, body, at, sink);
                    if len == 0 {
                        self.all(otherwise, sink);
                    }
                }
                Ok(_) => {}
                Err(failure) => self.fault(at, list.cell(), failure),
            },
        }
    }

    /// The body of an `{{#each}}`, once for each item.
    fn each<S: Sink<'a>>(&mut self, items: Vec<Item<'a>>, body: &'a [Node], at: &At, sink: &mut S) {
        let len = items.len();
        for (index, item) in items.into_iter().enumerate() {
            if !self.has_room(1, at) {
                break;
            }
            self.frames.push(Frame { item: Some(item), index, len });
            self.all(body, sink);
            self.frames.pop();
        }
    }

    /// A fault of the recipient's row, or of the template where there is no recipient.
    fn fault(&mut self, at: &At, cell: Option<usize>, failure: Failure) {
        let what = match failure {
            Failure::Wrong(what) => what,
            Failure::Unknown if self.env.recipient.is_none() => return,
            Failure::Unknown => "this value is not known here".to_owned(),
        };
        self.faults.push(match self.env.recipient {
            Some(recipient) => Fault::error(
                recipient.fields.place(self.env.recipients_path, recipient.line, cell),
                format!("{what}; it is used at {}", at.place()),
            ),
            None => at.fault(what),
        });
    }

    pub(super) fn eval(&self, expr: &'a Expr) -> Result<Value<'a>, Failure> {
        let recipient = || self.env.recipient.ok_or(Failure::Unknown);
        let borrowed = |text: &'a str| Ok(Value::Text(Cow::Borrowed(text)));
        let frame = |at: &usize| self.frames.get(*at).ok_or(Failure::Unknown);
        match expr {
            Expr::Text(text) => borrowed(text),
            Expr::Number(number) => Ok(Value::Number(*number)),
            Expr::Flag(flag) => Ok(Value::Flag(*flag)),
            Expr::Cell(at) => borrowed(recipient()?.fields.cells().get(*at).map_or("", String::as_str)),
            Expr::Email => Ok(Value::Text(Cow::Owned(recipient()?.to.to_string()))),
            Expr::Id => borrowed(recipient()?.id.as_str()),
            Expr::HasPrevious => Ok(Value::Flag(self.env.previous.is_some())),
            Expr::Previous(field) => self.previous(*field),
            Expr::List(list) => Ok(Value::List(self.list(*list)?)),
            Expr::Field { frame: at, field } => match frame(at)?.item {
                Some(Item::Row(row)) => borrowed(row.field(*field)),
                _ => Err(Failure::Unknown),
            },
            Expr::Item { frame: at } => match frame(at)?.item {
                Some(Item::Tag(tag)) => borrowed(tag),
                _ => Err(Failure::Unknown),
            },
            Expr::Index { frame: at } => Ok(Value::Number(frame(at)?.index as u64)),
            Expr::First { frame: at } => Ok(Value::Flag(frame(at)?.index == 0)),
            Expr::Last { frame: at } => frame(at).map(|frame| Value::Flag(frame.index + 1 == frame.len)),
            Expr::Call(call) => self.call(call),
        }
    }

    fn previous(&self, field: PreviousField) -> Result<Value<'a>, Failure> {
        let Some(previous) = self.env.previous else {
            let missing = "this recipient was sent no letter before; put it between `{{#if previous}}` and `{{/if}}`";
            return Err(match self.env.recipient {
                Some(_) => Failure::Wrong(missing.to_owned()),
                None => Failure::Unknown,
            });
        };
        Ok(match field {
            PreviousField::SentAt => Value::Text(Cow::Owned(previous.sent_at.strftime("%FT%T%:z").to_string())),
            PreviousField::Subject => Value::Text(Cow::Borrowed(&previous.subject)),
            PreviousField::DaysAgo => Value::Number(u64::from(previous.days_ago)),
        })
    }

    fn list(&self, list: ListKind) -> Result<Vec<Item<'a>>, Failure> {
        let roll = self.env.roll.rows();
        Ok(match (list, self.env.recipient, self.env.previous) {
            (ListKind::Signatories, ..) => roll.map(Item::Row).collect(),
            (ListKind::NewSignatories, _, Some(previous)) => {
                roll.filter(|row| previous.new_signatories.binary_search(&row.line).is_ok()).map(Item::Row).collect()
            }
            (ListKind::NewSignatories, Some(_), None) => Vec::new(),
            (ListKind::Tags, Some(recipient), _) => recipient.tags.iter().map(|tag| Item::Tag(tag)).collect(),
            (ListKind::Tags | ListKind::NewSignatories, None, _) => return Err(Failure::Unknown),
        })
    }

    fn call(&self, call: &'a Call) -> Result<Value<'a>, Failure> {
        match call {
            Call::Eq(one, other) => {
                let (one, other) = (self.eval(one)?.into_text(), self.eval(other)?.into_text());
                Ok(Value::Flag(one == other))
            }
            Call::Default(all) => {
                for expr in all {
                    let value = self.eval(expr)?;
                    if value.is_true() || matches!(value, Value::Number(_)) {
                        return Ok(value);
                    }
                }
                Ok(Value::Text(Cow::Borrowed("")))
            }
            Call::List { list, join } => {
                let Value::List(items) = self.eval(list)? else {
                    return Err(Failure::Wrong("this is no list".to_owned()));
                };
                let names: Vec<&str> = items.into_iter().map(Item::name).collect();
                let text = format_list(&names, *join, self.env.language)?;
                Ok(Value::Text(Cow::Owned(text)))
            }
            Call::Plural { count, forms, written } => {
                let number = self.eval(count)?.into_text();
                if number.is_empty() {
                    return Err(format!("`{written}` is empty, and `plural` needs a number").into());
                }
                let (category, shown) = plural_of(&number, self.env.language)
                    .map_err(|what| format!("`{written}`: {what}, such as `3`"))?;
                let other = icu::plurals::PluralCategory::Other;
                let form = forms.get(&category).or_else(|| forms.get(&other)).map_or("", String::as_str);
                Ok(Value::Text(Cow::Owned(form.replace('#', &shown))))
            }
            Call::Date { value, style, written } => {
                let text = self.eval(value)?.into_text();
                if text.is_empty() {
                    return Ok(Value::Text(Cow::Borrowed("")));
                }
                let date = date_of(&text)
                    .ok_or_else(|| format!("`{written}`: `{text}` is not a date; write it as `2024-06-12`"))?;
                let text = self.date(date, *style).map_err(|what| format!("`{written}`: {what}"))?;
                Ok(Value::Text(Cow::Owned(text.as_ref().to_owned())))
            }
        }
    }

    /// A date in the letter's language.
    pub(super) fn date(&self, date: Date, style: DateStyle) -> Result<Arc<str>, String> {
        let key = (date, style, self.env.locale.clone());
        let known = self.env.dates.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let text: Arc<str> = format_date(date, style, self.env.locale)?.into();
        let mut kept = self.env.dates.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= DATES_KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&text));
        Ok(text)
    }
}

/// An ISO 8601 date, the date of an RFC 3339 time as it is written, whatever its offset, or that of a spreadsheet's
/// `2024-06-12 14:30`.
fn date_of(text: &str) -> Option<Date> {
    let text = text.trim();
    let (day, time) = text.split_at_checked(10)?;
    let is_time = |time: &str| time.strip_prefix(' ').is_some_and(|time| time.parse::<Time>().is_ok());
    if !time.is_empty() && !is_time(time) {
        text.parse::<Timestamp>().ok()?;
    }
    day.parse().ok()
}

/// Tries every expression that needs no recipient, so that what is wrong with it shows before anything is sent.
pub(super) fn prove<'a>(nodes: &'a [Node], run: &mut Run<'a, '_>) {
    for node in nodes {
        match node {
            Node::Text { .. } => {}
            Node::Signatories { at, .. } => {
                let fields =
                    [SignatoryField::Name, SignatoryField::Acronym, SignatoryField::Title, SignatoryField::Affiliation];
                for row in run.env.roll.rows() {
                    for wrong in fields.iter().filter_map(|field| check_body(row.field(*field)).err()) {
                        run.fault(at, None, Failure::Wrong(wrong));
                    }
                }
            }
            Node::Print { value, at, .. } => {
                let tried = run.eval(value).and_then(|value| Ok(check_body(&value.into_text())?));
                if let Err(failure) = tried {
                    run.fault(at, None, failure);
                }
            }
            Node::Indented { body, .. } => prove(body, run),
            Node::If { test, then, otherwise, at, .. } => {
                if let Err(failure) = run.eval(test) {
                    run.fault(at, None, failure);
                }
                prove(then, run);
                prove(otherwise, run);
            }
            Node::Each { list, body, otherwise, at, .. } => {
                let items = match list {
                    Expr::List(ListKind::Signatories) => run.list(ListKind::Signatories).unwrap_or_default(),
                    _ => Vec::new(),
                };
                let len = items.len();
                let items = items.into_iter().map(Some);
                // Of a list that is not known yet, what does not depend on its items is tried.
                let unknown = (len == 0 && !matches!(list, Expr::List(ListKind::Signatories))).then_some(None);
                for (index, item) in items.chain(unknown).enumerate() {
                    if !run.has_room(body.len(), at) {
                        break;
                    }
                    run.frames.push(Frame { item, index, len });
                    prove(body, run);
                    run.frames.pop();
                }
                prove(otherwise, run);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_with_and_without_its_time() {
        let day = Date::constant(2024, 6, 12);
        for text in [
            "2024-06-12",
            " 2024-06-12 ",
            "2024-06-12T14:30:00Z",
            "2024-06-12T23:30:00-05:00",
            "2024-06-12 14:30",
            "2024-06-12 14:30:15",
        ] {
            assert_eq!(date_of(text), Some(day), "{text}");
        }
        for text in
            ["", "12.06.2024", "2024-06-12 soon", "2024-06-12T14:30", "2024-06-1", "June 2024", "2024-06-12 25:00"]
        {
            assert_eq!(date_of(text), None, "{text}");
        }
    }
}
