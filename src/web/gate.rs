//! Who may come in: the secrets of one run of the desk, and what they open. Pure.

use std::io;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use hmac::Mac as _;
use jiff::Timestamp;

use crate::model::TokenKey;

/// A form that lay open for longer than this, in seconds, is old: the page is to be loaded anew.
const FORM_LASTS: i64 = 12 * 3600;

/// What may be done at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everything.
    Full,
    /// Looking alone: every change is refused.
    ReadOnly,
}

/// The secrets of one run of the desk. They end with the process: a link or a form of an earlier one opens nothing.
#[derive(Debug)]
pub(super) struct Gate {
    secrets: TokenKey,
    port: u16,
    pub(super) mode: Mode,
}

impl Gate {
    /// A gate with new secrets.
    ///
    /// # Errors
    /// Where the operating system gives no random numbers.
    pub(super) fn new(port: u16, mode: Mode) -> io::Result<Self> {
        let mut secrets = [0; 32];
        getrandom::fill(&mut secrets).map_err(io::Error::other)?;
        Ok(Self { secrets: TokenKey::new(secrets), port, mode })
    }

    /// What stands in the first address: whoever has it may come in.
    pub(super) fn token(&self) -> String {
        let digest = self.secrets.labelled("token").finalize().into_bytes();
        BASE32_NOPAD.encode(&digest[..20]).to_ascii_lowercase()
    }

    /// Whether a token is the right one.
    pub(super) fn knows_token(&self, token: &str) -> bool {
        self.is_same(token, &self.token())
    }

    /// The cookie's name: cookies are shared by all ports of a machine, so it has the port in it.
    pub(super) fn cookie_name(&self) -> String {
        format!("desk-{}", self.port)
    }

    /// What the cookie says.
    pub(super) fn cookie(&self) -> String {
        HEXLOWER.encode(&self.secrets.labelled("cookie").finalize().into_bytes())
    }

    /// Whether a `Cookie` header has the cookie (RFC 6265, 4.2.1).
    pub(super) fn knows_cookie(&self, header: &str) -> bool {
        let (name, right) = (self.cookie_name(), self.cookie());
        let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.into_iter().any(|(found, value)| found == name && self.is_same(value, &right))
    }

    /// The address under which the pages are, without a path.
    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.host())
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Whether a `Host` names this desk: a name that somebody else made point here does not (DNS rebinding).
    pub(super) fn is_host(&self, host: &str) -> bool {
        host == self.host() || (self.port == 80 && host == "127.0.0.1")
    }

    /// Whether an `Origin` is that of the desk's own pages.
    pub(super) fn is_origin(&self, origin: &str) -> bool {
        origin.strip_prefix("http://").is_some_and(|host| self.is_host(host))
    }

    /// The token of a form that is sent to `path`.
    pub(super) fn form_token(&self, path: &str, now: Timestamp) -> String {
        let made_at = now.as_second().to_be_bytes();
        BASE32_NOPAD.encode(&[&made_at[..], &self.form_digest(path, made_at)].concat()).to_ascii_lowercase()
    }

    /// Whether a token is one of a form that is sent to `path`, and is not old.
    pub(super) fn knows_form(&self, path: &str, token: &str, now: Timestamp) -> bool {
        let Ok(bytes) = BASE32_NOPAD.decode(token.to_ascii_uppercase().as_bytes()) else { return false };
        let Some((made_at, _)) = bytes.split_first_chunk::<8>() else { return false };
        let age = now.as_second().saturating_sub(i64::from_be_bytes(*made_at));
        let Ok(made) = Timestamp::from_second(i64::from_be_bytes(*made_at)) else { return false };
        (0..=FORM_LASTS).contains(&age) && self.is_same(token, &self.form_token(path, made))
    }

    fn form_digest(&self, path: &str, made_at: [u8; 8]) -> [u8; 16] {
        let mut mac = self.secrets.labelled("form");
        mac.update(&made_at);
        mac.update(path.as_bytes());
        let mut digest = [0; 16];
        digest.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        digest
    }

    /// Compares in a time that does not tell where two texts differ.
    fn is_same(&self, one: &str, other: &str) -> bool {
        let digest = |text: &str| {
            let mut mac = self.secrets.labelled("compare");
            mac.update(text.as_bytes());
            mac.finalize()
        };
        digest(one) == digest(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate::new(4000, Mode::Full).unwrap()
    }

    #[test]
    fn only_this_run_of_the_desk_is_opened_by_its_token_and_its_cookie() {
        let (gate, other) = (gate(), gate());
        assert!(gate.knows_token(&gate.token()));
        assert!(!gate.knows_token(&other.token()));
        assert!(!gate.knows_token(""));
        let cookie = format!("a=b; desk-4000={}; c=d", gate.cookie());
        assert!(gate.knows_cookie(&cookie));
        assert!(!other.knows_cookie(&cookie));
        for wrong in ["", "desk-4000", "desk-4000=", "desk-4001=x", "a;b;c"] {
            assert!(!gate.knows_cookie(wrong), "{wrong}");
        }
        assert_ne!(gate.token(), gate.cookie());
    }

    #[test]
    fn only_the_desk_s_own_host_and_origin_are_right() {
        let gate = gate();
        assert!(gate.is_host("127.0.0.1:4000"));
        assert!(gate.is_origin("http://127.0.0.1:4000"));
        for wrong in
            ["127.0.0.1", "127.0.0.1:4001", "localhost:4000", "evil.example:4000", "", "127.0.0.1:4000.evil.example"]
        {
            assert!(!gate.is_host(wrong), "{wrong}");
            assert!(!gate.is_origin(&format!("http://{wrong}")), "{wrong}");
        }
        for wrong in ["null", "", "https://127.0.0.1:4000", "http://127.0.0.1:4000/"] {
            assert!(!gate.is_origin(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_form_s_token_is_for_its_own_path_and_time() {
        let gate = gate();
        let now: Timestamp = "2027-03-22T10:00:00Z".parse().unwrap();
        let later = |seconds: i64| Timestamp::from_second(now.as_second() + seconds).unwrap();
        let token = gate.form_token("/run", now);
        assert!(gate.knows_form("/run", &token, now));
        assert!(gate.knows_form("/run", &token, later(FORM_LASTS)));
        assert!(!gate.knows_form("/run", &token, later(FORM_LASTS + 1)), "old");
        assert!(!gate.knows_form("/run", &token, later(-1)), "of a time to come");
        assert!(!gate.knows_form("/inbox", &token, now), "of another form");
        assert!(!Gate::new(4000, Mode::Full).unwrap().knows_form("/run", &token, now), "of another run");
        for wrong in ["", "a", "aaaaaaaaaaaaaaaa", "ü", &token[1..]] {
            assert!(!gate.knows_form("/run", wrong, now), "{wrong}");
        }
    }
}
