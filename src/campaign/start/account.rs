//! The account of a new campaign: its servers are found by what the domain says of itself (RFC 6186 and RFC 8314), and
//! in the table of providers. Nobody but the domain is asked.

use std::fmt::Write as _;
use std::net::SocketAddr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::providers::Known;
use crate::campaign::error::{Error, Result};
use crate::dns::{Dns, DnsError, MailHosts, Service};
use crate::model::EmailAddress;

/// What is written otherwise in the user of a URL: everything but these and letters (RFC 3986, 2.3).
const USER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'~').remove(b'+');

/// What a campaign's file is to say of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    address: EmailAddress,
    /// Scheme, server and port, where that is not the usual one.
    smtp: (&'static str, String, Option<u16>),
    imap: Option<(&'static str, String, Option<u16>)>,
    preset: Option<&'static str>,
    oauth: Option<&'static str>,
    /// Where this was found, for people.
    pub found: String,
}

/// Finds the servers of an account. `names` is the server of names; the machine's own, where it is not given.
///
/// # Errors
/// Where the address is none, DNS gives no answer, or nothing is known of the domain.
pub async fn find_account(address: &str, names: Option<SocketAddr>) -> Result<Account> {
    let address = EmailAddress::parse(address)
        .map_err(|why| Error::NoAccount(format!("`{address}` is not an email address: {why}")))?;
    let domain = address.domain().to_lowercase();
    let failed = |why: DnsError| Error::NoAccount(why.to_string());
    if let Some(known) = Known::at(&domain) {
        return Ok(of_provider(address, known));
    }
    let dns = &Dns::new(names).map_err(failed)?;
    if let Some(account) = by_services(dns, &address, &domain).await.map_err(failed)? {
        return Ok(account);
    }
    if let MailHosts::Hosts(hosts) = dns.mail_hosts(&domain).await.map_err(failed)?
        && let Some(known) = hosts.iter().find_map(|host| Known::behind(host))
    {
        return Ok(of_provider(address, known));
    }
    let what =
        format!("`{domain}` does not say which servers it has (RFC 6186), and is with no provider that is known here");
    Err(Error::NoAccount(format!(
        "{what}; ask whoever runs its mail for them, and write them under [smtp] and [inbox]"
    )))
}

/// By what the domain says of its services.
async fn by_services(
    dns: &Dns,
    address: &EmailAddress,
    domain: &str,
) -> std::result::Result<Option<Account>, DnsError> {
    let first = async |schemes: [(&'static str, &str, u16); 2]| {
        for (scheme, service, usual) in schemes {
            let found = dns.services(&format!("{service}._tcp.{domain}")).await?;
            if let Some(Service { host, port }) = found.into_iter().next() {
                return Ok::<_, DnsError>(Some((scheme, host, (port != usual).then_some(port))));
            }
        }
        Ok(None)
    };
    let Some(smtp) = first([("smtps", "_submissions", 465), ("smtp", "_submission", 587)]).await? else {
        return Ok(None);
    };
    let imap = first([("imaps", "_imaps", 993), ("imap", "_imap", 143)]).await?;
    let known = Known::of_server(&smtp.1);
    Ok(Some(Account {
        address: address.clone(),
        found: format!("as `{domain}` says in DNS"),
        preset: known.and_then(|known| known.preset),
        oauth: known.and_then(|known| known.oauth),
        smtp,
        imap,
    }))
}

fn of_provider(address: EmailAddress, known: &'static Known) -> Account {
    Account {
        address,
        smtp: (known.smtp.0, known.smtp.1.to_owned(), None),
        imap: known.imap.map(|host| ("imaps", host.to_owned(), None)),
        preset: known.preset,
        oauth: known.oauth,
        found: format!("{} has it", known.name),
    }
}

impl Account {
    /// The sample's settings with this account.
    pub(super) fn written_into(&self, settings: &str) -> String {
        let mut text = String::new();
        let mut section = "";
        for line in settings.lines() {
            if line.starts_with('[') {
                section = line;
            }
            match (section, line.split(' ').next().unwrap_or_default()) {
                ("[sender]", "from") => {
                    let _ = writeln!(text, "from = \"{}\"", self.address);
                    continue;
                }
                ("[smtp]", "url") => {
                    text.push_str(&self.servers());
                    continue;
                }
                ("[sender]", "reply_to") | ("[smtp]", "password") => continue,
                ("[pace]", "per_second" | "per_minute" | "per_day") if self.preset.is_some() => continue,
                ("[pace]", "per_hour") if self.preset.is_some() => {
                    let _ = writeln!(text, "preset = \"{}\"", self.preset.unwrap_or_default());
                    continue;
                }
                _ => {}
            }
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// `[smtp]` behind its head, and `[inbox]` and `[oauth]`.
    fn servers(&self) -> String {
        let url = |(scheme, host, port): &(&str, String, Option<u16>)| {
            let user = self.address.to_string();
            let user = utf8_percent_encode(&user, USER);
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            format!("{scheme}://{user}@{host}{port}")
        };
        let secret = if self.oauth.is_some() { "auth = \"oauth\"\n" } else { "password = { keyring = true }\n" };
        let mut text = format!("url = \"{}\"\n{secret}", url(&self.smtp));
        if let Some(imap) = &self.imap {
            let head = "\n# Where answers and reports arrive.\n[inbox]";
            let _ = write!(text, "{head}\nurl = \"{}/INBOX\"\n{secret}", url(imap));
        }
        if let Some(provider) = self.oauth {
            let head = "\n# The application that your organisation registered there: the guide says how (docs/account.md).\n[oauth]";
            let _ = write!(text, "{head}\nprovider = \"{provider}\"\nclient_id = \"WRITE-IT-HERE\"\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_in_the_url_as_the_user_that_it_is() {
        let address = EmailAddress::parse("a.b+c/50%@gmail.com").unwrap();
        let servers = of_provider(address.clone(), Known::at("gmail.com").unwrap()).servers();
        assert!(servers.starts_with("url = \"smtps://a.b+c%2F50%25%40gmail.com@smtp.gmail.com\"\n"), "{servers}");
        let user = url::Url::parse("smtps://a.b+c%2F50%25%40gmail.com@smtp.gmail.com").unwrap().username().to_owned();
        let user = percent_encoding::percent_decode_str(&user).decode_utf8().unwrap().into_owned();
        assert_eq!(user, address.to_string());
    }
}
