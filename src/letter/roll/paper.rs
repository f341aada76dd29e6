//! The block of signatories on paper: a heading and columns for each group.

use super::{Group, Roll, Row};
use crate::letter::link::{self, Position};
use crate::letter::markup::{LONGEST_URL, Markup, quote};
use crate::letter::program::SignatoryField;

impl Roll {
    /// Writes the block of signatories.
    pub(crate) fn write_paper(&self, markup: &mut Markup) {
        let level = heading(self.heading.as_deref(), 2, markup);
        for part in &self.parts {
            let level = heading(part.heading.as_deref(), level, markup);
            for one in &part.groups {
                group(one, part.columns, level, markup);
            }
        }
        logos(self, markup);
    }
}

/// The logos in the order of the names.
fn logos(roll: &Roll, markup: &mut Markup) {
    let mut logos = roll.logos().peekable();
    if logos.peek().is_none() {
        return;
    }
    markup.source.push_str("#logos(\n");
    for (row, logo) in logos {
        markup.picture(logo, row.name());
        markup.source.push_str(",\n");
    }
    markup.source.push_str(");\n");
}

fn group(group: &Group, columns: u8, level: u8, markup: &mut Markup) {
    let columns = (2..=columns).rev().find(|columns| has_room(&group.rows, *columns)).unwrap_or(1);
    heading(group.heading.as_deref(), level, markup);
    markup.source.extend(["#signatories(columns: ", &columns.to_string(), ",\n"]);
    for one in &group.rows {
        row(one, markup);
    }
    markup.source.push_str(");\n");
}

/// Writes a heading, and gives the level of those below it.
fn heading(heading: Option<&str>, level: u8, markup: &mut Markup) -> u8 {
    let Some(heading) = heading else { return level };
    markup.source.extend(["#heading(level: ", &level.to_string(), ")["]);
    markup.show(heading);
    markup.source.push_str("]\n");
    level + 1
}

fn row(row: &Row, markup: &mut Markup) {
    let mut url = String::new();
    // A signatory whose web address is none is shown all the same, without a link.
    let linked = link::encode(row.field(SignatoryField::Url), Position::Whole, &mut url).is_ok();
    let linked = linked && url.len() <= LONGEST_URL;
    markup.source.push('[');
    if linked {
        markup.source.push_str("#link(");
        quote(&url, &mut markup.source);
        markup.source.push_str(")[");
    }
    markup.show(row.name());
    if linked {
        markup.source.push_str("];");
    }
    markup.show(&row.detail());
    markup.source.push_str("],\n");
}

/// Whether so many columns have room for names that are as long as these: for three in four of them, on one line.
fn has_room(rows: &[Row], columns: u8) -> bool {
    let room = if columns > 2 { 30 } else { 46 };
    let long = rows.iter().filter(|row| row.name().chars().count() + row.detail().chars().count() > room);
    long.count() <= rows.len() / 4
}
