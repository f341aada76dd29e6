//! What became of the copies of a letter: of each address in its Cc and Bcc.

use jiff::Timestamp;

use crate::model::{DeliveryState, EmailAddress, Reply};

/// The key of a copy within a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CopyId(pub i64);

/// What became of a copy in the transaction of its letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyEnd {
    /// Its address.
    pub address: EmailAddress,
    /// `Accepted`, `Deferred`, `Failed` or `InDoubt`.
    pub state: DeliveryState,
    /// The server's reply to its RCPT, where it was refused.
    pub reply: Option<Reply>,
    /// When it is to be sent by itself, for a deferred one.
    pub next_attempt_at: Option<Timestamp>,
}

/// A letter as it left, kept while a copy of it is still to be sent: the copy has the same bytes, whatever becomes of
/// the list and the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLetter {
    /// The envelope's sender.
    pub sender: EmailAddress,
    /// The bytes.
    pub message: Vec<u8>,
}

/// What is said in the log of copies that have just ended with their letter.
#[must_use]
pub fn copies_in_words(copies: &[CopyEnd]) -> Option<String> {
    let addresses: Vec<String> = copies.iter().map(|copy| copy.address.to_string()).collect();
    let said = |copy: &CopyEnd| copy.reply.as_ref().map(ToString::to_string);
    in_words(addresses.iter().zip(copies).map(|(address, copy)| (address.as_str(), copy.state, said(copy))))
}

/// What is said in the log of the copies of a letter that did not go with it; nothing, where all were taken. Each is an
/// address, where it stands, and what was said of it.
pub fn in_words<'a>(copies: impl IntoIterator<Item = (&'a str, DeliveryState, Option<String>)>) -> Option<String> {
    let word = |(address, state, said): (&str, DeliveryState, Option<String>)| {
        let became = match state {
            DeliveryState::Accepted => return None,
            DeliveryState::Failed => "was refused",
            DeliveryState::InDoubt => "is in doubt",
            DeliveryState::Skipped => "was left out",
            DeliveryState::Attempting => "is being sent",
            _ => "was put off",
        };
        let said = said.map(|said| format!(": {said}")).unwrap_or_default();
        Some(format!("the copy to `{address}` {became}{said}"))
    };
    let said: Vec<String> = copies.into_iter().filter_map(word).collect();
    (!said.is_empty()).then(|| said.join("; "))
}
