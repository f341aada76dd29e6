//! AUTH at a sandbox: what a client answers, compared with the users and passwords it was given.

use std::io;
use std::sync::Arc;

use data_encoding::BASE64;

use super::lines::Line;
use super::script::At;
use super::session::{Greeted, LoggedIn, Session};

/// An answer in a login (RFC 4954, 4).
const AUTH_LINE: usize = 12_288;

/// AUTH itself (RFC 5321, 4.5.3.1.4).
const COMMAND_LINE: usize = 512;

/// Users and passwords.
type Logins = [(String, String)];

impl Session {
    pub(super) async fn auth(&mut self, rest: &str) -> io::Result<()> {
        if rest.len() + "AUTH \r\n".len() > COMMAND_LINE {
            self.peer.say(b"500 5.5.6 line too long\r\n");
            return Ok(());
        }
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let mechanism = mechanism.to_ascii_uppercase();
        if !self.shared.options.offers.auth.contains(&mechanism) {
            self.peer.say(b"504 5.5.4 not offered\r\n");
            return Ok(());
        }
        if self.greeted == Greeted::NotYet || self.login == LoggedIn::Yes || self.transaction.is_some() {
            self.peer.say(b"503 5.5.1 not now\r\n");
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let logins = &shared.options.logins[..];
        let right = if mechanism == "LOGIN" {
            let user = self.answer("334 VXNlcm5hbWU6\r\n", initial).await?;
            let password = self.answer("334 UGFzc3dvcmQ6\r\n", "").await?;
            user.is_some_and(|user| password.is_some_and(|password| known(logins, &user, &password)))
        } else {
            let answer = self.answer("334 \r\n", initial).await?.unwrap_or_default();
            match mechanism.as_str() {
                "PLAIN" => plain(logins, &answer),
                "XOAUTH2" if xoauth2(logins, &answer) => true,
                "OAUTHBEARER" if bearer(logins, &answer) => true,
                _ => {
                    let challenge = format!("334 {}\r\n", BASE64.encode(shared.options.challenge.as_bytes()));
                    self.answer(&challenge, "").await?;
                    false
                }
            }
        };
        let usual = if right { "235 2.7.0 welcome\r\n" } else { "535 5.7.8 wrong user or password\r\n" };
        if self.reply(At::Auth, usual).await? == 235 {
            self.login = LoggedIn::Yes;
        }
        Ok(())
    }

    /// The client's answer to a challenge, or the one that it gave with AUTH.
    async fn answer(&mut self, challenge: &str, initial: &str) -> io::Result<Option<String>> {
        if !initial.is_empty() {
            return Ok(decode(initial.as_bytes()));
        }
        self.peer.say(challenge.as_bytes());
        let mut line = Vec::new();
        let read = self.peer.line(&mut line, AUTH_LINE).await?;
        self.log("", "…", false);
        Ok(match read {
            Line::Whole => decode(line.trim_ascii_end()),
            Line::Bare | Line::TooLong => None,
        })
    }
}

/// The text of an answer in base64; `None` where it is none.
fn decode(answer: &[u8]) -> Option<String> {
    String::from_utf8(BASE64.decode(answer).ok()?).ok()
}

/// `authorization NUL user NUL password` (RFC 4616, 2).
fn plain(logins: &Logins, answer: &str) -> bool {
    let mut parts = answer.split('\0').skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(user), Some(password), None) => known(logins, user, password),
        _ => false,
    }
}

/// `user=… ^A auth=Bearer … ^A ^A`.
fn xoauth2(logins: &Logins, answer: &str) -> bool {
    let mut parts = answer.split('\x01');
    let user = parts.next().and_then(|part| part.strip_prefix("user="));
    let token = parts.next().and_then(|part| part.strip_prefix("auth=Bearer "));
    match (user, token, parts.next(), parts.next(), parts.next()) {
        (Some(user), Some(token), Some(""), Some(""), None) => known(logins, user, token),
        _ => false,
    }
}

/// `n,a=…, ^A auth=Bearer … ^A ^A` (RFC 7628, 3.1).
fn bearer(logins: &Logins, answer: &str) -> bool {
    let mut parts = answer.split('\x01');
    let user = parts.next().and_then(|part| part.strip_prefix("n,a=")).and_then(|part| part.strip_suffix(','));
    let token = parts.next().and_then(|part| part.strip_prefix("auth=Bearer "));
    match (user, token, parts.next(), parts.next(), parts.next()) {
        (Some(user), Some(token), Some(""), Some(""), None) => known(logins, user, token),
        _ => false,
    }
}

/// Whether this user has this password.
fn known(logins: &Logins, user: &str, password: &str) -> bool {
    logins.iter().any(|(name, secret)| name == user && secret == password)
}
