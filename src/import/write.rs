//! Blocks as Markdown that says what they say.

use pulldown_cmark::{Event, Parser};

use super::block::{Block, Form, Kind, Marker, Span};
use super::escape;
use super::lost::told;

/// How deep a list may stand in another: more are set as deep as this.
const DEEPEST: usize = 5;

/// Writes blocks. What cannot be kept goes to `lost`.
pub(super) fn markdown(blocks: &[Block], lost: &mut Vec<String>) -> String {
    let mut writer = Writer { markdown: String::new(), lists: Vec::new(), unset: 0, unlinked: 0 };
    for (n, block) in blocks.iter().enumerate() {
        writer.block(block, n.checked_sub(1).and_then(|before| blocks.get(before)));
    }
    lost.extend(told([
        (
            writer.unset,
            "paragraph whose bold and italics Markdown cannot set so",
            "paragraphs whose bold and italics Markdown cannot set so",
        ),
        (
            writer.unlinked,
            "link that leads nowhere on the web; its words are there",
            "links that lead nowhere on the web; their words are there",
        ),
    ]));
    writer.markdown
}

/// A list that is open: what its items are indented by, and the number of the last.
struct Open {
    list: u64,
    /// Of numbers, the last that was written.
    marker: Marker,
    /// Two lists of numbers side by side have other marks (`CommonMark`, 5.3).
    mark: char,
}

struct Writer {
    markdown: String,
    lists: Vec<Open>,
    unset: usize,
    unlinked: usize,
}

impl Writer {
    fn block(&mut self, block: &Block, before: Option<&Block>) {
        let is_item = |block: &Block| matches!(block.kind, Kind::Item { .. });
        if let Some(before) = before {
            self.markdown.push_str(between(before, block));
        }
        let (first, indent) = match block.kind {
            Kind::Paragraph => (String::new(), String::new()),
            Kind::Title => ("# ".to_owned(), String::new()),
            Kind::Heading(level) => ("#".repeat(usize::from(level.clamp(1, 6))) + " ", String::new()),
            Kind::Item { level, marker, list } => self.item(level, marker, list),
        };
        if !is_item(block) {
            self.lists.clear();
        }
        let is_heading = matches!(block.kind, Kind::Title | Kind::Heading(_));
        let spans = trimmed(if is_heading { on_one_line(&block.spans) } else { block.spans.clone() });
        let mut text = inline(&spans);
        if shown(&text) != words(&spans) {
            self.unset += 1;
            let bare: Vec<Span> = spans.iter().map(|span| Span { form: Form::default(), ..span.clone() }).collect();
            text = inline(&bare);
        }
        self.unlinked +=
            spans.iter().filter(|it| it.link.as_deref().is_some_and(|url| escape::target(url).is_none())).count();
        // A `#` at the end of a heading would be taken for its mark.
        if is_heading && text.ends_with('#') {
            text.insert(text.len() - 1, '\\');
        }
        self.markdown.push_str(&first);
        self.markdown.push_str(&text.replace('\n', &format!("\n{indent}")));
    }

    /// What an item begins with, and its further lines.
    fn item(&mut self, level: usize, marker: Marker, list: u64) -> (String, String) {
        let level = level.min(self.lists.len()).min(DEEPEST);
        let mark = match self.lists.get(level) {
            Some(Open { marker: Marker::Number(_), mark: '.', .. }) => ')',
            _ => '.',
        };
        self.lists.truncate(level + 1);
        if self.lists.get(level).is_some_and(|open| !open.goes_on(list, marker)) {
            self.lists.truncate(level);
        }
        let indent: String = self.lists[..level].iter().map(Open::indent).collect();
        if marker == Marker::Written {
            self.lists.truncate(level);
            return (indent.clone(), indent);
        }
        if self.lists.len() <= level {
            self.lists.push(Open { list, marker, mark });
        }
        let open = &mut self.lists[level];
        open.marker = marker;
        let first = match open.marker {
            Marker::Number(number) => format!("{indent}{number}{} ", open.mark),
            Marker::Bullet | Marker::Written => format!("{indent}- "),
        };
        let further = indent + &open.indent();
        (first, further)
    }
}

impl Open {
    fn indent(&self) -> String {
        match self.marker {
            Marker::Number(number) => " ".repeat(number.to_string().len() + 2),
            Marker::Bullet | Marker::Written => "  ".to_owned(),
        }
    }

    /// Whether an item is its next: Markdown counts by itself, so that a number that is another begins another list.
    fn goes_on(&self, list: u64, marker: Marker) -> bool {
        self.list == list
            && match (self.marker, marker) {
                (Marker::Number(last), Marker::Number(next)) => last.checked_add(1) == Some(next),
                (one, other) => one == other,
            }
    }
}

/// What stands between two blocks: what is no list of Markdown's is a line of its own below an item, or below another
/// such line.
fn between(before: &Block, block: &Block) -> &'static str {
    let (Kind::Item { marker: above, level: outer, .. }, Kind::Item { marker, level, .. }) = (before.kind, block.kind)
    else {
        return "\n\n";
    };
    match (above, marker) {
        (Marker::Written, Marker::Written) => "\\\n",
        (_, Marker::Written) if level > outer => "\\\n",
        (Marker::Written, _) if level < outer => "\n",
        (Marker::Written, _) | (_, Marker::Written) => "\n\n",
        _ if is_new_list(block, before) => "\n\n",
        _ => "\n",
    }
}

/// Whether an item is the first of another list than the one before it.
fn is_new_list(block: &Block, before: &Block) -> bool {
    match (block.kind, before.kind) {
        (Kind::Item { level: 0, list, .. }, Kind::Item { list: before, .. }) => list != before,
        _ => false,
    }
}

fn on_one_line(spans: &[Span]) -> Vec<Span> {
    spans.iter().map(|span| Span { text: span.text.replace('\n', " "), ..span.clone() }).collect()
}

/// Spans as Markdown, neighbours of one form in one.
fn inline(spans: &[Span]) -> String {
    let mut joined: Vec<Span> = Vec::new();
    for span in spans.iter().filter(|span| !span.text.is_empty()) {
        match joined.last_mut() {
            Some(last) if (last.form, &last.link) == (span.form, &span.link) => last.text.push_str(&span.text),
            _ => joined.push(span.clone()),
        }
    }
    let mut markdown = String::new();
    for span in &joined {
        // Marks stand at words, not at the spaces around them, nor at a comma (CommonMark, 6.2).
        let edge = |c: char| !c.is_alphanumeric();
        let marks = match (span.form.bold, span.form.italic) {
            (false, false) => "",
            (true, false) => "**",
            (false, true) => "*",
            (true, true) => "***",
        };
        let inner = match (marks, &span.link) {
            ("", _) => span.text.as_str(),
            (_, Some(_)) => span.text.trim(),
            (_, None) => span.text.trim_matches(edge),
        };
        if inner.is_empty() {
            line_by_line(&span.text, &mut markdown);
            continue;
        }
        let start = span.text.find(inner).unwrap_or_default();
        line_by_line(&span.text[..start], &mut markdown);
        markdown.push_str(marks);
        match span.link.as_deref().and_then(escape::target) {
            Some(target) => {
                markdown.push('[');
                line_by_line(inner, &mut markdown);
                markdown.extend(["](<", &target, ">)"]);
            }
            None => line_by_line(inner, &mut markdown),
        }
        markdown.push_str(marks);
        line_by_line(&span.text[start + inner.len()..], &mut markdown);
    }
    markdown
}

/// Spans without the line breaks and spaces at both ends, which a paragraph cannot have.
fn trimmed(mut spans: Vec<Span>) -> Vec<Span> {
    let is_blank = |span: &Span| span.text.trim().is_empty();
    let begins = spans.iter().position(|span| !is_blank(span)).unwrap_or(spans.len());
    spans.drain(..begins);
    while spans.last().is_some_and(is_blank) {
        spans.pop();
    }
    if let Some(first) = spans.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = spans.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    spans
}

/// Adds text, its line breaks as breaks that stay.
fn line_by_line(text: &str, markdown: &mut String) {
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            let end = markdown.trim_end_matches([' ', '\t']).len();
            markdown.truncate(end);
            markdown.push_str("\\\n");
        }
        let begins = markdown.is_empty() || markdown.ends_with('\n');
        let line: String =
            line.chars().filter(|c| !c.is_control() || *c == '\t').filter(|c| !escape::is_private(*c)).collect();
        let line = if begins { line.trim_start_matches([' ', '\t']) } else { &line };
        escape::text(line, begins, markdown);
    }
}

/// The words that Markdown shows.
fn shown(markdown: &str) -> Vec<String> {
    let mut text = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            _ => {}
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

fn words(spans: &[Span]) -> Vec<String> {
    let text: String = spans.iter().map(|span| span.text.as_str()).collect();
    let text: String =
        text.chars().filter(|c| !c.is_control() || c.is_whitespace()).filter(|c| !escape::is_private(*c)).collect();
    text.split_whitespace().map(str::to_owned).collect()
}
