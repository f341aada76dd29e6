//! A server of an account, as it stands in a URL of `campaign.toml`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is written otherwise in the user of a URL: everything but these and letters (RFC 3986, 2.3).
const USER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'~').remove(b'+');

/// Each scheme with its usual port.
const PORTS: [(&str, u16); 4] = [("smtps", 465), ("smtp", 587), ("imaps", 993), ("imap", 143)];

/// A server, and who logs in there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    /// `smtps`, `smtp`, `imaps` or `imap`: all with TLS.
    pub(super) scheme: &'static str,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: String,
}

impl Server {
    /// The one at the usual port of its scheme.
    pub(super) fn usual(scheme: &'static str, host: &str, user: &str) -> Self {
        let port = PORTS.iter().find(|(name, _)| *name == scheme).map_or(0, |(_, port)| *port);
        Self { scheme, host: host.to_owned(), port, user: user.to_owned() }
    }

    /// Its URL; the port stands in it where it is not the usual one.
    pub(super) fn url(&self) -> String {
        let Self { scheme, host, port, user } = self;
        let user = utf8_percent_encode(user, USER);
        let port = if PORTS.contains(&(*scheme, *port)) { String::new() } else { format!(":{port}") };
        format!("{scheme}://{user}@{host}{port}")
    }
}

/// Whether a text is the name of a host: whatever else comes from elsewhere must not get into a file.
pub(super) fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_stands_in_the_url_as_it_is_and_a_port_where_it_is_another() {
        let usual = Server::usual("smtps", "smtp.gmail.com", "a.b+c/50%@gmail.com");
        assert_eq!(usual.url(), "smtps://a.b+c%2F50%25%40gmail.com@smtp.gmail.com");
        let user = url::Url::parse(&usual.url()).unwrap().username().to_owned();
        assert_eq!(percent_encoding::percent_decode_str(&user).decode_utf8().unwrap(), usual.user);
        assert_eq!(Server { port: 2465, ..usual }.url(), "smtps://a.b+c%2F50%25%40gmail.com@smtp.gmail.com:2465");
    }

    #[test]
    fn what_is_no_host_is_none() {
        assert!(["smtp.coalition.example", "a-1.example"].into_iter().all(is_host));
        for text in
            ["", "localhost", "a..example", "a.example/", "a.example\"", "a.example:1", "bad host.example", "ü.example"]
        {
            assert!(!is_host(text), "{text}");
        }
    }
}
