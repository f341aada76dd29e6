//! The server of the inbox.

use super::send::server::method;
use crate::config::{Imap, Secret};
use crate::mailbox::imap::Server;
use crate::transport::{Login, Trust};

/// The server of an inbox, and the login that it asks for.
pub(super) fn inbox_server(inbox: &Imap, secret: Secret) -> Server {
    Server {
        host: inbox.host.clone(),
        port: inbox.port,
        start_tls: inbox.start_tls,
        login: Login { user: inbox.user.clone(), secret, auth: method(inbox.auth) },
        trust: Trust::Platform,
    }
}
