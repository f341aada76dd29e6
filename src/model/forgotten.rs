//! People whom a ledger was told to forget: of their addresses it keeps keyed hashes alone, so that nobody writes to
//! them again.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{Person, TokenKey};

/// With what an id begins that stands in the place of a recipient's who was forgotten.
const IN_PLACE: &str = "forgotten-";

/// Makes keyed hashes of addresses: 22 characters of base64 (RFC 4648, 5).
#[derive(Clone)]
pub struct AddressHash {
    /// A keyed hash that begins.
    hash: Hmac<Sha256>,
}

impl AddressHash {
    /// The one with this secret.
    #[must_use]
    pub fn with(secret: [u8; 32]) -> Self {
        Self { hash: TokenKey::new(secret).labelled("addresses") }
    }

    /// The hash of an address, as [`EmailAddress::key`](super::EmailAddress::key) gives it.
    #[must_use]
    pub fn of(&self, address_key: &str) -> String {
        let mut hash = self.hash.clone();
        hash.update(address_key.as_bytes());
        BASE64URL_NOPAD.encode(&hash.finalize().into_bytes()[..16])
    }

    /// The hash of one of the people at an address who get a letter each.
    #[must_use]
    pub fn of_person(&self, address_key: &str, person: &Person) -> String {
        self.of(&format!("{address_key}\n{}", person.as_str()))
    }
}

impl fmt::Debug for AddressHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressHash(…)")
    }
}

/// Whether an address that stands in a text is all of one: `an@example.org` is not in `jan@example.org`.
#[must_use]
pub fn is_whole_address(text: &[u8], at: Range<usize>) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
    let of_domain = |byte: Option<&u8>| byte.is_some_and(|byte| is_letter(*byte) || *byte == b'-');
    // `'`, `=` and `/` stand before an address as well, in a sentence, a header or a link (RFC 5322, 3.2.3).
    let of_local = |byte: u8| is_letter(byte) || b"!#$%&+-?^{}~.".contains(&byte);
    let goes_on = match text.get(at.end) {
        Some(b'.') => of_domain(text.get(at.end + 1)),
        next => of_domain(next),
    };
    !goes_on && !at.start.checked_sub(1).and_then(|before| text.get(before)).is_some_and(|byte| of_local(*byte))
}

/// Whom a ledger was told to forget.
#[derive(Debug, Clone, Default)]
pub struct Forgotten {
    hash: Option<AddressHash>,
    marks: HashSet<String>,
}

impl Forgotten {
    /// Why nobody writes to one of them.
    pub const REASON: &str = "asked to be forgotten";

    /// Those whose addresses have these hashes.
    #[must_use]
    pub fn new(hash: AddressHash, marks: HashSet<String>) -> Self {
        Self { hash: Some(hash), marks }
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The hash of an address, where it is one of theirs.
    #[must_use]
    pub fn mark(&self, address_key: &str) -> Option<String> {
        let hash = self.hash.as_ref().filter(|_| !self.is_empty())?;
        Some(hash.of(address_key)).filter(|mark| self.marks.contains(mark))
    }

    /// Whether an address is one of theirs.
    #[must_use]
    pub fn has(&self, address_key: &str) -> bool {
        self.mark(address_key).is_some()
    }

    /// What stands in the place of a recipient's id.
    #[must_use]
    pub fn id(&self, recipient: &str) -> String {
        let mark = self.hash.as_ref().map(|hash| hash.of(&format!("id {recipient}"))).unwrap_or_default();
        format!("{IN_PLACE}{}", &mark[..mark.len().min(12)])
    }

    /// Whether an id is one that stands in the place of a recipient's: a person may have given one that looks like it.
    #[must_use]
    pub fn may_be_id(id: &str) -> bool {
        id.starts_with(IN_PLACE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_forgotten_is_known_by_the_address_alone_and_only_with_the_key() {
        let hash = AddressHash::with([1; 32]);
        let marks = HashSet::from([hash.of("ana@example.org")]);
        let forgotten = Forgotten::new(hash, marks.clone());
        assert!(forgotten.has("ana@example.org") && !forgotten.has("bo@example.org"));
        assert!(!Forgotten::new(AddressHash::with([2; 32]), marks).has("ana@example.org"));
        assert!(!Forgotten::default().has("ana@example.org"));
        assert!(!format!("{forgotten:?}{}", forgotten.id("ana")).contains("ana"));
    }
}
