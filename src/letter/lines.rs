//! Lines of HTML, and how the values of one letter stand in them.

use super::link;
use super::marker::{CLOSE, OPEN, value};
use super::slot::Slot;
use crate::page::{escape, escape_attribute, escape_lines};

/// Lines of HTML that are filled for each letter: text, and a slot behind each but the last.
#[derive(Debug, Default)]
pub(super) struct Lines {
    parts: Vec<(String, Option<Slot>)>,
}

impl Lines {
    /// Cuts lines at their markers and puts the constants in; lines that need nothing more are text.
    pub(super) fn read(html: &str, constants: &[String]) -> Result<String, Self> {
        let (mut parts, mut text) = (Vec::new(), String::with_capacity(html.len()));
        let mut rest = html;
        while let Some(start) = rest.find(OPEN) {
            text.push_str(&rest[..start]);
            let after = &rest[start + OPEN.len_utf8()..];
            let end = after.find(CLOSE).unwrap_or(after.len());
            match Slot::read(&after[..end]) {
                Some(Slot::Constant(number)) => text.push_str(value(constants, number)),
                slot => parts.push((std::mem::take(&mut text), slot)),
            }
            rest = after.get(end + CLOSE.len_utf8()..).unwrap_or_default();
        }
        text.push_str(rest);
        if parts.is_empty() {
            return Ok(text);
        }
        parts.push((text, None));
        Err(Self { parts })
    }

    /// Fills the lines; an error is of the value with that number.
    pub(super) fn fill<V: AsRef<str>>(
        &self,
        values: &[(V, impl Sized)],
        title: &str,
        preheader: &str,
        html: &mut String,
    ) -> Result<(), (usize, String)> {
        for (text, slot) in &self.parts {
            html.push_str(text);
            let value = |number: &usize| values.get(*number).map_or("", |(value, _)| value.as_ref());
            match slot {
                None | Some(Slot::Constant(_)) => {}
                Some(Slot::Value(number)) => escape_lines(value(number), html),
                Some(Slot::Attribute(number)) => escape_attribute(value(number), html),
                Some(Slot::Title) => escape(title, html),
                Some(Slot::Preheader) => escape(preheader, html),
                Some(Slot::Url(number, position)) => {
                    let mut url = String::new();
                    link::encode(value(number), *position, &mut url).map_err(|what| (*number, what))?;
                    escape(&url, html);
                }
            }
        }
        Ok(())
    }
}
