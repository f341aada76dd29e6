//! To whom a letter is addressed.

use super::{EmailAddress, Fields, Language, Place, RecipientId};

/// One row of the recipients list: a person or office the letter is addressed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Its name in the ledger; the address where the list has no `id`.
    pub id: RecipientId,
    /// The line of the list on which the row begins.
    pub line: u64,
    /// The first address of the `email` cell.
    pub to: EmailAddress,
    /// The further addresses of the `email` cell, then those of `cc`, each once.
    pub cc: Vec<EmailAddress>,
    /// The addresses of `bcc`.
    pub bcc: Vec<EmailAddress>,
    /// The language the letter is to be in.
    pub lang: Option<Language>,
    /// The values of `tags`.
    pub tags: Vec<String>,
    /// Files that go with this recipient's letter, relative to the workspace.
    pub attachments: Vec<String>,
    /// All cells, the known ones too, as they are written.
    pub fields: Fields,
}

impl Recipient {
    /// The place of a cell in the list, by the name of its column; of the row, where no more is known.
    #[must_use]
    pub fn place(&self, list: &str, column: &str) -> Place {
        self.fields.place(list, self.line, self.fields.columns().position(column))
    }

    /// The display name, where the list has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.fields.filled("name")
    }

    /// The organisation, where the list has one.
    #[must_use]
    pub fn organisation(&self) -> Option<&str> {
        self.fields.filled("organisation")
    }

    /// Everyone the letter goes to: To, then Cc, then Bcc.
    pub fn addresses(&self) -> impl Iterator<Item = &EmailAddress> {
        std::iter::once(&self.to).chain(&self.cc).chain(&self.bcc)
    }
}
