//! To whom a letter is addressed.

use super::{EmailAddress, Fields, Language, ListLine, Place, RecipientId};

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
    /// How many of these are of the `email` cell: one of them takes the place of `to` where that gets no letter.
    pub further: usize,
    /// The addresses of `bcc`.
    pub bcc: Vec<EmailAddress>,
    /// The language the letter is to be in.
    pub lang: Option<Language>,
    /// The values of `tags`.
    pub tags: Vec<String>,
    /// Files that go with this recipient's letter, relative to the workspace.
    pub attachments: Vec<String>,
    /// The column by which the row is not to be written to, where it has a yes in one.
    pub opted_out: Option<String>,
    /// All cells, the known ones too, as they are written.
    pub fields: Fields,
}

/// A row of the recipients list without an address: it is kept, and gets no letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unaddressed {
    /// Its name in the ledger; where the list has none, the name of who it is for, or its line.
    pub id: RecipientId,
    /// The line of the list on which the row begins.
    pub line: u64,
    /// All cells, as they are written.
    pub fields: Fields,
}

/// A row of the recipients list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// One that can be written to.
    Recipient(Box<Recipient>),
    /// One without an address.
    Unaddressed(Unaddressed),
}

impl Listed {
    /// The recipient, where the row has an address.
    #[must_use]
    pub fn recipient(self) -> Option<Recipient> {
        match self {
            Self::Recipient(recipient) => Some(*recipient),
            Self::Unaddressed(_) => None,
        }
    }
}

impl Recipient {
    /// The place of a cell in the list, by the name of its column; of the row, where no more is known.
    #[must_use]
    pub fn place(&self, list: &str, column: &str) -> Place {
        self.fields.place(list, self.line, self.fields.columns().position(column))
    }

    /// The line of the row, with its number.
    #[must_use]
    pub fn list_line(&self) -> ListLine {
        self.fields.list_line(self.line)
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
