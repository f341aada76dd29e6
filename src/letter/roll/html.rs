//! The block of signatories on a page: a list for each group.

use super::{Group, Part, Roll, Row, logos};
use crate::letter::content::Content;
use crate::letter::link::{self, Position};
use crate::letter::program::SignatoryField;
use crate::page::{escape, escape_lines};

/// The least width of a column, in the block's own letters: on a telephone there is room for one.
const COLUMN_WIDTH: &str = "11em";

impl Roll {
    /// Writes the block of signatories.
    pub(crate) fn write_html(&self, content: &mut Content) {
        let level = heading(self.heading.as_deref(), 2, content);
        for one in &self.parts {
            part(one, level, content);
        }
        logos::write(self, content);
    }
}

/// The order goes down one column and on at the top of the next. A mail program that knows no columns, such as Outlook
/// for Windows, shows one: nothing is lost.
fn part(part: &Part, level: u8, content: &mut Content) {
    let level = heading(part.heading.as_deref(), level, content);
    if part.columns > 1 {
        let columns = part.columns;
        content.line(&format!(
            "<div class=\"columns\" style=\"column-count: {columns}; column-width: {COLUMN_WIDTH}; column-gap: 1.5em\">"
        ));
    }
    for one in &part.groups {
        group(one, level, content);
    }
    if part.columns > 1 {
        content.line("</div>");
    }
}

fn group(group: &Group, level: u8, content: &mut Content) {
    heading(group.heading.as_deref(), level, content);
    content.line("<ul class=\"signatories\">");
    for one in &group.rows {
        row(one, content);
    }
    content.line("</ul>");
}

/// Writes a heading, and gives the level of those below it. It is not parted from what it stands above.
fn heading(heading: Option<&str>, level: u8, content: &mut Content) -> u8 {
    let Some(heading) = heading else { return level };
    let tag = format!("h{level}");
    content.html.extend(["<", &tag, " style=\"break-after: avoid\">"]);
    content.constant(heading, escape_lines);
    content.html.extend(["</", &tag, ">\n"]);
    level + 1
}

fn row(row: &Row, content: &mut Content) {
    let mut target = String::new();
    // A signatory whose web address is none is shown all the same, without a link.
    let linked = link::encode(row.field(SignatoryField::Url), Position::Whole, &mut target).is_ok();
    content.html.push_str("<li>");
    if linked {
        content.html.push_str("<a href=\"");
        escape(&target, &mut content.html);
        content.html.push_str("\">");
    }
    content.constant(row.name(), escape_lines);
    if linked {
        content.html.push_str("</a>");
    }
    let detail = row.detail();
    if !detail.is_empty() {
        content.constant(&detail, escape_lines);
    }
    content.html.push_str("</li>\n");
}
