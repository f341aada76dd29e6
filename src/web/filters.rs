//! How values stand on a page. A module with a template has these in scope: `use super::filters;`.

#![expect(
    clippy::inline_always,
    clippy::unused_self,
    clippy::unnecessary_wraps,
    reason = "this is how askama makes a filter of a function"
)]

use std::fmt::Display;

use askama::{Result, Values};

use crate::model::{printable, printable_lines};

/// What others wrote: marks that turn the direction of writing, and controls, are shown as `·`.
///
/// # Errors
/// Never.
#[askama::filter_fn]
pub(super) fn shown(value: impl Display, _: &dyn Values) -> Result<String> {
    Ok(printable(&value.to_string()).into_owned())
}

/// The same of a text of several lines, which stay.
///
/// # Errors
/// Never.
#[askama::filter_fn]
pub(super) fn shown_lines(value: impl Display, _: &dyn Values) -> Result<String> {
    Ok(printable_lines(&value.to_string()).into_owned())
}
