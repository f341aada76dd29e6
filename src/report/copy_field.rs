//! Where a copy stands in its letter.

/// In which field of its letter a copy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyField {
    /// Everybody who gets the letter sees it.
    Cc,
    /// Nobody sees it.
    Bcc,
}

impl CopyField {
    /// As it is written in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cc => "cc",
            Self::Bcc => "bcc",
        }
    }
}
