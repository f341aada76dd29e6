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
    let tokens = text.split(|c: char| c.is_whitespace() || is_separator(c)).filter(|token| !token.is_empty());
    for token in tokens {
        // Most words are nothing but letters.
        let is_plain = token.bytes().all(|byte| byte.is_ascii_alphabetic());
        let token = if is_plain { token } else { trim(host(without_code(trim(token)))) };
        if token.is_empty() || is_code(token) {
            continue;
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
    out
}

/// A word without the signs around it.
fn trim(token: &str) -> &str {
    token.trim_matches(|c: char| !c.is_alphanumeric() && c != '@' && c != '#')
}

fn is_separator(c: char) -> bool {
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
    fn an_address_is_one_word_whatever_encloses_it() {
        assert_eq!(of("No such user: <ana@example.org>..."), " no such user @ ");
        assert_eq!(of("user 'ana@example.org' unknown"), " user @ unknown ");
    }
}
