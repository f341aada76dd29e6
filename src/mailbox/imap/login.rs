//! Logging in.

use std::fmt;

use data_encoding::BASE64;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncRead, AsyncWrite};

use super::names::quoted;
use super::{Expects, Session};
use crate::config::Redaction;
use crate::mailbox::MailboxError;
use crate::transport::{AuthMethod, TokenForm, TokenRefusal};

/// The ways of logging in that a server offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offers {
    /// The names of mechanisms (RFC 9051, 6.2.2), as the server writes them.
    mechanisms: Vec<String>,
    /// Whether it says that it takes no LOGIN.
    without_login: bool,
}

impl Offers {
    fn of(capabilities: &[String]) -> Self {
        let mechanism = |word: &String| {
            let is_one = word.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("AUTH="));
            is_one.then(|| word[5..].to_owned())
        };
        let without_login = capabilities.iter().any(|word| word.eq_ignore_ascii_case("LOGINDISABLED"));
        Self { mechanisms: capabilities.iter().filter_map(mechanism).collect(), without_login }
    }

    fn has(&self, mechanism: &str) -> bool {
        self.mechanisms.iter().any(|offered| offered.eq_ignore_ascii_case(mechanism))
    }
}

impl fmt::Display for Offers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<String> = self.mechanisms.iter().map(|name| format!("`{name}`")).collect();
        let has_login = self.has("LOGIN");
        names.extend((!self.without_login && !has_login).then(|| "`LOGIN`".to_owned()));
        if names.is_empty() { f.write_str("no way to log in") } else { f.write_str(&names.join(", ")) }
    }
}

/// How an access token is shown, where one is.
fn token_form(method: AuthMethod, offers: &Offers) -> Option<TokenForm> {
    match method {
        AuthMethod::Auto | AuthMethod::Plain | AuthMethod::Login => None,
        AuthMethod::Oauthbearer => Some(TokenForm::Oauthbearer),
        AuthMethod::Token if !offers.has("XOAUTH2") && offers.has("OAUTHBEARER") => Some(TokenForm::Oauthbearer),
        AuthMethod::Token | AuthMethod::Xoauth2 => Some(TokenForm::Xoauth2),
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// Logs in.
    ///
    /// # Errors
    /// Where the server refuses it, does not offer the method, or the connection breaks.
    pub async fn log_in(&mut self, user: &str, secret: &SecretString, method: AuthMethod) -> Result<(), MailboxError> {
        self.redaction = Redaction::of(user, secret);
        let secret = secret.expose_secret();
        if user.chars().chain(secret.chars()).any(|c| matches!(c, '\0' | '\r' | '\n' | '\x01')) {
            let why = "the user or the password of [inbox] has a control character, which no login can carry";
            return Err(MailboxError::Protocol(why.to_owned()));
        }
        let offers = Offers::of(&self.capabilities().await?);
        let sasl = |mechanism: &str, text: String| {
            let text = Zeroizing::new(text);
            (format!("AUTHENTICATE {mechanism}"), Zeroizing::new(BASE64.encode(text.as_bytes())))
        };
        let plain = method == AuthMethod::Plain || (method == AuthMethod::Auto && offers.has("PLAIN"));
        let form = token_form(method, &offers);
        let done = if plain {
            let (command, answer) = sasl("PLAIN", format!("\0{user}\0{secret}"));
            self.ask(&command, Expects::more(&answer)).await
        } else if let Some(form) = form {
            let answer = Zeroizing::new(BASE64.encode(form.response(user, secret).as_bytes()));
            self.ask(&format!("AUTHENTICATE {}", form.name()), Expects::token(&answer, form)).await
        } else if offers.without_login {
            let how = if offers.has("XOAUTH2") || offers.has("OAUTHBEARER") {
                "with `auth = \"oauth\"` and `[oauth]`, `undersigned login` signs in".to_owned()
            } else {
                format!("it offers {}", self.shown(&offers.to_string()))
            };
            return Err(MailboxError::Protocol(format!(
                "the server of [inbox] takes no password by PLAIN or LOGIN; {how}"
            )));
        } else {
            let command = Zeroizing::new(format!("LOGIN {} {}", quoted(user), quoted(secret)));
            self.ask(&command, Expects::NOTHING).await
        };
        done.map(|_| ()).map_err(|error| match error {
            MailboxError::Refused { said, .. } if method == AuthMethod::Token => {
                let refusal = TokenRefusal::read(&said, self.challenge.take().as_deref());
                MailboxError::Token { said, refusal }
            }
            MailboxError::Refused { said, .. } => MailboxError::Login { said, offers: self.shown(&offers.to_string()) },
            other => other,
        })
    }

    /// What the server says that it can do.
    pub(super) async fn capabilities(&mut self) -> Result<Vec<String>, MailboxError> {
        let said = self.ask("CAPABILITY", Expects::lines("CAPABILITY")).await?;
        Ok(said.iter().flat_map(|one| one.line.split(' ').skip(2).map(str::to_owned)).collect())
    }
}
