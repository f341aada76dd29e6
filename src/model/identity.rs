//! Names that stay the same for ever: of a campaign, a recipient, a round, a message, and of the way back to a
//! delivery.

use std::fmt;
use std::sync::Arc;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The name of a campaign: letters, digits, `.`, `-` and `_`, 64 at the most.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CampaignId(String);

impl CampaignId {
    /// Reads an id.
    ///
    /// # Errors
    /// Says what is wrong with it, where it is empty, too long, or has other characters.
    pub fn parse(text: &str) -> Result<Self, String> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if text.is_empty() {
            return Err("is empty; give the campaign a short name such as `2024-06-dialogue`".to_owned());
        }
        if text.len() > 64 {
            return Err("is longer than 64 characters".to_owned());
        }
        match text.chars().find(|c| !allowed(*c)) {
            Some(c) => {
                Err(format!("has the character `{}`; use letters, digits, `.`, `-` and `_`", c.escape_default()))
            }
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The id as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a recipient within a campaign: the `id` of its row, or its address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecipientId(String);

impl RecipientId {
    /// An id from a cell that is not empty.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecipientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 0 is the first letter; 1, 2, … are the follow-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Round(pub u32);

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The parts of a delivery's identity, one after another with their lengths, so that no two deliveries share a text.
fn identity(campaign: &CampaignId, round: Round, recipient: &RecipientId) -> Vec<u8> {
    let mut text = Vec::with_capacity(64);
    for part in [campaign.as_str(), &round.to_string(), recipient.as_str()] {
        text.extend_from_slice(part.len().to_string().as_bytes());
        text.push(b':');
        text.extend_from_slice(part.as_bytes());
    }
    text
}

/// A Message-ID without its angle brackets (RFC 5322, 3.6.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// The Message-ID of a delivery: keyed, so that nobody can compute the one of a letter that they did not get. It is
    /// the same on every attempt, and tells a reader nothing, also not of the [`Token`].
    ///
    /// `domain` is the ASCII domain of the sender.
    #[must_use]
    pub fn of(key: &TokenKey, campaign: &CampaignId, round: Round, recipient: &RecipientId, domain: &str) -> Self {
        let mut mac = key.begun.1.clone();
        mac.update(&identity(campaign, round, recipient));
        let digest = mac.finalize().into_bytes();
        Self(format!("{}@{domain}", HEXLOWER.encode(&digest[..16])))
    }

    /// One that was written before, such as in the ledger.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Without angle brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

/// The secret of a ledger that makes its tokens and Message-IDs: whoever does not have it cannot make one that
/// verifies.
#[derive(Clone)]
pub struct TokenKey {
    bytes: [u8; 32],
    /// Keyed hashes that begin, of tokens and of Message-IDs: every letter has both.
    begun: Arc<(Hmac<Sha256>, Hmac<Sha256>)>,
}

impl TokenKey {
    /// A key from its bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self { bytes, begun: Arc::new((keyed(&bytes), labelled(&bytes, "message-id"))) }
    }

    /// Begins a keyed hash (HMAC-SHA-256, RFC 2104) of the label's own: what it gives tells nothing of what another
    /// label's gives.
    #[must_use]
    pub fn labelled(&self, label: &str) -> Hmac<Sha256> {
        labelled(&self.bytes, label)
    }
}

fn labelled(key: &[u8; 32], label: &str) -> Hmac<Sha256> {
    let mut mac = keyed(key);
    mac.update(label.as_bytes());
    keyed(&mac.finalize().into_bytes())
}

/// A keyed hash that begins. A key shorter than the hash's block is filled up with zeros (RFC 2104, 2).
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    Hmac::<Sha256>::new(&block.into())
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey(…)")
    }
}

/// What ties an answer or a report to its delivery: `{token}` in `reply_to` and `bounce_to`.
///
/// Sixteen characters of base32 in lowercase, since some mail systems change the case of an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(String);

impl Token {
    /// The token of a delivery: keyed (HMAC-SHA-256, RFC 2104), so it cannot be guessed and tells a reader nothing.
    #[must_use]
    pub fn of(key: &TokenKey, campaign: &CampaignId, round: Round, recipient: &RecipientId) -> Self {
        let mut mac = key.begun.0.clone();
        mac.update(&identity(campaign, round, recipient));
        let digest = mac.finalize().into_bytes();
        Self(BASE32_NOPAD.encode(&digest[..10]).to_ascii_lowercase())
    }

    /// One that a ledger holds.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// So many characters it has.
    pub const LENGTH: usize = 16;

    /// Whether a word may be a token, in whatever case: sixteen characters of base32.
    #[must_use]
    pub fn is_like(word: &str) -> bool {
        word.len() == Self::LENGTH && word.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'2'..=b'7'))
    }

    /// The sixteen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign() -> CampaignId {
        CampaignId::parse("2024-06-dialogue").unwrap()
    }

    fn message_id(key: u8, campaign: &CampaignId, round: u32, recipient: &str) -> MessageId {
        let key = TokenKey::new([key; 32]);
        MessageId::of(&key, campaign, Round(round), &RecipientId::new(recipient), "example.org")
    }

    #[test]
    fn a_message_id_depends_on_key_campaign_round_and_recipient_alone() {
        let of = |round, recipient| message_id(1, &campaign(), round, recipient);
        assert_eq!(of(0, "ana"), of(0, "ana"));
        assert_ne!(of(0, "ana"), of(1, "ana"));
        assert_ne!(of(0, "ana"), of(0, "bo"));
        assert_ne!(of(0, "ana"), message_id(2, &campaign(), 0, "ana"), "whoever lacks the key cannot compute it");
        assert!(!of(0, "ana").as_str().contains("ana"));
        assert!(of(0, "ana").to_string().ends_with("@example.org>"));
    }

    #[test]
    fn parts_of_an_identity_cannot_be_moved_between_each_other() {
        let other = CampaignId::parse("2024-06-dialogue1").unwrap();
        assert_ne!(message_id(1, &campaign(), 10, "x"), message_id(1, &other, 0, "x"));
    }

    #[test]
    fn a_message_id_and_a_token_of_one_letter_are_made_by_keys_of_their_own() {
        // Both as Python's `hmac` computes them over `16:2024-06-dialogue1:03:ana`.
        let token = Token::of(&TokenKey::new([1; 32]), &campaign(), Round(0), &RecipientId::new("ana"));
        assert_eq!(token.as_str(), "m6xaxrtwchabppjx");
        assert_eq!(message_id(1, &campaign(), 0, "ana").as_str(), "cc641a50af458de041d286157be1d967@example.org");
    }

    #[test]
    fn a_token_needs_the_key() {
        let of = |byte| Token::of(&TokenKey::new([byte; 32]), &campaign(), Round(0), &RecipientId::new("ana"));
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert_eq!(of(1).as_str().len(), 16);
    }

    #[test]
    fn an_id_that_cannot_stand_in_a_message_id_is_refused() {
        for text in ["", "a b", "a@b", "ü", "x\r\n"] {
            assert!(CampaignId::parse(text).is_err(), "{text:?}");
        }
    }
}
