//! The block of signatories on paper: a heading and columns for each group.

use super::{Group, Row};
use crate::letter::link::{self, Position};
use crate::letter::paper::{LONGEST_URL, Writer, quote};
use crate::letter::program::SignatoryField;

impl Writer<'_> {
    /// Writes the block of signatories.
    pub(in crate::letter) fn signatories(&mut self) {
        let roll = self.roll;
        let mut level = 2;
        self.heading_of_roll(roll.heading.as_deref(), &mut level);
        for part in &roll.parts {
            let mut level = level;
            self.heading_of_roll(part.heading.as_deref(), &mut level);
            for group in &part.groups {
                self.group(group, part.columns, level);
            }
        }
        self.logos_on_paper();
    }

    /// The logos in the order of the names.
    fn logos_on_paper(&mut self) {
        let roll = self.roll;
        let mut logos = roll.rows().filter_map(|row| Some((row, row.logo.as_ref()?))).peekable();
        if logos.peek().is_none() {
            return;
        }
        self.source.push_str("#logos(\n");
        for (row, logo) in logos {
            self.picture(logo, row.name());
            self.source.push_str(",\n");
        }
        self.source.push_str(");\n");
    }

    fn group(&mut self, group: &Group, columns: u8, mut level: u8) {
        let columns = (2..=columns).rev().find(|columns| has_room(&group.rows, *columns)).unwrap_or(1);
        self.heading_of_roll(group.heading.as_deref(), &mut level);
        self.source.extend(["#signatories(columns: ", &columns.to_string(), ",\n"]);
        for row in &group.rows {
            self.row(row);
        }
        self.source.push_str(");\n");
    }

    /// A heading, and the level of those below it.
    fn heading_of_roll(&mut self, heading: Option<&str>, level: &mut u8) {
        let Some(heading) = heading else { return };
        self.source.extend(["#heading(level: ", &level.to_string(), ")["]);
        self.show(heading);
        self.source.push_str("]\n");
        *level += 1;
    }

    fn row(&mut self, row: &Row) {
        let mut url = String::new();
        // A signatory whose web address is none is shown all the same, without a link.
        let linked = link::encode(row.field(SignatoryField::Url), Position::Whole, &mut url).is_ok();
        let linked = linked && url.len() <= LONGEST_URL;
        self.source.push('[');
        if linked {
            self.source.push_str("#link(");
            quote(&url, &mut self.source);
            self.source.push_str(")[");
        }
        self.show(row.name());
        if linked {
            self.source.push_str("];");
        }
        self.show(&row.detail());
        self.source.push_str("],\n");
    }
}

/// Whether so many columns have room for names that are as long as these: for three in four of them, on one line.
fn has_room(rows: &[Row], columns: u8) -> bool {
    let room = if columns > 2 { 30 } else { 46 };
    let long = rows.iter().filter(|row| row.name().chars().count() + row.detail().chars().count() > room);
    long.count() <= rows.len() / 4
}
