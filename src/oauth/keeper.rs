//! Access tokens for a run of days: each is used until shortly before its end, and renewed once where a server refuses
//! it.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use secrecy::{ExposeSecret as _, SecretString};

use super::account::Account;
use super::client::Given;
use super::error::SignInError;
use super::grant::Grant;
use crate::config::{Asked, KeepsTokens, SecretError};

/// So long before its end a token is renewed, or a fifth of its time where that is less: a connection that is opened
/// with it has to get through its login.
const MARGIN: Duration = Duration::from_mins(5);
/// How long a token lasts of which the provider does not say.
const USUAL: Duration = Duration::from_mins(30);

/// Whoever keeps a sign-in while a run goes on. Clones share the token.
#[derive(Clone)]
pub struct Keeper(Arc<Shared>);

struct Shared {
    account: Account,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    token: Option<Token>,
    /// What lasts, where it could not be kept anywhere else.
    unsaved: Option<Grant>,
}

/// An access token, and until when it may be used.
struct Token {
    text: SecretString,
    /// Since when it is there, by two clocks: one stands still while the machine sleeps, the other may be set.
    since: (Instant, SystemTime),
    lasts: Duration,
}

impl Keeper {
    /// Keeps the sign-in of an account.
    #[must_use]
    pub fn new(account: Account) -> Self {
        Self(Arc::new(Shared { account, known: Mutex::default() }))
    }

    /// The first token, before a run: where there is none, nothing begins. It blocks until it is there.
    ///
    /// # Errors
    /// Where nobody has signed in, the consent is gone, or the provider cannot be reached.
    pub fn first(&self) -> Result<(), SignInError> {
        self.0.token(None).map(|_| ())
    }
}

impl KeepsTokens for Keeper {
    fn token<'a>(&'a self, refused: Option<&'a SecretString>) -> Pin<Box<dyn Future<Output = Asked> + Send + 'a>> {
        let (shared, refused) = (Arc::clone(&self.0), refused.cloned());
        Box::pin(async move {
            let asked = tokio::task::spawn_blocking(move || shared.token(refused.as_ref())).await;
            let broken = |error: tokio::task::JoinError| SignInError::Broken(error.to_string());
            asked.unwrap_or_else(|error| Err(broken(error))).map_err(SecretError::from)
        })
    }
}

impl Shared {
    /// A token that lasts a while yet. Whoever comes while another asks the provider waits for that.
    fn token(&self, refused: Option<&SecretString>) -> Result<SecretString, SignInError> {
        let broken = || SignInError::Broken("another thread broke down".to_owned());
        let mut known = self.known.lock().map_err(|_| broken())?;
        if let Some(token) = known.token.as_ref().filter(|token| token.may_be_used(refused)) {
            return Ok(token.text.clone());
        }
        let asked_at = (Instant::now(), SystemTime::now());
        let Given { access_token, lasts, .. } = self.account.renew(&mut known.unsaved)?;
        tracing::debug!(lasts = lasts.map(|lasts| lasts.as_secs()), "the access token was renewed");
        let token = Token { text: access_token.clone(), since: asked_at, lasts: lasts.unwrap_or(USUAL) };
        known.token = Some(token);
        Ok(access_token)
    }
}

impl Token {
    /// Whether it was not refused, and its end is some time away.
    fn may_be_used(&self, refused: Option<&SecretString>) -> bool {
        let (by_instant, by_wall) = (self.since.0.elapsed(), self.since.1.elapsed().unwrap_or_default());
        let margin = MARGIN.min(self.lasts / 5);
        let lasts = by_instant.max(by_wall) + margin < self.lasts;
        lasts && refused.is_none_or(|refused| refused.expose_secret() != self.text.expose_secret())
    }
}
