//! The source of a letter on paper, as typst's own parser reads it.

use typst::syntax::{SyntaxKind, SyntaxNode, ast, parse};

use super::{Desk, only, signatory};
use crate::letter::Letters;
use crate::page::lines;

/// What typst reads: the kinds of all that is no string, in their order, and the strings.
fn read(content: &str) -> (Vec<SyntaxKind>, Vec<String>) {
    fn walk(node: &SyntaxNode, kinds: &mut Vec<SyntaxKind>, strings: &mut Vec<String>) {
        if let Some(text) = node.cast::<ast::Str<'_>>() {
            return strings.push(text.get().to_string());
        }
        kinds.push(node.kind());
        for child in node.children() {
            walk(child, kinds, strings);
        }
    }
    let root = parse(content);
    let (errors, warnings) = root.errors_and_warnings();
    assert!(errors.is_empty() && warnings.is_empty(), "{errors:?} {warnings:?} in {content}");
    let (mut kinds, mut strings) = (Vec::new(), Vec::new());
    walk(&root, &mut kinds, &mut strings);
    (kinds, strings)
}

/// A text without what paper does not show: blanks, breaks and controls of the direction.
fn squeezed(text: &str) -> String {
    let shown = |c: &char| {
        !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(shown).collect()
}

/// Checks that a value is a string and nothing else, wherever the letters print it.
pub(super) fn check(desk: &Desk, letters: &Letters, value: &str, words: &[(&str, &str)]) {
    let paper = |value: &str| only(letters).to(&desk.recipient(&[("name", value)]), None).paper().unwrap().content;
    let (kinds, strings) = read(&paper(value));
    if lines(value).count() == 1 && !squeezed(value).is_empty() {
        assert_eq!(kinds, read(&paper("x")).0, "{value:?} is read as more than a string");
    }
    let printed = squeezed(&strings.concat());
    for (before, after) in words {
        let shown = format!("{}{}{}", squeezed(before), squeezed(value), squeezed(after));
        assert!(printed.contains(&shown), "{shown} in {printed}");
    }
}

#[test]
fn a_hostile_signatory_is_a_string_on_paper() {
    let mut desk = Desk::with("{{> signatories}}\n");
    let mut of = |name: &str| {
        desk.signatories = vec![signatory(2, name)];
        desk.signatories[0].acronym = Some("A".to_owned());
        desk.signatories[0].url = Some("https://s.example/?\"#[x]".to_owned());
        only(&desk.letters()).to(&desk.recipient(&[]), None).paper().unwrap().content
    };
    let plain = read(&of("x")).0;
    for name in
        ["#evil[x]", "]) #panic(\"x\")", "\"", "\\", "*b* _i_ `c` $m$ @r <l> = - + / ~", "\u{202e}x", "//", "/*"]
    {
        let (kinds, strings) = read(&of(name));
        assert_eq!(kinds, plain, "{name}");
        assert!(strings.iter().any(|text| text == name || name.ends_with(text)), "{strings:?}");
    }
}

#[test]
fn a_word_that_is_broader_than_the_page_can_be_broken() {
    let desk = Desk::with("{{recipient.name}}\n");
    let word = "x".repeat(500);
    let (_, strings) =
        read(&only(&desk.letters()).to(&desk.recipient(&[("name", &word)]), None).paper().unwrap().content);
    let longest = strings.iter().flat_map(|text| text.split('\u{200b}')).map(str::len).max();
    assert_eq!((longest, strings.concat().matches('x').count()), (Some(60), 500));
}

#[test]
fn the_target_of_a_link_is_exact_and_one_that_no_pdf_may_have_is_refused() {
    let desk = Desk::with("[dossier]({{recipient.url}})\n");
    let paper = |url: &str| only(&desk.letters()).to(&desk.recipient(&[("url", url)]), None).paper();
    let long = format!("https://example.org/{}", "x".repeat(200));
    assert!(paper(&long).unwrap().content.starts_with(&format!("#par[#link(\"{long}\")[")));
    let too_long = paper(&format!("https://example.org/{}", "x".repeat(9_000))).unwrap_err().to_string();
    assert!(too_long.contains("a link has more than 8000 bytes"), "{too_long}");
}

#[test]
fn a_line_of_which_nothing_is_left_leaves_no_gap() {
    let desk = Desk::with("{{recipient.name}}\\\n{{recipient.country}}\n");
    let content =
        |cells: &[(&str, &str)]| only(&desk.letters()).to(&desk.recipient(cells), None).paper().unwrap().content;
    assert_eq!(content(&[("name", "Ana"), ("country", "BE")]), "#par[#\"Ana\";#linebreak();#\"BE\";]\n");
    assert_eq!(content(&[("name", "Ana")]), "#par[#\"Ana\";]\n");
    assert_eq!(content(&[]), "");
}

#[test]
fn a_value_that_is_empty_leaves_no_blank_at_the_beginning_of_a_line() {
    let desk = Desk::with("{{recipient.country}} {{recipient.name}}\\\n{{recipient.country}} {{recipient.name}}\n");
    let paper = only(&desk.letters()).to(&desk.recipient(&[("name", "Ana")]), None).paper().unwrap();
    assert_eq!(paper.content, "#par[#\"Ana\";#linebreak();#\"Ana\";]\n");
}
