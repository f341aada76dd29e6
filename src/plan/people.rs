//! The people at one mailbox, where each of them is to get a letter.

use crate::model::{Fault, ListLine, Person, Recipient, RecipientId};

/// So many people may share a mailbox: each is compared with all others.
const MOST: usize = 1_000;

/// One of the people at a mailbox, as the list has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resident {
    /// The line.
    pub line: ListLine,
    /// The id of the row.
    pub id: RecipientId,
    /// The name, as it is written.
    pub name: Box<str>,
    /// Who that is.
    pub person: Person,
}

/// The people at a mailbox, in the order of the list. A row that may be that of somebody before it is none of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Residents(Vec<Resident>);

impl Residents {
    /// Takes note of a row. Gives what is wrong with it where it has somebody else's id.
    pub(super) fn meet(&mut self, file: &str, recipient: &Recipient) -> Option<Fault> {
        let name = recipient.name().unwrap_or_default();
        let person = Person::named(name);
        if person.is_nobody() || self.0.iter().any(|other| other.person.may_be(&person)) {
            return None;
        }
        if self.0.len() == MOST {
            let message = format!(
                "`{}` is the address of more than {MOST} people; where each of them is to get a letter, it needs a list of its own",
                recipient.to
            );
            return Some(Fault::error(recipient.place(file, "email"), message));
        }
        let id = id_of(recipient, &person);
        let taken = self.0.iter().find(|other| other.id == id).map(|other| {
            let message = format!(
                "the id `{id}` is already that of `{}` on {}; where each of several people at one address gets a \
                 letter, give each an id of their own",
                other.name, other.line
            );
            Fault::error(recipient.place(file, "id"), message)
        });
        self.0.push(Resident { line: recipient.list_line(), id, name: name.into(), person });
        taken
    }

    /// The people, where they are several and each has a name; `first` is the first line with the address.
    pub(super) fn several(&self, first: Option<ListLine>) -> Option<&[Resident]> {
        let has_names = self.0.len() > 1 && self.0.first().map(|resident| resident.line) == first;
        has_names.then_some(self.0.as_slice())
    }
}

/// The id of somebody at a shared mailbox: where the list has none, the address and the person, since a row may move.
#[must_use]
pub fn id_of(recipient: &Recipient, person: &Person) -> RecipientId {
    let address = recipient.to.shown_key();
    if recipient.id.as_str() == address {
        RecipientId::new(format!("{address} ({person})"))
    } else {
        recipient.id.clone()
    }
}
