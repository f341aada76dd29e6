//! Finds the Handlebars tags of a text: where each begins and ends, which of them a letter may not have, and which do
//! not match.
//!
//! Handlebars' own parser reads what is in them; it stops at the first mistake and does not say where an argument
//! stands.

use std::ops::Range;

/// How many tags a file may have: each is looked at several times, and each may be wrong.
const MOST: usize = 5_000;
/// How deep blocks may stand in each other; an `{{else if}}` stands in the one before it.
const DEEPEST: usize = 100;
/// How deep brackets may stand in each other in a tag.
const DEEPEST_BRACKETS: usize = 10;
/// How many backslashes may stand side by side: Handlebars' parser looks at all of them again for each.
const MOST_BACKSLASHES: usize = 100;
/// How many mistakes are told at once.
const FAULTS_TOLD: usize = 100;

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    /// `{{name}}` or `{{helper argument}}`
    Expression,
    /// `{{#if …}}`
    Open,
    /// `{{else}}` or `{{^}}`
    Else,
    /// `{{else if …}}`
    ElseChain,
    /// `{{/if}}`
    Close,
    /// `{{> name}}`
    Partial,
    /// `{{! … }}`
    Comment,
}

/// A tag, by its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) kind: TagKind,
    /// From the first `{` to behind the last `}`.
    pub(super) span: Range<usize>,
    /// The first word in it.
    pub(super) name: String,
}

/// The tags of a text in its order, and what is wrong with them, by position.
#[derive(Debug, Default)]
pub(super) struct Tags {
    pub(super) tags: Vec<Tag>,
    pub(super) faults: Vec<(usize, String)>,
}

impl Tags {
    pub(super) fn scan(text: &str) -> Self {
        let mut found = Self::default();
        let mut at = 0;
        while let Some(next) = text[at..].find(['\\', '{']) {
            at += next;
            at = if text[at..].starts_with('\\') {
                let after = skip_escape(text, at);
                if after - at > MOST_BACKSLASHES {
                    found
                        .faults
                        .push((at, format!("more than {MOST_BACKSLASHES} backslashes stand here; take them out")));
                }
                after
            } else if text[at..].starts_with("{{") {
                found.read(text, at)
            } else {
                at + 1
            };
            if found.tags.len() > MOST {
                found.faults.push((at, format!("the text has more than {MOST} tags before this; shorten it")));
            }
            if found.tags.len() > MOST || found.faults.len() >= FAULTS_TOLD {
                return found;
            }
        }
        match found.too_deep() {
            Some(tag) => {
                let message = format!(
                    "`{}` stands in {DEEPEST} blocks, and in no more may it stand; an `{{{{else if}}}}` stands in those before it",
                    one_line(&text[tag.span.clone()])
                );
                found.faults.push((tag.span.start, message));
            }
            None => found.check_blocks(text),
        }
        found.faults.truncate(FAULTS_TOLD);
        found
    }

    /// The first tag that stands too deep for whoever reads on: parser, compiler and program go down a step for each
    /// block.
    fn too_deep(&self) -> Option<Tag> {
        let mut depths = vec![0];
        let tag = self.tags.iter().find(|tag| {
            let depth: usize = depths.last().copied().unwrap_or_default();
            match tag.kind {
                TagKind::Open => depths.push(depth + 1),
                TagKind::ElseChain => depths.last_mut().into_iter().for_each(|depth| *depth += 1),
                TagKind::Close => drop(depths.pop()),
                _ => {}
            }
            depth > DEEPEST
        });
        tag.cloned()
    }

    /// Reads the tag that begins at `start`, and says where to go on.
    fn read(&mut self, text: &str, start: usize) -> usize {
        let rest = &text[start..];
        if rest.starts_with("{{!") {
            return self.comment(text, start);
        }
        if rest.starts_with("{{{{") {
            let message = "`{{{{` begins a raw block, which a letter may not have; write the text as it is, and `\\{{` for two braces";
            self.faults.push((start, message.to_owned()));
            let closing = rest.find("{{{{/").unwrap_or(0);
            return rest[closing..].find("}}}}").map_or(text.len(), |end| start + closing + end + 4);
        }
        let Some(end) = tag_end(rest) else {
            self.faults.push((start, "`{{` begins a tag that does not end; close it with `}}`".to_owned()));
            return start + 2;
        };
        let whole = &rest[..end];
        if brackets(whole) > DEEPEST_BRACKETS {
            let message = format!("`{}` has more than {DEEPEST_BRACKETS} brackets in each other", one_line(whole));
            self.faults.push((start, message));
            return start + end;
        }
        let begins = whole[2..].trim_start_matches(['~', ' ', '\t', '\n']);
        let span = start..start + end;
        if let Some(refused) = refusal(whole, begins) {
            self.faults.push((start, format!("`{}` {refused}", one_line(whole))));
            // Its closing tag is not another fault.
            if let Some(block) = begins.strip_prefix('#') {
                let name = first_word(block.trim_start_matches(['*', '>']));
                self.add(TagKind::Open, span.clone(), name);
            }
            return span.end;
        }
        let (kind, name) = kind(begins);
        self.add(kind, span, name)
    }

    fn comment(&mut self, text: &str, start: usize) -> usize {
        let rest = &text[start..];
        let (ending, length) = if rest.starts_with("{{!--") { ("--}}", 4) } else { ("}}", 2) };
        match rest.find(ending) {
            Some(end) => self.add(TagKind::Comment, start..start + end + length, ""),
            None => {
                self.faults
                    .push((start, format!("`{{{{!` begins a comment that does not end; close it with `{ending}`")));
                text.len()
            }
        }
    }

    fn add(&mut self, kind: TagKind, span: Range<usize>, name: &str) -> usize {
        let end = span.end;
        self.tags.push(Tag { kind, span, name: name.to_owned() });
        end
    }

    fn check_blocks(&mut self, text: &str) {
        let mut open: Vec<&Tag> = Vec::new();
        for tag in &self.tags {
            let start = tag.span.start;
            let shown = || one_line(&text[tag.span.clone()]);
            match tag.kind {
                TagKind::Open => open.push(tag),
                TagKind::Else | TagKind::ElseChain if open.is_empty() => {
                    let message = format!(
                        "`{}` stands in no block; it belongs between `{{{{#if …}}}}` and `{{{{/if}}}}`",
                        shown()
                    );
                    self.faults.push((start, message));
                }
                TagKind::Close => match open.pop() {
                    Some(block) if block.name == tag.name => {}
                    Some(block) => {
                        let line = 1 + text[..block.span.start].matches('\n').count();
                        let here = 1 + text[..start].matches('\n').count();
                        let before = match here - line {
                            0 => "on this line".to_owned(),
                            1 => "one line above".to_owned(),
                            lines => format!("{lines} lines above"),
                        };
                        let message = format!(
                            "`{}` closes `{{{{#{}}}}}` {before}; write `{{{{/{}}}}}`",
                            shown(),
                            block.name,
                            block.name
                        );
                        self.faults.push((start, message));
                        // One that closes an outer block leaves the inner ones open.
                        if let Some(at) = open.iter().rposition(|outer| outer.name == tag.name) {
                            open.truncate(at);
                        }
                    }
                    None => {
                        let message = format!("`{}` closes nothing; add `{{{{#{} …}}}}` before it", shown(), tag.name);
                        self.faults.push((start, message));
                    }
                },
                _ => {}
            }
        }
        for block in open {
            let message =
                format!("`{}` is not closed; add `{{{{/{}}}}}`", one_line(&text[block.span.clone()]), block.name);
            self.faults.push((block.span.start, message));
        }
        self.faults.sort();
    }
}

/// Why a letter may not have a tag, where it may not. `begins` is what stands behind its braces.
fn refusal(whole: &str, begins: &str) -> Option<String> {
    if begins.starts_with('{') {
        let inside = whole.trim_matches(['{', '}', '~', ' ', '\t', '\n']);
        Some(format!("would put a value into the Markdown unescaped; write `{{{{{inside}}}}}`"))
    } else if let Some(path) = begins.strip_prefix('&') {
        let path = path.trim_matches(['}', '~', ' ', '\n']);
        Some(format!("would put a value into the Markdown unescaped; write `{{{{{path}}}}}`"))
    } else if begins.starts_with('*') || begins.starts_with("#*") {
        Some("is a decorator, which a letter may not have; put the text into a file of its own and print it with `{{> name}}`".to_owned())
    } else if begins.starts_with("#>") {
        Some("is a partial with a block, which a letter may not have; write `{{> name}}`".to_owned())
    } else {
        None
    }
}

/// What a tag does, by what stands behind its braces, and the first word of that.
fn kind(begins: &str) -> (TagKind, &str) {
    match begins.chars().next() {
        Some('#') => (TagKind::Open, first_word(&begins[1..])),
        Some('/') => (TagKind::Close, first_word(&begins[1..])),
        Some('>') => (TagKind::Partial, first_word(&begins[1..])),
        _ => {
            let otherwise = begins.strip_prefix('^').or_else(|| {
                let rest = begins.strip_prefix("else")?;
                rest.starts_with([' ', '\t', '\n', '}', '~']).then_some(rest)
            });
            match otherwise.map(first_word) {
                Some("") => (TagKind::Else, ""),
                Some(helper) => (TagKind::ElseChain, helper),
                None => (TagKind::Expression, first_word(begins)),
            }
        }
    }
}

/// How deep brackets stand in each other.
fn brackets(tag: &str) -> usize {
    let (mut deepest, mut depth) = (0, 0_usize);
    for byte in tag.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The first word of what stands in a tag.
fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches(['~', ' ', '\t', '\n']);
    let end = text.find([' ', '\t', '\n', '}', '~', '|']).unwrap_or(text.len());
    &text[..end]
}

/// `\{{` is two braces; `\\{{` is a backslash and a tag.
fn skip_escape(text: &str, at: usize) -> usize {
    let slashes = text[at..].bytes().take_while(|b| *b == b'\\').count();
    let after = at + slashes;
    if slashes == 1 && text[after..].starts_with("{{") {
        after + if text[after..].starts_with("{{{{") { 4 } else { 2 }
    } else {
        after
    }
}

/// The length of the tag that a text begins with; braces in quotes do not count.
fn tag_end(text: &str) -> Option<usize> {
    let plain = text.find("}}")?;
    if text[2..plain].trim_start_matches(['{', '~']).contains("{{") {
        return None;
    }
    let quoted = quoted_end(text).unwrap_or(plain);
    let end = quoted + 2;
    // The third brace of `{{{…}}}`.
    Some(end + usize::from(text.starts_with("{{{") && text[end..].starts_with('}')))
}

fn quoted_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(2) {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) => quote = Some(open).filter(|open| *open != c),
            None if c == '"' || c == '\'' => quote = Some(c),
            None if text[at..].starts_with("}}") => return Some(at),
            None if text[at..].starts_with("{{") && at > 3 => return None,
            None => {}
        }
    }
    None
}

/// A tag as a message shows it: on one line and not too long.
pub(super) fn one_line(tag: &str) -> String {
    let words: Vec<&str> = tag.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= 60 {
        return line;
    }
    let short: String = line.chars().take(56).collect();
    let end = if line.starts_with("{{") { "}}" } else { "" };
    format!("{short}…{end}")
}
