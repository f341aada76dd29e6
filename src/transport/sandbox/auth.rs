//! Logins at a sandbox: what a client answers, compared with the users and passwords it was given.

use data_encoding::BASE64;

/// Users and passwords.
pub(super) type Logins = [(String, String)];

/// The text of an answer in base64; `None` where it is none.
pub(super) fn decode(answer: &[u8]) -> Option<String> {
    String::from_utf8(BASE64.decode(answer).ok()?).ok()
}

/// `authorization NUL user NUL password` (RFC 4616, 2).
pub(super) fn plain(logins: &Logins, answer: &str) -> bool {
    let mut parts = answer.split('\0').skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(user), Some(password), None) => known(logins, user, password),
        _ => false,
    }
}

/// `user=… ^A auth=Bearer … ^A ^A`.
pub(super) fn xoauth2(logins: &Logins, answer: &str) -> bool {
    let mut parts = answer.split('\x01');
    let user = parts.next().and_then(|part| part.strip_prefix("user="));
    let token = parts.next().and_then(|part| part.strip_prefix("auth=Bearer "));
    match (user, token, parts.next(), parts.next(), parts.next()) {
        (Some(user), Some(token), Some(""), Some(""), None) => known(logins, user, token),
        _ => false,
    }
}

/// Whether this user has this password.
pub(super) fn known(logins: &Logins, user: &str, password: &str) -> bool {
    logins.iter().any(|(name, secret)| name == user && secret == password)
}
