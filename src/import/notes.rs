//! The notes of a text in Markdown, as lines at its end: a letter has no footnotes of its own.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::changes::apply;

/// A text without its notes, and what they say.
pub(super) struct Notes {
    /// The text, where `[^name]` is `[1]` now.
    pub(super) body: String,
    /// The notes that the text names, in its order, each with its number before it; empty where there are none.
    pub(super) named: String,
    /// How many notes the text does not name, or has under a name that another has.
    pub(super) unnamed: usize,
}

/// Takes the notes out of a text.
pub(super) fn take(body: &str) -> Notes {
    let mut named: Vec<String> = Vec::new();
    let mut marks: Vec<(Range<usize>, String)> = Vec::new();
    let mut defined: Vec<(String, Range<usize>)> = Vec::new();
    for (event, range) in Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES).into_offset_iter() {
        match event {
            Event::FootnoteReference(name) => {
                let place = named.iter().position(|known| **known == *name).unwrap_or_else(|| {
                    named.push(name.into_string());
                    named.len() - 1
                });
                marks.push((range, mark(place)));
            }
            Event::Start(Tag::FootnoteDefinition(name)) => defined.push((name.into_string(), range)),
            _ => {}
        }
    }
    let mut texts: Vec<Option<String>> = vec![None; named.len()];
    let mut unnamed = 0;
    for (name, range) in &defined {
        match named.iter().position(|known| known == name).and_then(|place| Some((place, texts.get_mut(place)?))) {
            Some((place, text @ None)) => *text = Some(format!("{} {}", mark(place), text_of(body, range, &marks))),
            _ => unnamed += 1,
        }
    }
    let removed = defined.into_iter().map(|(_, range)| (range, String::new()));
    let body = apply(body, removed.chain(marks).collect());
    Notes { body, named: texts.into_iter().flatten().collect::<Vec<_>>().join("\n\n"), unnamed }
}

/// What stands for the note at this place in the text, and before its words.
fn mark(place: usize) -> String {
    format!("\\[{}\\]", place + 1)
}

/// The words of a note behind `[^name]:`, its further lines no longer indented.
fn text_of(body: &str, range: &Range<usize>, marks: &[(Range<usize>, String)]) -> String {
    let within = marks.iter().filter(|(mark, _)| range.start <= mark.start && mark.end <= range.end);
    let within = within.map(|(mark, new)| (mark.start - range.start..mark.end - range.start, new.clone()));
    let text = apply(&body[range.clone()], within.collect());
    let words = text.split_once("]:").map_or(text.as_str(), |(_, words)| words).trim();
    let lines = words.split('\n').map(|line| {
        let indent = line.bytes().take(4).take_while(|byte| *byte == b' ').count();
        line.strip_prefix('\t').unwrap_or(&line[indent..])
    });
    lines.collect::<Vec<_>>().join("\n")
}
