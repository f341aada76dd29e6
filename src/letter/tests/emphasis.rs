//! Bold and italics in languages without blanks between words.

use super::{Desk, content};

#[test]
fn stars_beside_chinese_japanese_and_korean_are_read_as_they_are_meant() {
    for (markdown, html) in [
        ("この**「川」**は流れる。", "この<strong>「川」</strong>は流れる。"),
        ("**「川」**は", "<strong>「川」</strong>は"),
        ("は**「川」**", "は<strong>「川」</strong>"),
        ("**「a」**は**「b」**", "<strong>「a」</strong>は<strong>「b」</strong>"),
        ("川**は流れる。**そして", "川<strong>は流れる。</strong>そして"),
        ("**これは(重要)**です", "<strong>これは(重要)</strong>です"),
        ("**Rhein（莱茵河）**的水", "<strong>Rhein（莱茵河）</strong>的水"),
        ("**“重要”**的事", "<strong>“重要”</strong>的事"),
        ("很**《条约》**foo", "很<strong>《条约》</strong>foo"),
        ("**중요(important)**합니다", "<strong>중요(important)</strong>합니다"),
        ("이것은 **'강'**입니다", "이것은 <strong>'강'</strong>입니다"),
        ("これ*「川」*は", "これ<em>「川」</em>は"),
        ("これ***「川」***は", "これ<em><strong>「川」</strong></em>は"),
        ("**「{{recipient.name}}」**様", "<strong>「山田」</strong>様"),
        ("**「様」**{{recipient.name}}", "<strong>「様」</strong>山田"),
        ("{{recipient.name}}**(様)**です", "山田<strong>(様)</strong>です"),
        ("[**「川」**は](https://example.org)", "<a href=\"https://example.org\"><strong>「川」</strong>は</a>"),
        ("は**[「川」](https://example.org/)**は", "は<strong><a href=\"https://example.org/\">「川」</a></strong>は"),
        // What is no sign stays.
        ("は`**「`川", "は<code>**「</code>川"),
        ("は\\*\\*「川」", "は**「川」"),
        ("10円*2個", "10円*2個"),
        ("は ** 「川」", "は ** 「川」"),
        ("a**(b)**c", "a**(b)**c"),
        ("**bold**は", "<strong>bold</strong>は"),
    ] {
        let desk = Desk::with(&format!("{markdown}\n"));
        let shown = content(&desk.merge(&[("name", "山田")]));
        assert_eq!(shown.trim(), format!("<p>{html}</p>"), "{markdown}");
    }
}

#[test]
fn the_plain_text_has_neither_stars_that_are_read_nor_what_was_put_in_for_them() {
    let desk = Desk::with("この**「川」**は流れる。\n\n- **「水」**は\n\n> は**「海」**は\n");
    let text = desk.text(&[]);
    assert!(!text.contains("<!--") && !text.contains('>') || text.contains("> "), "{text}");
    assert_eq!(text.matches("「川」").count(), 1, "{text}");
}

#[test]
fn a_fault_behind_such_stars_has_its_own_place() {
    let desk = Desk::with("は**「川」**は**「水」**は ![x](y)\n");
    let faults = desk.faults();
    assert!(faults[0].starts_with("templates/letter.md:4:19: a letter may not have images"), "{faults:?}");
}
