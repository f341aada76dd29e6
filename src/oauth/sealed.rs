//! A text that only whoever has the key can read: AES-256-GCM, under a key that Argon2id makes of a passphrase
//! (RFC 9106).

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

/// What a sealed text begins with.
const MAGIC: &[u8] = b"undersigned sealed 1\n";
const SALT_LEN: usize = 16;

/// Memory in KiB, rounds and lanes: what OWASP recommends at the least; a passphrase is tried out slowly enough, and a
/// small machine has so much.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// A key that was made of a passphrase, with its salt. Making it takes a moment, so it is kept.
pub(super) struct Key {
    salt: [u8; SALT_LEN],
    key: RandomizedNonceKey,
}

impl Key {
    /// Makes a key with a new salt.
    pub(super) fn new(passphrase: &SecretString) -> Option<Self> {
        let mut salt = [0; SALT_LEN];
        getrandom::fill(&mut salt).ok()?;
        Self::with(passphrase, salt)
    }

    /// Makes the key of a sealed text.
    pub(super) fn of(sealed: &[u8], passphrase: &SecretString) -> Option<Self> {
        Self::with(passphrase, salt_of(sealed)?)
    }

    fn with(passphrase: &SecretString, salt: [u8; SALT_LEN]) -> Option<Self> {
        let (memory, rounds, lanes) = COST;
        let params = Params::new(memory, rounds, lanes, Some(32)).ok()?;
        let mut bytes = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose_secret().as_bytes(), &salt, &mut *bytes)
            .ok()?;
        Some(Self { salt, key: RandomizedNonceKey::new(&AES_256_GCM, &*bytes).ok()? })
    }

    /// Whether a sealed text has the same salt, so that this may be its key.
    pub(super) fn fits(&self, sealed: &[u8]) -> bool {
        salt_of(sealed) == Some(self.salt)
    }

    /// Seals a text, tied to a name: under another name it does not open.
    pub(super) fn seal(&self, text: &str, name: &str) -> Option<Vec<u8>> {
        let mut inner = Zeroizing::new(text.as_bytes().to_vec());
        let nonce = self.key.seal_in_place_append_tag(Aad::from(name.as_bytes()), &mut *inner).ok()?;
        Some([MAGIC, &self.salt, nonce.as_ref(), &inner].concat())
    }

    /// Opens a sealed text; `None` where the key or the name is another, or a byte of it.
    pub(super) fn open(&self, sealed: &[u8], name: &str) -> Option<Zeroizing<String>> {
        let rest = sealed.strip_prefix(MAGIC)?.get(SALT_LEN..)?;
        let (nonce, inner) = rest.split_first_chunk::<NONCE_LEN>()?;
        let mut inner = Zeroizing::new(inner.to_vec());
        let aad = Aad::from(name.as_bytes());
        let text = self.key.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut inner).ok()?;
        Some(Zeroizing::new(std::str::from_utf8(text).ok()?.to_owned()))
    }
}

fn salt_of(sealed: &[u8]) -> Option<[u8; SALT_LEN]> {
    sealed.strip_prefix(MAGIC)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_opens_with_its_key_and_name_alone_and_not_with_a_changed_byte() {
        let passphrase = SecretString::from("violet trombone");
        let key = Key::new(&passphrase).unwrap();
        let sealed = key.seal("the refresh token", "ana").unwrap();
        assert!(!sealed.windows(7).any(|part| part == b"refresh"));
        assert_ne!(sealed, key.seal("the refresh token", "ana").unwrap(), "each has a nonce of its own");
        let again = Key::of(&sealed, &passphrase).unwrap();
        assert!(again.fits(&sealed));
        assert_eq!(again.open(&sealed, "ana").unwrap().as_str(), "the refresh token");
        assert!(again.open(&sealed, "bo").is_none());
        assert!(Key::of(&sealed, &SecretString::from("violet")).unwrap().open(&sealed, "ana").is_none());
        for at in [MAGIC.len() + SALT_LEN, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(again.open(&changed, "ana").is_none(), "{at}");
        }
        for end in [0, MAGIC.len(), MAGIC.len() + 3, MAGIC.len() + SALT_LEN + 5] {
            assert!(again.open(&sealed[..end], "ana").is_none(), "{end}");
        }
    }
}
