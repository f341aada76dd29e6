//! Why signing in, or renewing a token, did not work. Every text says what to do, and none holds a secret.

use std::io;
use std::time::Duration;

use crate::config::SecretError;

/// Why there is no sign-in, or no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// Nobody has signed in on this machine.
    #[error("nobody has signed in as `{user}` at {provider} on this machine; `undersigned login` does")]
    Nobody {
        /// Who should have.
        user: String,
        /// Where.
        provider: String,
    },
    /// The provider cannot be reached, or answers with an error of its own.
    #[error("{provider} cannot be asked for a token: {why}; check the network, and try again")]
    Unreachable {
        /// The provider.
        provider: String,
        /// What happened.
        why: String,
    },
    /// The provider refuses.
    #[error("{provider} refuses: {said}; {advice}")]
    Refused {
        /// The provider.
        provider: String,
        /// Its code for that, and its words.
        said: String,
        /// What to do.
        advice: &'static str,
        /// Whether it may do so for a while only.
        passes: bool,
    },
    /// The provider gave no refresh token.
    #[error(
        "{0} gave a token that cannot be renewed; the application needs the scope for that (`offline_access`), and the consent anew"
    )]
    NotRenewable(String),
    /// The keyring cannot be used.
    #[error(
        "the keyring cannot be used: {0}. Where there is none, the sign-in goes into an encrypted file: say in [oauth] what encrypts it, as in \
         `key = {{ command = [\"pass\", \"show\", \"undersigned\"] }}` or `key = {{ env = \"NAME\" }}`, and run `undersigned login`"
    )]
    NoKeyring(String),
    /// The file of the sign-in does not open.
    #[error(
        "the file of the sign-in does not open with `key` of [oauth]; give the key that it was made with, or sign in again with `undersigned login`"
    )]
    WrongKey,
    /// What is kept is not what this program keeps.
    #[error("what is kept of the sign-in cannot be read; sign in again with `undersigned login`")]
    Unreadable,
    /// A file cannot be read or written.
    #[error("{doing}: {why}")]
    File {
        /// What could not be done, and what to do.
        doing: &'static str,
        /// What the system says.
        why: io::Error,
    },
    /// Another process renews the token, and does not end.
    #[error("another process has been renewing this sign-in for {} seconds; end it, and run the command again", .0.as_secs())]
    Busy(Duration),
    /// The key or the application's secret cannot be had.
    #[error("{0}; check [oauth]")]
    Secret(SecretError),
    /// Nobody gave consent in time.
    #[error("nobody has given consent within {} minutes; run `undersigned login` again", .0.as_secs() / 60)]
    NoConsent(Duration),
    /// The provider has no device flow for mail.
    #[error(
        "{0} has no sign-in for mail by a code on another device; run `undersigned login` without `--device`, on a machine with a browser"
    )]
    NoDevice(String),
    /// Something in this program broke down.
    #[error("signing in broke down: {0}; run the command again")]
    Broken(String),
}

impl SignInError {
    /// Whether the same may succeed a little later, without anybody doing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Busy(_) => true,
            Self::Refused { passes, .. } => *passes,
            _ => false,
        }
    }
}

impl From<SignInError> for SecretError {
    fn from(error: SignInError) -> Self {
        Self::NotSignedIn { passes: error.is_transient(), why: error.to_string() }
    }
}
