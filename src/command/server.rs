//! The server of a campaign, or the sandbox's, as the transport needs it.

use std::sync::Arc;

use anyhow::{Context as _, Result};

use crate::config::{Auth, Campaign, Secret, Security};
use crate::transport::{self, AuthMethod, Login, Server, Trust};
use crate::workspace::Workspace;

/// Fetches the password and puts together what is needed to connect.
pub(super) fn real(workspace: &Workspace, campaign: &Campaign) -> Result<(Arc<Server>, String)> {
    let smtp = campaign.smtp.as_ref().with_context(|| {
        format!("{}: there is no [smtp]; say through which server to send, or try `send --sandbox`", campaign.file)
    })?;
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
        hello: campaign.sender.address.domain().to_owned(),
        login,
        timeout: smtp.timeout,
        trust: Trust::Platform,
    };
    Ok((Arc::new(server), smtp.account()))
}

/// The way of logging in that the settings name.
pub(super) fn method(auth: Auth) -> AuthMethod {
    match auth {
        Auth::Auto => AuthMethod::Auto,
        Auth::Plain => AuthMethod::Plain,
        Auth::Login => AuthMethod::Login,
        Auth::Xoauth2 => AuthMethod::Xoauth2,
    }
}
