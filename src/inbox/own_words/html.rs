//! HTML without the elements that hold a quotation.

use std::borrow::Cow;

/// Parts of the class or the id of an element that holds a quoted mail, and what introduces it: Gmail, Yahoo,
/// Thunderbird, Proton, Tuta, Zoho, Outlook for telephones.
const HOLDS: [&str; 10] = [
    "gmail_quote",
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "moz-forward-container",
    "moz-email-headers-table",
    "zmail_extra",
    "ms-outlook-mobile-reference-message",
    "olk_src_body_section",
    "replyforwardmessage",
];

/// The same of what stands before a quoted mail: Outlook's pages and apps. All that follows is quoted.
const BEGINS: [&str; 3] = ["divrplyfwdmsg", "appendonsend", "mail-editor-reference-message"];

/// A page with a line that begins with `>` in place of each quotation, as in a text.
pub(super) fn without_quotations(page: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut kept = 0;
    // The element that is left out, and how many of its name are open within it.
    let mut quoted: Option<(&str, usize)> = None;
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'<', &page.as_bytes()[at..]).map(|found| at + found) {
        if page[start..].starts_with("<!--") {
            at = page[start..].find("-->").map_or(page.len(), |end| start + end + 3);
            continue;
        }
        let end = memchr::memchr(b'>', &page.as_bytes()[start..]).map_or(page.len(), |found| start + found + 1);
        let tag = Tag::of(&page[start..end]);
        at = end;
        match &mut quoted {
            Some((name, open)) if tag.name.eq_ignore_ascii_case(name) => {
                *open = if tag.closes { *open - 1 } else { *open + 1 };
                if *open == 0 {
                    quoted = None;
                    kept = end;
                }
            }
            None if tag.begins_quotation() => {
                out.push_str(&page[kept..start]);
                return Cow::Owned(out);
            }
            None if tag.holds_quotation() => {
                out.push_str(&page[kept..start]);
                out.push_str("<br>&gt;<br>");
                quoted = Some((tag.name, 1));
            }
            _ => {}
        }
    }
    if kept == 0 && out.is_empty() && quoted.is_none() {
        return Cow::Borrowed(page);
    }
    if quoted.is_none() {
        out.push_str(&page[kept..]);
    }
    Cow::Owned(out)
}

/// A tag: `<div class="gmail_quote">`.
struct Tag<'t> {
    name: &'t str,
    attributes: &'t str,
    closes: bool,
}

impl<'t> Tag<'t> {
    fn of(text: &'t str) -> Self {
        let inner = text.trim_start_matches('<').trim_end_matches('>');
        let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        let end = inner.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inner.len());
        Self { name: &inner[..end], attributes: &inner[end..], closes }
    }

    fn holds_quotation(&self) -> bool {
        !self.closes && (self.name.eq_ignore_ascii_case("blockquote") || (self.is_named() && self.has(&HOLDS)))
    }

    fn begins_quotation(&self) -> bool {
        !self.closes
            && !self.attributes.is_empty()
            && ((self.is_named() && self.has(&BEGINS)) || self.has_border_of_outlook())
    }

    /// Whether it has an id or a class, which most have not.
    fn is_named(&self) -> bool {
        !self.attributes.is_empty()
            && (self.attributes.contains("id=")
                || self.attributes.contains("class=")
                || self.attributes.contains("ID="))
    }

    fn has(&self, names: &[&str]) -> bool {
        let attributes = self.attributes.to_ascii_lowercase();
        names.iter().any(|name| attributes.contains(name))
    }

    /// Outlook for Windows draws a line over the header of what it quotes.
    fn has_border_of_outlook(&self) -> bool {
        self.attributes.contains("border-top:solid") && self.attributes.contains("padding:3.0pt 0")
    }
}
