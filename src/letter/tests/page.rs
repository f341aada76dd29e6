//! The page that a letter stands in: what its styles need of a mail program.

use std::collections::BTreeSet;

use super::Desk;

/// The properties that may stand in a letter, each with what a reader sees whose mail program does not know it. What is
/// known where is from caniemail.com, for Outlook for Windows (Word), Gmail and Apple Mail.
const KNOWN: [(&str, &str); 25] = [
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
    ("font-family", "known to all"),
    ("font-size", "known to all"),
    ("font-weight", "known to all"),
    ("height", "on pictures, whose attribute stands for it"),
    ("line-height", "known to all in per cent"),
    ("list-style-type", "known to all"),
    ("margin", "known to all but as `auto`: the letter is at the side of the window"),
    ("max-width", "lines as long as the window is wide"),
    ("padding", "no margin inside the page but the mail program's own; a quotation is indented by its margin"),
    ("text-align", "known to all"),
    ("text-indent", "known to all"),
    ("vertical-align", "known to all"),
];

/// Of these a letter may have but one value, or few.
const VALUES: [(&str, &[&str]); 2] = [("white-space", &["pre-wrap"]), ("word-break", &["break-word"])];

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

/// A mail program that knows no styles shows what is hidden, and so does a quotation that keeps none.
#[test]
fn nothing_in_the_page_is_hidden_and_the_letter_is_what_is_read_first() {
    let desk = Desk::new();
    desk.file(
        "templates/letter.md",
        "+++\nsubject = \"S\"\npreheader = \"In \\\"short\\\"\"\n+++\nDear Ana,\n\n{{> signatories}}\n",
    );
    let html = desk.merge(&[]).html.to_text();
    assert!(html.contains("<meta name=\"description\" content=\"In &quot;short&quot;\">"), "{html}");
    let body = &html[html.find("<body").unwrap()..];
    assert!(!body.contains("In ") && !body.contains("display") && !body.contains("hidden"), "{body}");
    let words = body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim());
    assert_eq!(words.clone().find(|text| !text.is_empty()), Some("Dear Ana,"));
}

/// A margin is lost at the foot of a column, and in `WebKit` goes on at the head of the next: columns have their space
/// below themselves, and names have theirs within.
#[test]
fn two_columns_have_space_below_and_none_that_passes_into_the_next() {
    for language in ["en", "ar"] {
        let mut desk = Desk::with("Yours,\n\n{{> signatories}}\n\nBelow.\n");
        desk.language = language;
        desk.signatories = (2..40).map(|line| super::signatory(line, &format!("Signatory {line}"))).collect();
        let html = desk.merge(&[]).html.to_text();
        let from = html.find("<div class=\"columns\"").unwrap();
        let block = &html[from..html.find("Below.").unwrap()];
        assert!(block.lines().next().unwrap().contains("margin: 0 0 16px"), "{block}");
        let list = block.lines().nth(1).unwrap();
        assert!(list.contains("margin: 0;") && !list.contains("16px"), "{list}");
        for name in block.lines().filter(|line| line.starts_with("<li")) {
            assert!(
                name.contains("padding: 0 0 6px") && !name.contains(" 6px 16px;") && !name.contains("16px 6px"),
                "{name}"
            );
        }
    }
}
