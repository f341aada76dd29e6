//! What is particular to one letter: the branches it takes and the values it prints. All letters that take the same
//! branches have the same shape.

use std::borrow::Cow;

use super::control::{check_body, check_line};
use super::evaluate::Sink;
use super::source::At;

/// The branches that one letter takes, and its values in their order.
#[derive(Debug, Default)]
pub(super) struct Trace<'a> {
    pub(super) key: Vec<u8>,
    pub(super) values: Vec<(Cow<'a, str>, &'a At)>,
}

impl<'a> Sink<'a> for Trace<'a> {
    const WANTS_FIXED: bool = false;

    fn text(&mut self, _: &'a str, _: &'a At) {}

    fn value(&mut self, value: Cow<'a, str>, _: bool, at: &'a At) -> Result<(), String> {
        let checked = check_body(&value);
        self.values.push((value, at));
        checked
    }

    fn branch(&mut self, taken: usize) {
        // A byte is enough for what stands in letters; a longer list is told by all its bytes.
        match u8::try_from(taken) {
            Ok(short) if short < u8::MAX => self.key.push(short),
            _ => {
                self.key.push(u8::MAX);
                self.key.extend_from_slice(&taken.to_le_bytes());
            }
        }
    }

    fn indent(&mut self, _: &'a str) {}

    fn outdent(&mut self, _: &'a str) {}

    fn signatories(&mut self, _: bool, _: &'a At) {}
}

/// A line of text such as the subject: the template's own text and the values, one after another.
#[derive(Debug, Default)]
pub(super) struct Line(pub(super) String);

impl<'a> Sink<'a> for Line {
    const WANTS_FIXED: bool = true;

    fn text(&mut self, text: &'a str, _: &'a At) {
        self.0.push_str(text);
    }

    fn value(&mut self, value: Cow<'a, str>, _: bool, _: &'a At) -> Result<(), String> {
        check_line(&value)?;
        self.0.push_str(&value);
        Ok(())
    }

    fn branch(&mut self, _: usize) {}

    fn indent(&mut self, _: &'a str) {}

    fn outdent(&mut self, _: &'a str) {}

    fn signatories(&mut self, _: bool, _: &'a At) {}
}
