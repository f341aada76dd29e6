//! What a person makes of what waits, besides believing it: it is thrown away, or waits again.

use std::future::Future;

use super::{Result, Word};

/// Something that a mail says of a delivery, by its number, and whether it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saying {
    /// The mail's number.
    pub mail: u64,
    /// Its own, by which a person confirms it.
    pub number: u64,
    /// Where it stands.
    pub standing: SayingStands,
}

/// Where something stands that a mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SayingStands {
    /// It waits for a person.
    Waits,
    /// It took effect, or is in the history.
    Counts,
    /// It was thrown away, or taken back.
    TakenBack,
}

/// How suggestions are thrown away one by one, and wait again.
pub trait DismissLedger {
    /// All that is said by the mails of which these suggestions are.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    fn sayings(&self, numbers: &[u64]) -> Result<Vec<Saying>>;

    /// Throws suggestions away: they wait no more, and change nothing. Gives those that waited.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    fn dismiss(&self, numbers: Vec<u64>, word: &Word) -> impl Future<Output = Result<Vec<u64>>> + Send;

    /// Takes back all that the mails did of which these suggestions are, and lets them wait again, with what waited
    /// beside them. Gives those that wait.
    ///
    /// # Errors
    /// Where one of the mails did nothing, and where the ledger cannot be written. Nothing is changed then.
    fn doubt(&self, numbers: Vec<u64>, word: &Word) -> impl Future<Output = Result<Vec<u64>>> + Send;

    /// Lets suggestions wait again that were thrown away, or taken back with their mail. Gives those that do.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    fn let_wait(&self, numbers: Vec<u64>, word: &Word) -> impl Future<Output = Result<Vec<u64>>> + Send;
}
