//! How surely a mail is tied to a letter.

/// How surely a mail that takes effect is tied to its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tie {
    /// By what only a reader of the letter can know: its token, its envelope id, or its Message-ID where that is keyed;
    /// or, for a person's answer, by the thread and an address of the letter.
    #[default]
    Sure,
    /// By a Message-ID of the time before those were keyed: whoever knows a campaign and an address can compute it.
    OldId,
}
