//! What a server says it can do, from the lines of its reply to EHLO (RFC 5321, 4.1.1.1).

use super::server::AuthMethod;
use super::token::TokenForm;

/// The extensions that matter here. Keywords are read without regard to case, as the standard wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an extension that is offered or not")]
pub struct Capabilities {
    /// SIZE (RFC 1870): the largest message in bytes; `None` where it is not offered, 0 where no limit is named.
    pub size: Option<u64>,
    /// PIPELINING (RFC 2920).
    pub pipelining: bool,
    /// DSN (RFC 3461).
    pub dsn: bool,
    /// SMTPUTF8 (RFC 6531).
    pub smtputf8: bool,
    /// 8BITMIME (RFC 6152).
    pub eight_bit_mime: bool,
    /// ENHANCEDSTATUSCODES (RFC 2034).
    pub enhanced_status_codes: bool,
    /// STARTTLS (RFC 3207).
    pub starttls: bool,
    /// AUTH (RFC 4954): the names of the mechanisms, in capitals and in the server's order.
    pub auth: Vec<String>,
}

impl Capabilities {
    /// Reads the lines of a reply to EHLO, the first of which is the server's name.
    pub fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for line in lines.into_iter().skip(1) {
            let line = line.to_ascii_uppercase();
            // `AUTH=PLAIN` is how servers older than the standard say it.
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            match words.next() {
                Some("SIZE") => found.size = Some(words.next().and_then(|size| size.parse().ok()).unwrap_or(0)),
                Some("PIPELINING") => found.pipelining = true,
                Some("DSN") => found.dsn = true,
                Some("SMTPUTF8") => found.smtputf8 = true,
                Some("8BITMIME") => found.eight_bit_mime = true,
                Some("ENHANCEDSTATUSCODES") => found.enhanced_status_codes = true,
                Some("STARTTLS") => found.starttls = true,
                Some("AUTH") => {
                    for word in words {
                        if !found.auth.iter().any(|known| known == word) {
                            found.auth.push(word.to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Whether a message of `size` bytes is within the limit that the server names.
    #[must_use]
    pub fn takes(&self, size: u64) -> bool {
        self.size.is_none_or(|limit| limit == 0 || size <= limit)
    }

    /// The mechanism to log in with, if the server offers one that was asked for.
    pub(super) fn mechanism(&self, asked: AuthMethod) -> Option<Mechanism> {
        let wanted: &[Mechanism] = match asked {
            AuthMethod::Auto => &[Mechanism::Plain, Mechanism::Login],
            AuthMethod::Plain => &[Mechanism::Plain],
            AuthMethod::Login => &[Mechanism::Login],
            AuthMethod::Xoauth2 => &[XOAUTH2],
            AuthMethod::Oauthbearer => &[OAUTHBEARER],
            AuthMethod::Token => &[XOAUTH2, OAUTHBEARER],
        };
        let offered = |mechanism: &&Mechanism| self.auth.iter().any(|name| name == mechanism.name());
        wanted.iter().find(offered).copied()
    }
}

/// A mechanism that was agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mechanism {
    Plain,
    Login,
    Token(TokenForm),
}

const XOAUTH2: Mechanism = Mechanism::Token(TokenForm::Xoauth2);
const OAUTHBEARER: Mechanism = Mechanism::Token(TokenForm::Oauthbearer);

impl Mechanism {
    /// As AUTH names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::Token(form) => form.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_ehlo_are_read_in_any_case_and_order() {
        let found = Capabilities::read([
            "SIZE PIPELINING are words of a name here",
            "pipelining",
            "Size 10485760",
            "8bitmime",
            "SMTPUTF8",
            "DSN",
            "AUTH login Plain",
            "AUTH=LOGIN",
            "X-UNKNOWN 1",
            "",
        ]);
        assert_eq!(found.size, Some(10_485_760));
        assert!(found.pipelining && found.eight_bit_mime && found.smtputf8 && found.dsn && !found.starttls);
        assert_eq!(found.auth, ["LOGIN", "PLAIN"]);
        assert_eq!(Capabilities::read(["SIZE 1"]).size, None);
    }

    #[test]
    fn a_size_of_nought_or_none_is_no_limit() {
        assert!(Capabilities::read(["x", "SIZE"]).takes(u64::MAX));
        assert!(Capabilities::read(["x", "SIZE 0"]).takes(u64::MAX));
        assert!(Capabilities::read(["x"]).takes(u64::MAX));
        assert!(Capabilities::read(["x", "SIZE 10"]).takes(10));
        assert!(!Capabilities::read(["x", "SIZE 10"]).takes(11));
    }

    #[test]
    fn a_token_is_never_shown_unless_it_was_asked_for() {
        let only_token = Capabilities::read(["x", "AUTH XOAUTH2 CRAM-MD5"]);
        assert_eq!(only_token.mechanism(AuthMethod::Auto), None);
        assert_eq!(only_token.mechanism(AuthMethod::Xoauth2), Some(XOAUTH2));
        let both = Capabilities::read(["x", "AUTH LOGIN PLAIN"]);
        assert_eq!(both.mechanism(AuthMethod::Auto), Some(Mechanism::Plain));
        assert_eq!(both.mechanism(AuthMethod::Login), Some(Mechanism::Login));
        assert_eq!(both.mechanism(AuthMethod::Xoauth2), None);
    }
}
