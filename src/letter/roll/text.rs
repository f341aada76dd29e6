//! The block of signatories as plain text: one a line, a blank line between groups.

use super::{Group, Roll};

/// How far the signatories under a heading are indented.
const INDENT: &str = "  ";

/// One line of the block, before it is wrapped.
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) indent: &'static str,
    /// Whether a blank line stands before it.
    pub(crate) apart: bool,
}

impl Roll {
    /// The lines of the block.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = self.heading.iter().map(|heading| heading_line(heading)).collect();
        for part in &self.parts {
            lines.extend(part.heading.iter().map(|heading| heading_line(heading)));
            lines.extend(part.groups.iter().flat_map(group_lines));
        }
        lines
    }
}

fn heading_line(heading: &str) -> Line {
    Line { text: heading.to_owned(), indent: "", apart: true }
}

fn group_lines(group: &Group) -> impl Iterator<Item = Line> {
    let heading = group.heading.as_deref().map(heading_line);
    let indent = if heading.is_some() { INDENT } else { "" };
    let begins_group = heading.is_none();
    let rows = group.rows.iter().enumerate().map(move |(n, row)| Line {
        text: format!("{}{}", row.name(), row.detail()),
        indent,
        apart: n == 0 && begins_group,
    });
    heading.into_iter().chain(rows)
}
