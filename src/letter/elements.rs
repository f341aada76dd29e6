//! The tags of an HTML file with their attributes, found as a browser finds them (HTML, 13.2.5).
//!
//! Every `<` with a letter behind it counts, in comments and values too: what one program reads as a comment, another
//! reads as a tag.

/// A tag that opens an element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Element<'t> {
    pub(super) offset: usize,
    pub(super) name: &'t str,
    pub(super) attributes: Vec<Attribute<'t>>,
    /// Where the tag ends, behind its `>`.
    pub(super) end: usize,
}

/// An attribute as it is written: the character references of its value are not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute<'t> {
    pub(super) offset: usize,
    pub(super) name: &'t str,
    pub(super) value: &'t str,
}

/// The tags of a text, in its order.
pub(super) fn elements(text: &str) -> impl Iterator<Item = Element<'_>> {
    text.match_indices('<').filter_map(|(offset, _)| read(text, offset))
}

fn read(text: &str, offset: usize) -> Option<Element<'_>> {
    let inside = &text[offset + 1..];
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let (name, mut rest) = cut(inside, |c| is_blank(c) || matches!(c, '/' | '>'));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c| is_blank(c) || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            let end = text.len() - rest.len() + usize::from(!rest.is_empty());
            return Some(Element { offset, name, attributes, end });
        }
        let offset = text.len() - rest.len();
        // A `=` at the beginning is the first character of a name.
        let behind = rest.strip_prefix('=').unwrap_or(rest);
        let (_, after) = cut(behind, |c| is_blank(c) || matches!(c, '/' | '>' | '='));
        let name = &rest[..rest.len() - after.len()];
        rest = after.trim_start_matches(is_blank);
        let mut value = "";
        if let Some(written) = rest.strip_prefix('=') {
            (value, rest) = read_value(written.trim_start_matches(is_blank));
        }
        attributes.push(Attribute { offset, name, value });
    }
}

/// The value that a text begins with, and what is behind it. A quote that is not closed reaches to the end.
fn read_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    cut(text, |c| is_blank(c) || c == '>')
}

fn cut(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let attribute = |it: &Attribute<'_>| format!(" {}@{}={}", it.name, it.offset, it.value);
        let element = |it: Element<'_>| {
            let attributes: String = it.attributes.iter().map(attribute).collect();
            format!("{}@{}-{}{attributes}", it.name, it.offset, it.end)
        };
        elements(text).map(element).collect()
    }

    #[test]
    fn tags_are_found_however_they_are_written() {
        assert_eq!(shown("a < b <p>x</p>"), ["p@6-9"]);
        assert_eq!(shown("<a href = \"x>y\" b='c' d=e/f g>"), ["a@0-30 href@3=x>y b@16=c d@22=e/f g@28="]);
        assert_eq!(shown("<input/src\n=\n1/>"), ["input@0-16 src@7=1/"]);
        assert_eq!(shown("<p a=>b"), ["p@0-6 a@3="]);
        assert_eq!(shown("<p =a=b>"), ["p@0-8 =a@3=b"]);
        assert_eq!(shown("<p a=\"b>"), ["p@0-8 a@3=b>"]);
        assert_eq!(shown("<!-- <br/> -->"), ["br@5-10"]);
    }
}
