//! A letter as the server sees it, and what it says to its envelope.

use super::outcome::Attempt;
use super::untaken::Untaken;
use crate::model::Envelope;

/// An envelope, and the message in it.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// From whom, to whom.
    pub envelope: &'a Envelope,
    /// The bytes, with CRLF at each line's end.
    pub message: &'a [u8],
}

/// What a server said to a letter's envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// It waits for the message.
    Welcome,
    /// The attempt is over.
    Ended(Attempt),
    /// It has nothing of the letter, which can be offered again over another connection: this one is over.
    Untaken(Untaken),
}
