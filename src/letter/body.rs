//! A merged letter: pieces that all letters of a shape share, and pieces of its own.

use std::sync::{Arc, OnceLock};

use crate::page::POLICY;
use crate::picture::Picture;

/// One letter, merged for one recipient.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The subject: one line, without any control character.
    pub subject: String,
    /// The letter as plain text.
    pub text: Body,
    /// The letter as an HTML document.
    pub html: Body,
    /// The pictures that the HTML names by their content ids, each once.
    pub pictures: Arc<[Arc<Picture>]>,
}

impl Merged {
    /// The HTML as a page that stands alone: with its pictures in it, and with a policy by which a browser fetches and
    /// runs nothing. What is mailed has none: mail programs have their own.
    #[must_use]
    pub fn to_page(&self) -> String {
        let policy = format!("<head>\n<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
        let html = self.html.to_text().replacen("<head>", &policy, 1);
        self.pictures.iter().fold(html, |html, picture| html.replace(&picture.cid(), &picture.data_url()))
    }
}

/// Whole lines that are the same in all letters of a shape.
#[derive(Debug)]
pub struct Fixed {
    text: String,
    encoded: OnceLock<Vec<u8>>,
}

impl Fixed {
    pub(super) fn new(text: String) -> Self {
        Self { text, encoded: OnceLock::new() }
    }

    /// The lines, each with `\n` at its end.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines in the form in which they are sent: written by `encode` the first time, and kept.
    pub fn encoded(&self, encode: impl FnOnce(&str, &mut Vec<u8>)) -> &[u8] {
        self.encoded.get_or_init(|| {
            let mut encoded = Vec::new();
            encode(&self.text, &mut encoded);
            encoded
        })
    }
}

/// Whole lines of a letter, in its order.
#[derive(Debug, Clone, Copy)]
pub enum Piece<'a> {
    /// Shared by all letters of a shape.
    Fixed(&'a Fixed),
    /// Of this letter alone.
    Filled(&'a str),
}

impl Piece<'_> {
    /// The lines, each with `\n` at its end.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Fixed(fixed) => fixed.text(),
            Self::Filled(text) => text,
        }
    }
}

/// The text or the HTML of a merged letter.
#[derive(Debug, Clone)]
pub struct Body {
    /// One for each segment of the shape: nothing for what is filled.
    fixed: Arc<[Option<Arc<Fixed>>]>,
    filled: String,
    /// Where each filled piece ends.
    ends: Vec<usize>,
}

impl Body {
    pub(super) fn new(fixed: &Arc<[Option<Arc<Fixed>>]>, filled: String, ends: Vec<usize>) -> Self {
        Self { fixed: Arc::clone(fixed), filled, ends }
    }

    /// Its pieces, each of whole lines with `\n` at their ends.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let mut start = 0;
        let mut ends = self.ends.iter();
        self.fixed.iter().filter_map(move |fixed| {
            if let Some(fixed) = fixed {
                Some(Piece::Fixed(fixed))
            } else {
                let end = *ends.next()?;
                let text = self.filled.get(start..end)?;
                start = end;
                (!text.is_empty()).then_some(Piece::Filled(text))
            }
        })
    }

    /// The whole of it.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.pieces().fold(String::new(), |mut text, piece| {
            text.push_str(piece.text());
            text
        })
    }
}
