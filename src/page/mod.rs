//! What the HTML pages of the program have in common: how each begins, what a browser may do with it, and how text
//! stands in it.
//!
//! A page is a struct with its template, which askama compiles: `src/<module>/<name>.html`, beside the module whose
//! page it is. Whatever a template prints is escaped by [`Html`] unless it says `safe`. The letters that are mailed are
//! not made this way: `letter` writes them.

mod escape;
mod words;

use std::fmt;

use askama::Template;

pub use escape::{Html, escape, escape_attribute, escape_lines, lines};
pub use words::Words;

/// What a page that this program writes lets a browser do (CSP Level 3): nothing runs and nothing is fetched, even if
/// the HTML in it should ever ask for it.
pub const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// What each page begins with. The rest of its `<head>` is its own.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "page/head.html")]
pub struct Head<'a> {
    /// The language of the page (BCP 47).
    pub language: &'a str,
    /// Which way it is written, where that is to be said.
    pub direction: Option<Direction>,
}

/// Which way a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// As English is.
    LeftToRight,
    /// As Arabic is.
    RightToLeft,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_with_its_language_and_lets_a_browser_fetch_and_run_nothing() {
        let head = Head { language: "ar", direction: Some(Direction::RightToLeft) }.to_string();
        assert_eq!(
            head,
            "<!DOCTYPE html>\n<html lang=\"ar\" dir=\"rtl\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             img-src data:; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">"
        );
    }

    #[test]
    fn what_a_template_prints_is_escaped_as_everywhere() {
        let head = Head { language: "<\"&'>", direction: None }.to_string();
        assert!(head.contains("<html lang=\"&lt;&quot;&amp;&#39;&gt;\">\n"), "{head}");
    }
}
