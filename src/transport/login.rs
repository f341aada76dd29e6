//! Logging in (RFC 4954). The secret goes through memory that is wiped, and past the library, which would keep a copy.

use data_encoding::BASE64;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::capabilities::{Capabilities, Mechanism};
use super::limits::Limits;
use super::login_refusal::TokenRefusal;
use super::open::ask;
use super::open_error::{OpenError, Step};
use super::reply::Lines;
use super::server::{AuthMethod, Login};
use super::stream::Stream;
use super::token::TokenForm;
use crate::config::Redaction;

/// A command line, its end included (RFC 5321, 4.5.3.1.4). AUTH stays within it; an answer to a challenge need not
/// (RFC 4954, 4).
const COMMAND_LINE: usize = 512;

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
    let dialogue = Dialogue { stream, limits };
    let reply = match mechanism {
        Mechanism::Plain => {
            let text = Zeroizing::new(format!("\0{}\0{secret}", login.user));
            dialogue.begin("PLAIN", &text).await?
        }
        Mechanism::Token(form) => return dialogue.show_token(form, login, secret).await,
        Mechanism::Login => {
            // The server asks twice, in words that differ from one to the next: first for the user, then for the
            // password.
            let mut reply = dialogue.say("AUTH LOGIN", None).await?;
            for answer in [login.user.as_str(), secret] {
                if reply.code != 334 {
                    break;
                }
                reply = dialogue.say("", Some(answer)).await?;
            }
            reply
        }
    };
    match reply.code {
        235 => Ok(()),
        _ => Err(OpenError::LoginRefused(reply.to_reply())),
    }
}

/// What is said between the two.
struct Dialogue<'a> {
    stream: &'a Stream,
    limits: &'a Limits,
}

impl Dialogue<'_> {
    async fn show_token(&self, form: TokenForm, login: &Login, token: &str) -> Result<(), OpenError> {
        let mut reply = self.begin(form.name(), &form.response(&login.user, token)).await?;
        let mut challenge = None;
        if reply.code == 334 {
            // The challenge holds the error; what ends the dialogue brings the refusal.
            challenge = self.stream.take_challenge();
            reply = self.write("", form.after_the_error()).await?;
        }
        match reply.code {
            235 => Ok(()),
            // What is to be done about a token from elsewhere, its maker knows.
            _ if login.auth != AuthMethod::Token => Err(OpenError::LoginRefused(reply.to_reply())),
            _ => {
                let reply = reply.to_reply();
                let refusal = TokenRefusal::read(&reply.text, challenge.as_deref());
                Err(OpenError::TokenRefused { reply, refusal })
            }
        }
    }

    /// Begins a mechanism of one answer: with it where it fits into the line, else after the server has asked for it.
    async fn begin(&self, mechanism: &str, answer: &str) -> Result<Lines, OpenError> {
        let encoded = Zeroizing::new(BASE64.encode(answer.as_bytes()));
        let auth = format!("AUTH {mechanism} ");
        if auth.len() + encoded.len() + 2 <= COMMAND_LINE {
            return self.write(&auth, &encoded).await;
        }
        let reply = self.write(auth.trim_end(), "").await?;
        if reply.code == 334 { self.write("", &encoded).await } else { Ok(reply) }
    }

    async fn say(&self, verb: &str, answer: Option<&str>) -> Result<Lines, OpenError> {
        let encoded = Zeroizing::new(answer.map(|answer| BASE64.encode(answer.as_bytes())).unwrap_or_default());
        self.write(verb, &encoded).await
    }

    async fn write(&self, verb: &str, encoded: &str) -> Result<Lines, OpenError> {
        let command = Zeroizing::new(format!("{verb}{encoded}\r\n"));
        ask(self.stream, command.as_bytes(), self.limits.command, Step::Auth).await
    }
}
