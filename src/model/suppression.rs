//! Who must not be written to.

use super::EmailAddress;

/// An address or domain that must not be written to, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// What it covers.
    pub target: Target,
    /// Why, in the words of whoever wrote it down.
    pub reason: Option<String>,
}

/// What a suppression covers, in the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// One address, as [`EmailAddress::key`] gives it.
    Address(String),
    /// Every address at a domain (in ASCII, lowercase), but not at its subdomains.
    Domain(String),
}

impl Target {
    /// Whether an address is covered.
    #[must_use]
    pub fn covers(&self, address: &EmailAddress) -> bool {
        match self {
            Self::Address(key) => *key == address.key(),
            Self::Domain(domain) => domain == address.domain(),
        }
    }

    /// Reads the form in which it is stored.
    #[must_use]
    pub fn from_key(key: String) -> Self {
        match key.strip_prefix('@') {
            Some(domain) => Self::Domain(domain.to_owned()),
            None => Self::Address(key),
        }
    }

    /// The form in which it is stored: an address, or `@domain`.
    #[must_use]
    pub fn as_key(&self) -> String {
        match self {
            Self::Address(key) => key.clone(),
            Self::Domain(domain) => format!("@{domain}"),
        }
    }
}
