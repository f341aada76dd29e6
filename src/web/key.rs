//! How a recipient is named in a link: by an opaque key, which holds no address and no id, and which nobody can make
//! up.

use data_encoding::BASE32_NOPAD;
use hmac::Mac as _;

use crate::campaign::desk::Seat;
use crate::model::TokenKey;

/// Makes keys of recipients, and reads them. The ledger's key is what they rest on: they stay the same from one run of
/// the desk to the next.
#[derive(Debug, Clone)]
pub(super) struct Keys(TokenKey);

impl Keys {
    pub(super) fn new(key: TokenKey) -> Self {
        Self(key)
    }

    /// The key of a recipient: a digest of its number, and the number under a mask that the digest makes.
    pub(super) fn of(&self, Seat(number): Seat) -> String {
        let number = number.to_be_bytes();
        let digest = self.digest("desk recipient", &number);
        let hidden = masked(number, self.digest("desk mask", &digest));
        BASE32_NOPAD.encode(&[digest, hidden].concat()).to_ascii_lowercase()
    }

    /// The recipient of a key; `None` where it is none.
    pub(super) fn read(&self, key: &str) -> Option<Seat> {
        let bytes = BASE32_NOPAD.decode(key.to_ascii_uppercase().as_bytes()).ok()?;
        let (digest, hidden) = bytes.split_first_chunk::<8>()?;
        let number = masked(<[u8; 8]>::try_from(hidden).ok()?, self.digest("desk mask", digest));
        let seat = Seat(i64::from_be_bytes(number));
        // Also what only looks like it in another case.
        (self.of(seat) == key).then_some(seat)
    }

    fn digest(&self, label: &str, of: &[u8]) -> [u8; 8] {
        let mut mac = self.0.labelled(label);
        mac.update(of);
        let mut digest = [0; 8];
        digest.copy_from_slice(&mac.finalize().into_bytes()[..8]);
        digest
    }
}

fn masked(bytes: [u8; 8], mask: [u8; 8]) -> [u8; 8] {
    let mut masked = bytes;
    masked.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_by_whoever_made_it_and_by_nobody_else() {
        let (keys, other) = (Keys::new(TokenKey::new([1; 32])), Keys::new(TokenKey::new([2; 32])));
        for number in [0, 1, 2, 77, 1_000_000, i64::MAX] {
            let key = keys.of(Seat(number));
            assert_eq!(keys.read(&key), Some(Seat(number)), "{key}");
            assert_eq!(other.read(&key), None);
            assert_eq!(keys.read(&key.to_uppercase()), None);
            assert!(key.len() == 26 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
        }
        for wrong in ["", "a", "1", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "ana@example.org", "../etc", "ü"] {
            assert_eq!(keys.read(wrong), None, "{wrong}");
        }
    }
}
