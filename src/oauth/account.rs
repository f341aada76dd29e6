//! A person's sign-in at a provider, for one application: how it comes about, and how it ends.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::client::{Client, Given};
use super::error::SignInError;
use super::grant::Grant;
use super::lock::Lock;
use super::loopback::{Answer, Loopback, is_of_the_web};
use super::store::Store;
use super::words::refused;
use crate::config::{OauthSpec, Provider};
use crate::model::printable;
use crate::workspace::Workspace;

/// Who signs in where, and where that is kept. Clones share what they know.
#[derive(Clone)]
pub struct Account(Arc<Shared>);

struct Shared {
    spec: OauthSpec,
    user: String,
    workspace: Workspace,
    store: Store,
    lock: PathBuf,
}

/// That somebody has given consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Where it is kept, for people.
    pub place: String,
    /// What was asked for and not given.
    pub missing: Vec<String>,
}

/// What a person is told who signs in on another device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevicePrompt {
    /// The page to open there.
    pub url: String,
    /// The code to type in there.
    pub code: String,
}

/// That a sign-in was forgotten on this machine.
#[derive(Debug)]
pub struct Forgotten {
    /// Whether there was one.
    pub was_there: bool,
    /// What became of it at the provider.
    pub revoked: Revoked,
}

/// What became of a sign-in at its provider.
#[derive(Debug)]
pub enum Revoked {
    /// It is worth nothing any more.
    Yes,
    /// The provider has no way; a person can do it there.
    ByHand,
    /// It could not be done.
    Failed(SignInError),
}

impl Account {
    /// An account, whose lock, and file where there is no keyring, lie in a folder of this machine.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn new(spec: OauthSpec, user: &str, workspace: &Workspace, folder: &Path) -> Result<Self, SignInError> {
        let folder = folder.join("sign-in");
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&folder)
            .map_err(|why| SignInError::File { doing: "the folder for the sign-in cannot be made", why })?;
        let at = spec.provider.token_url.as_str();
        let name = format!("sign-in of {user} at {at}, application {}", spec.client_id);
        let number = HEXLOWER.encode(&Sha256::digest(name.as_bytes())[..16]);
        let store = match &spec.key {
            None => Store::keyring(name),
            Some(key) => Store::file(name, folder.join(&number), key.clone(), workspace.clone()),
        };
        let lock = folder.join(format!("{number}.lock"));
        Ok(Self(Arc::new(Shared { spec, user: user.to_owned(), workspace: workspace.clone(), store, lock })))
    }

    /// Who signs in.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.0.user
    }

    /// Where.
    #[must_use]
    pub fn provider(&self) -> &Provider {
        &self.0.spec.provider
    }

    /// Signs in by a browser on this machine. `show` is given the page to open.
    ///
    /// # Errors
    /// Where consent is not given, cannot be kept, or the provider cannot be reached.
    pub async fn sign_in_by_browser(&self, show: impl FnOnce(&Url)) -> Result<Consent, SignInError> {
        let secret = self.apart(Shared::ready).await?;
        let loopback = Loopback::open(self.provider().kind).await?;
        let redirect = loopback.redirect.clone();
        let question = {
            let client = Client::new(self.provider(), &self.0.spec.client_id, secret.as_ref());
            client.question(self.user(), &redirect)
        };
        show(&question.url);
        let answer = loopback.wait(&question.state).await?;
        self.apart(move |shared| {
            let code = match answer {
                Answer::Code(code) => code,
                Answer::No { code, description } => {
                    return Err(refused(&shared.spec.provider, &code, &description, &[]));
                }
            };
            let given = shared.client(secret.as_ref()).exchange(&code, question.verifier, &redirect)?;
            shared.keep(given)
        })
        .await
    }

    /// Signs in by a browser on another device. `show` is given what to do there.
    ///
    /// # Errors
    /// As [`sign_in_by_browser`](Self::sign_in_by_browser), and where the provider does not do it.
    pub async fn sign_in_by_device(&self, show: impl FnOnce(&DevicePrompt)) -> Result<Consent, SignInError> {
        let (secret, asked) = self
            .apart(|shared| {
                let secret = shared.ready()?;
                let asked = shared.client(secret.as_ref()).device_code()?;
                Ok((secret, asked))
            })
            .await?;
        let url = asked.verification_uri().as_str();
        if !is_of_the_web(url) {
            return Err(SignInError::Broken(format!("{} names a page without TLS", self.provider().name)));
        }
        let code = printable(asked.user_code().secret()).chars().take(60).collect();
        show(&DevicePrompt { url: printable(url).into_owned(), code });
        self.apart(move |shared| shared.keep(shared.client(secret.as_ref()).wait_for_device(&asked)?)).await
    }

    /// Takes the sign-in back at the provider, and forgets it on this machine, whatever the provider says.
    ///
    /// # Errors
    /// Where what is kept cannot be removed.
    pub async fn sign_out(&self) -> Result<Forgotten, SignInError> {
        self.apart(|shared| {
            let _lock = Lock::take(&shared.lock)?;
            let kept = shared.store.load();
            let was_there = shared.store.forget()?;
            let revoked = match kept {
                Ok(None) => Revoked::Yes,
                Err(error) => Revoked::Failed(error),
                Ok(Some(grant)) => match shared.revoke(&grant) {
                    Ok(true) => Revoked::Yes,
                    Ok(false) => Revoked::ByHand,
                    Err(error) => Revoked::Failed(error),
                },
            };
            Ok(Forgotten { was_there, revoked })
        })
        .await
    }

    /// Renews the access token: under the lock, with what lasts as it is now, since another process may have renewed it
    /// meanwhile. Waits for the provider.
    pub(super) fn renew(&self, unsaved: &mut Option<Grant>) -> Result<Given, SignInError> {
        let shared = &*self.0;
        let secret = shared.secret()?;
        let _lock = Lock::take(&shared.lock)?;
        let kept = match unsaved.take() {
            Some(grant) => Some(grant),
            None => shared.store.load()?,
        };
        let Some(grant) = kept else {
            let provider = shared.spec.provider.name.clone();
            return Err(SignInError::Nobody { user: shared.user.clone(), provider });
        };
        let given = shared.client(secret.as_ref()).renew(&grant.refresh_token)?;
        if let Some(refresh_token) = &given.refresh_token {
            let next = Grant { refresh_token: refresh_token.clone() };
            if let Err(error) = shared.store.save(&next) {
                // The one that is kept may be worth nothing any more: this process goes on with the new one.
                tracing::warn!("the renewed sign-in could not be kept ({error}): sign in again after this run");
                *unsaved = Some(next);
            }
        }
        Ok(given)
    }

    /// Does what waits for the provider or the keyring, on a thread of its own.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, SignInError> + Send + 'static,
    ) -> Result<T, SignInError> {
        let shared = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || work(&shared)).await;
        done.unwrap_or_else(|error| Err(SignInError::Broken(error.to_string())))
    }
}

impl Shared {
    fn client<'a>(&'a self, secret: Option<&'a SecretString>) -> Client<'a> {
        Client::new(&self.spec.provider, &self.spec.client_id, secret)
    }

    /// The application's secret, where it has one.
    fn secret(&self) -> Result<Option<SecretString>, SignInError> {
        let found = self.spec.client_secret.as_ref().map(|source| source.fetch(&self.workspace));
        found.transpose().map_err(|error| SignInError::Secret(error.of("client secret")))
    }

    /// What has to be there before anybody is asked for their consent; gives the application's secret.
    fn ready(&self) -> Result<Option<SecretString>, SignInError> {
        self.store.try_out()?;
        self.secret()
    }

    /// Keeps what lasts of a consent.
    fn keep(&self, given: Given) -> Result<Consent, SignInError> {
        let Some(refresh_token) = given.refresh_token else {
            return Err(SignInError::NotRenewable(self.spec.provider.name.clone()));
        };
        let _lock = Lock::take(&self.lock)?;
        self.store.save(&Grant { refresh_token })?;
        let has = |wanted: &str, scopes: &[String]| scopes.iter().any(|scope| scope.eq_ignore_ascii_case(wanted));
        let missing = match &given.scopes {
            None => Vec::new(),
            Some(scopes) => {
                let asked = self.spec.provider.scopes.iter().filter(|scope| !is_of_the_protocol(scope));
                asked.filter(|scope| !has(scope, scopes)).cloned().collect()
            }
        };
        Ok(Consent { place: self.store.place(), missing })
    }

    fn revoke(&self, grant: &Grant) -> Result<bool, SignInError> {
        self.client(self.secret()?.as_ref()).revoke(&grant.refresh_token)
    }
}

/// Scopes that say how a sign-in is made, and that a provider does not name among what it gave.
fn is_of_the_protocol(scope: &str) -> bool {
    matches!(scope, "offline_access" | "openid" | "profile" | "email")
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("provider", &self.provider().name).finish_non_exhaustive()
    }
}
