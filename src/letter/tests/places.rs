//! How Markdown and values stand in text and in HTML.

use super::Desk;
use crate::letter::Merged;

fn widest(text: &str) -> usize {
    text.lines().map(textwrap::core::display_width).max().unwrap_or(0)
}

#[test]
fn text_is_wrapped_at_72_columns_after_filling() {
    let words = "word ".repeat(30);
    let desk =
        Desk::with(&format!("Dear {{{{recipient.name}}}}, {words}\n\n> {words}\n\n10. {words}\n    - {words}\n"));
    for name in ["", "Ana", "A name that is as long as a name in a list can well be when it is an office"] {
        let text = desk.text(&[("name", name)]);
        assert!(widest(&text) <= 72, "{text}");
    }
    assert_eq!(
        desk.text(&[("name", "Ana")]),
        "\
Dear Ana, word word word word word word word word word word word word
word word word word word word word word word word word word word word
word word word word

> word word word word word word word word word word word word word word
> word word word word word word word word word word word word word word
> word word

10. word word word word word word word word word word word word word
    word word word word word word word word word word word word word
    word word word word
    - word word word word word word word word word word word word word
      word word word word word word word word word word word word word
      word word word word
"
    );
}

#[test]
fn japanese_is_wrapped_between_its_characters() {
    let desk = Desk::with("{{recipient.name}}\n");
    let text = desk.text(&[("name", &"川の自由を守るために、私たちは手紙を書きます。".repeat(4))]);
    assert!(widest(&text) <= 72 && text.lines().count() > 2, "{text}");
    assert!(!text.lines().any(|line| line.starts_with(['、', '。'])), "{text}");
}

#[test]
fn a_url_is_never_broken() {
    let url = format!("https://example.org/{}", "long-path/".repeat(12));
    let desk = Desk::with(&format!("See [the report of the year before last]({url}) and <{url}> and more.\n"));
    let text = desk.text(&[]);
    assert_eq!(text.matches(&url).count(), 2, "{text}");
    assert_eq!(text.replace('\n', " "), format!("See the report of the year before last <{url}> and {url} and more. "));
}

#[test]
fn a_link_in_text_is_its_text_and_its_target() {
    let desk = Desk::with(
        "[a](https://a.example/x?b&c) [https://a.example](https://a.example) [ana@example.org](mailto:ana@example.org) [+32 2](tel:+322) <ana@example.org>\n",
    );
    assert_eq!(
        desk.text(&[]),
        "a <https://a.example/x?b&c> https://a.example ana@example.org +32 2\n<tel:+322> ana@example.org\n"
    );
    let desk = Desk::with("[{{recipient.url}}]({{recipient.url}}) [{{recipient.name}}](mailto:{{recipient.email}})\n");
    assert_eq!(
        desk.text(&[("url", "https://a.example/"), ("name", "Ana")]),
        "https://a.example/ Ana <mailto:ana@example.org>\n"
    );
}

#[test]
fn a_value_in_a_link_cannot_leave_its_place() {
    let desk = Desk::with("[a](https://{{recipient.name}}/path?q={{recipient.name}}#{{recipient.name}})\n");
    assert_eq!(
        desk.html(&[("name", "evil.example/?x=1#y&z@w:80")]),
        "<p><a href=\"https://evil.example%2F%3Fx%3D1%23y%26z%40w%3A80/path?q=evil.example%2F%3Fx%3D1%23y%26z%40w%3A80#evil.example%2F%3Fx%3D1%23y%26z%40w%3A80\">a</a></p>\n"
    );
}

#[test]
fn signs_of_the_template_pass_as_they_are() {
    let desk = Desk::with("“Quotes” – dashes… -- \"straight\" 'too' R&D 1 < 2 &copy; &lt;\n");
    assert_eq!(desk.text(&[]), "“Quotes” – dashes… -- \"straight\" 'too' R&D 1 < 2 © <\n");
    assert_eq!(desk.html(&[]), "<p>“Quotes” – dashes… -- \"straight\" 'too' R&amp;D 1 &lt; 2 © &lt;</p>\n");
}

#[test]
fn a_line_break_in_a_value_is_a_line_break() {
    let desk = Desk::with("- To: {{recipient.name}}\n\n> {{recipient.name}}\n");
    let cells = [("name", "Ana\r\nOffice 3\rBrussels")];
    assert_eq!(desk.text(&cells), "- To: Ana\n  Office 3\n  Brussels\n\n> Ana\n> Office 3\n> Brussels\n");
    assert!(desk.html(&cells).contains("<li>To: Ana<br>\nOffice 3<br>\nBrussels</li>"), "{}", desk.html(&cells));
}

#[test]
fn an_empty_cell_prints_nothing_and_an_empty_paragraph_is_left_out_of_the_text() {
    let desk = Desk::with("A\n\n{{recipient.name}}\n\nB {{recipient.name}}.\n");
    assert_eq!(desk.text(&[]), "A\n\nB .\n");
    assert_eq!(desk.text(&[("name", "x")]), "A\n\nx\n\nB x.\n");
}

#[test]
fn every_block_of_markdown_has_its_form_in_text() {
    let desk = Desk::with(
        "# Title\n\nOne\\\ntwo  \nthree\nfour\n\n---\n\n1. a\n2. b\n   - c\n\n     d\n\n> q\n>\n> - r\n> - s\n\n```\ncode  {{recipient.name}}\n    kept\n```\n\nEnd\n",
    );
    assert_eq!(
        desk.text(&[("name", "N")]),
        "Title\n\nOne\ntwo\nthree four\n\n* * *\n\n1. a\n2. b\n\n   - c\n\n     d\n\n> q\n>\n> - r\n> - s\n\ncode  N\n    kept\n\nEnd\n"
    );
}

#[test]
fn the_page_is_one_column_with_inline_styles_and_fetches_nothing() {
    let desk = Desk::new();
    desk.file(
        "templates/letter.md",
        "+++\nsubject = \"A & {{recipient.name}}\"\npreheader = \"Read {{recipient.name}}\"\n+++\nHello [you](https://example.org)\n",
    );
    let Merged { subject, html, .. } = desk.merge(&[("name", "<Bo>")]);
    let html = html.to_text();
    assert_eq!(subject, "A & <Bo>");
    assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
    assert!(html.contains("<title>A &amp; &lt;Bo&gt;</title>"), "{html}");
    assert!(html.contains(">Read &lt;Bo&gt;</div>"), "{html}");
    assert!(html.contains("<p style="), "{html}");
    assert!(html.contains("@media (prefers-color-scheme: dark)"), "{html}");
    for fetched in ["src=", "url(", "<link", "<script", "@import"] {
        assert!(!html.contains(fetched), "{fetched}");
    }
    assert!(html.lines().all(|line| line.len() < 990), "{html}");
}

#[test]
fn a_layout_beside_the_template_needs_no_mention() {
    let desk = Desk::with("Hello {{recipient.name}}\n");
    desk.file("templates/layout.html", "<html><body><main>{{content}}</main></body></html>");
    let html = desk.merge(&[("name", "Bo")]).html.to_text();
    assert!(html.contains("<main><p>Hello Bo</p></main>"), "{html}");
    assert_eq!(desk.letters().sources().len(), 2, "it is frozen with the letter");
}

#[test]
fn a_layout_of_ones_own_takes_its_place() {
    let mut desk = Desk::with("Hello {{recipient.name}}\n");
    desk.layout = Some("templates/layout.html");
    desk.file(
        "templates/layout.html",
        "<!DOCTYPE html>\n<html lang=\"{{language}}\" dir=\"{{direction}}\"><head><title>{{title}}</title><style>p { color: red }</style></head><body>{{content}}</body></html>",
    );
    let html = desk.merge(&[("name", "Bo")]).html.to_text();
    assert!(html.contains("<p style=\"color: red;\">Hello Bo</p>"), "{html}");
    assert!(html.ends_with("</html>\n"), "{html}");
    assert_eq!(desk.letters().sources().len(), 2);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_read() {
    let desk = Desk::new();
    desk.file(
        "templates/letter.md",
        "\u{feff}+++\r\nsubject = \"x\"\r\n+++\r\na\r\nb\r\n\r\n{{#if round}}\r\nx\r\n{{/if}}\r\nc\r\n",
    );
    assert_eq!(desk.text(&[]), "a b\n\nc\n");
}
