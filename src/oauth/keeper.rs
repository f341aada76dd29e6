//! Access tokens for a run of days. Each is renewed ahead of its end by a thread of its own, so that no connection
//! waits for the provider; and once more where a server refuses it.

use std::pin::Pin;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::account::Account;
use super::client::Given;
use super::error::SignInError;
use super::grant::Grant;
use crate::clock::Clock;
use crate::config::{Asked, KeepsTokens, SecretError};

/// So long before its end a token is used no more, or a fifth of its time where that is less: a connection that is
/// opened with it has to get through its login. A token is renewed ahead when as much again is left.
const MARGIN: Duration = Duration::from_mins(5);
/// How long a token lasts of which the provider does not say.
const USUAL: Duration = Duration::from_mins(30);
/// What lasts less is renewed when it is needed, and never ahead.
const SHORTEST: Duration = Duration::from_secs(1);
/// How long the thread sleeps at most, so that it notices when the machine has slept; and how long it waits for a
/// provider that was away.
const NAP: Duration = Duration::from_mins(1);

/// Whoever keeps a sign-in while a run goes on. Clones share the token.
#[derive(Clone)]
pub struct Keeper {
    shared: Arc<Shared>,
    watch: Arc<Mutex<Option<Watch>>>,
}

/// Asks the provider for the next token; what lasts is handed over where it could not be kept anywhere else.
type Renew = Box<dyn Fn(&mut Option<Grant>) -> Result<Given, SignInError> + Send + Sync>;

struct Shared {
    renew: Renew,
    clock: Clock,
    token: Mutex<Option<Token>>,
    /// Whoever asks the provider has it. It holds what lasts, where it could not be kept anywhere else.
    asking: Mutex<Option<Grant>>,
}

/// An access token, and until when it may be used.
struct Token {
    text: SecretString,
    /// Since when it is there, by two clocks: one goes on steadily, the other may be set.
    since: (Timestamp, Timestamp),
    lasts: Duration,
    /// At which age it is to be renewed ahead, if at all.
    ahead: Option<Duration>,
}

/// The thread that renews ahead. Dropping it waits for a renewal that is under way: a new refresh token that was given
/// and not kept would end the consent.
struct Watch {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Keeps the sign-in of an account.
    #[must_use]
    pub fn new(account: Account) -> Self {
        Self::with(Box::new(move |unsaved| account.renew(unsaved)), Clock::system())
    }

    fn with(renew: Renew, clock: Clock) -> Self {
        let shared = Shared { renew, clock, token: Mutex::default(), asking: Mutex::default() };
        Self { shared: Arc::new(shared), watch: Arc::default() }
    }

    /// The first token, before a run: where there is none, nothing begins. It blocks until it is there. From then on it
    /// is renewed ahead.
    ///
    /// # Errors
    /// Where nobody has signed in, the consent is gone, or the provider cannot be reached.
    pub fn first(&self) -> Result<(), SignInError> {
        self.shared.token(None)?;
        let mut watch = lock(&self.watch)?;
        if watch.is_none() {
            *watch = Watch::over(&self.shared);
        }
        Ok(())
    }
}

impl KeepsTokens for Keeper {
    fn token<'a>(&'a self, refused: Option<&'a SecretString>) -> Pin<Box<dyn Future<Output = Asked> + Send + 'a>> {
        let (shared, refused) = (Arc::clone(&self.shared), refused.cloned());
        Box::pin(async move {
            if let Some(token) = shared.at_hand(refused.as_ref()) {
                return Ok(token);
            }
            let asked = tokio::task::spawn_blocking(move || shared.token(refused.as_ref())).await;
            let broken = |error: tokio::task::JoinError| SignInError::Broken(error.to_string());
            asked.unwrap_or_else(|error| Err(broken(error))).map_err(SecretError::from)
        })
    }
}

impl Shared {
    /// The token that is there, where it lasts a while yet and is not the one that was refused. Nobody is waited for.
    fn at_hand(&self, refused: Option<&SecretString>) -> Option<SecretString> {
        let token = lock(&self.token).ok()?;
        let token = token.as_ref().filter(|token| token.may_be_used(&self.clock, refused))?;
        Some(token.text.clone())
    }

    /// A token that lasts a while yet. Whoever comes while another asks the provider waits for that.
    fn token(&self, refused: Option<&SecretString>) -> Result<SecretString, SignInError> {
        if let Some(token) = self.at_hand(refused) {
            return Ok(token);
        }
        let mut unsaved = lock(&self.asking)?;
        match self.at_hand(refused) {
            Some(token) => Ok(token),
            None => self.ask(&mut unsaved),
        }
    }

    /// Asks the provider, and takes what it gives.
    fn ask(&self, unsaved: &mut Option<Grant>) -> Result<SecretString, SignInError> {
        let since = (self.clock.now(), self.clock.wall());
        let Given { access_token, lasts, .. } = (self.renew)(unsaved)?;
        tracing::debug!(lasts = lasts.map(|lasts| lasts.as_secs()), "the access token was renewed");
        *lock(&self.token)? = Some(Token::new(access_token.clone(), since, lasts.unwrap_or(USUAL)));
        Ok(access_token)
    }

    /// Renews the token where its end comes near and nobody asks the provider already; gives how long there is nothing
    /// to do. Once its end is there, whoever needs a token asks, and hears why there is none.
    fn renew_ahead(&self) -> Duration {
        if !self.is_due() {
            return self.until_due();
        }
        let Ok(mut unsaved) = self.asking.try_lock() else { return SHORTEST };
        if self.is_due()
            && let Err(error) = self.ask(&mut unsaved)
        {
            tracing::debug!("the access token could not be renewed ahead: {error}");
            self.put_off(matches!(error, SignInError::Unreachable { .. }));
        }
        self.until_due()
    }

    fn is_due(&self) -> bool {
        self.of_token(|token| token.until_due(&self.clock).is_some_and(|wait| wait.is_zero())).unwrap_or_default()
    }

    fn until_due(&self) -> Duration {
        self.of_token(|token| token.until_due(&self.clock)).flatten().map_or(NAP, |wait| wait.clamp(SHORTEST / 10, NAP))
    }

    /// What did not succeed is tried again while the token lasts, where the provider was only away.
    fn put_off(&self, was_away: bool) {
        self.of_token(|token| token.ahead = was_away.then(|| token.age(&self.clock) + NAP.min(token.margin() / 2)));
    }

    fn of_token<T>(&self, look: impl FnOnce(&mut Token) -> T) -> Option<T> {
        lock(&self.token).ok()?.as_mut().map(look)
    }
}

impl Token {
    fn new(text: SecretString, since: (Timestamp, Timestamp), lasts: Duration) -> Self {
        let mut token = Self { text, since, lasts, ahead: None };
        token.ahead = (lasts >= SHORTEST).then(|| lasts.saturating_sub(2 * token.margin()));
        token
    }

    fn margin(&self) -> Duration {
        MARGIN.min(self.lasts / 5)
    }

    fn age(&self, clock: &Clock) -> Duration {
        let since = |then: Timestamp, now: Timestamp| Duration::try_from(now.duration_since(then)).unwrap_or_default();
        since(self.since.0, clock.now()).max(since(self.since.1, clock.wall()))
    }

    /// Whether it was not refused, and its end is some time away.
    fn may_be_used(&self, clock: &Clock, refused: Option<&SecretString>) -> bool {
        let lasts = self.age(clock) + self.margin() < self.lasts;
        lasts && refused.is_none_or(|refused| refused.expose_secret() != self.text.expose_secret())
    }

    /// How long until it is to be renewed ahead: nothing where it is time, `None` where it never is.
    fn until_due(&self, clock: &Clock) -> Option<Duration> {
        let ahead = self.ahead.filter(|_| self.may_be_used(clock, None))?;
        Some(ahead.saturating_sub(self.age(clock)))
    }
}

impl Watch {
    /// Begins to watch over a token; `None` where the system gives no thread, and tokens are renewed when needed.
    fn over(shared: &Arc<Shared>) -> Option<Self> {
        let (end, ended) = mpsc::channel::<()>();
        let shared: Weak<Shared> = Arc::downgrade(shared);
        let watch = move || {
            let mut wait = Duration::ZERO;
            while matches!(ended.recv_timeout(wait), Err(RecvTimeoutError::Timeout)) {
                let Some(shared) = shared.upgrade() else { return };
                wait = shared.renew_ahead();
            }
        };
        let thread = thread::Builder::new().name("tokens".to_owned()).spawn(watch).ok()?;
        Some(Self { end: Some(end), thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.end.take());
        // It ends when it has broken down, too.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, SignInError> {
    mutex.lock().map_err(|_| SignInError::Broken("another thread broke down".to_owned()))
}

#[cfg(test)]
mod tests;
