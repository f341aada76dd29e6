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
        "Title\n=====\n\nOne\ntwo\nthree four\n\n* * *\n\n1. a\n2. b\n\n   - c\n\n     d\n\n> q\n>\n> - r\n> - s\n\ncode  N\n    kept\n\nEnd\n"
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
    assert!(html.contains("<meta name=\"description\" content=\"Read &lt;Bo&gt;\">"), "{html}");
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

#[test]
fn a_heading_is_underlined_as_wide_as_it_is() {
    let desk = Desk::with("# {{recipient.name}}\n\n> ## Das *Tal*\n\n- ### C\n");
    assert_eq!(desk.text(&[("name", "川の自由")]), "川の自由\n========\n\n> Das Tal\n> -------\n\n- C\n  ---\n");
    assert_eq!(desk.text(&[]), "> Das Tal\n> -------\n\n- C\n  ---\n");
}

#[test]
fn lines_are_broken_where_their_script_allows() {
    let url = "https://example.org/very/long/path/that/stays/whole/whatever/comes/before/it";
    let sentence = "川の自由を守るために、私たちは手紙を書きます。";
    let desk = Desk::with(&format!("{sentence}[報告]({url}){sentence}{sentence}{sentence}\n"));
    let text = desk.text(&[]);
    assert_eq!(text.matches(&format!("<{url}>")).count(), 1, "{text}");
    assert!(text.lines().filter(|line| !line.contains(url)).all(|line| widest(line) <= 72), "{text}");
    assert_eq!(text.lines().find(|line| line.contains(url)).unwrap(), format!("<{url}>"), "{text}");
    let text =
        Desk::with(&format!("{sentence}https://example.org/川の自由を守るために {sentence}{sentence}\n")).text(&[]);
    assert!(text.contains("\nhttps://example.org/川の自由を守るために "), "{text}");

    // Thai words are found in a dictionary; Arabic, Hebrew and Greek ones end at blanks, and marks on letters take no
    // room.
    let thai = "เราเขียนถึงคุณเพื่อขอให้ปกป้องแม่น้ำ".repeat(5);
    let text = Desk::with(&format!("{thai}\n")).text(&[]);
    assert!(widest(&text) <= 72 && text.lines().count() > 1 && text.replace('\n', "") == thai, "{text}");
    for words in ["مُحَمَّد ".repeat(30), "נהרות ".repeat(30), "Ποτάμι ".repeat(30), "Cafe\u{301} ".repeat(30)]
    {
        let text = Desk::with(&format!("{words}\n")).text(&[]);
        assert!(widest(&text) <= 72 && widest(&text) > 60, "{text}");
        assert_eq!(text.split_whitespace().collect::<Vec<_>>(), words.split_whitespace().collect::<Vec<_>>());
    }
}

#[test]
fn a_line_is_not_broken_at_a_blank_that_holds_it_together() {
    for together in ["« Velma »", "vraiment ?", "12\u{a0}juin", "«\u{202f}Velma\u{202f}»", "100\u{202f}000"] {
        for before in 50..75 {
            let text = Desk::with(&format!("{} {together} suit.\n", "x".repeat(before))).text(&[]);
            assert!(text.contains(together), "{text}");
        }
    }
}

#[test]
fn lines_that_mail_programs_take_for_something_else_are_none() {
    let desk = Desk::with("a\\\n.\\\nFrom here\\\n{{recipient.name}}\n\n\\-- \n\n    -- \n");
    assert_eq!(desk.text(&[("name", "-- \r\nBo")]), "a\n.\nFrom here\n--\nBo\n\n--\n\n--\n");
}
