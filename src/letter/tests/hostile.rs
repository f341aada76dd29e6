//! Values that look like markup, in every place where a value can stand.

use std::path::PathBuf;

use proptest::prelude::*;

use super::{Desk, only, signatory};
use crate::letter::marker::{CLOSE, OPEN};
use crate::page::lines;

/// Everywhere a value can stand in the body. Around it are words to find it by.
const PLACES: &str = "\
# Headqz {{recipient.name}} zqdaeH

Paraqz {{recipient.name}} zqaraP, **Boldqz {{recipient.name}} zqdloB** and *Slantqz {{recipient.name}} zqtnalS*.

- Itemqz {{recipient.name}} zqmetI
- [Linkqz {{recipient.name}} zqkniL](https://example.org/ \"Titleqz {{recipient.name}} zqeltiT\")

> Quoteqz {{recipient.name}} zqetouQ

`Codeqz {{recipient.name}} zqedoC`

    Blockqz {{recipient.name}} zqkcolB

Defaultqz {{default recipient.salutation recipient.name}} zqtluafeD

Alone:

{{recipient.name}}

[query](https://example.org/?q={{recipient.name}}&end=1) [mail](mailto:{{recipient.name}}?subject={{recipient.name}})
";
const WORDS: [(&str, &str); 10] = [
    ("Headqz ", " zqdaeH"),
    ("Paraqz ", " zqaraP"),
    ("Boldqz ", " zqdloB"),
    ("Slantqz ", " zqtnalS"),
    ("Itemqz ", " zqmetI"),
    ("Linkqz ", " zqkniL"),
    ("Quoteqz ", " zqetouQ"),
    ("Codeqz ", " zqedoC"),
    ("Blockqz ", " zqkcolB"),
    ("Defaultqz ", " zqtluafeD"),
];

const VALUES: [&str; 34] = [
    "**x**",
    "*x* _y_ `z`",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "</title><script>",
    "{{x}}",
    "{{{x}}}",
    "{{> signatories}}",
    "javascript:alert(1)",
    "\"",
    "'",
    "\" onmouseover=\"x",
    "&amp;",
    "&#x41; &lt; &nbsp;",
    "&",
    "<",
    "\u{E000}v0\u{E001}",
    "\u{E000}\u{E001}",
    "\u{E000}",
    "\u{202E}right to left\u{202C}\u{2066}\u{2069}",
    "\u{FEFF}zero\u{200B}width\u{200D}",
    "- item\n- item",
    "# heading",
    "> quote",
    "1. one\r\n2. two\rthree",
    "a\n\nb",
    "---",
    "    four blanks",
    "[x](javascript:alert(1))",
    "![x](https://tracker.example/x.gif)",
    "<https://example.net>",
    "\\*x\\* \\",
    "%41%00 a b/c?d#e=f&g",
    "日本語の名前はここに入りますとても長い名前ですから折り返されるはずですがどうでしょうか見てみましょう",
];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file(
        "templates/letter.md",
        &format!("+++\nsubject = \"To {{{{recipient.country}}}}\"\npreheader = \"Preqz {{{{recipient.country}}}} zqerP\"\n+++\n{PLACES}"),
    );
    desk
}

/// Reads HTML text back as a browser does.
fn unescape(html: &str) -> String {
    assert!(!html.replace("<br>\n", "").contains(['<', '>']), "markup in {html:?}");
    html.replace("<br>\n", "\n")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#10;", "\n")
        .replace("&amp;", "&")
}

fn between<'t>(text: &'t str, (before, after): (&str, &str)) -> &'t str {
    let start = text.find(before).unwrap_or_else(|| panic!("{before:?} in {text}")) + before.len();
    let end = text[start..].find(after).unwrap_or_else(|| panic!("{after:?} in {text}"));
    &text[start..start + end]
}

/// A text without its blanks and line breaks: wrapping moves them.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn check(desk: &Desk, letters: &crate::letter::Letters, value: &str) {
    let one_line: String = value.chars().filter(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')).collect();
    let recipient = desk.recipient(&[("name", value), ("country", &one_line)]);
    let merged = match only(letters).merge(&recipient, None) {
        Ok(merged) => merged,
        Err(faults) => {
            let control = |c: char| (c.is_ascii_control()) && !matches!(c, '\n' | '\r' | '\t');
            assert!(value.contains(control), "{value:?}: {faults}");
            assert!(faults.to_string().contains("has the control character"), "{faults}");
            return;
        }
    };
    let value = lines(value).collect::<Vec<_>>().join("\n");
    let (text, html) = (merged.text.to_text(), merged.html.to_text());
    assert_eq!(merged.subject, format!("To {one_line}"));
    assert_eq!(unescape(between(&html, ("<title>To ", "</title>"))), one_line);
    assert_eq!(unescape(between(&html, ("Preqz ", " zqerP"))), one_line);
    for words in WORDS {
        assert_eq!(unescape(between(&html, words)), value, "{words:?}");
        // In text a value is wrapped, and quoted where it stands in a quote.
        let plain = |text: &str| squeezed(text).replace(if words.0 == "Quoteqz " { ">" } else { "\0" }, "");
        let found = plain(&text);
        let around = (plain(words.0), plain(words.1));
        assert_eq!(between(&found, (&around.0, &around.1)), plain(&value), "{words:?}");
    }
    let title = html.find("title=\"Titleqz ").unwrap() + "title=\"Titleqz ".len();
    let title = &html[title..title + html[title..].find('"').unwrap()];
    assert_eq!(unescape(title).strip_suffix(" zqeltiT"), Some(value.as_str()));
    for (before, after) in [("https://example.org/?q=", "&amp;end=1\""), ("mailto:", "?subject="), ("?subject=", "\"")]
    {
        let encoded = between(&html, (before, after));
        assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%@".contains(&b)), "{encoded}");
        let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap();
        assert_eq!(lines(&decoded).collect::<Vec<_>>().join("\n"), value);
    }
    if !value.contains([OPEN, CLOSE]) {
        assert!(!html.contains([OPEN, CLOSE]) && !text.contains([OPEN, CLOSE]), "a marker is left");
    }
    let tags = |html: &str| html.matches('<').count() - html.matches("<br>\n").count();
    let plain = only(letters).merge(&desk.recipient(&[("name", "x"), ("country", "x")]), None).unwrap();
    assert_eq!(tags(&html), tags(&plain.html.to_text()), "a value made a tag");
    #[cfg(feature = "pdf")]
    super::paper::check(desk, letters, &value, &WORDS);
}

#[test]
fn a_value_is_inert_wherever_it_stands() {
    let desk = desk();
    let letters = desk.letters();
    for value in VALUES {
        check(&desk, &letters, value);
    }
}

#[test]
fn naughty_strings_are_inert_wherever_they_stand() {
    let Some(corpora) = std::env::var_os("UNDERSIGNED_CORPORA").map(PathBuf::from) else {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "UNDERSIGNED_CORPORA is not set");
        println!("skipped: UNDERSIGNED_CORPORA is not set");
        return;
    };
    let strings = std::fs::read_to_string(corpora.join("security/blns/blns.json")).unwrap();
    let strings: Vec<String> = serde_json::from_str(&strings).unwrap();
    assert!(strings.len() > 400);
    let desk = desk();
    let letters = desk.letters();
    for value in strings.iter().filter(|value| !value.trim().is_empty()) {
        check(&desk, &letters, value.trim());
    }
}

#[test]
fn a_hostile_signatory_is_inert() {
    let mut desk = Desk::with(
        "{{> signatories}}\n\n{{#each signatories}}\n- Eachqz {{name}} zqhcaE\n{{/each}}\n\n{{list signatories}}\n",
    );
    for value in VALUES {
        desk.signatories = vec![signatory(2, value)];
        desk.signatories[0].acronym = Some(format!("{value}#"));
        let html = desk.html(&[]);
        let joined = lines(value).collect::<Vec<_>>().join("\n");
        let twice = format!("{joined} ({joined}#)");
        assert_eq!(unescape(between(&html, ("<li>", "</li>"))), twice);
        assert_eq!(unescape(between(&html, ("Eachqz ", " zqhcaE"))), joined);
        assert_eq!(html.matches('<').count() - html.matches("<br>\n").count(), 10, "{html}");
        assert!(squeezed(&desk.text(&[])).contains(&squeezed(&twice)));
    }
}

#[test]
fn a_subject_is_one_line_or_the_row_is_refused() {
    let desk = Desk::new();
    desk.file("templates/letter.md", "+++\nsubject = \"To {{recipient.name}}\"\n+++\nHello\n");
    for (value, shown, control) in [
        ("x\r\nBcc: eve@example.net", "x\\r\\nBcc: eve@example.net", "\\r"),
        ("x\ny", "x\\ny", "\\n"),
        ("x\0", "x\\u{0}", "\\u{0}"),
        ("x\ty", "x\\ty", "\\t"),
        ("x\u{85}y", "x\\u{85}y", "\\u{85}"),
    ] {
        assert_eq!(
            desk.row_faults(&[("name", value)]),
            [format!(
                "lists/recipients.csv:14: `{shown}` has the control character `{control}`, which cannot stand in the subject or preheader; write it on one line; it is used at templates/letter.md:2:15"
            )]
        );
    }
    let desk = Desk::new();
    desk.file("templates/letter.md", "+++\nsubject = \"{{recipient.name}}\"\n+++\nHello\n");
    assert_eq!(desk.row_faults(&[]), ["lists/recipients.csv:14: the subject that templates/letter.md gives is empty"]);
}

#[test]
fn a_link_that_a_value_makes_is_checked() {
    let desk = Desk::with("[site]({{recipient.url}})\n");
    let fault = |value: &str| desk.row_faults(&[("url", value)]).join("\n");
    let end = "; a link begins with `https://`, `http://`, `mailto:` or `tel:`";
    let used = "it is used at templates/letter.md:4:8";
    for value in [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "vbscript:x",
        "www.example.org",
        "//example.org",
        "https:",
        "https:///x",
        " https://example.org",
    ] {
        let expected = format!("lists/recipients.csv:14: `{value}` is not a link that a letter may have{end}; {used}");
        assert_eq!(fault(value), expected);
    }
    assert_eq!(
        fault("java\tscript:x"),
        format!(
            "lists/recipients.csv:14: `java\\tscript:x` has the control character `\\t` and cannot be a link; {used}"
        )
    );
    assert!(fault("").contains("an empty value cannot be a link"), "{}", fault(""));
    let html = desk.html(&[("url", "https://example.org/a b?x=\"1\"&y=é#z")]);
    assert_eq!(html, "<p><a href=\"https://example.org/a%20b?x=%221%22&amp;y=%C3%A9#z\">site</a></p>\n");
    assert_eq!(desk.text(&[("url", "https://example.org/")]), "site <https://example.org/>\n");
    assert!(fault("MAILTO:ana@example.org").is_empty());
}

#[test]
fn a_cell_that_a_helper_cannot_read_is_the_rows_fault() {
    let desk = Desk::with("On {{date recipient.name}}.\n\n{{plural recipient.country other=\"x\"}}\n");
    assert_eq!(
        desk.row_faults(&[("name", "soon"), ("country", "many")]),
        [
            "lists/recipients.csv:14: `recipient.name`: `soon` is not a date; write it as `2024-06-12`; it is used at templates/letter.md:4:4",
            "lists/recipients.csv:14: `recipient.country`: `many` is not a number, such as `3`; it is used at templates/letter.md:6:1",
        ]
    );
    assert_eq!(desk.text(&[("name", "2030-01-31T23:30:00-05:00"), ("country", "3")]), "On 31 January 2030.\n\nx\n");
}

#[test]
fn a_control_character_is_refused_and_never_cleaned() {
    let desk = Desk::with("Dear {{recipient.name}}\n");
    assert_eq!(
        desk.row_faults(&[("name", "Ana\u{1b}[2J")]),
        [
            "lists/recipients.csv:14: `Ana\\u{1b}[2J` has the control character `\\u{1b}`; write the cell anew; it is used at templates/letter.md:4:6"
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_value_is_inert_wherever_it_stands(value in "\\S(.{0,60}|[<>&\"'{}*_#\\[\\]()\u{E000}\u{E001}v0-9 \n]{0,40})\\S") {
        thread_local!(static DESK: (Desk, crate::letter::Letters) = { let desk = desk(); let letters = desk.letters(); (desk, letters) });
        DESK.with(|(desk, letters)| check(desk, letters, &value));
    }
}
