//! The HTML of a shape while it is written: tags, slots, and what stands in them from the beginning.

use std::sync::Arc;

use super::slot::Slot;
use crate::picture::Picture;

/// The content of a shape as HTML with markers.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// Block tags end their lines.
    pub(super) html: String,
    /// What stands in the slots for constants.
    pub(super) constants: Vec<String>,
    /// What the HTML names by content ids.
    pub(super) pictures: Vec<Arc<Picture>>,
}

impl Content {
    /// A tag on a line of its own.
    pub(super) fn line(&mut self, tag: &str) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
        self.html.push_str(tag);
        self.html.push('\n');
    }

    /// A value that is the same for all letters.
    pub(super) fn constant(&mut self, value: &str, escape: fn(&str, &mut String)) {
        let slot = self.slot(value, escape);
        self.html.push_str(&slot);
    }

    /// The marker of a value that is the same for all letters.
    pub(super) fn slot(&mut self, value: &str, escape: fn(&str, &mut String)) -> String {
        let mut html = String::with_capacity(value.len());
        escape(value, &mut html);
        self.constants.push(html);
        Slot::Constant(self.constants.len() - 1).marker()
    }
}

/// A picture that the message embeds. `alt` is the text for those who do not see it, as it stands in HTML.
pub(super) fn picture(picture: &Picture, alt: &str, html: &mut String) {
    let (cid, width, height) = (picture.cid(), picture.width().to_string(), picture.height().to_string());
    // Outlook takes the size from the attributes alone; the style keeps a wide picture on a small screen.
    html.extend(["<img src=\"", &cid, "\" alt=\"", alt, "\" width=\"", &width, "\" height=\"", &height]);
    html.push_str("\" style=\"max-width: 100%; height: auto\">");
}
