//! With what a letter compares the recipient's cells.

use super::program::{Call, Expr, Node};
use super::source::At;
use super::template::Letter;
use crate::model::Place;

/// `(eq recipient.country "BE")`
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Comparison {
    /// Where in the template.
    pub at: Place,
    /// The cell, by its number.
    pub cell: usize,
    /// With what it is compared.
    pub with: String,
}

impl Letter {
    /// All comparisons of a cell with a text of the template, in any branch.
    #[must_use]
    pub fn comparisons(&self) -> Vec<Comparison> {
        let mut found = Vec::new();
        for nodes in [&self.subject, &self.preheader, &self.body] {
            of_nodes(nodes, &mut found);
        }
        found.sort();
        found.dedup();
        found
    }
}

fn of_nodes(nodes: &[Node], found: &mut Vec<Comparison>) {
    each_expression(nodes, &mut |expr, at| of_expression(expr, at, found));
}

fn each_expression<'a>(nodes: &'a [Node], each: &mut dyn FnMut(&'a Expr, &At)) {
    for node in nodes {
        match node {
            Node::Text { .. } | Node::Signatories { .. } => {}
            Node::Print { value, at, .. } => each(value, at),
            Node::Indented { body, .. } => each_expression(body, each),
            Node::If { test: subject, then: body, otherwise, at, .. }
            | Node::Each { list: subject, body, otherwise, at, .. } => {
                each(subject, at);
                each_expression(body, each);
                each_expression(otherwise, each);
            }
        }
    }
}

fn of_expression(expr: &Expr, at: &At, found: &mut Vec<Comparison>) {
    let Expr::Call(call) = expr else { return };
    if let Call::Eq(one, other) = call.as_ref() {
        for pair in [(one, other), (other, one)] {
            let with = match pair.1 {
                Expr::Text(text) => text.clone(),
                Expr::Number(number) => number.to_string(),
                _ => continue,
            };
            if let Expr::Cell(cell) = pair.0 {
                found.push(Comparison { at: at.place(), cell: *cell, with });
            }
        }
        of_expression(one, at, found);
        of_expression(other, at, found);
    }
}
