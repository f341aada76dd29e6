//! `[smtp]`: through which server letters go.

use std::net::IpAddr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use url::Url;

use super::duration::read_duration;
use super::secret_source::SecretSource;
use super::section::Section;
use crate::workspace::Workspace;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// `smtps://`: TLS from the first byte (RFC 8314).
    Implicit,
    /// `smtp://`: STARTTLS, without which nothing is sent (RFC 3207).
    StartTls,
    /// `smtp+plain://`: none; to a loopback address only, and never with a password.
    Plain,
}

/// How to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Auth {
    /// The best of PLAIN and LOGIN that the server offers.
    #[default]
    Auto,
    /// RFC 4616.
    Plain,
    /// The old way of some servers.
    Login,
    /// The password is an access token, in the older form of Google and Microsoft.
    Xoauth2,
    /// The password is an access token (RFC 7628).
    Oauthbearer,
    /// The access token is that of the sign-in which `[oauth]` describes.
    Oauth,
}

impl Auth {
    /// What `auth` may be.
    pub(super) const CHOICES: [(&'static str, Self); 6] = [
        ("auto", Self::Auto),
        ("plain", Self::Plain),
        ("login", Self::Login),
        ("xoauth2", Self::Xoauth2),
        ("oauthbearer", Self::Oauthbearer),
        ("oauth", Self::Oauth),
    ];
}

/// Servers that put each letter which they take into the account's own Sent folder: a second copy would be too many.
/// Gmail's: <https://support.google.com/mail/answer/78892>. Exchange Online's, since June 2018: the Exchange team's
/// "Changes coming to the SMTP Authenticated Submission client protocol", 20 April 2018.
const FILING: [&str; 3] = ["smtp.gmail.com", "smtp.office365.com", "smtp-mail.outlook.com"];

/// The server, the account on it, and how long to wait for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// How the connection is protected.
    pub security: Security,
    /// The host's name or address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The account, where one logs in.
    pub user: Option<String>,
    /// Where its password comes from; nowhere with [`Auth::Oauth`].
    pub password: Option<SecretSource>,
    /// How to log in.
    pub auth: Auth,
    /// How long to wait for the reply to the final dot; other steps wait as long as RFC 5321, 4.5.3.2 says, and no
    /// longer than this.
    pub timeout: Duration,
}

impl Smtp {
    /// What the limits count for, in one text: the address that logs in, by whatever name the server is called; where
    /// that is no address, `user@host`, or the host alone.
    #[must_use]
    pub fn account(&self) -> String {
        match &self.user {
            Some(user) if user.contains('@') => user.to_lowercase(),
            user => account(user.as_deref(), &self.host),
        }
    }

    /// Whether the server puts what it takes into the account's Sent folder by itself.
    #[must_use]
    pub fn files_by_itself(&self) -> bool {
        FILING.contains(&self.host.as_str())
    }

    /// The server's address for people: `smtps://smtp.example.org:465`.
    #[must_use]
    pub fn address(&self) -> String {
        let scheme = match self.security {
            Security::Implicit => "smtps",
            Security::StartTls => "smtp",
            Security::Plain => "smtp+plain",
        };
        format!("{scheme}://{}:{}", self.host, self.port)
    }

    pub(super) fn read(section: &Section<'_>, workspace: &Workspace) -> Option<Self> {
        let auth = section.choice("auth", &Auth::CHOICES).unwrap_or_default();
        let timeout = section.parsed("timeout", read_duration);
        let url = section.guarded("url", Address::parse).map(|found| (found.value, found.at));
        let url = section.required("url", url);
        let account = url.as_ref().map(|(address, _)| account(address.user.as_deref(), &address.host));
        let password = SecretSource::read(section, "password", &account.unwrap_or_default(), workspace);
        let (address, at) = url?;
        let fault = |message: &str| section.document().fault(&at, message);
        match (address.security, &address.user, &password) {
            (_, _, Some(_)) if auth == Auth::Oauth => fault(SIGNED_IN),
            (_, None, _) if auth == Auth::Oauth => {
                fault(
                    "`auth = \"oauth\"` signs somebody in, but the url names no user; write it as `smtps://user@host`",
                );
            }
            (Security::Plain, _, Some(_)) => {
                fault("`smtp+plain://` never takes a password: it would travel unprotected");
            }
            (Security::Plain, Some(_), None) => fault("`smtp+plain://` takes no user: logging in needs TLS"),
            (_, None, Some(_)) => {
                fault("`password` is given, but the url names no user; write it as `smtps://user@host`");
            }
            (_, Some(_), None) if auth != Auth::Oauth => fault(
                "the url names a user, but `password` is missing; say where to find it, as in `password = { env = \"NAME\" }`",
            ),
            _ => {}
        }
        let timeout = timeout.map_or(Duration::from_mins(10), |found| {
            if found.value < Duration::from_mins(10) {
                let short = "`timeout` is under ten minutes (RFC 5321, 4.5.3.2.6): a slow server's reply may be missed, and the letter be in doubt";
                section.document().warn(&found.at, short);
            }
            found.value
        });
        let Address { security, host, port, user } = address;
        Some(Self { security, host, port, user, password, auth, timeout })
    }
}

/// What is wrong where both a password and a sign-in are given.
pub(super) const SIGNED_IN: &str =
    "`password` is given, but with `auth = \"oauth\"` nobody has one: `undersigned login` signs in; take it out";

/// `user@host`, or the host alone.
pub(super) fn account(user: Option<&str>, host: &str) -> String {
    user.map_or_else(|| host.to_owned(), |user| format!("{user}@{host}"))
}

/// The parts of a server's URL.
#[derive(Debug, PartialEq, Eq)]
struct Address {
    security: Security,
    host: String,
    port: u16,
    user: Option<String>,
}

impl Address {
    fn parse(text: &str) -> Result<Self, String> {
        // A password in the URL must not be repeated in a message, not even in one about something else.
        let url =
            Url::parse(text).map_err(|error| format!("it is not a URL ({error}); write it as `smtps://user@host`"))?;
        if url.password().is_some() {
            return Err(
                "a password is never written in the URL; use `password = { env = \"NAME\" }` or another source"
                    .to_owned(),
            );
        }
        let (security, usual_port) = match url.scheme() {
            "smtps" => (Security::Implicit, 465),
            "smtp" => (Security::StartTls, 587),
            "smtp+plain" => (Security::Plain, 25),
            other => {
                return Err(format!(
                    "`{other}://` is not known; use `smtps://` (TLS), `smtp://` (STARTTLS) or `smtp+plain://`"
                ));
            }
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("it has more than user, host and port".to_owned());
        }
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let host = percent_decode_str(host).decode_utf8().map_err(|_| "the host is not a name".to_owned())?;
        if host.is_empty() {
            return Err("it names no host".to_owned());
        }
        let is_address = host.parse::<IpAddr>().is_ok();
        let ascii = if is_address { Ok(host.to_lowercase()) } else { idna::domain_to_ascii_strict(&host) };
        let host = ascii.map_err(|_| format!("`{host}` is not the name of a host"))?;
        if security == Security::Plain && !is_loopback(&host) {
            return Err("`smtp+plain://` goes to this machine only (`localhost`, `127.0.0.1`, `[::1]`); use `smtps://` or `smtp://`".to_owned());
        }
        let user = percent_decode_str(url.username()).decode_utf8().map_err(|_| "the user is not UTF-8".to_owned())?;
        if user.chars().any(char::is_control) {
            return Err("the user has a control character".to_owned());
        }
        let user = (!user.is_empty()).then(|| user.into_owned());
        Ok(Self { security, host, port: url.port().unwrap_or(usual_port), user })
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_the_protection_the_host_the_port_and_the_user() {
        let address = Address::parse("smtps://letters%40coalition.example@smtp.coalition.example").unwrap();
        assert_eq!((address.security, address.port), (Security::Implicit, 465));
        assert_eq!(address.user.as_deref(), Some("letters@coalition.example"));
        assert_eq!(Address::parse("smtp://smtp.example.org").unwrap().port, 587);
        assert_eq!(Address::parse("smtp+plain://[::1]:2525").unwrap().host, "::1");
        assert_eq!(Address::parse("smtp+plain://127.0.0.1:2525").unwrap().port, 2525);
    }

    #[test]
    fn a_url_that_could_leak_or_mislead_is_refused() {
        for (text, why) in [
            ("smtp+plain://smtp.example.org", "this machine only"),
            ("smtp+plain://127.0.0.1.example.org", "this machine only"),
            ("smtps://ana:hunter2@smtp.example.org", "never written in the URL"),
            ("https://smtp.example.org", "not known"),
            ("smtps://", "names no host"),
            ("smtps://smtp.example.org/INBOX", "more than"),
            ("smtp.example.org", "not a URL"),
        ] {
            let error = Address::parse(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
            assert!(!error.contains("hunter2"));
        }
    }
}
