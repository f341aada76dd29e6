//! Which cells of a recipient's row a letter looks at, whatever branches it takes.

use std::collections::BTreeSet;

use super::program::{Call, Expr, ListKind, Node};

/// Adds the numbers of the columns whose cells a part of a letter looks at.
pub(super) fn add_used(nodes: &[Node], used: &mut BTreeSet<usize>) {
    for node in nodes {
        match node {
            Node::Text { .. } | Node::Signatories { .. } => {}
            Node::Print { value, .. } => add_cells(value, used),
            Node::If { test, then, otherwise, .. } => {
                add_cells(test, used);
                add_used(then, used);
                add_used(otherwise, used);
            }
            Node::Each { list, body, otherwise, .. } => {
                add_cells(list, used);
                add_used(body, used);
                add_used(otherwise, used);
            }
            Node::Indented { body, .. } => add_used(body, used),
        }
    }
}

fn add_cells(value: &Expr, used: &mut BTreeSet<usize>) {
    match value {
        Expr::Cell(at) => {
            used.insert(*at);
        }
        Expr::Call(call) => match &**call {
            Call::Date { value: from, .. } | Call::Plural { count: from, .. } | Call::List { list: from, .. } => {
                add_cells(from, used);
            }
            Call::Eq(one, other) => {
                add_cells(one, used);
                add_cells(other, used);
            }
            Call::Default(values) => values.iter().for_each(|value| add_cells(value, used)),
        },
        // What the product itself knows of a recipient is checked when the list is read.
        Expr::Email
        | Expr::Id
        | Expr::List(ListKind::Tags | ListKind::Signatories | ListKind::NewSignatories)
        | Expr::Text(_)
        | Expr::Number(_)
        | Expr::Flag(_)
        | Expr::HasPrevious
        | Expr::Previous(_)
        | Expr::Field { .. }
        | Expr::Item { .. }
        | Expr::Index { .. }
        | Expr::First { .. }
        | Expr::Last { .. } => {}
    }
}
