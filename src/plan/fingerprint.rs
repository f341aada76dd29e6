//! Texts by their fingerprints: what a long list has in it is compared without being kept.

use std::hash::{BuildHasher, RandomState};

/// What stands for a text: 128 bits of it.
pub(super) type Fingerprint = u128;

/// Makes fingerprints, with a key of its own that is in memory alone: whoever reads them elsewhere cannot even try out
/// texts.
#[derive(Debug, Clone)]
pub(super) struct Fingerprints {
    halves: [RandomState; 2],
    /// All bits, but in tests that want texts to be alike.
    mask: Fingerprint,
}

impl Fingerprints {
    pub(super) fn new() -> Self {
        Self { halves: [RandomState::new(), RandomState::new()], mask: Fingerprint::MAX }
    }

    /// Fingerprints of so few bits that some of many texts are alike.
    #[cfg(test)]
    pub(super) fn of_bits(bits: u32) -> Self {
        Self { mask: (1 << bits) - 1, ..Self::new() }
    }

    pub(super) fn of(&self, text: &str) -> Fingerprint {
        let [high, low] = &self.halves;
        ((Fingerprint::from(high.hash_one(text)) << 64) | Fingerprint::from(low.hash_one(text))) & self.mask
    }
}

/// Two texts that are not one have one fingerprint. Among a million it happens in one of 10²⁷ runs, and in the next
/// run, whose key is another one, not again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("two recipients cannot be told apart by chance; run the command again")]
pub struct Alike;
