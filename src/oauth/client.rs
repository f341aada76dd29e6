//! What is said to a provider, by the kept library for it. Each call waits for the answer.

use std::time::Duration;

use oauth2::basic::{BasicClient, BasicTokenType};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DeviceAuthorizationUrl,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, ErrorResponseType, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, RevocationUrl, Scope,
    StandardDeviceAuthorizationResponse, StandardErrorResponse, StandardRevocableToken, StandardTokenResponse,
    TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::error::SignInError;
use super::words::refused;
use crate::config::{Provider, ProviderKind};
use crate::https::{Https, NoAnswer};

type Inner = BasicClient<EndpointSet, EndpointMaybeSet, EndpointNotSet, EndpointMaybeSet, EndpointSet>;

/// An application at a provider.
pub(super) struct Client<'a> {
    provider: &'a Provider,
    inner: Inner,
    secret: Option<&'a SecretString>,
    https: Https,
}

/// What a provider gives.
pub(super) struct Given {
    pub(super) access_token: SecretString,
    /// How long the access token lasts, where it says so.
    pub(super) lasts: Option<Duration>,
    /// A new one, where it gives one.
    pub(super) refresh_token: Option<SecretString>,
    /// What the token is for, where it says so.
    pub(super) scopes: Option<Vec<String>>,
}

/// A question that a person answers in a browser.
pub(super) struct Question {
    pub(super) url: Url,
    pub(super) state: CsrfToken,
    pub(super) verifier: PkceCodeVerifier,
}

impl<'a> Client<'a> {
    pub(super) fn new(provider: &'a Provider, client_id: &str, secret: Option<&'a SecretString>) -> Self {
        let inner = BasicClient::new(ClientId::new(client_id.to_owned()))
            .set_auth_uri(AuthUrl::from_url(provider.authorization_url.clone()))
            .set_token_uri(TokenUrl::from_url(provider.token_url.clone()))
            .set_device_authorization_url_option(provider.device_url.clone().map(DeviceAuthorizationUrl::from_url))
            .set_revocation_url_option(provider.revocation_url.clone().map(RevocationUrl::from_url))
            // Both take it in the body; any server has to take the other way (RFC 6749, 2.3.1).
            .set_auth_type(match provider.kind {
                ProviderKind::Microsoft | ProviderKind::Google => AuthType::RequestBody,
                ProviderKind::Other => AuthType::BasicAuth,
            });
        let inner = match secret {
            Some(secret) => inner.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned())),
            None => inner,
        };
        Self { provider, inner, secret, https: Https::new() }
    }

    /// The question for a person, with PKCE (RFC 7636) and a state that nobody can guess.
    pub(super) fn question(&self, user: &str, redirect: &RedirectUrl) -> Question {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = self
            .inner
            .authorize_url(CsrfToken::new_random)
            .add_scopes(self.scopes())
            .set_redirect_uri(std::borrow::Cow::Borrowed(redirect))
            .set_pkce_challenge(challenge)
            .add_extra_param("login_hint", user.to_owned());
        let lasting = match self.provider.kind {
            // Microsoft asks for consent where it has none yet, and a scope says that it is to last.
            ProviderKind::Microsoft => &[][..],
            ProviderKind::Google => &[("access_type", "offline"), ("prompt", "consent")],
            // OpenID Connect, 11: a lasting consent is asked for each time.
            ProviderKind::Other => &[("prompt", "consent")],
        };
        for (name, value) in lasting {
            request = request.add_extra_param(*name, *value);
        }
        let (url, state) = request.url();
        Question { url, state, verifier }
    }

    /// What a provider gives for the code that came back from the browser.
    pub(super) fn exchange(
        &self,
        code: &SecretString,
        verifier: PkceCodeVerifier,
        redirect: &RedirectUrl,
    ) -> Result<Given, SignInError> {
        let kept = SecretString::from(verifier.secret().as_str());
        self.inner
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .set_pkce_verifier(verifier)
            .set_redirect_uri(std::borrow::Cow::Borrowed(redirect))
            .request(&|request| self.https.ask(request))
            .map(|response| given(&response))
            .map_err(|error| self.told(error, &[code, &kept]))
    }

    /// What it gives for a refresh token.
    pub(super) fn renew(&self, refresh_token: &SecretString) -> Result<Given, SignInError> {
        let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
        self.inner
            .exchange_refresh_token(&token)
            .request(&|request| self.https.ask(request))
            .map(|response| given(&response))
            .map_err(|error| self.told(error, &[refresh_token]))
    }

    /// The code that a person types in on another device.
    pub(super) fn device_code(&self) -> Result<StandardDeviceAuthorizationResponse, SignInError> {
        let request = self.inner.exchange_device_code();
        let request = request.map_err(|_| SignInError::NoDevice(self.provider.name.clone()))?;
        let request = request.add_scopes(self.scopes());
        request.request(&|request| self.https.ask(request)).map_err(|error| self.told(error, &[]))
    }

    /// Waits until the person has typed it in: as often as the provider wants to be asked (RFC 8628, 3.5).
    pub(super) fn wait_for_device(&self, asked: &StandardDeviceAuthorizationResponse) -> Result<Given, SignInError> {
        let code = SecretString::from(asked.device_code().secret().as_str());
        self.inner
            .exchange_device_access_token(asked)
            .request(&|request| self.https.ask(request), std::thread::sleep, None)
            .map(|response| given(&response))
            .map_err(|error| self.told(error, &[&code]))
    }

    /// Gives a refresh token back, and with it the consent (RFC 7009); nothing where the provider has no way.
    pub(super) fn revoke(&self, refresh_token: &SecretString) -> Result<bool, SignInError> {
        if self.provider.revocation_url.is_none() {
            return Ok(false);
        }
        let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
        let request = self.inner.revoke_token(StandardRevocableToken::RefreshToken(token));
        let request = request.map_err(|error| SignInError::Broken(error.to_string()))?;
        let revoked = request.request(&|request| self.https.ask(request));
        revoked.map(|()| true).map_err(|error| self.told(error, &[refresh_token]))
    }

    fn scopes(&self) -> impl Iterator<Item = Scope> {
        self.provider.scopes.iter().cloned().map(Scope::new)
    }

    /// An error in words. Of an answer that is none, nothing is shown: it may hold a token.
    fn told<T: ErrorResponseType + std::fmt::Display>(
        &self,
        error: RequestTokenError<NoAnswer, StandardErrorResponse<T>>,
        secrets: &[&SecretString],
    ) -> SignInError {
        let unreachable = |why: String| SignInError::Unreachable { provider: self.provider.name.clone(), why };
        match error {
            RequestTokenError::ServerResponse(said) => {
                let secrets: Vec<&SecretString> = secrets.iter().copied().chain(self.secret).collect();
                let description = said.error_description().map_or("", String::as_str);
                refused(self.provider, &said.error().to_string(), description, &secrets)
            }
            RequestTokenError::Request(why) => unreachable(why.to_string()),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                unreachable("it answers with something else than a token; are its URLs in [oauth] right?".to_owned())
            }
        }
    }
}

fn given(response: &StandardTokenResponse<EmptyExtraTokenFields, BasicTokenType>) -> Given {
    Given {
        access_token: SecretString::from(response.access_token().secret().as_str()),
        lasts: response.expires_in(),
        refresh_token: response.refresh_token().map(|token| SecretString::from(token.secret().as_str())),
        scopes: response.scopes().map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect()),
    }
}
