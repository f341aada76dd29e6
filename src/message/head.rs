//! The head of a message (RFC 5322, 2.2), header by header. lettre says how each is written; what the letters of a
//! round have in common is written once.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use lettre::message::header::{Header, Headers};

/// The longest line that is not folded (RFC 5322, 2.1.1).
const LONGEST: usize = 76;

/// A header as it is written, with the end of its line.
pub(super) fn written(header: impl Header) -> String {
    let mut alone = Headers::with_capacity(1);
    alone.set(header);
    alone.to_string()
}

/// Writes a header whose value is one word: `otherwise` where it is too long for a line, or has letters besides ASCII.
pub(super) fn word<H: Header>(head: &mut String, value: impl Display, otherwise: impl FnOnce(String) -> H) {
    let value = value.to_string();
    let fits = H::name().len() + ": ".len() + value.len() <= LONGEST;
    if fits && value.bytes().all(|byte| byte.is_ascii_graphic()) {
        head.extend([&*H::name(), ": ", &value, "\r\n"]);
    } else {
        head.push_str(&written(otherwise(value)));
    }
}

/// A header as it was written last, for a letter that has the same again.
#[derive(Debug, Default)]
pub(super) struct Last<V>(Mutex<Option<(V, String)>>);

impl<V: PartialEq + Clone> Last<V> {
    /// Writes the header of a value.
    pub(super) fn write<H: Header>(&self, head: &mut String, value: &V, header: impl FnOnce(V) -> H) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((same, text)) if same == value => head.push_str(text),
            _ => {
                let text = written(header(value.clone()));
                head.push_str(&text);
                *last = Some((value.clone(), text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use lettre::message::header::{MessageId, Subject};

    use super::*;

    #[test]
    fn a_word_is_written_as_lettre_writes_it_however_long_it_is() {
        for value in ["<a@b.example>".to_owned(), format!("<{}@b.example>", "a".repeat(90)), "<ä@b.example>".to_owned()]
        {
            let mut head = String::new();
            word(&mut head, &value, MessageId::from);
            assert_eq!(head, written(MessageId::from(value)));
        }
        for length in 40..80 {
            let (value, mut head) = (format!("<{}@b.example>", "a".repeat(length)), String::new());
            word(&mut head, &value, MessageId::from);
            assert_eq!(head, written(MessageId::from(value)));
        }
    }

    #[test]
    fn a_header_is_that_of_its_own_value_whatever_was_written_last() {
        let last = Last::default();
        let mut head = String::new();
        for subject in ["One", "One", "Zwölf", "One"] {
            last.write(&mut head, &subject.to_owned(), Subject::from);
        }
        let of = |subject: &str| written(Subject::from(subject.to_owned()));
        assert_eq!(head, [of("One"), of("One"), of("Zwölf"), of("One")].concat());
    }
}
