//! Logging in (RFC 4954). The secret goes through memory that is wiped, and past the library, which would keep a copy.

use data_encoding::BASE64;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::capabilities::{Capabilities, Mechanism};
use super::limits::Limits;
use super::open::ask;
use super::open_error::{OpenError, Step};
use super::reply::Lines;
use super::server::Login;
use super::stream::Stream;
use crate::config::Redaction;

/// Logs in. The caller has made sure that the stream is under TLS.
pub(super) async fn log_in(
    stream: &Stream,
    capabilities: &Capabilities,
    login: &Login,
    secret: &SecretString,
    limits: &Limits,
) -> Result<(), OpenError> {
    stream.keep_out(Redaction::of(&login.user, secret));
    let secret = secret.expose_secret();
    let broken = |text: &str| text.contains(['\0', '\r', '\n', '\x01']);
    if broken(&login.user) || broken(secret) {
        return Err(OpenError::LoginCharacters);
    }
    let Some(mechanism) = capabilities.mechanism(login.auth) else {
        return Err(OpenError::LoginNotOffered(capabilities.auth.clone()));
    };
    let mut reply = match mechanism {
        Mechanism::Plain => {
            let text = Zeroizing::new(format!("\0{}\0{secret}", login.user));
            say(stream, limits, "AUTH PLAIN ", Some(&text)).await?
        }
        Mechanism::Xoauth2 => {
            let text = Zeroizing::new(format!("user={}\x01auth=Bearer {secret}\x01\x01", login.user));
            say(stream, limits, "AUTH XOAUTH2 ", Some(&text)).await?
        }
        Mechanism::Login => {
            // The server asks twice, in words that differ from one to the next: first for the user, then for the
            // password.
            let mut reply = say(stream, limits, "AUTH LOGIN", None).await?;
            for answer in [login.user.as_str(), secret] {
                if reply.code != 334 {
                    break;
                }
                reply = say(stream, limits, "", Some(answer)).await?;
            }
            reply
        }
    };
    if mechanism == Mechanism::Xoauth2 && reply.code == 334 {
        // The challenge holds the error; an empty answer brings the refusal.
        reply = say(stream, limits, "", None).await?;
    }
    match reply.code {
        235 => Ok(()),
        _ => Err(OpenError::LoginRefused(reply.to_reply())),
    }
}

async fn say(stream: &Stream, limits: &Limits, verb: &str, answer: Option<&str>) -> Result<Lines, OpenError> {
    let encoded = Zeroizing::new(answer.map(|answer| BASE64.encode(answer.as_bytes())).unwrap_or_default());
    let command = Zeroizing::new(format!("{verb}{}\r\n", *encoded));
    ask(stream, command.as_bytes(), limits.command, Step::Auth).await
}
