//! A server's words as they can be compared: what is alike in them, without addresses, marks and cases.

/// How many words a `..` may stand for.
const LONGEST_GAP: usize = 6;
/// How much of a text is read: what a reply is about, it says in the beginning.
const MOST_WORDS: usize = 120;

/// The words of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// Takes a text apart. An address is `@`, an apostrophe is nothing, and `SendAsDenied` is three words.
    pub(super) fn of(text: &str) -> Self {
        let text = text.replace(['\'', '’'], "");
        let mut words = Vec::new();
        for piece in text.split_whitespace() {
            if piece.contains('@') {
                words.push("@".to_owned());
            } else {
                take_apart(piece, &mut words);
            }
            if words.len() > MOST_WORDS {
                break;
            }
        }
        join_email(&mut words);
        Self(words)
    }

    /// Whether one of some patterns is in them: words one after another, each one of several (`mail|letter`), two at
    /// once (`not_found`), or all that begin alike (`limit*`), with `..` for up to six others.
    pub(super) fn have(&self, patterns: &[&str]) -> bool {
        patterns.iter().any(|pattern| {
            let parts: Vec<&str> = pattern.split(' ').collect();
            (0..self.0.len()).any(|from| begins(&self.0[from..], &parts))
        })
    }
}

/// Puts the words of a piece without blanks into `words`.
fn take_apart(piece: &str, words: &mut Vec<String>) {
    let mut word = String::new();
    let mut was_small = false;
    for c in piece.chars() {
        let is_word = c.is_alphanumeric();
        if (!is_word || (was_small && c.is_uppercase())) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if is_word {
            word.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
}

/// `e-mail` is `email`.
fn join_email(words: &mut Vec<String>) {
    let mut at = 0;
    while at + 1 < words.len() {
        if words[at] == "e" && words[at + 1].starts_with("mail") {
            let mail = words.remove(at + 1);
            words[at].push_str(&mail);
        }
        at += 1;
    }
}

fn begins(words: &[String], parts: &[&str]) -> bool {
    let Some((part, rest)) = parts.split_first() else { return true };
    if *part == ".." {
        return (0..=LONGEST_GAP.min(words.len())).any(|gap| begins(&words[gap..], rest));
    }
    part.split('|').any(|one| {
        let count = one.split('_').count();
        words.len() >= count
            && one.split('_').zip(words).all(|(one, word)| is_word(word, one))
            && begins(&words[count..], rest)
    })
}

fn is_word(word: &str, one: &str) -> bool {
    one.strip_suffix('*').map_or(word == one, |begin| word.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_compared_without_addresses_marks_and_cases() {
        let words = Words::of("<ana@example.org>: SendAsDenied; that domain isn't in my e-mail list (5/5)");
        let expected = "@ send as denied that domain isnt in my email list 5 5";
        assert_eq!(words.0.join(" "), expected);
    }

    #[test]
    fn a_pattern_has_alternatives_beginnings_and_gaps() {
        let words = Words::of("the account has exceeded its hourly sending limits");
        assert!(words.have(&["nothing", "exceed*|reach* .. limit*"]));
        assert!(
            words.have(&["sending limits"]) && words.have(&["hourly .. limit*"]) && words.have(&["a|has_exceeded its"])
        );
        assert!(!words.have(&["limit* .. exceed*"]) && !words.have(&["sending limit"]));
    }
}
