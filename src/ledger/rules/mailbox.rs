//! Whose letter is whose, where several people share a mailbox and each gets a letter.
//!
//! As a rule, an address has one letter in a round, under whatever id. Only where a person chose that each of several
//! people at it gets one, a letter is marked with whose it is.

use crate::model::{Addressee, Person, RecipientId};

/// A letter that may have left for an address, or is to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupant {
    /// The id of its recipient.
    pub recipient: RecipientId,
    /// Whose it is, where it is marked; nobody in particular, where it is the mailbox's.
    pub marked: Person,
    /// The recipient's name, or nothing.
    pub name: String,
}

impl Occupant {
    /// Whom it is to, marked or not.
    #[must_use]
    pub fn person(&self) -> Person {
        if self.marked.is_nobody() { Person::named(&self.name) } else { self.marked.clone() }
    }

    /// Whether it keeps another letter from the same address. It does not only where it is known that they are to two
    /// people, and one of them is marked.
    #[must_use]
    pub(in crate::ledger) fn excludes(&self, other: &Self) -> bool {
        (self.marked.is_nobody() && other.marked.is_nobody()) || self.person().may_be(&other.person())
    }
}

/// Which of the letters that may have left for an address is the one to somebody: that under the id, or to the name, or
/// the mailbox's own.
pub(in crate::ledger) fn letter_of(to: &Addressee, letters: &[Occupant]) -> Option<usize> {
    let person = Person::named(&to.name);
    let by_id = |letter: &Occupant| letter.recipient == to.id;
    let by_name = |letter: &Occupant| !letter.marked.is_nobody() && letter.marked.may_be(&person);
    let is_the_mailboxs = |letter: &Occupant| letter.marked.is_nobody();
    let first = |is_it: &dyn Fn(&Occupant) -> bool| letters.iter().position(is_it);
    first(&by_id).or_else(|| first(&by_name)).or_else(|| first(&is_the_mailboxs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn occupant(recipient: &str, marked: &str, name: &str) -> Occupant {
        Occupant { recipient: RecipientId::new(recipient), marked: Person::named(marked), name: name.to_owned() }
    }

    #[test]
    fn a_letter_keeps_its_address_from_any_other_but_one_to_somebody_else_by_choice() {
        let excludes = |one: Occupant, two: Occupant| {
            assert_eq!(one.excludes(&two), two.excludes(&one));
            one.excludes(&two)
        };
        assert!(excludes(occupant("a", "", "Ana Roe"), occupant("b", "", "Bo Lind")), "nobody chose that");
        assert!(!excludes(occupant("a", "Ana Roe", "Ana Roe"), occupant("b", "Bo Lind", "Bo Lind")));
        assert!(!excludes(occupant("a", "", "Ana Roe"), occupant("b", "Bo Lind", "Bo Lind")));
        assert!(excludes(occupant("a", "", ""), occupant("b", "Bo Lind", "Bo Lind")), "it may be he");
        assert!(excludes(occupant("a", "Bo Lind", "Bo Lind"), occupant("b", "B. Lind", "B. Lind")));
    }

    #[test]
    fn of_several_letters_to_a_mailbox_somebodys_is_found_by_id_then_by_name() {
        let to = |id: &str, name: &str| Addressee {
            id: RecipientId::new(id),
            address: "office@example.org".to_owned(),
            name: name.to_owned(),
        };
        let letters = [occupant("a", "Ana Roe", "Ana Roe"), occupant("b", "Bo Lind", "Bo Lind")];
        assert_eq!(letter_of(&to("b", "Ana Roe"), &letters), Some(1));
        assert_eq!(letter_of(&to("new", "Lind, Bo"), &letters), Some(1));
        assert_eq!(letter_of(&to("new", "Cy Dee"), &letters), None);
        assert_eq!(letter_of(&to("new", "Cy Dee"), &[occupant("a", "", "Ana Roe")]), Some(0), "it is the mailbox's");
    }
}
