//! The block of signatories as plain text: one a line, a blank line between groups.

use super::Roll;

impl Roll {
    /// The paragraphs of the block, lines with `\n` between them.
    pub(in crate::letter) fn paragraphs(&self) -> impl Iterator<Item = String> {
        let groups = |part: &'_ super::Part| -> Vec<String> {
            let lines = part.groups.iter().map(|group| {
                let heading = group.heading.iter().cloned();
                heading
                    .chain(group.rows.iter().map(|row| format!("{}{}", row.name(), row.detail())))
                    .collect::<Vec<_>>()
            });
            part.heading.iter().cloned().chain(lines.map(|lines| lines.join("\n"))).collect()
        };
        self.heading.iter().cloned().chain(self.parts.iter().flat_map(groups))
    }
}
