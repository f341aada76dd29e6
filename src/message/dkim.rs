//! A message is signed as it leaves (RFC 6376; RFC 8463 for Ed25519): every header that a reader sees, and the whole
//! body.

use std::fmt;

use data_encoding::BASE64;
use mail_auth::common::crypto::{Ed25519Key, RsaKey, Sha256, SigningKey};
use mail_auth::common::headers::HeaderWriter as _;
use mail_auth::dkim::{Canonicalization, DkimSigner, Done};
use secrecy::{ExposeSecret as _, SecretString};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, alg_id};
use tokio_rustls::rustls::sign::public_key_to_spki;

/// The headers that are signed, where a message has them: those that RFC 6376, 5.4.1 names, and those of ours.
const SIGNED: [&str; 13] = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
    "List-Unsubscribe",
];

/// A signature has fewer bytes than these, nearly always.
const HEADER: usize = 1024;

/// Signs messages with one key. No text of it shows the key.
pub struct Signer {
    key: Key,
    /// The other half of the key: of RSA its `RSAPublicKey` (RFC 8017, A.1.1), of Ed25519 its 32 bytes.
    public: Vec<u8>,
    /// The selector, and the domain.
    place: (String, String),
}

enum Key {
    Rsa(DkimSigner<RsaKey<Sha256>, Done>),
    Ed25519(DkimSigner<Ed25519Key, Done>),
}

/// Why a key cannot be used. It never repeats the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DkimError {
    /// The text is no key.
    #[error("the key is neither in the PEM form (`-----BEGIN PRIVATE KEY-----`) nor its base64 in one line")]
    NoKey,
    /// It is another kind of key.
    #[error(
        "the key is neither of RSA with at least 2048 bits nor of Ed25519: `openssl genrsa 2048` or `openssl genpkey -algorithm ed25519` makes one"
    )]
    OtherKind,
    /// It did not sign.
    #[error("a letter cannot be signed: {0}")]
    NotSigned(String),
}

impl Signer {
    /// A signer with this key: PKCS #8 (RFC 5208) of either kind, or PKCS #1 of RSA.
    ///
    /// # Errors
    /// Where the text is no such key.
    pub fn new(selector: &str, domain: &str, key: &SecretString) -> Result<Self, DkimError> {
        let text = key.expose_secret().trim();
        let key = if text.starts_with("-----BEGIN") {
            PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| DkimError::NoKey)?
        } else {
            let one_line: String = text.split_whitespace().collect();
            let bytes = BASE64.decode(one_line.as_bytes()).map_err(|_| DkimError::NoKey)?;
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(bytes))
        };
        let place = (selector.to_owned(), domain.to_owned());
        if let PrivateKeyDer::Pkcs8(der) = &key
            && let Ok(key) = Ed25519Key::from_pkcs8_maybe_unchecked_der(der.secret_pkcs8_der())
        {
            let public = key.public_key();
            return Ok(Self { key: Key::Ed25519(signer(key, selector, domain)), public, place });
        }
        let key = RsaKey::<Sha256>::from_key_der(key).map_err(|_| DkimError::OtherKind)?;
        let public = key.public_key();
        Ok(Self { key: Key::Rsa(signer(key, selector, domain)), public, place })
    }

    /// The message with its signature before it.
    ///
    /// # Errors
    /// Where the key does not sign.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, DkimError> {
        let signature = match &self.key {
            Key::Rsa(signer) => signer.sign(message),
            Key::Ed25519(signer) => signer.sign(message),
        };
        let signature = signature.map_err(|why| DkimError::NotSigned(why.to_string()))?;
        let mut signed = Vec::with_capacity(HEADER + message.len());
        signature.write_header(&mut signed);
        signed.extend_from_slice(message);
        Ok(signed)
    }

    /// The name in DNS under which the other half of the key is published.
    #[must_use]
    pub fn name(&self) -> String {
        let (selector, domain) = &self.place;
        format!("{selector}._domainkey.{domain}")
    }

    /// Whether the key in a DNS record (its `p=`, in base64) is the other half: for RSA in either of its two forms.
    #[must_use]
    pub fn is_other_half(&self, published: &str) -> bool {
        let text: String = published.split_whitespace().collect();
        BASE64.decode(text.as_bytes()).is_ok_and(|bytes| bytes.ends_with(&self.public))
    }

    /// What to publish under its name. A key of RSA is written as a `SubjectPublicKeyInfo` (RFC 5280, 4.1), as all
    /// publish it and verifiers read it, though RFC 6376, 3.6.1 speaks of the key inside.
    #[must_use]
    pub fn record(&self) -> String {
        match &self.key {
            Key::Ed25519(_) => format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(&self.public)),
            Key::Rsa(_) => {
                let info = public_key_to_spki(&alg_id::RSA_ENCRYPTION, &self.public);
                format!("v=DKIM1; k=rsa; p={}", BASE64.encode(&info))
            }
        }
    }

    /// Whether a signature takes longer than to hand a letter to another thread and back: some 400 µs with RSA, where
    /// Ed25519 takes 9.
    pub(super) fn is_slow(&self) -> bool {
        matches!(self.key, Key::Rsa(_))
    }

    /// Whether receivers that know RSA alone can check its signatures (RFC 8463, 4: Ed25519 is no must yet).
    #[must_use]
    pub fn is_known_everywhere(&self) -> bool {
        matches!(self.key, Key::Rsa(_))
    }
}

/// Headers may be folded anew on the way, and are signed so that this does no harm (RFC 6376, 3.4.2). The body is
/// signed as it is (3.4.3): it is encoded, so that no line ends with a blank or is one that a server would break, and
/// to look for blanks that may differ would cost a third of a signature.
fn signer<T: SigningKey>(key: T, selector: &str, domain: &str) -> DkimSigner<T, Done> {
    DkimSigner::from_key(key)
        .domain(domain)
        .selector(selector)
        .headers(SIGNED)
        .header_canonicalization(Canonicalization::Relaxed)
        .body_canonicalization(Canonicalization::Simple)
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("name", &self.name()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] =
        b"From: A <a@coalition.example>\r\nTo: b@example.org\r\nSubject: =?utf-8?q?=C3=A9?=\r\n\r\nDear B,\r\n\r\n";

    #[test]
    fn a_message_is_signed_with_a_key_in_either_form_and_stands_whole_behind_its_signature() {
        // Made for this test with `openssl genpkey -algorithm ed25519`.
        let line = "MC4CAQAwBQYDK2VwBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq";
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{line}\n-----END PRIVATE KEY-----\n");
        for text in [line.to_owned(), pem] {
            let signer = Signer::new("s1", "coalition.example", &SecretString::from(text)).unwrap();
            let signed = signer.sign(MESSAGE).unwrap();
            assert!(signed.ends_with(MESSAGE));
            let header = String::from_utf8(signed[..signed.len() - MESSAGE.len()].to_vec()).unwrap();
            assert!(
                header
                    .starts_with("DKIM-Signature: v=1; a=ed25519-sha256; s=s1; d=coalition.example; c=relaxed/simple;")
            );
            assert!(header.ends_with("\r\n") && !header.contains("\r\n\r\n"), "{header}");
            let record = signer.record();
            assert!(signer.is_other_half(record.rsplit_once("p=").unwrap().1));
            assert!(!signer.is_other_half("AAAA"));
            assert!(!format!("{signer:?}").contains("MC4C"));
        }
    }

    #[test]
    fn a_key_of_rsa_is_published_in_the_form_that_verifiers_read() {
        // Made for this test with `openssl genpkey -algorithm RSA`; the other half as `openssl pkey -pubout` writes it.
        let key = SecretString::from(include_str!("rsa_key_of_a_test.pem"));
        let signer = Signer::new("s1", "coalition.example", &key).unwrap();
        let published = include_str!("rsa_key_of_a_test.pub").lines().filter(|line| !line.starts_with("---"));
        let published = published.collect::<String>();
        assert_eq!(signer.record(), format!("v=DKIM1; k=rsa; p={published}"));
        assert!(signer.is_other_half(&published) && signer.sign(MESSAGE).is_ok());
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_repeated() {
        for text in ["hunter2", "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----", "aGVsbG8="] {
            let error = Signer::new("s1", "coalition.example", &SecretString::from(text)).unwrap_err();
            assert!(!error.to_string().contains("hunter2"));
        }
    }
}
