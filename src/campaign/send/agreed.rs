//! A person's consent to what is about to be sent.

use super::planned::Planned;

/// The proof that a person has agreed to send. There is no other way to one than a person's word.
#[derive(Debug)]
pub struct Agreed {
    /// What was agreed to; nothing, where the person agreed before anything was known.
    pub(super) to: Option<Planned>,
}

/// A person typed something else than the number of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not confirmed; nothing was sent")]
pub struct NotAgreed;

impl Agreed {
    /// A person typed the number of letters that would be sent.
    ///
    /// # Errors
    /// Where it is another number, or none.
    pub fn by_number(planned: &Planned, typed: &str) -> Result<Self, NotAgreed> {
        if typed.trim() == planned.letters.to_string() { Ok(Self { to: Some(*planned) }) } else { Err(NotAgreed) }
    }

    /// A person said beforehand that whatever is planned may be sent, as with `--yes`.
    #[must_use]
    pub fn in_advance() -> Self {
        Self { to: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_number_of_letters_is_consent() {
        let planned = Planned { letters: 12, ..Planned::default() };
        assert!(Agreed::by_number(&planned, " 12\n").is_ok());
        for typed in ["", "yes", "11", "012", "12 letters", "1 2"] {
            assert_eq!(Agreed::by_number(&planned, typed).unwrap_err(), NotAgreed, "{typed:?}");
        }
    }
}
