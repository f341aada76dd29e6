//! The letters before those of a round: what the ledger keeps of them, and what is not sent yet as it would be sent
//! now.

pub(crate) mod earlier;
pub(crate) mod edition;
pub(crate) mod foresight;
mod signed_since;
mod unpacked;

/// The key of previews and checks: their tokens are never sent.
pub(crate) const NO_KEY: [u8; 32] = [0; 32];
