//! What an expression gives.

use std::borrow::Cow;

use super::program::SignatoryField;
use super::roll::Row;

/// Why an expression has no value.
pub(super) enum Failure {
    /// It depends on a recipient, and there is none yet.
    Unknown,
    /// The value cannot be used.
    Wrong(String),
}

impl From<String> for Failure {
    fn from(what: String) -> Self {
        Self::Wrong(what)
    }
}

/// A value of an expression.
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    Flag(bool),
    List(Vec<Item<'a>>),
}

#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    Row(&'a Row),
    Tag(&'a str),
}

impl<'a> Item<'a> {
    pub(super) fn name(self) -> &'a str {
        match self {
            Self::Row(row) => row.field(SignatoryField::Name),
            Self::Tag(tag) => tag,
        }
    }
}

impl<'a> Value<'a> {
    /// Whether `{{#if}}` takes it for true: not so the empty text, the empty list and zero.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number != 0,
            Self::Flag(flag) => *flag,
            Self::List(items) => !items.is_empty(),
        }
    }

    pub(super) fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Flag(flag) => Cow::Borrowed(if flag { "true" } else { "false" }),
            Self::List(_) => Cow::Borrowed(""),
        }
    }
}
