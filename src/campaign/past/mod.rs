//! The letters before those of a round: what the ledger keeps of them, and what is not sent yet as it would be sent
//! now.

pub(crate) mod as_sent;
pub(crate) mod earlier;
pub(crate) mod edition;
pub(crate) mod foresight;
mod signed_since;
mod unpacked;
pub(crate) mod withdrawn;

/// The key of checks, and of previews where there is no ledger yet: their tokens and Message-IDs are never sent, and
/// those of the letters will be others.
pub(crate) const NO_KEY: [u8; 32] = [0; 32];
