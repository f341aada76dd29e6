//! The server of a campaign, or the sandbox's, as the transport needs it.

use std::sync::Arc;

use crate::campaign::{Error, Folder, Result};
use crate::config::{Auth, Secret, Security};
use crate::transport::{self, AuthMethod, Login, Server, Trust};

/// Fetches the password and puts together what is needed to connect; gives the account too, for which the rolling
/// windows count.
///
/// # Errors
/// Where `[smtp]` is missing, or the password cannot be had.
pub fn real(Folder { workspace, settings, .. }: &Folder) -> Result<(Arc<Server>, String)> {
    let smtp = settings.smtp.as_ref().ok_or_else(|| Error::NoServer(settings.file.clone()))?;
    let security = match smtp.security {
        Security::Implicit => transport::Security::Implicit,
        Security::StartTls => transport::Security::StartTls,
        Security::Plain => transport::Security::Plain,
    };
    transport::warm_up(security);
    let login = match (&smtp.user, &smtp.password) {
        (Some(user), Some(source)) => {
            Some(Login { user: user.clone(), secret: Secret::fetch(source, workspace)?, auth: method(smtp.auth) })
        }
        _ => None,
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
    Ok((Arc::new(server), smtp.account()))
}

/// The way of logging in that the settings name.
#[must_use]
pub fn method(auth: Auth) -> AuthMethod {
    match auth {
        Auth::Auto => AuthMethod::Auto,
        Auth::Plain => AuthMethod::Plain,
        Auth::Login => AuthMethod::Login,
        Auth::Xoauth2 => AuthMethod::Xoauth2,
    }
}
