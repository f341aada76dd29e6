//! Wraps a line of plain text.

use icu::properties::CodePointMapData;
use icu::properties::props::{EastAsianWidth, LineBreak};
use icu::segmenter::LineSegmenter;
use icu::segmenter::options::LineBreakOptions;
use textwrap::WordSeparator;
use textwrap::core::{Word, display_width};
use textwrap::wrap_algorithms::wrap_first_fit;

/// The columns of a line of text: what fits in a terminal when it is quoted once or twice (RFC 3676, 4.2, advises 78 at
/// the most).
pub(super) const COLUMNS: usize = 72;

/// Adds a line to a text, wrapped: it is broken at blanks, and between the characters of scripts that write no blanks,
/// never within a word or URL.
pub(super) fn wrap(line: &str, first: &str, rest: &str, text: &mut String) {
    // No character is wider than it has bytes: what is short enough in bytes needs no counting.
    if first.len() + line.len() <= COLUMNS {
        text.push_str(first);
        text.push_str(line);
        trim_end(text, first.len() + line.len());
        text.push('\n');
        return;
    }
    let words = together(words(line), line);
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

/// Joins the words that stay together.
fn together<'l>(words: Vec<Word<'l>>, line: &'l str) -> Vec<Word<'l>> {
    if !words.windows(2).any(|pair| belong_together(pair[0].word, pair[1].word)) {
        return words;
    }
    let mut joined: Vec<Word<'l>> = Vec::with_capacity(words.len());
    let mut end = 0;
    for word in words {
        let start = end;
        end += word.len() + word.whitespace.len();
        match joined.last_mut() {
            Some(last) if belong_together(last.word, word.word) => {
                let from = start - last.whitespace.len() - last.len();
                *last = Word { whitespace: word.whitespace, ..Word::from(&line[from..start + word.len()]) };
            }
            _ => joined.push(word),
        }
    }
    joined
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
    if line.is_ascii() || !line.chars().any(needs_no_blank) {
        return spaced.collect();
    }
    let mut words = Vec::new();
    for word in spaced {
        let mut start = 0;
        if word.word.chars().any(needs_no_blank) {
            // An address that stands in the text ends at the next blank; that of a link is in brackets, and has none of
            // these characters.
            let address = word.word.match_indices("://").map(|(at, _)| scheme(&word.word[..at]));
            let address = address.into_iter().find(|at| !word.word[..*at].ends_with('<')).unwrap_or(word.word.len());
            for end in LineSegmenter::new_auto(LineBreakOptions::default()).segment_str(word.word) {
                let (before, after) = word.word.split_at(end);
                // Between Latin letters and signs only blanks count.
                let between = before.chars().next_back().is_some_and(needs_no_blank)
                    || after.chars().next().is_some_and(needs_no_blank);
                if (1..word.word.len()).contains(&end) && end <= address && between {
                    words.push(Word::from(&word.word[start..end]));
                    start = end;
                }
            }
        }
        words.push(Word { whitespace: word.whitespace, ..Word::from(&word.word[start..]) });
    }
    words
}

/// Whether two words stay together although there is a blank between them, as French has it within quotation marks and
/// before tall signs.
fn belong_together(word: &str, next: &str) -> bool {
    word.ends_with(['«', '‹']) || next.starts_with(['»', '›']) || matches!(next, ";" | ":" | "!" | "?")
}

/// Where the scheme begins that a text ends with.
fn scheme(text: &str) -> usize {
    text.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len()
}

/// Whether lines are broken beside a character without a blank: beside those that take two columns, as Chinese,
/// Japanese and Korean ones do (UAX 11), and in the scripts whose words are found by a dictionary, such as Thai (UAX
/// 14, class SA).
fn needs_no_blank(c: char) -> bool {
    // The first of them is Thai.
    c >= '\u{0E00}'
        && (matches!(
            CodePointMapData::<EastAsianWidth>::new().get(c),
            EastAsianWidth::Wide | EastAsianWidth::Fullwidth
        ) || CodePointMapData::<LineBreak>::new().get(c) == LineBreak::ComplexContext)
}
