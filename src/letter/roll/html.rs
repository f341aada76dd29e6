//! The block of signatories on a page: a list for each group.

use super::{Group, Row};
use crate::letter::escape::{escape, escape_lines};
use crate::letter::html::Writer;
use crate::letter::link::{self, Position};
use crate::letter::program::SignatoryField;

impl<F: AsRef<str>> Writer<'_, F> {
    /// Writes the block of signatories.
    pub(in crate::letter) fn signatories(&mut self) {
        let roll = self.roll;
        let mut level = 2;
        self.heading(roll.heading.as_deref(), &mut level);
        for part in &roll.parts {
            let mut level = level;
            self.heading(part.heading.as_deref(), &mut level);
            for group in &part.groups {
                self.group(group, level);
            }
        }
        self.logos();
    }

    fn group(&mut self, group: &Group, mut level: u8) {
        self.heading(group.heading.as_deref(), &mut level);
        self.line("<ul class=\"signatories\">");
        for row in &group.rows {
            self.row(row);
        }
        self.line("</ul>");
    }

    /// A heading, and the level of those below it.
    fn heading(&mut self, heading: Option<&str>, level: &mut u8) {
        let Some(heading) = heading else { return };
        let tag = format!("h{level}");
        self.html.extend(["<", &tag, ">"]);
        self.constant(heading, escape_lines);
        self.html.extend(["</", &tag, ">\n"]);
        *level += 1;
    }

    fn row(&mut self, row: &Row) {
        let mut target = String::new();
        // A signatory whose web address is none is shown all the same, without a link.
        let linked = link::encode(row.field(SignatoryField::Url), Position::Whole, &mut target).is_ok();
        self.html.push_str("<li>");
        if linked {
            self.html.push_str("<a href=\"");
            escape(&target, &mut self.html);
            self.html.push_str("\">");
        }
        self.constant(row.name(), escape_lines);
        if linked {
            self.html.push_str("</a>");
        }
        let detail = row.detail();
        if !detail.is_empty() {
            self.constant(&detail, escape_lines);
        }
        self.html.push_str("</li>\n");
    }
}
