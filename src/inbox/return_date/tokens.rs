//! A text as numbers, words and signs.

/// How many are read of a text.
const MAX_TOKENS: usize = 2000;

/// A number, a word, or a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// What it is.
    pub(super) kind: Kind<'t>,
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Nothing stands between it and the one before.
    pub(super) glued: bool,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'t> {
    /// A number, and how many digits it is written with.
    Number(i16, usize),
    /// Letters.
    Word(&'t str),
    /// Anything else that is no blank.
    Sign(char),
}

/// Takes a text in lower case apart. Links are left out: the numbers in them are no dates.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut glued = false;
    while let Some(c) = text[at..].chars().next().filter(|_| tokens.len() < MAX_TOKENS) {
        let rest = &text[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
            glued = false;
            continue;
        }
        if rest.starts_with("http") || rest.starts_with("www.") {
            at += rest.find(char::is_whitespace).unwrap_or(rest.len());
            continue;
        }
        let start = at;
        let (kind, length) = if c.is_ascii_digit() {
            let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            (Kind::Number(rest[..length].parse().unwrap_or(i16::MAX), length), length)
        } else if c.is_alphabetic() && !is_of_date(c) {
            let length = rest.find(|c: char| !c.is_alphabetic() || is_of_date(c)).unwrap_or(rest.len());
            (Kind::Word(&rest[..length]), length)
        } else {
            (Kind::Sign(c), c.len_utf8())
        };
        at += length;
        tokens.push(Token { kind, start, glued });
        glued = true;
    }
    tokens
}

/// Year, month and day, as Chinese and Japanese write them behind their numbers.
fn is_of_date(c: char) -> bool {
    matches!(c, '年' | '月' | '日')
}
