//! The Markdown of a letter, read: what text, HTML and paper are written from.

use std::borrow::Cow;

use pulldown_cmark::Event;

use super::draft::Draft;
use super::markdown;
use super::roll::Roll;
use crate::model::Language;

/// The Markdown of one letter, read.
pub(super) struct Passage<'p> {
    pub(super) events: Vec<Event<'p>>,
    /// The values that are the same in all letters.
    pub(super) fixed: &'p [Cow<'p, str>],
    pub(super) roll: &'p Roll,
}

impl<'p> Passage<'p> {
    pub(super) fn of(draft: &'p Draft<'p>, roll: &'p Roll) -> Self {
        Self { events: markdown::events(&draft.markdown), fixed: &draft.fixed, roll }
    }
}

/// An earlier letter that stands below another one.
pub(super) struct Quotation<'p> {
    /// The number of the value that says who wrote it, and when.
    pub(super) attribution: usize,
    pub(super) language: &'p Language,
    pub(super) passage: Passage<'p>,
}
