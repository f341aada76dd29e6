//! The server of a campaign, or the sandbox's, as the transport needs it.

use std::sync::Arc;

use crate::campaign::{Error, Folder, Result, sign_in};
use crate::config::{Auth, Security};
use crate::transport::{self, AuthMethod, Login, Server, Trust, WarmUp};

/// Fetches the password and puts together what is needed to connect; gives the account too, for which the rolling
/// windows count, and what makes the first connection ready meanwhile.
///
/// # Errors
/// Where `[smtp]` is missing, or the password cannot be had.
pub fn real(folder: &Folder) -> Result<(Arc<Server>, String, WarmUp)> {
    let settings = &folder.settings;
    let smtp = settings.smtp.as_ref().ok_or_else(|| Error::NoServer(settings.file.clone()))?;
    let security = match smtp.security {
        Security::Implicit => transport::Security::Implicit,
        Security::StartTls => transport::Security::StartTls,
        Security::Plain => transport::Security::Plain,
    };
    let warm_up = WarmUp::begin(security);
    let login = match &smtp.user {
        Some(user) => {
            let secret = sign_in::secret(folder, user, smtp.auth, smtp.password.as_ref())?;
            Some(Login { user: user.clone(), secret, auth: method(smtp.auth) })
        }
        None => None,
    };
    let server = Server {
        security,
        host: smtp.host.clone(),
        port: smtp.port,
        hello: settings.sender.address.domain().to_owned(),
        login,
        timeout: smtp.timeout,
        trust: Trust::Platform,
    };
    Ok((Arc::new(server), smtp.account(), warm_up))
}

/// The way of logging in that the settings name.
#[must_use]
pub fn method(auth: Auth) -> AuthMethod {
    match auth {
        Auth::Auto => AuthMethod::Auto,
        Auth::Plain => AuthMethod::Plain,
        Auth::Login => AuthMethod::Login,
        Auth::Xoauth2 => AuthMethod::Xoauth2,
        Auth::Oauthbearer => AuthMethod::Oauthbearer,
        Auth::Oauth => AuthMethod::Token,
    }
}
