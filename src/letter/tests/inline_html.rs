use super::Desk;

/// A letter with this body to which every element is allowed; the body begins on line 4.
fn desk(body: &str) -> Desk {
    let mut desk = Desk::with(body);
    desk.html = crate::model::InlineElement::ALL.iter().map(|name| name.parse().unwrap()).collect();
    desk
}

#[track_caller]
fn refused(body: &str, message: &str) {
    assert_eq!(desk(body).faults(), [format!("templates/letter.md:{message}")], "{body}");
}

#[test]
fn an_element_that_is_allowed_stands_in_the_page_and_its_words_in_the_text() {
    let desk = desk(
        "H<sub>2</sub>O, <abbr title='World \"Water\" Day'>WWD</abbr>, <SPAN lang=he dir=\"rtl\">מים</SPAN>, one<br>two<br/>three\n"
            .replace("lang=he", "lang=\"he\"")
            .as_str(),
    );
    assert_eq!(
        desk.html(&[]),
        "<p>H<sub>2</sub>O, <abbr title=\"World &quot;Water&quot; Day\">WWD</abbr>, <span lang=\"he\" dir=\"rtl\">מים</span>, one<br>two<br>three</p>\n"
    );
    assert_eq!(desk.text(&[]), "H2O, WWD, מים, one\ntwo\nthree\n");
}

#[test]
fn character_references_in_a_title_are_read_once() {
    let desk = desk("<abbr title=\"x &quot; &#39;&#xe9; & &amp;lt; &nbsp; &#8; y\">R&amp;D</abbr>\n");
    assert_eq!(
        desk.html(&[]),
        "<p><abbr title=\"x &quot; 'é &amp; &amp;lt; &amp;nbsp; &amp;#8; y\">R&amp;D</abbr></p>\n"
    );
    assert_eq!(desk.text(&[]), "R&D\n");
}

#[test]
fn an_element_stands_in_emphasis_and_holds_it() {
    let html =
        desk("**a <u>b *c*</u>** [<small>d</small>](https://example.org)\n\n- <mark>e</mark>\n  - f\n").html(&[]);
    assert!(html.contains("<strong>a <u>b <em>c</em></u></strong>"), "{html}");
    assert!(html.contains("<small>d</small></a>") && html.contains("<mark>e</mark>"), "{html}");
}

#[test]
fn a_value_in_an_element_or_its_title_is_data() {
    let desk = desk("<abbr title=\"{{recipient.name}}\">{{recipient.name}}</abbr> <sup>{{campaign.name}}</sup>\n");
    let html = desk.html(&[("name", "</abbr><script>\" onclick=\"x")]);
    assert!(
        html.starts_with(
            "<p><abbr title=\"&lt;/abbr&gt;&lt;script&gt;&quot; onclick=&quot;x\">&lt;/abbr&gt;&lt;script&gt;"
        ),
        "{html}"
    );
    assert!(html.contains("<sup>A river &amp; its people</sup>"), "{html}");
}

#[test]
fn an_element_that_the_campaign_does_not_name_is_refused_with_what_allows_it() {
    let mut desk = Desk::with("a <sub>b</sub>\n");
    desk.html = vec!["sup".parse().unwrap()];
    let refused = |tag: &str, column: u64| {
        format!(
            "templates/letter.md:4:{column}: `{tag}` is HTML, which this letter may not have; write Markdown, or allow it under [letter] with `html = [\"sub\"]`"
        )
    };
    assert_eq!(desk.faults(), [refused("<sub>", 3), refused("</sub>", 9)]);
}

#[test]
fn elements_that_fetch_run_or_hide_are_refused_whatever_the_campaign_says() {
    for tag in [
        "<script>",
        "<img src=\"x\">",
        "<a href=\"x\">",
        "<style>",
        "<div>",
        "<s>",
        "<font>",
        "<?x?>",
        "<!X y>",
        "</br>",
    ] {
        let faults = desk(&format!("a {tag} b\n")).faults();
        let refused = format!(
            "templates/letter.md:4:3: `{tag}` is HTML, which a letter may not have; write Markdown, or `\\<` for a `<`"
        );
        assert_eq!(faults, [refused], "{tag}");
    }
    refused(
        "<span>\nx\n</span>\n",
        "4:1: `<span>` is HTML, which a letter may not have; write Markdown, or `\\<` for a `<`",
    );
}

#[test]
fn attributes_are_few_and_have_values() {
    for name in ["style", "onclick", "class", "href", "data-x"] {
        refused(
            &format!("a <u {name}=\"x\">b</u>\n").replace("</u>", ""),
            &format!("4:3: `{name}` may not stand in `<u>` of a letter; known are `lang`, `dir`, `title`"),
        );
    }
    refused("a <u title>\n", "4:3: `title` of `<u>` needs a value in quotes, as in `title=\"…\"`");
    refused("a <u title=x>\n", "4:3: `title` of `<u>` needs a value in quotes, as in `title=\"…\"`");
    refused("a <u dir=\"up\">\n", "4:3: `up` is not a direction; known are `ltr`, `rtl`, `auto`");
    refused("a <u lang=\"x!\">\n", "4:3: `x!` is not a language tag; write one such as `fr` or `fr-BE`");
    let faults = desk("a <u lang=\"{{recipient.name}}\">b</u>\n").faults();
    assert!(faults[0].contains("is not a language tag"), "{faults:?}");
}

#[test]
fn elements_are_closed_where_they_were_opened() {
    refused("a\nb <u>c\n\nd\n", "5:3: `<u>` is not closed where it stands; add `</u>`");
    refused("a *b <u>c*\n", "4:6: `<u>` is not closed where it stands; add `</u>`");
    refused("- a <u>b\n  - c\n", "4:5: `<u>` is not closed where it stands; add `</u>`");
    refused("a </u> b\n", "4:3: `</u>` closes nothing here; open and close it within the same emphasis or link");
    assert_eq!(
        desk("<u>a *b</u> c*\n").faults(),
        [
            "templates/letter.md:4:1: `<u>` is not closed where it stands; add `</u>`",
            "templates/letter.md:4:8: `</u>` closes nothing here; open and close it within the same emphasis or link"
        ]
    );
    assert_eq!(
        desk("a <u><sub>b</u></sub>\n").faults(),
        [
            "templates/letter.md:4:3: `<u>` is not closed where it stands; add `</u>`",
            "templates/letter.md:4:12: `</u>` comes before the `</sub>` of what stands in it; close that first",
        ]
    );
    refused("{{#if round}}<u>a{{else}}b{{/if}}\n", "4:14: `<u>` is not closed where it stands; add `</u>`");
}
