//! Signing in (RFC 6749): a person gives an application their consent once, in a browser (RFC 8252, with PKCE) or on
//! another device (RFC 8628), and from then on access tokens are renewed by themselves.
//!
//! What lasts is kept in the keyring, or in a file that is encrypted. An access token is kept in memory alone. No text
//! of an error or a trace holds any of it, and nothing goes to a place without TLS.

mod account;
mod client;
mod error;
mod grant;
mod keeper;
mod lock;
mod loopback;
mod sealed;
mod store;
#[cfg(test)]
mod tests;
mod words;

pub use account::{Account, Consent, DevicePrompt, Forgotten, Revoked};
pub use error::SignInError;
pub use keeper::Keeper;
