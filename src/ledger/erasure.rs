//! What is erased of a person who asks to be forgotten.

/// What was erased of a person: of everything else the ledger has only numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Their letters, in all campaigns and rounds: that they left, and what became of them, still counts.
    pub letters: u64,
    /// Of these, letters that were still to be sent, and are not sent any more.
    pub unsent: u64,
    /// Copies of other people's letters that went to them.
    pub copies: u64,
    /// Copies of their letters to others that were still to be sent, and are not sent any more.
    pub lost_copies: u64,
    /// Mails of theirs, or about their letters.
    pub mails: u64,
    /// Events that told of them.
    pub events: u64,
}

impl Erased {
    /// Whether there was anything of them.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl std::ops::AddAssign for Erased {
    fn add_assign(&mut self, other: Self) {
        self.letters += other.letters;
        self.unsent += other.unsent;
        self.copies += other.copies;
        self.lost_copies += other.lost_copies;
        self.mails += other.mails;
        self.events += other.events;
    }
}
