//! The elements of HTML that a letter may have where its campaign allows them.

use std::fmt;
use std::str::FromStr;

use super::nearest::advice;

/// An element within a line, such as `sub`: one that says something which Markdown cannot, whose text reads on where it
/// is not shown, as in plain text, and which can neither fetch nor run nor hide anything. Struck text is not among
/// them: without its line it would say the opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InlineElement(&'static str);

impl InlineElement {
    /// The names of all of them.
    pub const ALL: [&'static str; 12] =
        ["abbr", "bdi", "br", "cite", "dfn", "kbd", "mark", "small", "span", "sub", "sup", "u"];

    /// Its name in a tag.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether it is a tag alone, without text and closing tag.
    #[must_use]
    pub fn is_break(self) -> bool {
        self.0 == "br"
    }
}

impl FromStr for InlineElement {
    type Err = String;

    /// Reads a name, in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|known| known.eq_ignore_ascii_case(text));
        known.map(Self).ok_or_else(|| format!("it is no element that a letter may have; {}", advice(text, &Self::ALL)))
    }
}

impl fmt::Display for InlineElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
