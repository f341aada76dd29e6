//! The forms in which a letter can be looked at.

/// A form of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The headers and the plain text.
    Text,
    /// The HTML part, as a page that shows everything by itself.
    Html,
    /// The whole message as it goes over the wire.
    Eml,
    /// The letter on paper.
    Pdf,
}

impl Form {
    /// All forms that this program can make, in the order in which they are shown.
    pub const ALL: &'static [Self] = if cfg!(feature = "pdf") {
        &[Self::Html, Self::Text, Self::Pdf, Self::Eml]
    } else {
        &[Self::Html, Self::Text, Self::Eml]
    };

    /// How a file's name ends that holds this form.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Html => "html",
            Self::Eml => "eml",
            Self::Pdf => "pdf",
        }
    }
}
