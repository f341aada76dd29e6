//! The addresses of a list: which of them stand on several rows, who must not be written to, and whom a letter reaches
//! already.

use std::collections::HashMap;

use super::SkipReason;
use super::fingerprint::{Alike, Fingerprint, Fingerprints};
use super::known::Known;
use super::people::{Resident, Residents};
use crate::model::{EmailAddress, Fault, Forgotten, ListLine, Person, Recipient, Suppression, Target};

/// An address that stands on several rows.
#[derive(Debug, Clone)]
pub(super) struct KnownAddress {
    pub(super) known: Known,
    /// The first line on which it is the one that is written to.
    pub(super) first_to: Option<ListLine>,
    /// The first line on which it is not to be written to.
    pub(super) opted_out: Option<ListLine>,
    /// The name on the first line, once that was met.
    pub(super) name: Option<Box<str>>,
    /// Who is there, where each of them is to get a letter.
    pub(super) residents: Residents,
}

/// A letter that goes to an address which several rows have and none begins with.
#[derive(Debug, Clone)]
struct Served {
    line: ListLine,
    as_what: ServedAs,
    text: Box<str>,
}

/// How a letter goes to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ServedAs {
    /// It is its own.
    Own,
    /// It is a copy.
    Copy,
}

/// What is known of addresses.
#[derive(Debug, Clone)]
pub(super) struct Mailboxes {
    fingerprints: Fingerprints,
    /// In the order of their fingerprints.
    addresses: Vec<KnownAddress>,
    /// Whether anybody was met at one of them.
    are_met: bool,
    /// Addresses that several rows have and none begins with, in order.
    shared_copies: Vec<Fingerprint>,
    /// The letters that go to these, as far as was decided.
    served: HashMap<Fingerprint, Served>,
    suppressed_addresses: HashMap<String, Option<String>>,
    suppressed_domains: HashMap<String, Option<String>>,
    forgotten: Forgotten,
    /// Who may have a copy of a letter, and of whose.
    copied: HashMap<String, String>,
}

impl Mailboxes {
    pub(super) fn new(
        fingerprints: Fingerprints,
        addresses: Vec<KnownAddress>,
        shared_copies: Vec<Fingerprint>,
    ) -> Self {
        Self {
            fingerprints,
            addresses,
            are_met: false,
            shared_copies,
            served: HashMap::new(),
            suppressed_addresses: HashMap::new(),
            suppressed_domains: HashMap::new(),
            forgotten: Forgotten::default(),
            copied: HashMap::new(),
        }
    }

    /// Takes note of who must not be written to.
    pub(super) fn suppress(&mut self, suppressions: impl IntoIterator<Item = Suppression>) {
        for Suppression { target, reason } in suppressions {
            match target {
                Target::Address(key) => self.suppressed_addresses.entry(key).or_insert(reason),
                Target::Domain(domain) => self.suppressed_domains.entry(domain).or_insert(reason),
            };
        }
    }

    /// Takes note of who was forgotten.
    pub(super) fn forget(&mut self, forgotten: Forgotten) {
        self.forgotten = forgotten;
    }

    /// Takes note of who may have a copy of a letter of the round, and of whose.
    pub(super) fn note_copied(&mut self, copied: impl IntoIterator<Item = (String, String)>) {
        self.copied = copied.into_iter().collect();
    }

    /// Why an address is not to get a letter of its own: it may have a copy of another.
    pub(super) fn has_copy(&self, key: &str) -> Option<SkipReason> {
        let of = self.copied.get(key)?.clone();
        Some(SkipReason::HasCopy { of })
    }

    /// Why an address that stands behind the first of its cell is not to get the letter of its row.
    pub(super) fn served_otherwise(
        &mut self,
        address: &EmailAddress,
        line: ListLine,
    ) -> Result<Option<SkipReason>, Alike> {
        let key = address.key();
        if let Some(reason) = self.suppressed(address, &key).or_else(|| self.has_copy(&key)) {
            return Ok(Some(reason));
        }
        if let Some(KnownAddress { first_to, opted_out, .. }) = self.known_address(&key)? {
            return Ok(match (*opted_out, *first_to) {
                (Some(line), _) => Some(SkipReason::OptedOut { column: None, line }),
                (None, of_line) => of_line.map(|of_line| SkipReason::Duplicate { of_line }),
            });
        }
        let served = self.served(&key)?.filter(|served| served.line != line);
        Ok(served.map(|served| SkipReason::Duplicate { of_line: served.line }))
    }

    /// Why a row is not the one by which its address gets its letter.
    pub(super) fn not_first(&mut self, recipient: &Recipient, key: &str) -> Result<Option<SkipReason>, Alike> {
        let line = recipient.list_line();
        if let Some(column) = &recipient.opted_out {
            return Ok(Some(SkipReason::OptedOut { column: Some(column.clone()), line }));
        }
        let name = recipient.name().unwrap_or_default();
        let Some(known) = self.known_address(key)? else { return Ok(None) };
        if let Some(line) = known.opted_out {
            return Ok(Some(SkipReason::OptedOut { column: None, line }));
        }
        if let Some(residents) = known.residents.several(known.first_to) {
            let person = Person::named(name);
            let before = residents.iter().take_while(|other| other.line != line);
            let it = before.into_iter().find(|other| other.person.may_be(&person));
            return Ok(it.map(|other| SkipReason::Duplicate { of_line: other.line }));
        }
        let Some(of_line) = known.first_to.filter(|first| *first != line) else {
            known.name = Some(name.into());
            return Ok(None);
        };
        let first = known.name.as_deref().unwrap_or_default();
        let is_other = !first.is_empty() && !name.is_empty() && !is_one_name(first, name);
        Ok(Some(if is_other {
            SkipReason::SharedMailbox { of_line, name: first.to_owned() }
        } else {
            SkipReason::Duplicate { of_line }
        }))
    }

    /// Takes note of who is at an address, where each of several people is to get a letter. Gives what is wrong with a
    /// row that has somebody else's id.
    pub(super) fn meet(&mut self, file: &str, recipient: &Recipient) -> Result<Option<Fault>, Alike> {
        let Some(known) = self.known_address(&recipient.to.key())? else { return Ok(None) };
        let fault = known.residents.meet(file, recipient);
        self.are_met = true;
        Ok(fault)
    }

    /// Who shares the address of a row, where they are several people and each gets a letter.
    pub(super) fn residents(&mut self, recipient: &Recipient) -> Result<Option<&[Resident]>, Alike> {
        if !self.are_met {
            return Ok(None);
        }
        let known = self.known_address(&recipient.to.key())?;
        Ok(known.and_then(|known| known.residents.several(known.first_to)))
    }

    /// What is known of an address that stands on several rows.
    fn known_address(&mut self, key: &str) -> Result<Option<&mut KnownAddress>, Alike> {
        if self.addresses.is_empty() {
            return Ok(None);
        }
        let what = self.fingerprints.of(key);
        let Ok(at) = self.addresses.binary_search_by_key(&what, |address| address.known.what) else {
            return Ok(None);
        };
        let found = &mut self.addresses[at];
        found.known.confirm(key)?;
        Ok(Some(found))
    }

    /// The letter that goes to an address which several rows have and none begins with.
    fn served(&self, key: &str) -> Result<Option<&Served>, Alike> {
        if self.served.is_empty() {
            return Ok(None);
        }
        match self.served.get(&self.fingerprints.of(key)) {
            Some(served) if *served.text != *key => Err(Alike),
            served => Ok(served),
        }
    }

    /// Takes note of whom a letter goes to, as far as other rows have them behind the first of their cells.
    pub(super) fn note_served(&mut self, recipient: &Recipient) -> Result<(), Alike> {
        if self.shared_copies.is_empty() {
            return Ok(());
        }
        for (n, address) in recipient.addresses().enumerate() {
            let key = address.key();
            let what = self.fingerprints.of(&key);
            if self.shared_copies.binary_search(&what).is_err() || self.served(&key)?.is_some() {
                continue;
            }
            let as_what = if n == 0 { ServedAs::Own } else { ServedAs::Copy };
            self.served.insert(what, Served { line: recipient.list_line(), as_what, text: key.into() });
        }
        Ok(())
    }

    pub(super) fn suppressed(&self, address: &EmailAddress, key: &str) -> Option<SkipReason> {
        let (target, reason) = match self.suppressed_addresses.get(key) {
            Some(reason) => (key.to_owned(), reason),
            None => match self.suppressed_domains.get(address.domain()) {
                Some(reason) => (format!("@{}", address.domain()), reason),
                None => {
                    let reason = Some(Forgotten::REASON.to_owned());
                    return self.forgotten.has(key).then(|| SkipReason::Suppressed { target: key.to_owned(), reason });
                }
            },
        };
        Some(SkipReason::Suppressed { target, reason: reason.clone() })
    }

    /// Takes out the copies to those who must not be written to, and to those who get a letter of their own.
    pub(super) fn leave_out(
        &mut self,
        copies: Vec<EmailAddress>,
        recipient: &Recipient,
        left_out: &mut Vec<(EmailAddress, SkipReason)>,
    ) -> Result<Vec<EmailAddress>, Alike> {
        let own = recipient.to.key();
        let mut kept = Vec::with_capacity(copies.len());
        for address in copies {
            let key = address.key();
            match self.suppressed(&address, &key) {
                None if key != own => match self.has_its_own(&key, recipient.list_line())? {
                    Some(reason) => left_out.push((address, reason)),
                    None => kept.push(address),
                },
                Some(reason) => left_out.push((address, reason)),
                None => kept.push(address),
            }
        }
        Ok(kept)
    }

    /// Why an address gets no copy of the letter on a line: it has a letter of its own, or wants none.
    fn has_its_own(&mut self, key: &str, line: ListLine) -> Result<Option<SkipReason>, Alike> {
        if let Some(KnownAddress { first_to, opted_out, .. }) = self.known_address(key)? {
            return Ok(match (*opted_out, *first_to) {
                (Some(line), _) => Some(SkipReason::OptedOut { column: None, line }),
                (None, of_line) => of_line.map(|of_line| SkipReason::Duplicate { of_line }),
            });
        }
        let own = self.served(key)?.filter(|served| served.as_what == ServedAs::Own && served.line != line);
        Ok(own.map(|served| SkipReason::Duplicate { of_line: served.line }))
    }
}

/// Whether two names are one person's, whatever their case and the order of their words.
fn is_one_name(one: &str, other: &str) -> bool {
    let words = |name: &str| {
        let name = name.to_lowercase();
        let mut words: Vec<String> =
            name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    words(one) == words(other)
}
