//! Whether a letter may name those who sign, whatever branches it takes.

use super::program::{Call, Expr, ListKind, Node};

/// Whether a part of a letter may.
pub(super) fn names_signatories(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Signatories { .. } => true,
        Node::Text { .. } => false,
        Node::Print { value, .. } => lists_signatories(value),
        Node::If { then, otherwise, .. } => names_signatories(then) || names_signatories(otherwise),
        Node::Each { list, body, otherwise, .. } => {
            lists_signatories(list) || names_signatories(body) || names_signatories(otherwise)
        }
        Node::Indented { body, .. } => names_signatories(body),
    })
}

fn lists_signatories(value: &Expr) -> bool {
    match value {
        Expr::List(ListKind::Signatories | ListKind::NewSignatories) => true,
        Expr::Call(call) => match &**call {
            Call::List { list, .. } => lists_signatories(list),
            Call::Default(values) => values.iter().any(lists_signatories),
            // Of a list they print how long it is, or nothing.
            Call::Date { .. } | Call::Plural { .. } | Call::Eq(..) => false,
        },
        _ => false,
    }
}
