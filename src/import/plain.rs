//! Plain text: paragraphs between empty lines, lists, and addresses of pages.

use super::block::{Block, Kind, Marker, Span};

/// Lines that are longer than this were not wrapped by whoever wrote them: each is a paragraph or a line of its own.
const WIDEST_WRAP: usize = 100;

/// Reads a text.
pub(super) fn read(text: &str) -> Vec<Block> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = || text.lines().map(|line| line.trim_end().chars().count());
    // How wide the text was wrapped; `None` where it was not.
    let width = lines().max().filter(|widest| *widest <= WIDEST_WRAP);
    let mut blocks = Vec::new();
    let mut list = 0;
    let mut paragraph: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).chain([""]) {
        if !line.is_empty() {
            paragraph.push(line);
            continue;
        }
        if !paragraph.is_empty() {
            list += 1;
            blocks.extend(block(&paragraph, width, list));
            paragraph.clear();
        }
    }
    blocks
}

/// The lines of a paragraph: a list, or words.
fn block(lines: &[&str], width: Option<usize>, list: u64) -> Vec<Block> {
    let item = |marker, list, text: &String| Block { kind: Kind::Item { level: 0, marker, list }, spans: links(text) };
    if let Some(items) = items(lines, width, bullet) {
        // One mark that also begins a speech or a remark makes no list.
        if items.len() > 1 || !lines[0].starts_with(['–', '*']) {
            // A list of points with empty lines between them is one.
            return items.iter().map(|text| item(Marker::Bullet, 0, text)).collect();
        }
    }
    // One number makes no list either.
    if let Some(items) = items(lines, width, number).filter(|items| items.len() > 1) {
        return (1..).zip(&items).map(|(number, text)| item(Marker::Number(number), list, text)).collect();
    }
    vec![Block { kind: Kind::Paragraph, spans: links(&join(lines, width)) }]
}

/// The items of a list, where every line begins one or goes on with it.
fn items(lines: &[&str], width: Option<usize>, read: fn(&str, usize) -> Option<&str>) -> Option<Vec<String>> {
    let mut items: Vec<Vec<&str>> = Vec::new();
    for line in lines {
        match (read(line, items.len() + 1), items.last_mut()) {
            (Some(rest), _) => items.push(vec![rest]),
            (None, Some(open)) => open.push(line),
            (None, None) => return None,
        }
    }
    Some(items.iter().map(|lines| join(lines, width)).collect())
}

fn bullet(line: &str, _: usize) -> Option<&str> {
    let rest = line.strip_prefix(['-', '*', '•', '‣', '◦', '·', '–'])?;
    rest.starts_with([' ', '\t']).then(|| rest.trim_start())
}

/// `1.` or `1)`: with its own number alone, so that a date is none.
fn number(line: &str, wanted: usize) -> Option<&str> {
    let rest = line.strip_prefix(&wanted.to_string())?.strip_prefix(['.', ')'])?;
    rest.starts_with([' ', '\t']).then(|| rest.trim_start())
}

/// Lines as one text: a line that ends where it was wrapped goes on, one that ends before was meant to end.
fn join(lines: &[&str], width: Option<usize>) -> String {
    let mut text = String::new();
    for (n, line) in lines.iter().enumerate() {
        if let Some(before) = n.checked_sub(1).and_then(|before| lines.get(before)) {
            let word = line.split(' ').next().unwrap_or_default().chars().count();
            let had_room = width.is_none_or(|width| before.chars().count() + 1 + word <= width);
            text.push(if had_room { '\n' } else { ' ' });
        }
        text.push_str(line);
    }
    text
}

/// Addresses of pages become links.
fn links(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut rest = text;
    let begins = |text: &str| {
        text.match_indices("http").map(|(at, _)| at).find(|at| {
            let url = &text[*at..];
            let alone = text[..*at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
            alone && (url.starts_with("https://") || url.starts_with("http://"))
        })
    };
    while let Some(at) = begins(rest) {
        let end = rest[at..]
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '”' | '»'))
            .unwrap_or(rest.len() - at);
        let mut url = rest[at..at + end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’', '*', '_']);
        if !url.contains('(') {
            url = url.trim_end_matches([')', ']', '.', ',', ';']);
        }
        spans.push(Span { text: rest[..at].to_owned(), ..Span::default() });
        spans.push(Span { text: url.to_owned(), link: Some(url.to_owned()), ..Span::default() });
        rest = &rest[at + url.len()..];
    }
    spans.push(Span { text: rest.to_owned(), ..Span::default() });
    spans.retain(|span| !span.text.is_empty());
    spans
}
