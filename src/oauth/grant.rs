//! What lasts of a consent.

use secrecy::zeroize::{Zeroize, Zeroizing};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

/// What lasts of a consent: the token that others are made of.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) refresh_token: SecretString,
}

/// The form in which it is kept.
#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    refresh_token: &'a str,
}

/// The same, read: the token may have signs that JSON escapes.
#[derive(Deserialize)]
struct Kept {
    version: u32,
    refresh_token: String,
}

impl Zeroize for Kept {
    fn zeroize(&mut self) {
        self.refresh_token.zeroize();
    }
}

const VERSION: u32 = 1;

impl Grant {
    /// As a text.
    pub(super) fn written(&self) -> Zeroizing<String> {
        let kept = Written { version: VERSION, refresh_token: self.refresh_token.expose_secret() };
        Zeroizing::new(serde_json::to_string(&kept).unwrap_or_default())
    }

    /// Reads it again; `None` where it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let kept: Zeroizing<Kept> = Zeroizing::new(serde_json::from_str(text).ok()?);
        let is_one = kept.version == VERSION && !kept.refresh_token.is_empty();
        is_one.then(|| Self { refresh_token: SecretString::from(kept.refresh_token.as_str()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_read_as_it_was_written_and_nothing_else_is_one() {
        let token = "1//0\"e\\ä";
        let grant = Grant { refresh_token: SecretString::from(token) };
        assert_eq!(Grant::read(&grant.written()).unwrap().refresh_token.expose_secret(), token);
        assert!(!format!("{grant:?}").contains("1//0"));
        for text in ["", "{}", r#"{"version":2,"refresh_token":"x"}"#, r#"{"version":1,"refresh_token":""}"#] {
            assert!(Grant::read(text).is_none(), "{text}");
        }
    }
}
