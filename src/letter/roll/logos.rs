//! The logos of the signatories on a page, under their names.

use std::sync::Arc;

use super::{Roll, Row};
use crate::letter::content::{Content, picture};
use crate::letter::link::{self, Position};
use crate::letter::program::SignatoryField;
use crate::page::{escape, escape_attribute};
use crate::picture::Picture;

/// Writes the logos in the order of the names, in rows that break where the page ends.
pub(super) fn write(roll: &Roll, content: &mut Content) {
    let mut logos = roll.logos().peekable();
    if logos.peek().is_none() {
        return;
    }
    content.line("<div class=\"logos\">");
    for (n, (row, picture)) in logos.enumerate() {
        content.html.push_str(if n > 0 { "\n" } else { "" });
        logo(row, picture, content);
    }
    content.html.push('\n');
    content.line("</div>");
}

fn logo(row: &Row, logo: &Arc<Picture>, content: &mut Content) {
    let mut target = String::new();
    let linked = link::encode(row.field(SignatoryField::Url), Position::Whole, &mut target).is_ok();
    if linked {
        content.html.push_str("<a href=\"");
        escape(&target, &mut content.html);
        content.html.push_str("\">");
    }
    let alt = content.slot(row.name(), escape_attribute);
    picture(logo, &alt, &mut content.html);
    content.pictures.push(Arc::clone(logo));
    if linked {
        content.html.push_str("</a>");
    }
}
