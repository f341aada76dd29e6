//! A letter that was sent by hand.

use std::fmt;

use jiff::Timestamp;

/// A letter that was sent by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    /// The addresses that it went to.
    pub(super) to: Vec<String>,
    /// When.
    pub(super) at: Timestamp,
    /// Its subject, where it is known.
    pub(super) subject: Option<String>,
    /// Its Message-ID without angle brackets, where it is known.
    pub(super) message_id: Option<String>,
}

impl Letter {
    /// Whether both are one mail, which may lie in a folder twice.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.message_id, &other.message_id) {
            (Some(one), Some(two)) => one == two,
            _ => self.at == other.at && self.subject == other.subject,
        }
    }
}

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.subject.as_deref().unwrap_or("no subject");
        write!(f, "`{}` of {}", subject.chars().take(60).collect::<String>(), self.at.strftime("%Y-%m-%d"))
    }
}
