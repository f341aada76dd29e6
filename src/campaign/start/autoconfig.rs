//! What a domain says of its servers in the form that Thunderbird reads, over HTTPS alone:
//! <https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat>.
//! A server without TLS is none, and nothing that cannot be in a URL is taken over.

use std::net::SocketAddr;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use quick_xml::Reader;
use quick_xml::events::Event;
use ureq::http::Request;

use super::server::{Server, is_host};
use crate::dns::{Dns, DnsError};
use crate::https::Https;
use crate::model::EmailAddress;

/// The table that Thunderbird's makers keep, of the providers of the world. It is asked where a person says so.
pub(super) const TABLE: &str = "autoconfig.thunderbird.net";

/// The servers of an account.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Servers {
    pub(super) smtp: Server,
    pub(super) imap: Option<Server>,
}

/// Asks the domain of an address. `port` is that of HTTPS.
pub(super) async fn of_domain(
    dns: &Dns,
    address: &EmailAddress,
    domain: &str,
    port: u16,
) -> Result<Option<Servers>, DnsError> {
    let whole = utf8_percent_encode(&address.to_string(), NON_ALPHANUMERIC).to_string();
    for (host, path) in [
        (format!("autoconfig.{domain}"), "mail/config-v1.1.xml"),
        (domain.to_owned(), ".well-known/autoconfig/mail/config-v1.1.xml"),
    ] {
        let asked = format!("{path}?emailaddress={whole}");
        if let Some(servers) = ask(dns, address, (&host, port), &asked).await? {
            return Ok(Some(servers));
        }
    }
    Ok(None)
}

/// Asks the table about a domain; of the address, no more than that is told.
pub(super) async fn of_table(
    dns: &Dns,
    address: &EmailAddress,
    domain: &str,
    port: u16,
) -> Result<Option<Servers>, DnsError> {
    ask(dns, address, (TABLE, port), &format!("v1.1/{domain}")).await
}

/// Asks a host; nothing, where it does not answer, or with something else. Most domains have no such host.
async fn ask(
    dns: &Dns,
    address: &EmailAddress,
    (host, port): (&str, u16),
    path: &str,
) -> Result<Option<Servers>, DnsError> {
    let addresses = dns.addresses(host).await?;
    if addresses.is_empty() {
        return Ok(None);
    }
    let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect();
    let port = if port == 443 { String::new() } else { format!(":{port}") };
    let Ok(request) = Request::get(format!("https://{host}{port}/{path}")).body(Vec::new()) else { return Ok(None) };
    let answer = tokio::task::spawn_blocking(move || Https::at(addresses).ask(request)).await;
    let answer = match answer {
        Ok(Ok(answer)) if answer.status().is_success() => answer,
        Ok(Ok(answer)) => {
            tracing::debug!(host, status = answer.status().as_u16(), "no configuration there");
            return Ok(None);
        }
        Ok(Err(error)) => {
            tracing::debug!(host, %error, "no configuration there");
            return Ok(None);
        }
        Err(_) => return Ok(None),
    };
    Ok(std::str::from_utf8(answer.body()).ok().and_then(|xml| read(xml, address)))
}

/// A server as far as it was read.
#[derive(Default)]
struct Draft {
    kind: String,
    host: String,
    port: String,
    socket: String,
    user: String,
}

/// Reads the first server for sending and the first for IMAP that have TLS.
fn read(xml: &str, address: &EmailAddress) -> Option<Servers> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let (mut smtp, mut imap): (Option<Server>, Option<Server>) = (None, None);
    let mut draft: Option<Draft> = None;
    let mut text = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => {
                text.clear();
                if matches!(element.local_name().as_ref(), "incomingServer" | "outgoingServer") {
                    let kind = element.attributes().flatten().find(|attribute| attribute.key.as_ref() == "type");
                    let kind = kind.map(|kind| kind.value.into_owned()).unwrap_or_default();
                    draft = Some(Draft { kind, ..Draft::default() });
                }
            }
            Event::Text(piece) => text.push_str(&piece.xml10_content()),
            // No value that is of use here has a reference in it.
            Event::GeneralRef(_) => text.push('\0'),
            Event::End(element) => {
                let value = text.trim().to_owned();
                match (element.local_name().as_ref(), &mut draft) {
                    ("incomingServer" | "outgoingServer", of_it) => {
                        let server = of_it.take().and_then(|draft| draft.server(address));
                        match &server {
                            Some(server) if server.scheme.starts_with("smtp") && smtp.is_none() => {
                                smtp = Some(server.clone());
                            }
                            Some(server) if server.scheme.starts_with("imap") && imap.is_none() => {
                                imap = Some(server.clone());
                            }
                            _ => {}
                        }
                    }
                    ("hostname", Some(draft)) => draft.host = value,
                    ("port", Some(draft)) => draft.port = value,
                    ("socketType", Some(draft)) => draft.socket = value,
                    ("username", Some(draft)) => draft.user = value,
                    _ => {}
                }
                text.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Some(Servers { smtp: smtp?, imap })
}

impl Draft {
    /// The server, where it has TLS and all that it needs.
    fn server(self, address: &EmailAddress) -> Option<Server> {
        let scheme = match (self.kind.as_str(), self.socket.as_str()) {
            ("smtp", "SSL") => "smtps",
            ("smtp", "STARTTLS") => "smtp",
            ("imap", "SSL") => "imaps",
            ("imap", "STARTTLS") => "imap",
            _ => return None,
        };
        let host = filled(&self.host, address).to_lowercase();
        let port = self.port.parse().ok().filter(|port| *port > 0)?;
        let user = if self.user.is_empty() { address.to_string() } else { filled(&self.user, address) };
        let is_sound = is_host(&host) && !user.chars().any(|sign| sign.is_control() || sign.is_whitespace());
        is_sound.then_some(Server { scheme, host, port, user })
    }
}

/// A value with what stands for the parts of the address.
fn filled(text: &str, address: &EmailAddress) -> String {
    let whole = address.to_string();
    let local = whole.rsplit_once('@').map_or(whole.as_str(), |(local, _)| local);
    text.replace("%EMAILADDRESS%", &whole).replace("%EMAILLOCALPART%", local).replace("%EMAILDOMAIN%", address.domain())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(kind: &str, parts: [&str; 4]) -> String {
        let side = if kind == "smtp" { "outgoing" } else { "incoming" };
        let [host, port, socket, user] = parts;
        format!(
            "<{side}Server type=\"{kind}\"><hostname>{host}</hostname><port>{port}</port><socketType>{socket}</socketType>\
            <username>{user}</username><authentication>password-cleartext</authentication></{side}Server>"
        )
    }

    fn found(servers: &[String]) -> Option<[String; 2]> {
        let xml = format!(
            "<?xml version=\"1.0\"?><clientConfig version=\"1.1\"><emailProvider id=\"x\">{}</emailProvider></clientConfig>",
            servers.concat()
        );
        let address = EmailAddress::parse("letters@coalition.example").unwrap();
        let read = read(&xml, &address)?;
        Some([read.smtp.url(), read.imap.map(|imap| imap.url()).unwrap_or_default()])
    }

    #[test]
    fn the_first_server_with_tls_is_taken_and_what_stands_for_the_address_is_filled_in() {
        let all = [
            server("pop3", ["pop.x.example", "995", "SSL", "%EMAILADDRESS%"]),
            server("imap", ["imap.%EMAILDOMAIN%", "143", "STARTTLS", "%EMAILLOCALPART%"]),
            server("imap", ["second.x.example", "993", "SSL", "%EMAILADDRESS%"]),
            server("smtp", ["plain.x.example", "25", "plain", "%EMAILADDRESS%"]),
            server("smtp", ["SMTP.x.example", "4650", "SSL", "%EMAILADDRESS%"]),
        ];
        let [smtp, imap] = found(&all).unwrap();
        assert_eq!(smtp, "smtps://letters%40coalition.example@smtp.x.example:4650");
        assert_eq!(imap, "imap://letters@imap.coalition.example");
    }

    #[test]
    fn what_is_none_or_would_break_the_file_is_left_out() {
        for parts in [
            ["smtp.x.example", "25", "plain", ""],
            ["smtp.x.example", "0", "SSL", ""],
            ["smtp.x.example", "465 ", "SSL", "a b"],
            ["smtp.x.example\"\npassword = \"x", "465", "SSL", ""],
            ["localhost", "465", "SSL", ""],
            ["smtp.x.example", "465", "SSL", "a&quot;b"],
            ["&host;", "465", "SSL", ""],
        ] {
            assert_eq!(found(&[server("smtp", parts)]), None, "{parts:?}");
        }
        assert_eq!(found(&["<hostname>smtp.x.example</hostname>".to_owned()]), None);
        let address = EmailAddress::parse("letters@coalition.example").unwrap();
        for broken in ["", "<", "<html><body>not here", "<a></b>", "not xml"] {
            assert_eq!(read(broken, &address), None, "{broken}");
        }
    }
}
