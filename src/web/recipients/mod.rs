//! The recipients: a table to look through, a page for each, and the forms by which a person says something of them.

mod expected;
mod forget;
mod letter;
mod list;
mod one;
mod say;
mod several;
mod sought;
mod story;
mod words;

pub(super) use forget::forget;
pub(super) use letter::{html, pdf, source, text};
pub(super) use list::{Choice, LeftUndoneShown, answers, left_undone, rounds, row_key, show, states, take};
pub(super) use one::{seat, show as show_one};
pub(super) use say::{mark, note, resolve, suppress};
pub(super) use sought::{Sought, Turn};
