//! Which values of a recipient a letter prints, and which it asks for a yes.

use super::program::{Call, Expr, ListKind, Node, SignatoryField};
use super::words::word_of;
use crate::model::Recipient;

/// Which cells a letter prints, and which it asks for a yes: where none of these is odd, nothing needs to be looked at.
#[derive(Debug, Default)]
pub(super) struct Watched {
    printed: Vec<usize>,
    asked: Vec<usize>,
    tags: bool,
}

impl Watched {
    /// Those of a letter.
    pub(super) fn of(parts: [&Vec<Node>; 3]) -> Self {
        let mut watched = Self::default();
        for nodes in parts {
            watched.add(nodes);
        }
        for cells in [&mut watched.printed, &mut watched.asked] {
            cells.sort_unstable();
            cells.dedup();
        }
        watched
    }

    fn add(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text { .. } | Node::Signatories { .. } => {}
                Node::Print { value, .. } => match whence(value) {
                    Some(Whence::Cell(cell)) => self.printed.push(cell),
                    Some(Whence::Tags) => self.tags = true,
                    Some(Whence::Signatory(_) | Whence::Campaign) | None => {}
                },
                Node::Indented { body, .. } => self.add(body),
                Node::If { test, then, otherwise, .. } => {
                    self.asked.extend(whence(test).and_then(Whence::cell));
                    self.add(then);
                    self.add(otherwise);
                }
                Node::Each { body, otherwise, .. } => {
                    self.add(body);
                    self.add(otherwise);
                }
            }
        }
    }

    /// Whether one of them is odd in the recipient's row.
    pub(super) fn are_odd(&self, recipient: &Recipient) -> bool {
        let cells = recipient.fields.cells();
        let cell = |at: &usize| cells.get(*at).map_or("", String::as_str);
        self.printed.iter().any(|at| cell(at).is_empty())
            || (self.tags && recipient.tags.is_empty())
            || self.asked.iter().any(|at| word_of(cell(at)).is_some())
    }
}

/// Where a value comes from that may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whence {
    Cell(usize),
    Tags,
    Signatory(SignatoryField),
    /// What the campaign says, such as the sender's name.
    Campaign,
}

impl Whence {
    pub(super) fn cell(self) -> Option<usize> {
        match self {
            Self::Cell(cell) => Some(cell),
            Self::Tags | Self::Signatory(_) | Self::Campaign => None,
        }
    }
}

/// Where a value comes from; nothing, where it cannot be empty, or may be: `{{default}}` with a text says so.
pub(super) fn whence(expr: &Expr) -> Option<Whence> {
    match expr {
        Expr::Cell(cell) => Some(Whence::Cell(*cell)),
        Expr::List(ListKind::Tags) => Some(Whence::Tags),
        Expr::Field { field, .. } => Some(Whence::Signatory(*field)),
        Expr::Text(text) if text.is_empty() => Some(Whence::Campaign),
        Expr::Call(call) => match call.as_ref() {
            Call::Date { value, .. } => whence(value),
            Call::List { list, .. } => whence(list),
            Call::Default(all) if !all.iter().any(|one| matches!(one, Expr::Text(_) | Expr::Number(_))) => {
                all.iter().find_map(whence)
            }
            Call::Default(_) | Call::Plural { .. } | Call::Eq(..) => None,
        },
        _ => None,
    }
}
