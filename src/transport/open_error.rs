//! Why no connection came about, up to and including the login. Nothing was sent, and nobody is marked.

use std::net::SocketAddr;
use std::time::Duration;

use super::outcome::Cause;
use crate::model::Reply;

/// Why a connection could not be opened. No text of it holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The name has no address.
    #[error("`{host}` was not found: {why}; check `url` in `[smtp]` and the network")]
    NotFound {
        /// The host name.
        host: String,
        /// What the resolver said.
        why: String,
    },
    /// None of its addresses takes a connection.
    #[error("`{host}` port {port} cannot be reached: {why}; check `url` in `[smtp]`, the network and the firewall")]
    Unreachable {
        /// The host.
        host: String,
        /// The port.
        port: u16,
        /// What the last address gave.
        why: String,
    },
    /// It would be without TLS, to another machine.
    #[error("`{0}` is not on this machine, and without TLS nothing is sent to others; use smtps:// or smtp://")]
    PlainRemote(SocketAddr),
    /// It would be without TLS, with a password.
    #[error("a login is never sent without TLS; use smtps:// or smtp://, or leave the user out")]
    PlainLogin,
    /// The name for EHLO has characters that cannot stand there.
    #[error("`{}` cannot be said with EHLO; it needs a host name", .0.escape_default())]
    Hello(String),
    /// The host name cannot be in a certificate.
    #[error("`{0}` is not a host name; check `url` in `[smtp]`")]
    HostName(String),
    /// The user or the password has a NUL, CR or LF, which no way of logging in can carry.
    #[error("the user or the password has a control character; write them anew")]
    LoginCharacters,
    /// The server's certificate does not prove who it is.
    #[error("the certificate of `{host}` {flaw}")]
    Certificate {
        /// The host that was asked for.
        host: String,
        /// What is wrong with it.
        flaw: CertificateFlaw,
    },
    /// The TLS handshake failed for another reason.
    #[error("no TLS with `{host}`: {why}; port 465 wants smtps://, port 587 smtp://")]
    Tls {
        /// The host.
        host: String,
        /// What failed.
        why: String,
    },
    /// The list of authorities could not be read or used.
    #[error("the trusted certificate authorities cannot be used: {0}")]
    Trust(String),
    /// The server answered with something other than 220 when it was connected to.
    #[error("the server does not take connections: `{0}`")]
    GreetingRefused(Reply),
    /// EHLO was refused.
    #[error("the server refused EHLO: `{0}`")]
    EhloRefused(Reply),
    /// STARTTLS is not offered: somebody between may have taken it out.
    #[error(
        "the server does not offer STARTTLS, and nothing is sent without it; if it has TLS on port 465, use smtps://"
    )]
    StartTlsMissing,
    /// STARTTLS was refused.
    #[error("the server refused STARTTLS: `{0}`")]
    StartTlsRefused(Reply),
    /// More came after the reply to STARTTLS, before TLS: somebody between may have put it there (RFC 3207, 6).
    #[error(
        "the server sent more than its reply to STARTTLS, which could be an attack; nothing was sent; use smtps:// where it has TLS on port 465, or another network"
    )]
    StartTlsInjected,
    /// The server did not accept the login.
    #[error("the server refused the login: `{0}`; check the user, `password` and `auth` in `[smtp]`")]
    LoginRefused(Reply),
    /// The server does not offer the way of logging in that was asked for.
    #[error("the server offers no suitable login; it offers {}; set `auth` in `[smtp]`", offered(.0))]
    LoginNotOffered(Vec<String>),
    /// Nothing came in time.
    #[error("no answer {step} within {} seconds", .limit.as_secs_f32())]
    TimedOut {
        /// At which step.
        step: Step,
        /// How long was waited.
        limit: Duration,
    },
    /// The connection broke.
    #[error("broken off {step}: {cause}")]
    Broken {
        /// At which step.
        step: Step,
        /// Why.
        cause: Cause,
    },
}

impl OpenError {
    /// Whether the same may succeed a little later, without anybody changing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::NotFound { .. } | Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::Broken { cause, .. } => !matches!(cause, Cause::NotAReply(_) | Cause::Unexpected(_)),
            Self::GreetingRefused(reply)
            | Self::EhloRefused(reply)
            | Self::StartTlsRefused(reply)
            | Self::LoginRefused(reply) => reply.is_transient(),
            _ => false,
        }
    }

    /// The server's reply, where there is one.
    #[must_use]
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::GreetingRefused(reply)
            | Self::EhloRefused(reply)
            | Self::StartTlsRefused(reply)
            | Self::LoginRefused(reply) => Some(reply),
            _ => None,
        }
    }
}

fn offered(mechanisms: &[String]) -> String {
    if mechanisms.is_empty() { "none".to_owned() } else { mechanisms.join(", ") }
}

/// The steps of opening a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The TLS handshake.
    Tls,
    /// The greeting.
    Greeting,
    /// EHLO.
    Ehlo,
    /// STARTTLS.
    StartTls,
    /// AUTH.
    Auth,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tls => "in the TLS handshake",
            Self::Greeting => "before the greeting",
            Self::Ehlo => "at EHLO",
            Self::StartTls => "at STARTTLS",
            Self::Auth => "at the login",
        })
    }
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFlaw {
    /// Its time is over.
    #[error("has expired; the server's operator must renew it, and this machine's clock must be right")]
    Expired,
    /// Its time has not come.
    #[error("is not valid yet; is this machine's clock right?")]
    NotYetValid,
    /// It is for other names.
    #[error("is for another name; write the name that it is for in `url` in `[smtp]`")]
    WrongName,
    /// No authority that is trusted vouches for it.
    #[error(
        "comes from an authority that is not trusted; if it is one of your own, add it to this machine's list of authorities"
    )]
    UnknownAuthority,
    /// It was revoked.
    #[error("was revoked; the server's operator must get a new one")]
    Revoked,
    /// Something else.
    #[error("is not valid: {0}")]
    Other(String),
}
