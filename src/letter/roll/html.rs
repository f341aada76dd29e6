//! The block of signatories on a page: a list for each group.

use super::{Group, Part, Row};
use crate::letter::escape::{escape, escape_lines};
use crate::letter::html::Writer;
use crate::letter::link::{self, Position};
use crate::letter::program::SignatoryField;

/// The least width of a column, in the block's own letters: on a telephone there is room for one.
const COLUMN_WIDTH: &str = "11em";

impl<F: AsRef<str>> Writer<'_, F> {
    /// Writes the block of signatories.
    pub(in crate::letter) fn signatories(&mut self) {
        let roll = self.roll;
        let mut level = 2;
        self.heading(roll.heading.as_deref(), &mut level);
        for part in &roll.parts {
            self.part(part, level);
        }
        self.logos();
    }

    /// The order goes down one column and on at the top of the next. A mail program that knows no columns, such as Outlook for
    /// Windows, shows one: nothing is lost.
    fn part(&mut self, part: &Part, mut level: u8) {
        self.heading(part.heading.as_deref(), &mut level);
        if part.columns > 1 {
            let columns = part.columns;
            self.line(&format!(
                "<div class=\"columns\" style=\"column-count: {columns}; column-width: {COLUMN_WIDTH}; column-gap: 1.5em\">"
            ));
        }
        for group in &part.groups {
            self.group(group, level);
        }
        if part.columns > 1 {
            self.line("</div>");
        }
    }

    fn group(&mut self, group: &Group, mut level: u8) {
        self.heading(group.heading.as_deref(), &mut level);
        self.line("<ul class=\"signatories\">");
        for row in &group.rows {
            self.row(row);
        }
        self.line("</ul>");
    }

    /// A heading, and the level of those below it. It is not parted from what it stands above.
    fn heading(&mut self, heading: Option<&str>, level: &mut u8) {
        let Some(heading) = heading else { return };
        let tag = format!("h{level}");
        self.html.extend(["<", &tag, " style=\"break-after: avoid\">"]);
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
