//! Whether an address is worth another try.

/// Whether it makes sense to write to an address again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permanence {
    /// It does not: there is no such address.
    Hard,
    /// It does, later or otherwise.
    Soft,
}

impl Permanence {
    /// The word of the interface.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
        }
    }
}
