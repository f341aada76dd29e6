//! Why no connection came about, up to and including the login. Nothing was sent, and nobody is marked.

use std::net::SocketAddr;
use std::time::Duration;

use super::login_refusal::{self, TokenRefusal};
use super::outcome::{Cause, Span};
use crate::config::SecretError;
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
    /// The process has as many files open as the system lets it, and a connection is one.
    #[error(
        "no connection can be opened: the system lets this process open no more files; `ulimit -n` raises the limit"
    )]
    TooManyFiles,
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
    #[error("the trusted certificate authorities cannot be used: {0}; install this machine's list of authorities")]
    Trust(String),
    /// The server answered with something other than 220 when it was connected to.
    #[error("the server does not take connections: `{}`; {}", .0, advice(.0))]
    GreetingRefused(Reply),
    /// EHLO was refused.
    #[error("the server refused EHLO: `{}`; {}", .0, advice(.0))]
    EhloRefused(Reply),
    /// STARTTLS is not offered: somebody between may have taken it out.
    #[error(
        "the server does not offer STARTTLS, and nothing is sent without it; if it has TLS on port 465, use smtps://"
    )]
    StartTlsMissing,
    /// STARTTLS was refused.
    #[error("the server refused STARTTLS: `{}`; {}", .0, advice(.0))]
    StartTlsRefused(Reply),
    /// More came after the reply to STARTTLS, before TLS: somebody between may have put it there (RFC 3207, 6).
    #[error(
        "the server sent more than its reply to STARTTLS, which could be an attack; nothing was sent; use smtps:// where it has TLS on port 465, or another network"
    )]
    StartTlsInjected,
    /// The password could not be read.
    #[error("{}", .0.told_for("`[smtp]`"))]
    Secret(#[from] SecretError),
    /// The server did not accept the login.
    #[error("the server refused the login: `{}`; {}", .0, advice_on_login(.0))]
    LoginRefused(Reply),
    /// The server did not accept the access token of a sign-in.
    #[error("the server refused the access token: `{reply}`; {}", advice_on_token(reply, *refusal))]
    TokenRefused {
        /// What it said in the end.
        reply: Reply,
        /// What it meant, as far as it said so.
        refusal: TokenRefusal,
    },
    /// The server does not offer the way of logging in that was asked for.
    #[error("the server offers no suitable login; it offers {}; set `auth` in `[smtp]`", offered(.0))]
    LoginNotOffered(Vec<String>),
    /// Nothing came in time.
    #[error("no answer {step} within {}; {}", Span(*.limit), step.advice())]
    TimedOut {
        /// At which step.
        step: Step,
        /// How long was waited.
        limit: Duration,
    },
    /// The connection broke.
    #[error("broken off {step}: {cause}; {}", step.advice_on(cause))]
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
            Self::NotFound { .. } | Self::Unreachable { .. } | Self::TooManyFiles | Self::TimedOut { .. } => true,
            Self::Broken { cause, .. } => !matches!(cause, Cause::NotAReply(_) | Cause::Unexpected(_)),
            Self::GreetingRefused(reply)
            | Self::EhloRefused(reply)
            | Self::StartTlsRefused(reply)
            | Self::LoginRefused(reply)
            | Self::TokenRefused { reply, .. } => reply.is_transient(),
            Self::Secret(error) => error.is_transient(),
            _ => false,
        }
    }

    /// Whether the server refused the login for good: another secret may be taken.
    #[must_use]
    pub fn is_refused_login(&self) -> bool {
        matches!(self, Self::LoginRefused(reply) | Self::TokenRefused { reply, .. } if !reply.is_transient())
    }

    /// The server's reply, where there is one.
    #[must_use]
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::GreetingRefused(reply)
            | Self::EhloRefused(reply)
            | Self::StartTlsRefused(reply)
            | Self::LoginRefused(reply)
            | Self::TokenRefused { reply, .. } => Some(reply),
            _ => None,
        }
    }
}

fn offered(mechanisms: &[String]) -> String {
    if mechanisms.is_empty() { "none".to_owned() } else { mechanisms.join(", ") }
}

/// What to do about a refusal: it passes by itself, or somebody has to do something.
fn advice(reply: &Reply) -> &'static str {
    if reply.is_transient() { LATER } else { "ask the server's operator why, or use another server" }
}

fn advice_on_login(reply: &Reply) -> &'static str {
    match login_refusal::Switch::in_words(&reply.text) {
        _ if reply.is_transient() => LATER,
        Some(switch) => switch.advice(),
        None => "check the user, `password` and `auth` in `[smtp]`",
    }
}

fn advice_on_token(reply: &Reply, refusal: TokenRefusal) -> String {
    if reply.is_transient() { LATER.to_owned() } else { refusal.advice().to_owned() }
}

/// What to do about what may pass by itself.
const LATER: &str = "ask the server's operator if it stays so";

/// What to do where the two kinds of TLS may have been mixed up.
const PORTS: &str = "port 465 wants smtps://, port 587 smtp://; if that is right, ask the server's operator";

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

impl Step {
    /// What to do where nothing came. A server that waits for the TLS handshake says nothing before it.
    fn advice(self) -> &'static str {
        match self {
            Self::Tls | Self::Greeting => PORTS,
            Self::Ehlo | Self::StartTls | Self::Auth => LATER,
        }
    }

    fn advice_on(self, cause: &Cause) -> &'static str {
        match cause {
            Cause::NotAReply(_) | Cause::Unexpected(_) => "is that a mail server? check `url` in `[smtp]`",
            _ => self.advice(),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_says_what_to_do() {
        let (host, why) = ("smtp.example.org".to_owned(), "no".to_owned());
        let reply = |code| Reply::new(code, ["no"]);
        let mut errors = vec![
            OpenError::NotFound { host: host.clone(), why: why.clone() },
            OpenError::Unreachable { host: host.clone(), port: 25, why: why.clone() },
            OpenError::TooManyFiles,
            OpenError::PlainLogin,
            OpenError::Hello(host.clone()),
            OpenError::HostName(host.clone()),
            OpenError::LoginCharacters,
            OpenError::Tls { host: host.clone(), why: why.clone() },
            OpenError::Trust(why),
            OpenError::StartTlsMissing,
            OpenError::StartTlsInjected,
            OpenError::LoginNotOffered(vec![]),
            OpenError::Certificate { host, flaw: CertificateFlaw::Expired },
        ];
        for code in [421, 554] {
            errors.push(OpenError::GreetingRefused(reply(code)));
            errors.push(OpenError::EhloRefused(reply(code)));
            errors.push(OpenError::StartTlsRefused(reply(code)));
            errors.push(OpenError::LoginRefused(reply(code)));
            errors.push(OpenError::TokenRefused { reply: reply(code), refusal: TokenRefusal::read("no", None) });
        }
        for step in [Step::Tls, Step::Greeting, Step::Ehlo, Step::StartTls, Step::Auth] {
            errors.push(OpenError::TimedOut { step, limit: Duration::from_secs(1) });
            errors.push(OpenError::Broken { step, cause: Cause::Closed });
            errors.push(OpenError::Broken { step, cause: Cause::NotAReply("`x` is not an SMTP reply".to_owned()) });
        }
        for error in errors {
            let shown = error.to_string();
            let (what, advice) = shown.rsplit_once("; ").unwrap_or_else(|| panic!("no advice: {shown}"));
            assert!(!what.is_empty() && advice.contains(' '), "{shown}");
        }
    }

    #[test]
    fn a_refusal_that_passes_is_not_blamed_on_the_password() {
        let shown = |code| OpenError::LoginRefused(Reply::new(code, ["no"])).to_string();
        assert!(shown(535).contains("`password`") && !shown(454).contains("`password`"));
    }
}
