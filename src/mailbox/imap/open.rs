//! From a host's name to a session under TLS. Before TLS, STARTTLS is all that is said to a server.

use std::io;

use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::wire::{Wire, late};
use super::{Expects, PATIENCE, Session};
use crate::mailbox::MailboxError;
use crate::transport::{Login, OpenError, Trust, handshake};

/// A connection under TLS.
pub trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

/// Where a mailbox is, and how one logs in there.
#[derive(Debug, Clone)]
pub struct Server {
    /// A host name or an IP address: what is connected to, and what the certificate must be for.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether TLS begins with STARTTLS and not with the first byte.
    pub start_tls: bool,
    /// The user and the secret.
    pub login: Login,
    /// Which certificates are trusted.
    pub trust: Trust,
}

/// Opens a session, and logs in. Of a literal, `limit` bytes are read at the most.
///
/// The secret is asked for anew. Where it comes from a command and the server refuses the login, it is asked for once
/// more, and shown in a new session. What the server wants people to see goes into `alerts`, also where it fails.
///
/// # Errors
/// Where the secret is not to be had, or the server cannot be reached, does not greet, cannot prove who it is, or
/// refuses the login.
pub async fn open(
    server: &Server,
    limit: u64,
    alerts: &mut Vec<String>,
) -> Result<Session<Box<dyn Socket>>, MailboxError> {
    let secret = server.login.secret.ask().await?;
    let opened = log_in(server, &secret, limit, alerts).await;
    if let Err(refused @ (MailboxError::Login { .. } | MailboxError::Token { .. })) = opened {
        if !server.login.secret.is_renewed() {
            return Err(refused);
        }
        tracing::debug!("the login was refused: the password is asked for once more");
        // Why it was refused first is what a person has to know.
        let secret = server.login.secret.ask_again(&secret).await?;
        return log_in(server, &secret, limit, alerts).await.map_err(|again| {
            tracing::debug!("and a second time: {again}");
            refused
        });
    }
    opened
}

async fn log_in(
    server: &Server,
    secret: &SecretString,
    limit: u64,
    alerts: &mut Vec<String>,
) -> Result<Session<Box<dyn Socket>>, MailboxError> {
    let Login { user, auth, .. } = &server.login;
    let mut session = connect(server, limit).await?;
    let done = match session.greet_if_due(server).await {
        Ok(()) => session.log_in(user, secret, *auth).await,
        refused => refused,
    };
    alerts.append(&mut session.alerts);
    done.map(|()| session)
}

/// Opens a session that is not logged in.
async fn connect(server: &Server, limit: u64) -> Result<Session<Box<dyn Socket>>, MailboxError> {
    let Server { host, port, .. } = server;
    let longest = usize::try_from(limit).unwrap_or(usize::MAX);
    let unreachable = |why: io::Error| MailboxError::Unreachable { host: host.clone(), port: *port, why };
    let connected = timeout(PATIENCE, TcpStream::connect((host.as_str(), *port))).await;
    let tcp = connected.unwrap_or_else(|_| Err(late())).map_err(unreachable)?;
    tcp.set_nodelay(true).map_err(unreachable)?;
    let tcp = if server.start_tls {
        let mut plain = Session::new(Wire::new(tcp, PATIENCE, 0));
        plain.greet().await?;
        plain.ask("STARTTLS", Expects::NOTHING).await?;
        plain.wire.into_stream().ok_or_else(|| {
            MailboxError::Protocol(
                "the server sent more than its reply to STARTTLS, which could be an attack".to_owned(),
            )
        })?
    } else {
        tcp
    };
    let secured = timeout(PATIENCE, handshake(host, Box::new(tcp), &server.trust)).await;
    let stream: Box<dyn Socket> = Box::new(secured.map_err(|_| MailboxError::Broken(late()))?.map_err(no_tls)?);
    Ok(Session::new(Wire::new(stream, PATIENCE, longest)))
}

/// The transport's error, without its advice on SMTP.
fn no_tls(error: OpenError) -> MailboxError {
    match error {
        OpenError::Tls { host, why } => {
            MailboxError::Protocol(format!("no TLS with `{host}`: {why}; port 993 wants imaps://, port 143 imap://"))
        }
        OpenError::Broken { cause, .. } => MailboxError::Protocol(format!("broken off while TLS began: {cause}")),
        other => MailboxError::Tls(other),
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// Waits for the greeting, where it comes under TLS.
    async fn greet_if_due(&mut self, server: &Server) -> Result<(), MailboxError> {
        if server.start_tls { Ok(()) } else { self.greet().await }
    }

    /// Waits for the greeting.
    pub(super) async fn greet(&mut self) -> Result<(), MailboxError> {
        let greeting = self.hear().await?;
        if greeting.line.starts_with("* OK") {
            return Ok(());
        }
        Err(MailboxError::Protocol(format!("the server does not greet: {}", self.shown(&greeting.line))))
    }
}
