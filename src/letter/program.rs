//! A template that was checked: every name in it is resolved to where its value comes from, so that merging cannot meet
//! an unknown one.

use std::collections::BTreeMap;

use icu::plurals::PluralCategory;

use super::locale::{DateStyle, Join};
use super::source::At;

/// A part of a template.
#[derive(Debug)]
pub(super) enum Node {
    /// Text of the template itself: Markdown in the body of a letter.
    Text { text: String, at: At },
    /// A value that is printed.
    Print { value: Expr, fixed: bool, at: At },
    /// `{{#if}}`, `{{#unless}}` and `{{#with}}`: `unless` has its two sides changed over.
    If { test: Expr, then: Vec<Node>, otherwise: Vec<Node>, fixed: bool, at: At },
    /// `{{#each}}`
    Each { list: Expr, body: Vec<Node>, otherwise: Vec<Node>, fixed: bool, at: At },
    /// A partial on a line of its own: its lines are indented as its tag is.
    Indented { indent: String, body: Vec<Node> },
    /// `{{> signatories}}`
    Signatories { own_line: bool, at: At },
}

impl Node {
    /// Whether it is the same in every letter that is made of the template.
    pub(super) fn is_fixed(&self) -> bool {
        match self {
            Self::Text { .. } | Self::Signatories { .. } => true,
            Self::Print { fixed, .. } | Self::If { fixed, .. } | Self::Each { fixed, .. } => *fixed,
            Self::Indented { body, .. } => body.iter().all(Self::is_fixed),
        }
    }
}

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListKind {
    Tags,
    Signatories,
    NewSignatories,
}

/// What of a signatory a letter may show; every other column is private unless the campaign allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignatoryField {
    Name,
    Acronym,
    Country,
    Url,
    Person,
    Title,
    Affiliation,
    Representative,
    RepresentativeTitle,
    SignedAt,
    /// A column that is private unless the campaign allows it, by its number among those that it allows.
    Shown(usize),
}

impl SignatoryField {
    pub(super) const ALL: [(&str, Self); 10] = [
        ("name", Self::Name),
        ("acronym", Self::Acronym),
        ("country", Self::Country),
        ("url", Self::Url),
        ("person", Self::Person),
        ("title", Self::Title),
        ("affiliation", Self::Affiliation),
        ("representative", Self::Representative),
        ("representative_title", Self::RepresentativeTitle),
        ("signed_at", Self::SignedAt),
    ];
}

/// What a follow-up knows of the letter before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PreviousField {
    SentAt,
    Subject,
    DaysAgo,
}

/// Where a value comes from. `frame` counts the blocks of `{{#each}}` from the outermost.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    Text(String),
    Number(u64),
    Flag(bool),
    /// A cell of the recipient's row.
    Cell(usize),
    Email,
    Id,
    List(ListKind),
    /// Whether there is a letter before this one.
    HasPrevious,
    Previous(PreviousField),
    Field {
        frame: usize,
        field: SignatoryField,
    },
    Item {
        frame: usize,
    },
    Index {
        frame: usize,
    },
    First {
        frame: usize,
    },
    Last {
        frame: usize,
    },
    Call(Box<Call>),
}

impl Expr {
    /// The recipient's cell that a value comes from, where it can come from one alone.
    pub(super) fn cell(&self) -> Option<usize> {
        match self {
            Self::Cell(at) => Some(*at),
            Self::Call(call) => match &**call {
                Call::Date { value: from, .. } | Call::Plural { count: from, .. } => from.cell(),
                Call::List { .. } | Call::Eq(..) | Call::Default(_) => None,
            },
            _ => None,
        }
    }
}

/// A helper and its arguments.
#[derive(Debug, Clone)]
pub(super) enum Call {
    Date { value: Expr, style: DateStyle, written: String },
    List { list: Expr, join: Join },
    Plural { count: Expr, forms: BTreeMap<PluralCategory, String>, written: String },
    Eq(Expr, Expr),
    Default(Vec<Expr>),
}

/// What sort of value an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Flag,
    List(ListKind),
}

impl Expr {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::Cell(_) | Self::Email | Self::Id | Self::Field { .. } | Self::Item { .. } => {
                Kind::Text
            }
            Self::Number(_) | Self::Index { .. } | Self::Previous(PreviousField::DaysAgo) => Kind::Number,
            Self::Previous(_) => Kind::Text,
            Self::Flag(_) | Self::HasPrevious | Self::First { .. } | Self::Last { .. } => Kind::Flag,
            Self::List(list) => Kind::List(*list),
            Self::Call(call) => match call.as_ref() {
                Call::Eq(..) => Kind::Flag,
                Call::Date { .. } | Call::List { .. } | Call::Plural { .. } | Call::Default(_) => Kind::Text,
            },
        }
    }

    /// Whether it is the same for all recipients, given which frames are.
    pub(super) fn is_fixed(&self, frames: &[bool]) -> bool {
        match self {
            Self::Text(_) | Self::Number(_) | Self::Flag(_) | Self::List(ListKind::Signatories) => true,
            Self::Cell(_) | Self::Email | Self::Id | Self::List(_) | Self::HasPrevious | Self::Previous(_) => false,
            Self::Field { frame, .. }
            | Self::Item { frame }
            | Self::Index { frame }
            | Self::First { frame }
            | Self::Last { frame } => frames.get(*frame).copied().unwrap_or(false),
            Self::Call(call) => match call.as_ref() {
                // It is written as the recipient's region does.
                Call::Date { .. } => false,
                Call::List { list, .. } => list.is_fixed(frames),
                Call::Plural { count, .. } => count.is_fixed(frames),
                Call::Eq(one, other) => one.is_fixed(frames) && other.is_fixed(frames),
                Call::Default(all) => all.iter().all(|one| one.is_fixed(frames)),
            },
        }
    }
}
