//! The page that a letter stands in: what its styles need of a mail program.

use std::collections::BTreeSet;

use super::Desk;

/// The properties that may stand in a letter, each with what a reader sees whose mail program does not know it. What is
/// known where is from caniemail.com, for Outlook for Windows (Word), Gmail and Apple Mail.
const KNOWN: [(&str, &str); 29] = [
    ("-webkit-text-size-adjust", "the size that the telephone thinks best"),
    ("background-color", "known to all"),
    ("border", "known to all but on some blocks: no line beside a quotation, which is indented too"),
    ("border-collapse", "known to all"),
    ("border-left", "as `border`"),
    ("border-right", "as `border`"),
    ("border-top", "as `border`"),
    ("break-after", "a heading at the foot of a column"),
    ("break-inside", "a name that goes on in the next column"),
    ("color", "known to all"),
    ("column-count", "one column"),
    ("column-gap", "one column"),
    ("column-width", "one column"),
    ("display", "known to all as `none`, which is its one use"),
    ("font-family", "known to all"),
    ("font-size", "known to all"),
    ("font-weight", "known to all"),
    ("height", "on pictures, whose attribute stands for it"),
    ("line-height", "known to all in per cent"),
    ("list-style-type", "known to all"),
    ("margin", "known to all but as `auto`: the letter is at the side of the window"),
    ("max-height", "for the preheader, beside `display`"),
    ("max-width", "lines as long as the window is wide"),
    ("mso-hide", "for Outlook, beside `display`"),
    ("overflow", "for the preheader, beside `display`"),
    ("padding", "no margin inside the page but the mail program's own; a quotation is indented by its margin"),
    ("text-align", "known to all"),
    ("text-indent", "known to all"),
    ("vertical-align", "known to all"),
];

/// Of these a letter may have but one value, or few.
const VALUES: [(&str, &[&str]); 3] =
    [("display", &["none"]), ("white-space", &["pre-wrap"]), ("word-break", &["break-word"])];

#[test]
fn every_style_is_one_that_mail_programs_know_or_can_do_without() {
    let body = "# One\n\n## Two\n\n### Three\n\n#### Four\n\nText `code` [link](https://example.org)\n\n> quotation\n\n- item\n  - inner\n\n\
        1. first\n\n---\n\n    code\n\n{{> signatories}}\n";
    for language in ["en", "ar"] {
        let mut desk = Desk::with(body);
        desk.language = language;
        desk.signatories = (2..40).map(|line| super::signatory(line, &format!("Signatory {line}"))).collect();
        let html = desk.merge(&[]).html.to_text();
        let styles = html.split(" style=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let declared: BTreeSet<(&str, &str)> =
            styles.flat_map(|style| style.split(';')).filter_map(|one| one.split_once(':')).collect();
        assert!(declared.len() > 20, "{declared:?}");
        for (property, value) in declared {
            let (property, value) = (property.trim(), value.trim());
            let allowed = VALUES.iter().find(|(name, _)| *name == property);
            assert!(allowed.is_none_or(|(_, values)| values.contains(&value)), "{property}: {value}");
            assert!(
                allowed.is_some() || KNOWN.iter().any(|(name, _)| *name == property),
                "{property}: see caniemail.com"
            );
            let logical = property.contains("inline") || property.contains("block");
            assert!(!logical && !value.ends_with("rem") && !value.contains('('), "{property}: {value}");
        }
    }
}

#[test]
fn a_browser_finds_the_charset_where_it_looks_for_it() {
    let desk = Desk::with("Über\n");
    let style = format!("<style>@media print {{ {} }}</style>", ".a { color: black; } ".repeat(200));
    let layout = format!(
        "<html><head>{style}<meta charset=\"utf-8\">\n<title>x</title></head><body>{{{{content}}}}</body></html>"
    );
    desk.file("templates/layout.html", &layout);
    let html = desk.merge(&[]).html.to_text();
    assert!(html.find("<meta charset=\"utf-8\">").is_some_and(|at| at < 1000), "{html}");
    assert_eq!(html.matches("charset").count(), 1);
}
