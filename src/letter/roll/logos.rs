//! The logos of the signatories on a page, under their names.

use std::sync::Arc;

use super::Row;
use crate::letter::escape::{escape, escape_attribute};
use crate::letter::html::{Writer, picture};
use crate::letter::link::{self, Position};
use crate::letter::program::SignatoryField;
use crate::picture::Picture;

impl<F: AsRef<str>> Writer<'_, F> {
    /// Writes the logos in the order of the names, in rows that break where the page ends.
    pub(super) fn logos(&mut self) {
        let rows: Vec<(&Row, &Arc<Picture>)> =
            self.roll.rows().filter_map(|row| Some((row, row.logo.as_ref()?))).collect();
        if rows.is_empty() {
            return;
        }
        self.line("<div class=\"logos\">");
        for (n, (row, logo)) in rows.into_iter().enumerate() {
            self.html.push_str(if n > 0 { "\n" } else { "" });
            self.logo(row, logo);
        }
        self.html.push('\n');
        self.line("</div>");
    }

    fn logo(&mut self, row: &Row, logo: &Arc<Picture>) {
        let mut target = String::new();
        let linked = link::encode(row.field(SignatoryField::Url), Position::Whole, &mut target).is_ok();
        if linked {
            self.html.push_str("<a href=\"");
            escape(&target, &mut self.html);
            self.html.push_str("\">");
        }
        let alt = self.slot(row.name(), escape_attribute);
        picture(logo, &alt, &mut self.html);
        self.pictures.push(Arc::clone(logo));
        if linked {
            self.html.push_str("</a>");
        }
    }
}
