use std::io::{Cursor, Write};

use proptest::prelude::*;
use pulldown_cmark::{Event, Parser};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

/// The Markdown of a template, without its front matter.
fn body(imported: &Imported) -> &str {
    imported.template.splitn(3, "+++").nth(2).unwrap().trim()
}

/// The words that a template shows.
fn words(markdown: &str) -> Vec<String> {
    let mut text = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            _ => text.push(' '),
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

fn plain(text: &str) -> Imported {
    read("letter.txt", text.as_bytes()).unwrap()
}

fn markdown(text: &str) -> Imported {
    read("letter.md", text.as_bytes()).unwrap()
}

#[test]
fn plain_text_is_a_letter_with_a_subject_paragraphs_lists_and_links() {
    let imported = plain(
        "An appeal\n\nDear Ministers,\n\nthis line was wrapped by somebody who does so, at\nabout fifty columns or a few more, and it goes on.\n\n\
         - one\n- two, which\n  goes on\n\n1. first\n2. second\n\nSee https://example.org/a_b?c=1&d=2.\n\nAna Roe\nDelta Watch\n",
    );
    assert_eq!((imported.subject.as_str(), imported.salutation.as_deref()), ("An appeal", Some("Dear Ministers,")));
    let expected = "Dear Ministers,\n\nthis line was wrapped by somebody who does so, at about fifty columns or a few more, and it goes on.\n\n\
        - one\n- two, which\\\n  goes on\n\n1. first\n2. second\n\n\
        See [https://example.org/a\\_b?c=1\\&d=2](<https://example.org/a_b?c=1&amp;d=2>).\n\nAna Roe\\\nDelta Watch\n\n{{> signatories}}";
    assert_eq!(body(&imported), expected);
}

#[test]
fn a_title_in_capitals_is_the_subject_and_stays_where_it_is_not_first() {
    let imported = plain("To the attention of:\n\nJOINT PUBLIC LETTER: keep the delta\n\nDear all,\n\nplease.\n");
    assert_eq!(imported.subject, "JOINT PUBLIC LETTER: keep the delta");
    assert!(body(&imported).starts_with("To the attention of:\n\nJOINT PUBLIC LETTER"), "{}", imported.template);
}

#[test]
fn what_markdown_or_handlebars_would_read_stays_text() {
    for text in [
        "# no heading",
        "12. June 2024",
        "1) x",
        "> quoted",
        "* star *",
        "**bold**",
        "_a_ `b` ~~~",
        "<b>&amp;</b>",
        "[a](b)",
        "a | b",
        "---",
        "+++",
        "{{recipient.name}}",
        "{{{x}}}",
        "\\{{x}}",
        "a\\",
        "![x](y)",
        "===",
        "{{{{raw}}}}",
        "&#57344; &copy;",
        "    indented",
    ] {
        let imported = plain(&format!("Subject\n\nbefore\n\n{text}\n\nafter\n"));
        let body = body(&imported).strip_suffix(SIGNATORIES).unwrap();
        assert!(!body.contains("{{"), "{body}");
        assert_eq!(words(body).join(" "), format!("before {} after", text.trim()), "{body}");
        let paragraphs = Parser::new(body).filter(|event| matches!(event, Event::Start(_))).count();
        assert_eq!(paragraphs, 3, "{body}");
    }
}

proptest! {
    #[test]
    fn plain_text_says_what_it_said(text in "([a-z]{1,4}|[ \n#>*_`\\[\\]()<>&;{}\\\\|~=+.!\"0-9:/-]|\n\n|http://a.b){1,60}") {
        if let Ok(imported) = read("letter.txt", format!("Subject\n\n{text}").as_bytes()) {
            let body = body(&imported).strip_suffix(SIGNATORIES).unwrap();
            prop_assert!(!body.contains("{{"), "{}", body);
            let bare = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            prop_assert_eq!(bare(&words(body).concat()), bare(&text), "{}", body);
        }
    }

    #[test]
    fn markdown_of_any_kind_is_read_without_a_fault(text in "([a-z]{1,4}|[ \n#>*_`\\[\\]()<>&;{}\\\\|~=+.!-]|\n\n|!\\[a\\]\\(b\\)|\\{\\{x|\\[\\^a\\]:?|\n\\|-\\|\n){0,60}") {
        let _ = read("letter.md", text.as_bytes());
    }
}

#[test]
fn markdown_stays_as_it_is_but_for_what_a_letter_may_not_have() {
    let imported = markdown(
        "# Keep the *delta*\n\nDear all,\n\n**Act** now: [report](https://example.org), [none](#), ![a map](map.png) <u>x</u> {{x}} `{{y}}`\n\n\
         | a | b |\n|---|---|\n| 1 | 2 |\n",
    );
    assert_eq!(imported.subject, "Keep the delta");
    assert_eq!(
        body(&imported),
        "Dear all,\n\n**Act** now: [report](https://example.org), none, a map \\<u>x\\</u> {&#123;x}} `\\{{y}}`\n\n\
         \\| a \\| b \\|\\\n\\| 1 \\| 2 \\|\n\n{{> signatories}}"
    );
    let lost: Vec<&str> = imported.lost.iter().map(|lost| lost.split([':', ';']).next().unwrap()).collect();
    assert_eq!(lost, ["1 picture", "1 link that leads nowhere on the web", "2 pieces of HTML", "1 table"]);
}

#[test]
fn the_notes_of_markdown_are_numbered_lines_at_its_end() {
    let imported = markdown(
        "# Keep it\n\nDear all,\n\nact[^b] now[^a], `x[^a]` again[^b]; [^none] ~~x~~.\n\n- [ ] a task\n\n\
         [^a]: The **first**,\n    {{x}}.\n\n    It goes on.\n[^b]: See [here](https://example.org)[^a].\n[^c]: Lost.\n\nBye.\n",
    );
    let (text, notes) = body(&imported).split_once(SIGNATORIES).unwrap();
    assert!(
        text.starts_with(
            "Dear all,\n\nact\\[1\\] now\\[2\\], `x[^a]` again\\[1\\]; [^none] ~~x~~.\n\n- [ ] a task\n\n"
        ),
        "{text}"
    );
    assert!(text.trim_end().ends_with("\n\nBye.") && !text.contains("Lost"), "{text}");
    assert_eq!(
        notes.trim(),
        "\\[1\\] See [here](https://example.org)\\[2\\].\n\n\\[2\\] The **first**,\n{&#123;x}}.\n\nIt goes on."
    );
    assert_eq!(imported.lost, ["1 footnote to which nothing in the text leads"]);
}

#[test]
fn front_matter_of_any_program_gives_the_subject() {
    assert_eq!(markdown("---\ntitle: \"Keep it\"\nlayout: post\n---\n\nDear all,\n\nact.\n").subject, "Keep it");
    assert_eq!(markdown("+++\ntitle = \"Keep it\"\n+++\n\nDear all,\n\nact.\n").subject, "Keep it");
    let template = "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\nDear {{recipient.name}},\n\n{{> signatories}}\n";
    assert_eq!(markdown(template).template, template);
    let without = "+++\nsubject = \"x\"\n+++\n\nDear {{recipient.name}},\n";
    assert_eq!(markdown(without).template, format!("{without}\n{SIGNATORIES}\n"));
}

/// A Word document of these parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn document(paragraphs: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w" xmlns:r="r"><w:body>{paragraphs}<w:sectPr/></w:body></w:document>"#
    )
}

const STYLES: &str = r#"<w:styles xmlns:w="w"><w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>
    <w:style w:styleId="Kop"><w:name w:val="heading 2"/></w:style><w:style w:styleId="Own"><w:basedOn w:val="Kop"/></w:style>
    <w:style w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style></w:styles>"#;
const NUMBERING: &str = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>
    <w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#;
const RELATIONS: &str = r#"<Relationships><Relationship Id="r1" Type="t/hyperlink" Target="https://example.org/?a=1&amp;b=2" TargetMode="External"/></Relationships>"#;
const FOOTNOTES: &str = r#"<w:footnotes xmlns:w="w"><w:footnote w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
    <w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> A note.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;

fn word(paragraphs: &str) -> Imported {
    word_with_notes(paragraphs, FOOTNOTES).unwrap()
}

fn word_with_notes(paragraphs: &str, footnotes: &str) -> Result<Imported, ImportError> {
    let parts = [
        ("word/document.xml", document(paragraphs)),
        ("word/styles.xml", STYLES.to_owned()),
        ("word/numbering.xml", NUMBERING.to_owned()),
        ("word/_rels/document.xml.rels", RELATIONS.to_owned()),
        ("word/footnotes.xml", footnotes.to_owned()),
    ];
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, xml)| (*name, xml.as_str())).collect();
    read("letter.docx", &package(&parts))
}

fn paragraph(settings: &str, text: &str) -> String {
    format!(r#"<w:p><w:pPr>{settings}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>"#)
}

#[test]
fn a_word_document_keeps_its_headings_lists_emphasis_links_and_notes() {
    let item = |level: u8, text: &str| {
        paragraph(&format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>"#), text)
    };
    let text = [
        paragraph(r#"<w:pStyle w:val="Titel"/>"#, "Keep it"),
        paragraph("", "Dear all,"),
        paragraph(r#"<w:pStyle w:val="Own"/>"#, "Why"),
        r#"<w:p><w:r><w:t xml:space="preserve">It is </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">very </w:t></w:r>
           <w:r><w:rPr><w:b/><w:i/></w:rPr><w:t>late</w:t></w:r><w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t>, says </w:t></w:r>
           <w:hyperlink r:id="r1"><w:r><w:rPr><w:rStyle w:val="Strong"/></w:rPr><w:t>a &lt;report&gt;</w:t></w:r></w:hyperlink>
           <w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t><w:br/><w:t>A &#x2013; B</w:t></w:r></w:p>"#
            .to_owned(),
        item(0, "one"),
        item(1, "inner"),
        item(0, "two"),
        r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://example.org/f" </w:instrText></w:r>
           <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>field</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>"#
            .to_owned(),
    ];
    let imported = word(&text.concat());
    assert_eq!(imported.subject, "Keep it");
    assert_eq!(
        body(&imported),
        "Dear all,\n\n## Why\n\nIt is **very** ***late***, says **[a \\<report>](<https://example.org/?a=1&amp;b=2>)**\\[1\\].\\\nA – B\n\n\
         - one\n  1. inner\n- two\n\n[field](<https://example.org/f>)\n\n{{> signatories}}\n\n\\[1\\] A note."
    );
    assert_eq!(imported.lost, Vec::<String>::new());
}

#[test]
fn notes_stand_in_the_order_of_their_marks_each_once_and_however_many_they_are() {
    let note = |id: usize, text: &str| format!(r#"<w:footnote w:id="{id}">{text}</w:footnote>"#);
    let notes = |notes: &str| format!(r#"<w:footnotes xmlns:w="w">{notes}</w:footnotes>"#);
    let mark = |id: usize| format!(r#"<w:p><w:r><w:t>Word</w:t><w:footnoteReference w:id="{id}"/></w:r></w:p>"#);
    let text = paragraph("", "Keep it") + &[3, 2, 3].map(mark).concat();
    let of_two = paragraph("", "Two.") + &paragraph("", "It goes on.");
    let footnotes =
        notes(&(note(2, &of_two) + &note(3, &paragraph("", "Three.")) + &note(4, &paragraph("", "Unnamed."))));
    let imported = word_with_notes(&text, &footnotes).unwrap();
    assert_eq!(
        body(&imported),
        "Word\\[1\\]\n\nWord\\[2\\]\n\nWord\\[3\\]\n\n{{> signatories}}\n\n\\[1\\] Three.\n\n\\[2\\] Two.\n\nIt goes on."
    );

    let text: String = (0..20_000).map(mark).collect();
    let footnotes: String = (0..20_000).map(|id| note(id, &paragraph("", "A note."))).collect();
    assert_eq!(word_with_notes(&text, &notes(&footnotes)), Err(ImportError::Long));
}

#[test]
fn tracked_changes_are_taken_as_accepted_and_what_is_lost_is_told() {
    let imported = word(
        r#"<w:p><w:r><w:t xml:space="preserve">Dear </w:t></w:r><w:del><w:r><w:delText>Sir</w:delText></w:r></w:del>
           <w:ins><w:r><w:t>Ministers,</w:t></w:r></w:ins></w:p>
           <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">one </w:t></w:r></w:p><w:p><w:r><w:t>paragraph</w:t></w:r></w:p>
           <w:p><w:r><w:drawing><wp:x><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></wp:x></w:drawing></w:r></w:p>
           <w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
           <w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>under</w:t></w:r></w:p>
           <w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>"#,
    );
    assert_eq!(body(&imported), "Dear Ministers,\n\none paragraph\n\ncell\n\nunder\n\n{{> signatories}}");
    let all = imported.lost.join("\n");
    for lost in [
        "1 picture: attach it, or name it as `header` in campaign.toml",
        "1 text box",
        "1 table: its cells are paragraphs now",
        "1 comment",
        "3 tracked changes",
        "1 piece of hidden text",
        "1 passage that is underlined",
    ] {
        assert!(all.contains(lost), "{lost} is not in\n{all}");
    }
}

#[test]
fn a_document_that_is_none_or_means_harm_is_refused() {
    let document = document(&paragraph("", "Dear all, please act."));
    let with = |xml: &str| package(&[("word/document.xml", xml)]);
    let nested = format!("{}{}", "<w:x>".repeat(1_000), "</w:x>".repeat(1_000));
    let bomb = document.replace("act.", &" ".repeat(40 * 1024 * 1024));
    let entity = document.replacen("<w:document", "<!DOCTYPE d [<!ENTITY a \"b\">]><w:document", 1);
    let cases = [
        (b"plain text".to_vec(), ImportError::NotWord),
        (package(&[("xl/workbook.xml", "<x/>")]), ImportError::NotWord),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1].to_vec(), ImportError::OldWord),
        (with(&document.replace("Dear", &nested)), ImportError::Deep(200)),
        (with(&bomb), ImportError::Bomb(32 * 1024 * 1024)),
        (with(&entity), ImportError::DocumentType),
        (with(&document.replace("act", "&a;")), ImportError::DocumentType),
        (with(&super::tests::document("")), ImportError::Empty),
        (with(&super::tests::document(&paragraph("", &"long ".repeat(100_000)))), ImportError::Long),
    ];
    assert!(read("letter.docx", &with(&document)).is_ok());
    for (bytes, error) in cases {
        assert_eq!(read("letter.docx", &bytes), Err(error));
    }
    for broken in [&document[..document.len() - 5], "<w:document><w:p></w:document>"] {
        assert!(matches!(read("letter.docx", &with(broken)), Err(ImportError::Damaged(_))), "{broken}");
    }
    let whole = with(&document);
    assert!(matches!(read("letter.docx", &whole[..whole.len() / 2]), Err(ImportError::Damaged(_))));
}

#[test]
fn a_file_of_another_kind_and_one_that_is_no_text_are_refused() {
    for name in ["letter.doc", "letter.odt", "letter.pdf", "letter"] {
        assert_eq!(read(name, b"text"), Err(ImportError::Kind(name.to_owned())));
    }
    assert_eq!(read("letter.txt", &[0, 159, 146, 150]), Err(ImportError::Binary));
    assert_eq!(read("letter.md", b"PK\x03\x04\x00\x00"), Err(ImportError::Binary));
    assert_eq!(read("letter.txt", b" \n\n "), Err(ImportError::Empty));
    assert_eq!(read("letter.md", b""), Err(ImportError::Empty));
    assert_eq!(read("letter.txt", &b"long ".repeat(2_000_000)), Err(ImportError::Long));
    assert_eq!(
        read("letter.TXT", b"Appeal\n\nChers coll\xe8gues,\n\nagissez.").unwrap().salutation.unwrap(),
        "Chers collègues,"
    );
}

#[test]
fn real_letters_say_what_they_said() {
    let Some(folder) = std::env::var_os("UNDERSIGNED_LETTERS") else {
        eprintln!("skipped: UNDERSIGNED_LETTERS is not set");
        return;
    };
    for name in ["letter-2023-02-15.txt", "letter-2024-06-12.txt"] {
        let text = std::fs::read_to_string(std::path::Path::new(&folder).join(name)).unwrap();
        let imported = plain(&text);
        assert!(imported.subject.starts_with("JOINT PUBLIC"), "{}", imported.subject);
        assert!(imported.salutation.as_ref().unwrap().starts_with("Dear High Representative"));
        let body = body(&imported).strip_suffix(SIGNATORIES).unwrap();
        let bullets = |words: Vec<String>| words.into_iter().filter(|word| word != "-").collect::<Vec<_>>();
        let said: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        assert_eq!(bullets(words(body)), bullets(said), "{name}");
    }
}

/// A document whose lists are these.
fn word_with_lists(paragraphs: &str, numbering: &str) -> Imported {
    let (document, numbering) =
        (document(paragraphs), format!(r#"<w:numbering xmlns:w="w">{numbering}</w:numbering>"#));
    read("letter.docx", &package(&[("word/document.xml", &document), ("word/numbering.xml", &numbering)])).unwrap()
}

fn item(list: u8, level: u8, text: &str) -> String {
    paragraph(&format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr>"#), text)
}

fn level(level: u8, format: &str, text: &str, start: u32) -> String {
    format!(
        r#"<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>"#
    )
}

const LISTS: &str = r#"<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/>
    <w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>"#;

/// The body of a document with such levels and such items, between two paragraphs.
fn listed(levels: &[String], items: &[String]) -> String {
    let outline = format!(r#"<w:abstractNum w:abstractNumId="0">{}</w:abstractNum>"#, levels.concat());
    let text =
        [paragraph("", "APPEAL TO ALL"), paragraph("", "We ask:"), items.concat(), paragraph("", "End.")].concat();
    let imported = word_with_lists(&text, &(outline + LISTS));
    body(&imported).replace("\n\n{{> signatories}}", "")
}

#[test]
fn an_item_keeps_the_letter_or_number_that_it_has_in_the_document() {
    let letters = level(0, "lowerLetter", "%1)", 4);
    assert_eq!(listed(&[letters], &[item(1, 0, "one"), item(1, 0, "two")]), "We ask:\n\nd) one\\\ne) two\n\nEnd.");
    let decimal = level(0, "decimal", "%1.", 3);
    let inner = level(1, "lowerRoman", "(%2)", 1);
    assert_eq!(
        listed(
            &[decimal.clone(), inner.clone()],
            &[item(1, 0, "three"), item(1, 1, "in"), item(1, 1, "side"), item(1, 0, "four"), item(1, 1, "again")]
        ),
        "We ask:\n\n3. three\\\n   (i) in\\\n   (ii) side\n4. four\\\n   (i) again\n\nEnd."
    );
    // A paragraph between two items ends no count.
    assert_eq!(
        listed(std::slice::from_ref(&decimal), &[item(1, 0, "three"), paragraph("", "A word."), item(1, 0, "four")]),
        "We ask:\n\n3. three\n\nA word.\n\n4. four\n\nEnd."
    );
    // Another list of the same outline goes on, unless it begins with a number of its own.
    assert_eq!(
        listed(&[decimal], &[item(1, 0, "three"), item(2, 0, "seven"), item(2, 0, "eight"), item(1, 0, "nine")]),
        "We ask:\n\n3. three\n\n7) seven\n8) eight\n\n9. nine\n\nEnd."
    );
    let legal = [level(0, "decimal", "Article %1", 1), level(1, "decimal", "%1.%2", 1)];
    assert_eq!(
        listed(&legal, &[item(1, 0, "All"), item(1, 1, "Every"), item(1, 1, "Each"), item(1, 0, "None")]),
        "We ask:\n\nArticle 1 All\\\n1\\.1 Every\\\n1\\.2 Each\\\nArticle 2 None\n\nEnd."
    );
    let huge = [level(0, "upperLetter", "%1.", u32::MAX)];
    assert_eq!(
        listed(&huge, &[item(1, 0, "x"), item(1, 0, "y")]),
        "We ask:\n\n4294967295\\. x\\\n4294967295\\. y\n\nEnd."
    );
}

#[test]
fn the_numbers_of_headings_are_told_since_they_are_not_kept() {
    let heading = |text: &str| {
        paragraph("<w:outlineLvl w:val=\"0\"/><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>", text)
    };
    let outline = level(0, "decimal", "%1.", 1);
    let numbering = format!(r#"<w:abstractNum w:abstractNumId="0">{outline}</w:abstractNum>{LISTS}"#);
    let paragraphs = [heading("Why"), heading("What"), item(1, 0, "An item")].concat();
    let imported = word_with_lists(&paragraphs, &numbering);
    let lost = imported.lost.join("\n");
    assert!(lost.contains("2 numbers before headings: write them there, if the letter speaks of them"), "{lost}");
}

#[test]
fn what_stands_in_another_file_and_readings_above_words_are_told() {
    let ruby = r"<w:p><w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>かわ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>川</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:t>を守る</w:t></w:r></w:p>";
    let imported = word(&(paragraph("", "Appeal") + ruby + r#"<w:altChunk r:id="r7"/>"#));
    assert_eq!(body(&imported), "川を守る\n\n{{> signatories}}");
    assert_eq!(
        imported.lost,
        [
            "1 part of the text, which is in another file within it (altChunk): open it in Word, save it anew, and take that",
            "1 reading above words (ruby): the words are there",
        ]
    );
    let alone = document(r#"<w:altChunk r:id="r7"/>"#);
    assert_eq!(read("letter.docx", &package(&[("word/document.xml", &alone)])), Err(ImportError::Elsewhere));
}
