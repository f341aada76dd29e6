//! Wraps a line of plain text.

use icu::properties::{CodePointMapData, props::EastAsianWidth};
use icu::segmenter::LineSegmenter;
use icu::segmenter::options::LineBreakOptions;
use textwrap::WordSeparator;
use textwrap::core::{Word, display_width};
use textwrap::wrap_algorithms::wrap_first_fit;

/// The columns of a line of text: what fits in a terminal when it is quoted once or twice (RFC 3676, 4.2, advises 78 at the most).
pub(super) const COLUMNS: usize = 72;

/// Adds a line to a text, wrapped: it is broken at blanks, and between the characters of scripts that write no blanks, never within
/// a word or URL.
pub(super) fn wrap(line: &str, first: &str, rest: &str, text: &mut String) {
    // No character is wider than it has bytes: what is short enough in bytes needs no counting.
    if first.len() + line.len() <= COLUMNS {
        text.push_str(first);
        text.push_str(line);
        trim_end(text, first.len() + line.len());
        text.push('\n');
        return;
    }
    let words = words(line);
    // So few columns stand in a floating-point number as they are.
    #[expect(clippy::cast_precision_loss, reason = "no more than 72")]
    let room = |indent: &str| COLUMNS.saturating_sub(display_width(indent)) as f64;
    let mut start = 0;
    for (n, of_line) in wrap_first_fit(&words, &[room(first), room(rest)]).into_iter().enumerate() {
        let end = start + of_line.iter().map(|word| word.len() + word.whitespace.len()).sum::<usize>();
        let before = text.len();
        text.push_str(if n == 0 { first } else { rest });
        text.push_str(&line[start..end]);
        trim_end(text, text.len() - before);
        text.push('\n');
        start = end;
    }
}

/// Takes the blanks off the end of a text, of its last `len` bytes at the most.
fn trim_end(text: &mut String, len: usize) {
    let start = text.len() - len;
    let kept = text[start..].trim_end_matches([' ', '\t']).len();
    text.truncate(start + kept);
}

/// The words of a line, as textwrap breaks it between.
fn words(line: &str) -> Vec<Word<'_>> {
    let spaced = WordSeparator::AsciiSpace.find_words(line);
    if line.is_ascii() || !line.chars().any(is_wide) {
        return spaced.collect();
    }
    let pieces = spaced.flat_map(|word| {
        let blanks = word.whitespace;
        let text = word.word;
        let mut pieces = Vec::new();
        let mut start = 0;
        if text.chars().any(is_wide) && !text.contains("://") {
            let segmenter = LineSegmenter::new_auto(LineBreakOptions::default());
            for end in segmenter.segment_str(text).skip(1) {
                let last = text[start..end].chars().next_back();
                // Between Latin letters and signs only blanks count.
                if end == text.len() || last.is_some_and(is_wide) {
                    pieces.push(&text[start..end]);
                    start = end;
                }
            }
        } else {
            pieces.push(text);
        }
        let count = pieces.len();
        pieces.into_iter().enumerate().map(move |(n, piece)| {
            let mut word = Word::from(piece);
            if n + 1 == count {
                word.whitespace = blanks;
            }
            word
        })
    });
    pieces.collect()
}

/// Whether a character takes two columns, as those of Chinese, Japanese and Korean do (UAX 11).
fn is_wide(c: char) -> bool {
    !c.is_ascii()
        && matches!(CodePointMapData::<EastAsianWidth>::new().get(c), EastAsianWidth::Wide | EastAsianWidth::Fullwidth)
}
