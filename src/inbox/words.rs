//! A text as plain words, so that one phrase finds what mail systems write in a hundred ways.

use super::address;
use crate::model::EnhancedStatus;

/// How much of a text is looked at for phrases.
const MAX_TEXT: usize = 32 * 1024;

/// A text in lower case with single spaces between its words and one at each end; without brackets, quotes and
/// punctuation. Every address is `@`, of a URL only the host is left, and numbers and codes (RFC 5321, 4.2; RFC 3463)
/// are left out.
pub(super) fn of(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    append(text, &mut out);
    out
}

/// Puts the words of a text, in the same form, behind others, which end with a space.
pub(super) fn append(text: &str, out: &mut String) {
    let mut rest = text;
    while !rest.is_empty() {
        let (length, is_plain) = token(rest);
        let (token, behind) = rest.split_at(length);
        // What ends it is one sign, of whatever length.
        rest = behind.strip_prefix(|_| true).unwrap_or_default();
        append_token(token, is_plain, out);
    }
}

/// What a byte is in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Byte {
    Letter,
    /// Another sign of a word.
    Sign,
    /// It ends a word.
    Gap,
    /// A part of a sign that is not ASCII.
    Wide,
}

/// Most words are nothing but letters of ASCII: so they are told from others byte by byte.
static BYTES: [Byte; 256] = {
    let mut bytes = [Byte::Sign; 256];
    let mut byte = 0_u8;
    loop {
        bytes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => Byte::Letter,
            0x80.. => Byte::Wide,
            // As `char::is_whitespace` has it.
            0x09..=0x0d | b' ' => Byte::Gap,
            ascii if is_separator(ascii as char) => Byte::Gap,
            _ => Byte::Sign,
        };
        if byte == u8::MAX {
            break bytes;
        }
        byte += 1;
    }
};

/// How long the word is, in bytes, with which a text begins, and whether it is nothing but letters of ASCII.
fn token(text: &str) -> (usize, bool) {
    let bytes = text.as_bytes();
    let (mut at, mut is_plain) = (0, true);
    while let Some(byte) = bytes.get(at) {
        match BYTES[usize::from(*byte)] {
            Byte::Letter => at += 1,
            Byte::Sign => {
                is_plain = false;
                at += 1;
            }
            Byte::Gap => break,
            Byte::Wide => match text[at..].chars().next() {
                Some(c) if !c.is_whitespace() && !is_separator(c) => {
                    is_plain = false;
                    at += c.len_utf8();
                }
                _ => break,
            },
        }
    }
    (at, is_plain)
}

fn append_token(token: &str, is_plain: bool, out: &mut String) {
    let token = if is_plain { token } else { core(trim(token)) };
    if token.is_empty() || (!is_plain && is_code(token)) {
        return;
    }
    if !is_plain && token.contains('@') && address::first_in(token).is_some() {
        out.push('@');
    } else if token.is_ascii() {
        let start = out.len();
        out.push_str(token);
        out[start..].make_ascii_lowercase();
    } else {
        for c in token.chars() {
            match c {
                '’' => out.push('\''),
                c => out.extend(c.to_lowercase()),
            }
        }
    }
    out.push(' ');
}

/// A word without the code before it and the path of a page behind it.
fn core(token: &str) -> &str {
    let core = host(without_code(token));
    if core.len() == token.len() { token } else { trim(core) }
}

/// A word without the signs around it.
fn trim(token: &str) -> &str {
    // Nearly all of them are of ASCII, and bytes are looked at sooner than letters.
    let is_sign = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'@' | b'#');
    let start = token.bytes().take_while(is_sign).count();
    let end = token.len() - token[start..].bytes().rev().take_while(is_sign).count();
    let token = &token[start..end];
    if token.bytes().next().is_none_or(|byte| byte.is_ascii())
        && token.bytes().last().is_none_or(|byte| byte.is_ascii())
    {
        return token;
    }
    token.trim_matches(|c: char| !c.is_alphanumeric() && c != '@' && c != '#')
}

const fn is_separator(c: char) -> bool {
    matches!(
        c,
        '<' | '>' | '(' | ')' | '{' | '}' | '"' | ',' | ';' | '|' | '!' | '?' | '“' | '”' | '«' | '»' | '、' | '。'
    )
}

/// `550-5.1.1` and the like begin the lines of one reply.
fn without_code(token: &str) -> &str {
    match token.split_at_checked(3) {
        Some((code, rest)) if code.bytes().all(|byte| byte.is_ascii_digit()) => rest.strip_prefix('-').unwrap_or(token),
        _ => token,
    }
}

/// What a server says is not in the path of its pages, but whose pages they are may be.
fn host(token: &str) -> &str {
    match token.strip_prefix("http").and_then(|rest| rest.split_once("://")) {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => token,
    }
}

fn is_code(token: &str) -> bool {
    let token = token.trim_start_matches('#');
    // Any number: "failed 20 attempts", "for 5 days".
    token.bytes().all(|byte| byte.is_ascii_digit())
        || (token.as_bytes().first().is_some_and(u8::is_ascii_digit) && token.parse::<EnhancedStatus>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_reply_become_one_phrase() {
        let reply = "550-5.1.1 The email account that you tried\n550 5.1.1 to reach does not exist.";
        assert_eq!(of(reply), " the email account that you tried to reach does not exist ");
    }

    #[test]
    fn words_end_where_letters_blanks_and_signs_of_any_script_end_them() {
        assert_eq!(of("a\u{a0}B\u{2003}c\u{b}D“E”F、G。h"), " a b c d e f g h ");
        assert_eq!(of("Straße ΣΑΣ İzmir it’s e-mail x_y"), " straße σασ i\u{307}zmir it's e-mail x_y ");
        assert_eq!(of("  12 5.1.1 #550 3rd é"), " 3rd é ");
        assert_eq!((of(""), of(" \n"), of("é")), (" ".to_owned(), " ".to_owned(), " é ".to_owned()));
    }

    #[test]
    fn an_address_is_one_word_whatever_encloses_it() {
        assert_eq!(of("No such user: <ana@example.org>..."), " no such user @ ");
        assert_eq!(of("user 'ana@example.org' unknown"), " user @ unknown ");
    }
}
