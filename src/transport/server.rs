//! The server that letters are handed to, and how one logs in there.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio_rustls::rustls::pki_types::CertificateDer;

use crate::config::Secret;

/// Where to send, and how.
#[derive(Debug, Clone)]
pub struct Server {
    /// How the connection is protected.
    pub security: Security,
    /// A host name or an IP address: what is connected to, and what the certificate must be for.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What the server is told with EHLO: a host name, or an address in brackets (RFC 5321, 4.1.4).
    pub hello: String,
    /// The user and password, where the server wants them.
    pub login: Option<Login>,
    /// How long the reply to the final dot is waited for. RFC 5321, 4.5.3.2.6 wants ten minutes at least.
    pub timeout: Duration,
    /// Which certificates are trusted.
    pub trust: Trust,
}

impl Server {
    /// Its name and port: under what it is known in a ledger.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether letters may be sent to an address over this kind of connection: unprotected, to this machine only.
    #[must_use]
    pub fn allows(&self, peer: SocketAddr) -> bool {
        self.security != Security::Plain || is_loopback(peer.ip())
    }
}

/// Whether an address is this machine, also where it is IPv4 in the clothes of IPv6 (`::ffff:127.0.0.1`).
fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314, 3.3): `smtps://`.
    Implicit,
    /// TLS after STARTTLS (RFC 3207), without which nothing is sent: `smtp://`.
    StartTls,
    /// No TLS, to this machine only and without a login: `smtp+plain://`.
    Plain,
}

/// A user, the secret, and the way in which they are shown.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password, or the access token for [`AuthMethod::Xoauth2`]. It is never printed.
    pub secret: Secret,
    /// The way.
    pub auth: AuthMethod,
}

/// The ways of logging in, to a mail server (RFC 4954) and to a mailbox (RFC 9051, 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// PLAIN where the server offers it, else LOGIN.
    Auto,
    /// PLAIN (RFC 4616).
    Plain,
    /// LOGIN: in SMTP a mechanism that no standard describes and old servers want, in IMAP the command of that name.
    Login,
    /// XOAUTH2, with an access token in place of the password.
    Xoauth2,
    /// OAUTHBEARER (RFC 7628), with an access token in place of the password.
    Oauthbearer,
    /// XOAUTH2 where the server offers it, else OAUTHBEARER: Microsoft has the first alone, and Google both.
    Token,
}

/// Which certificate authorities a server's certificate may come from.
#[derive(Debug, Clone)]
pub enum Trust {
    /// Those that the operating system trusts.
    Platform,
    /// These and no others.
    Roots(Vec<CertificateDer<'static>>),
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn server(security: Security) -> Server {
        Server {
            security,
            host: "smtp.coalition.example".to_owned(),
            port: 465,
            hello: "coalition.example".to_owned(),
            login: Some(Login {
                user: "letters".to_owned(),
                secret: SecretString::from("hunter2").into(),
                auth: AuthMethod::Auto,
            }),
            timeout: Duration::from_mins(10),
            trust: Trust::Platform,
        }
    }

    #[test]
    fn the_secret_is_not_in_the_debug_output() {
        let shown = format!("{:?}", server(Security::Implicit));
        assert!(shown.contains("letters") && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn only_this_machine_is_reached_without_tls() {
        let plain = server(Security::Plain);
        for (address, allowed) in [
            ("127.0.0.1:25", true),
            ("127.8.8.8:25", true),
            ("[::1]:25", true),
            ("[::ffff:127.0.0.1]:25", true),
            ("192.0.2.1:25", false),
            ("[2001:db8::1]:25", false),
            ("0.0.0.0:25", false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(plain.allows(address), allowed, "{address}");
            assert!(server(Security::StartTls).allows(address));
        }
    }
}
