//! From a host's name to a session under TLS. Before TLS, STARTTLS is all that is said to a server.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::wire::{Wire, late};
use super::{Expects, PATIENCE, Session};
use crate::mailbox::MailboxError;
use crate::transport::{OpenError, Trust, handshake};

/// A connection under TLS.
pub trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

/// How TLS begins (RFC 8314, 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// With the connection; port 993.
    Tls,
    /// By the command STARTTLS; port 143.
    StartTls,
}

/// Opens a session that is not logged in. Of a literal, at most `limit` bytes are read.
///
/// # Errors
/// Where the server cannot be reached, does not greet, or cannot prove who it is.
pub async fn open(
    host: &str,
    port: u16,
    security: Security,
    limit: u64,
    trust: &Trust,
) -> Result<Session<Box<dyn Socket>>, MailboxError> {
    let longest = usize::try_from(limit).unwrap_or(usize::MAX);
    let unreachable = |why: io::Error| MailboxError::Unreachable { host: host.to_owned(), port, why };
    let connected = timeout(PATIENCE, TcpStream::connect((host, port))).await;
    let tcp = connected.unwrap_or_else(|_| Err(late())).map_err(unreachable)?;
    tcp.set_nodelay(true).map_err(unreachable)?;
    let tcp = if security == Security::StartTls {
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
    let secured = timeout(PATIENCE, handshake(host, Box::new(tcp), trust)).await;
    let stream: Box<dyn Socket> = Box::new(secured.map_err(|_| MailboxError::Broken(late()))?.map_err(no_tls)?);
    let mut session = Session::new(Wire::new(stream, PATIENCE, longest));
    if security == Security::Tls {
        session.greet().await?;
    }
    Ok(session)
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
    /// Waits for the greeting.
    pub(super) async fn greet(&mut self) -> Result<(), MailboxError> {
        let greeting = self.wire.read().await.map_err(MailboxError::Broken)?;
        if greeting.line.starts_with("* OK") {
            return Ok(());
        }
        Err(MailboxError::Protocol(format!("the server does not greet: {}", super::printable(&greeting.line))))
    }
}
