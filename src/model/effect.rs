//! What a mail does to a delivery.

use super::Answer;

/// What a mail does to a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing but a line in its history.
    Noted,
    /// The letter did not arrive: what was accepted is bounced.
    Bounced,
    /// Somebody, or something, answered.
    Answered(Answer),
}

impl Effect {
    /// A word for it: `noted`, `bounced`, or the answer.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Noted => "noted",
            Self::Bounced => "bounced",
            Self::Answered(answer) => answer.as_str(),
        }
    }
}
