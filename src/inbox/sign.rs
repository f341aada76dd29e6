//! By what in a text a program is known, and what it did with a letter.

use std::sync::LazyLock;

use super::phrases::Phrases;
use super::words;

/// What programs say of themselves and of what they did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// Nobody wrote it, or nobody reads what is answered.
    Automatic,
    /// A ticket is closed.
    Closed,
    /// A list keeps a mail until somebody has looked at it.
    Held,
    /// A list, or a system, takes no mail from the sender.
    Refused,
    /// A list's moderator has refused a mail.
    Rejected,
    /// A filter wants a proof that a person wrote.
    Challenge,
    /// Somebody is away.
    Away,
}

/// What of that a text says, as it stands, and before how many of its words.
pub(super) fn signs(text: &str) -> Vec<(Sign, usize)> {
    static SIGNS: LazyLock<Phrases<Sign>> = LazyLock::new(|| {
        Phrases::read(&[include_str!("phrases/machine.txt")], |name| match name.split(' ').next()? {
            "automatic" => Some(Sign::Automatic),
            "closed" => Some(Sign::Closed),
            "held" => Some(Sign::Held),
            "refused" => Some(Sign::Refused),
            "rejected" => Some(Sign::Rejected),
            "challenge" => Some(Sign::Challenge),
            _ => Some(Sign::Away),
        })
    });
    let words = words::of(text);
    let mut signs: Vec<(Sign, usize)> = Vec::new();
    for found in SIGNS.find(&words) {
        if !signs.iter().any(|(known, _)| *known == found.key) {
            signs.push((found.key, words[..found.at].split_whitespace().count()));
        }
    }
    signs
}

/// Whether a text says so, as it stands.
pub(super) fn shows(sign: Sign, text: &str) -> bool {
    signs(text).iter().any(|(known, _)| *known == sign)
}
